"""The commands of a dataset's own repository, as `init`, `add` and `verify`.

They take and raise what those of `commands.py` do.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from presscorpus.commands import SHOWN, now, opened, say, watched
from presscorpus.errors import PresscorpusError
from presscorpus.lazy import lazy
from presscorpus.storage.lock import locked
from presscorpus.terminal import printable, writable

if TYPE_CHECKING:
    import argparse
    import json
    import pathlib
    import shlex
    from pathlib import Path

    from presscorpus.config import layout as layouts
    from presscorpus.pipeline import bag as bagging
    from presscorpus.pipeline import export as exporting
    from presscorpus.pipeline import gaps as missing
    from presscorpus.pipeline import init as datasets
    from presscorpus.pipeline import prove as proving
    from presscorpus.pipeline import request as requests
    from presscorpus.pipeline import signing
    from presscorpus.pipeline import timestamp as stamping
    from presscorpus.pipeline import verify as verifying
    from presscorpus.pipeline import wacz as replaying
    from presscorpus.storage import atomic
else:
    json = lazy("json")
    pathlib = lazy("pathlib")
    shlex = lazy("shlex")
    layouts = lazy("presscorpus.config.layout")
    bagging = lazy("presscorpus.pipeline.bag")
    exporting = lazy("presscorpus.pipeline.export")
    missing = lazy("presscorpus.pipeline.gaps")
    datasets = lazy("presscorpus.pipeline.init")
    proving = lazy("presscorpus.pipeline.prove")
    requests = lazy("presscorpus.pipeline.request")
    signing = lazy("presscorpus.pipeline.signing")
    stamping = lazy("presscorpus.pipeline.timestamp")
    verifying = lazy("presscorpus.pipeline.verify")
    replaying = lazy("presscorpus.pipeline.wacz")
    atomic = lazy("presscorpus.storage.atomic")


def init(arguments: argparse.Namespace) -> None:
    """Create a dataset in a folder of its own, with the sites that were named."""
    folder: Path = arguments.folder
    name = arguments.name or _answer("Name of the dataset", requests.slug(folder.resolve().name) or "dataset")
    title = arguments.title or _answer("Title", name)
    creators = arguments.creator or filter(None, [_answer("Who made it (Family, Given; or a group)", "")])
    made = datasets.NewDataset(
        name, title, arguments.as_of or now(), tuple(datasets.creator(each) for each in creators),
        arguments.description, tuple(arguments.keyword), arguments.hub,
    )  # fmt: skip
    for path in datasets.init(folder, made):
        print(path)
    failed = []
    for source in arguments.sites:
        try:
            _add(folder, source, arguments)
        except PresscorpusError as error:
            failed.append(error)
    where = "" if folder.resolve() == folder.cwd() else f"cd {shlex.quote(str(folder))}; "
    print(f"next: {where}{'presscorpus add SITE; ' if failed or not arguments.sites else ''}dvc repro")
    for each in failed[:-1]:
        say(str(each))
    if failed:
        raise failed[-1]


def _answer(question: str, default: str) -> str:
    """Ask the user; take the default where there is no terminal."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return default
    print(f"{question}{f' [{default}]' if default else ''}: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip() or default


def add(arguments: argparse.Namespace) -> None:
    """Add a site to params.yaml, after a probe of it."""
    _add(arguments.repository, arguments.source, arguments)


def _add(root: Path, source: str, arguments: argparse.Namespace) -> None:
    site = datasets.add(
        root,
        datasets.NewSite(
            source,
            arguments.as_of or now(),
            arguments.site_name,
            arguments.address,
            arguments.rights,
            arguments.license,
            arguments.contact,
            arguments.allow_private,
            arguments.permission,
        ),
    )  # fmt: skip
    print(printable(f"{site.name}: {site.address}, as of {site.as_of:%Y-%m-%dT%H:%M:%SZ}"))
    if not site.rights.publishable:
        say(f"{site.name}: state its rights in params.yaml before you publish")


def advance(arguments: argparse.Namespace) -> None:
    """Advance as_of and version in params.yaml, and name the previous release."""
    said = datasets.advance(arguments.repository, arguments.as_of or now())
    previous = said.dataset.previous
    print(f"version {said.dataset.version}, after {previous.version if previous else 'no published one'}")
    print("next: dvc repro")


def verify(arguments: argparse.Namespace) -> None:
    """Check a dataset from archive to release and print the result in a sentence.

    Raises the worst of what is wrong. A file is a proof of one row.
    """
    if arguments.folder and arguments.folder.is_file():
        proved = verifying.proof_in(arguments.folder)
        times = stamping.checked(proved.timestamps, arguments.ca)
        print(printable(proving.sentence(proved, times, signing.checked(proved.signatures, arguments.signers))))
        return
    told = atomic.output(arguments.listed) if arguments.listed else None
    trusted = verifying.Trusted(arguments.ca, arguments.signers)
    with watched() as progress:
        found, problems = verifying.run(arguments.folder or arguments.repository, progress, trusted)
    if told:
        atomic.write(told, verifying.lines(found))
    print(printable(verifying.sentence(found, problems)))
    for problem in problems[1:SHOWN]:
        say(str(problem))
    if problems:
        raise problems[0]
    remark = verifying.remark(found)
    if remark:
        raise remark


def bag(arguments: argparse.Namespace) -> None:
    """Write a bag and print its folder."""
    package, settled, layout = opened(arguments)
    with locked(layout.work / "lock", where=str(layout.root), what="at work here"):
        made = bagging.bag(package, settled, layout, arguments.out, release_only=arguments.release_only)
    print(printable(f"{made.folder}: {made.files:,} files, {made.size:,} bytes"))
    if not arguments.release_only:
        say(bagging.CUSTODY)


def wacz(arguments: argparse.Namespace) -> None:
    """Write a WACZ and print its path."""
    _, settled, layout = opened(arguments)
    out: Path = arguments.out or pathlib.Path(f"{arguments.site}.wacz")
    with locked(layout.work / "lock", where=str(layout.root), what="at work here"):
        made = replaying.make(settled, layout, arguments.site, out, with_raw=arguments.with_raw)
    print(printable(f"{made.path}: {made.pages:,} pages"))
    if arguments.with_raw:
        say(replaying.CUSTODY)


def prove(arguments: argparse.Namespace) -> None:
    """Write the proof of a row and print its path."""
    package, settled, layout = opened(arguments)
    wanted = proving.Wanted(arguments.site, arguments.id, arguments.type)
    kind = f"-{arguments.type}" if arguments.type else ""
    path: Path = arguments.out or pathlib.Path(f"{arguments.site}{kind}-{arguments.id}.proof.json")
    target = atomic.output(path)
    atomic.write(target, proving.prove(package, settled, layout, wanted, with_item=arguments.with_item))
    print(printable(str(path)))
    found = verifying.proof_in(path)
    if found.head is None and found.crawl["root"] is None:
        say("the crawl was closed before there were commitments: what its record says is not in the proof")
    elif found.head is None:
        say("the record's address may say what the policy withholds: it is not in the proof without --with-item")
    if found.item is not None:
        say("it holds the item as it was received, with what the policy withholds")
    elif found.head is not None and arguments.with_item:
        say("the item is no part of its own in the archive: it is not in the proof")


def timestamp(arguments: argparse.Namespace) -> None:
    """Ask the authority of params.yaml for time stamps and print each."""
    _, settled, layout = opened(arguments)
    with locked(layout.work / "lock", where=str(layout.root), what="at work here"):
        for line in stamping.run(settled, layout):
            print(printable(line))


def sign(arguments: argparse.Namespace) -> None:
    """Sign what is newest with a key of the user, and print each signature."""
    _, settled, layout = opened(arguments)
    with locked(layout.work / "lock", where=str(layout.root), what="at work here"):
        for line in signing.run(settled, layout, arguments.key):
            print(printable(line))


def gaps(arguments: argparse.Namespace) -> None:
    """Print the items that are known and not, or no longer, in the dataset."""
    found = missing.gaps(layouts.Layout.of(arguments.repository).tables)
    writable()
    if arguments.json:
        print(json.dumps(missing.as_dicts(found), indent=2))
        return
    for line in missing.lines(found):
        print(printable(line))


def export(arguments: argparse.Namespace) -> None:
    """Write the released tables in another format, and print the files."""
    here: Path = arguments.repository
    release = here if (here / "SHA256SUMS").is_file() else layouts.Layout.of(here).release
    done = exporting.export(release, arguments.out, arguments.format, arguments.table)
    for path in done.paths:
        print(path)
    for remark in done.remarks:
        say(remark)
