"""The commands: each calls a stage or more and prints what came of it.

A command takes its parsed options (`command_line.py`) and returns nothing. It raises PresscorpusError (errors.py) for
what the user has to know; `__main__.py` prints that and exits with its code.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

from presscorpus.errors import ReservationsError, UsageError
from presscorpus.lazy import lazy
from presscorpus.storage.lock import locked
from presscorpus.terminal import Watch, coloured, printable, steering, writable

if TYPE_CHECKING:
    import argparse
    import datetime as dt
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from presscorpus.config import layout as layouts
    from presscorpus.config import params, pinned, schema
    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params
    from presscorpus.config.schema import Package
    from presscorpus.crawl import messages, typed_address
    from presscorpus.crawl.fetch import Outcome
    from presscorpus.crawl.messages import Held
    from presscorpus.crawl.rest import probe as probing
    from presscorpus.normalise import supervision, workers
    from presscorpus.observations import diff as differences
    from presscorpus.observations import diff_view, evidence
    from presscorpus.pipeline import as_of as moments
    from presscorpus.pipeline import build as one_go
    from presscorpus.pipeline import cite as citing
    from presscorpus.pipeline import erase as erasing
    from presscorpus.pipeline import request as requests
    from presscorpus.pipeline import stages
    from presscorpus.pipeline.stages import Progress
    from presscorpus.pipeline.stages import normalise as normalising
    from presscorpus.release import gates
    from presscorpus.release import publish as publishing
    from presscorpus.report import terminal as reporting
else:
    # Also because polars may not be there when supervision.py forks.
    dt = lazy("datetime")
    layouts = lazy("presscorpus.config.layout")
    params = lazy("presscorpus.config.params")
    pinned = lazy("presscorpus.config.pinned")
    schema = lazy("presscorpus.config.schema")
    messages = lazy("presscorpus.crawl.messages")
    typed_address = lazy("presscorpus.crawl.typed_address")
    probing = lazy("presscorpus.crawl.rest.probe")
    supervision = lazy("presscorpus.normalise.supervision")
    workers = lazy("presscorpus.normalise.workers")
    differences = lazy("presscorpus.observations.diff")
    diff_view = lazy("presscorpus.observations.diff_view")
    evidence = lazy("presscorpus.observations.evidence")
    moments = lazy("presscorpus.pipeline.as_of")
    one_go = lazy("presscorpus.pipeline.build")
    citing = lazy("presscorpus.pipeline.cite")
    erasing = lazy("presscorpus.pipeline.erase")
    requests = lazy("presscorpus.pipeline.request")
    stages = lazy("presscorpus.pipeline.stages")
    normalising = lazy("presscorpus.pipeline.stages.normalise")
    gates = lazy("presscorpus.release.gates")
    publishing = lazy("presscorpus.release.publish")
    reporting = lazy("presscorpus.report.terminal")


_OTHER_DISK = (
    "To keep the data on another disk make it a folder, and say `dvc config cache.dir /other/disk/cache` and "
    "`dvc config cache.type symlink`."
)
# Error lines printed for one site at most.
SHOWN = 10


def say(text: str) -> None:
    """Print a message on standard error, control characters in it escaped.

    Args:
        text: One line or more.
    """
    # Text from a file or a site may hold control or bidirectional characters.
    print(f"presscorpus: {printable(text)}", file=sys.stderr)


def opened(arguments: argparse.Namespace) -> tuple[Package, Params, Layout]:
    """Read the schemas and params.yaml of the repository that the options name."""
    root: Path = arguments.repository
    pinned.check(root)
    settled = params.load(root / params.FILE)
    return schema.package_at(root), settled, layouts.Layout.of(root)


def _alone(layout: Layout) -> AbstractContextManager[None]:
    """Lock the dataset, so that two runs never write the same files."""
    return locked(layout.work / "lock", where=str(layout.root), what="at work here")


@contextlib.contextmanager
def watched() -> Iterator[Progress]:
    """Show the progress of work until the block ends.

    Yields:
        A function for a stage to report its progress to.
    """
    watch = Watch(say)
    try:
        yield watch
    finally:
        watch.close()


def _summarise(outcomes: list[Outcome], held: Mapping[tuple[str, str], Held] | None = None) -> None:

    for line in messages.told(outcomes, held):
        print(printable(line))
    for outcome in outcomes:
        for note in outcome.notes:
            say(f"{outcome.site}: {note}")
        for trouble in outcome.troubles[:SHOWN]:
            say(f"{outcome.site}: {trouble}")
        if len(outcome.troubles) > SHOWN:
            say(f"{outcome.site}: and {len(outcome.troubles) - SHOWN} more; see the table quarantine")


def build(arguments: argparse.Namespace) -> None:
    """Build a release in one go and print what came of it."""
    out: Path = arguments.out
    if out.exists() and not out.is_dir():
        raise UsageError("is not a folder", where=str(out))
    part = params.Part(arguments.limit, arguments.since, arguments.types)
    request = requests.BuildRequest(
        sources=arguments.sources,
        as_of=arguments.as_of or now(),
        address=arguments.address,
        title=arguments.title,
        allow_private=arguments.allow_private,
        contact=arguments.contact,
        permission=arguments.permission,
        workers=arguments.workers,
        part=None if part == params.Part() else part,
    )
    layout = layouts.Layout(out, out)
    if arguments.workers == 1:
        workers.bound_threads(1)
    with watched() as progress:
        built = one_go.build(request, schema.load_package(schema.package_home()), layout, progress)
    _summarise(built.outcomes, one_go.held(layout))
    writable()

    for line in reporting.summary(built.report, built.params, layout.release):
        print(line)
    for line in (*built.withheld, *gates.takedowns_told(layout)):
        print(printable(line))
    for outcome in built.outcomes:
        if outcome.error:
            raise outcome.error
    remark = one_go.reservations(built.params, built.outcomes, layout)
    if remark:
        raise remark


def now() -> dt.datetime:
    """Return the present moment in UTC, to the second.

    Returns:
        A time without fractions of a second.
    """
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def fetch(arguments: argparse.Namespace) -> None:
    """Crawl the sites of params.yaml and print what came of each."""
    _, settled, layout = opened(arguments)
    if layout.outside and os.environ.get("DVC_STAGE"):
        # Said before the crawl: DVC would find it afterwards.
        raise UsageError("is a link, and DVC keeps nothing behind one", where=str(layout.data), advice=_OTHER_DISK)
    with _alone(layout), watched() as progress:
        outcomes = stages.fetch.run(settled, layout, progress, close_failed=arguments.keep_going)
    _summarise(outcomes)
    for outcome in outcomes:
        if outcome.error and (outcome.receipt is None or not arguments.keep_going):
            raise outcome.error
    for outcome in outcomes:
        if outcome.receipt and not outcome.receipt.balanced and not arguments.keep_going:
            raise ReservationsError(f"incomplete: {outcome.receipt.reason}", where=outcome.site)


def probe(arguments: argparse.Namespace) -> None:
    """Ask a site what it has and print that, with what a crawl would take."""
    asked = {name: getattr(arguments, name) for name in ("contact", "allow_private", "permission")}
    found = probing.probe(typed_address.settle(arguments.address, **asked), **asked)
    for line in messages.probed(found):
        print(printable(line))


def normalise(arguments: argparse.Namespace) -> None:
    """Build the tables and print how many rows each has."""
    package, settled, layout = opened(arguments)
    with _alone(layout), watched() as progress:
        supervision.begin()
        made = stages.normalise.run(package, settled, layout, progress)
    for name, rows in made.items():
        print(f"{name}: {rows}")
    for line in gates.takedowns_told(layout):
        say(line)
    remark = gates.reservations(settled, layout)
    if remark:
        say(str(remark))


def validate(arguments: argparse.Namespace) -> None:
    """Judge the tables and print what was found."""
    package, settled, layout = opened(arguments)
    with _alone(layout), watched() as progress:
        counts = stages.validate.run(package, settled, layout, progress)
    for rule, count in counts.items():
        print(f"{rule}: {count}")
    print(f"{sum(counts.values())} findings")


def report(arguments: argparse.Namespace) -> None:
    """Write the report; print its figures in short, its path and what to do next."""
    package, settled, layout = opened(arguments)
    with _alone(layout):
        made = stages.report.run(package, settled, layout)
    writable()
    for line in reporting.summary(made, settled, layout.release):
        print(line)


def package(arguments: argparse.Namespace) -> None:
    """Lay out the release and print where."""
    package, settled, layout = opened(arguments)
    with _alone(layout):
        laid = stages.package.run(package, settled, layout)
    print(layout.release)
    for line in laid.withheld:
        print(printable(line))


def publish(arguments: argparse.Namespace) -> None:
    """Publish the release, or say what would be sent."""
    package, settled, layout = opened(arguments)
    wish = publishing.PublishRequest(arguments.target, not arguments.public, arguments.dry_run, tuple(arguments.accept))
    with _alone(layout):
        print(publishing.publish(package, settled, layout, wish))


def cite(arguments: argparse.Namespace) -> None:
    """Print a reference to a post, as text, BibTeX or CSL-JSON."""
    package, settled, layout = opened(arguments)
    reference = citing.refer(package, settled, layout, arguments.site, arguments.id, arguments.type)
    if arguments.json:
        print(citing.as_json(reference))
    elif arguments.bibtex:
        print(citing.as_bibtex(reference), end="")
    else:
        print(printable(citing.as_text(reference)))


def erase(arguments: argparse.Namespace) -> None:
    """Erase an item from the raw archive, once confirmed; print where else it is."""
    _, settled, layout = opened(arguments)
    settled.site(arguments.site)
    with _alone(layout):
        found = erasing.find(layout, arguments.site, arguments.id, arguments.type)
        if not arguments.yes:
            what = f"{arguments.site} {found.type} {arguments.id} from {len(found.crawls)} crawls"
            if not sys.stdin.isatty():
                raise UsageError(f"{what} would be erased for good", advice="Say --yes if that is meant.")
            if input(f"Erase {what} for good? [y/N] ").strip().lower() != "y":
                raise UsageError("nothing was erased")
        for line in erasing.erase(settled, layout, found, arguments.reason, now()):
            print(printable(line))


def raw(arguments: argparse.Namespace) -> None:
    """Write the bytes of an item, or all items of a site, to standard output."""
    raw = layouts.Layout.of(arguments.repository).raw
    if arguments.jsonl:
        for line in evidence.lines(raw, arguments.site):
            _give(line)
    elif arguments.type is None or arguments.id is None:
        raise UsageError("name TYPE and ID of one item, or --jsonl for all", where=arguments.site)
    else:
        _give(evidence.newest(raw, arguments.site, arguments.type, arguments.id))
    sys.stdout.flush()


def _give(data: bytes) -> None:
    """Write bytes as they are to a file or program.

    To a terminal they go as text that cannot steer it.
    """
    if sys.stdout.isatty():
        print(printable(data.decode("utf-8", "replace")), end="")
    else:
        sys.stdout.buffer.write(data)


def diff(arguments: argparse.Namespace) -> None:
    """Show what changed between two versions of a post, in a terminal or as JSON."""
    package, _, layout = opened(arguments)
    known = evidence.versions(package, layout, arguments.site, arguments.id)
    chosen = differences.pair(known, arguments.type, arguments.old, arguments.new, where=arguments.site)
    found = None
    if chosen.old is not None:
        bodies = [evidence.content(layout.raw, arguments.site, each) for each in (chosen.old, chosen.new)]
        if bodies[0] is not None and bodies[1] is not None:
            found = differences.compare(bodies[0], bodies[1])
    if arguments.json:
        print(diff_view.as_json(arguments.site, chosen, found))
        return
    writable()
    for line in diff_view.Screen(colour=coloured()).difference(arguments.site, chosen, found):
        print(line, file=steering(sys.stdout))  # colours; what is foreign in it the view has escaped


def as_of(arguments: argparse.Namespace) -> None:
    """Build the tables as they stood at a moment, and print how many rows each has."""
    package, settled, layout = opened(arguments)
    then = normalising.AsOf(arguments.moment, arguments.out / "tables", arguments.members)
    with _alone(layout), watched() as progress:
        rows, remarks = moments.as_of(package, settled, layout, then, progress)
    for name, count in rows.items():
        print(f"{name}: {count}")
    print(f"tables: {arguments.out / 'tables'}")
    for remark in remarks:
        say(remark)
