"""The command line: parse, call, exit. What each command does is in `stages.py` and `onego.py`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from builder.errors import PresscorpusError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from builder.layout import Layout
    from builder.params import Params
    from builder.spec import Package
    from builder.stages import Outcome, Progress

_EXIT_CODES = """\
exit codes:
  0  done                                7  the raw archive is damaged or missing
  1  a fault of presscorpus itself       8  another run is at work there
  2  the command makes no sense          9  done, but some records are in quarantine
  3  params.yaml or a schema is wrong   10  tables break their schemas
  4  a site or file cannot be read      11  refused: rights, policy or completeness
  5  the network gave no answer         12  the Hub did not take or give it
  6  the site's API is switched off     130, 143  interrupted, terminated
"""
_EXAMPLES = """\
examples:
  presscorpus build posts.json --out corpus       a file or folder of REST API responses
  presscorpus build https://example.org --out corpus
  dvc repro                                       the whole pipeline of a repository
  presscorpus raw uyghurmovement post 882         the bytes that a row came from
"""


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run one command and exit with its code."""
    signal.signal(signal.SIGTERM, _terminated)
    arguments = _parser().parse_args(argv)
    try:
        arguments.run(arguments)
    except PresscorpusError as error:
        _say(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _say("interrupted; what was finished is kept, and the next run goes on from there")
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output left; Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("PRESSCORPUS_TRACEBACK"):
            raise
        _say(f"a fault of presscorpus itself: {type(error).__name__}: {error}\nPRESSCORPUS_TRACEBACK=1 shows where.")
        sys.exit(1)
    sys.exit(0)


def _terminated(_number: int, _frame: object) -> NoReturn:
    raise SystemExit(143)


def _say(text: str) -> None:
    # Text from a file or a site may hold what moves a terminal's cursor or turns its lines around.
    shown = "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)
    print(f"presscorpus: {shown}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="presscorpus",
        description="Turn WordPress sites into datasets that a paper can cite.",
        epilog=f"{_EXAMPLES}\n{_EXIT_CODES}",
        formatter_class=layout,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    parser.add_argument(
        "--repository", type=Path, default=Path(), metavar="DIR", help="folder with params.yaml (default: this one)"
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(
        name: str, run: Callable[[argparse.Namespace], None], text: str, more: str = ""
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}. {more}".strip(),
            epilog=_EXIT_CODES,
            formatter_class=layout,
        )
        made.set_defaults(run=run)
        return made

    build = command("build", _build, "build a release from addresses, files or folders, without a repository")
    build.add_argument(
        "sources", nargs="+", metavar="SOURCE", help="https://... or a JSON or JSON Lines file, or a folder"
    )
    build.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where to build; the release is DIR/release"
    )
    build.add_argument("--address", metavar="URL", help="the site's address, where the files do not show it")
    build.add_argument(
        "--as-of", type=_moment, metavar="TIME", help="when files were captured, as 2026-11-23T00:00:00Z (default: now)"
    )
    build.add_argument("--contact", metavar="MAIL", help="contact for the site's owner, sent in the user agent")
    build.add_argument("--allow-private", action="store_true", help="allow a site on a private or loopback address")
    build.add_argument("--workers", type=int, default=0, metavar="N", help="processes (default: one a processor)")

    fetch = command("fetch", _fetch, "ask every site of params.yaml that was not asked since its as_of")
    fetch.add_argument(
        "--keep-going", action="store_true", help="exit with 0 once every site has a receipt, good or bad"
    )
    command("normalise", _normalise, "build data/tables/ from data/raw/")
    command("validate", _validate, "judge data/tables/ by schemas/")
    command("report", _report, "write data/reports/index.html")
    command("package", _package, "lay out data/release/, which load_dataset reads and the Hub takes as it lies")
    publish = command("publish", _publish, "send data/release/ to the Hugging Face Hub as one commit, and tag it")
    publish.add_argument(
        "repo", metavar="ORG/NAME", help="dataset repository on the Hub; made, private, where it is not there"
    )
    publish.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    publish.add_argument("--public", action="store_true", help="make a new repository public")
    raw = command("raw", _raw, "print the bytes that an item came from, or all items of a site")
    raw.add_argument("site", metavar="SITE")
    raw.add_argument(
        "type", metavar="TYPE", nargs="?", help="post, page, a custom type, a taxonomy, attachment, user, comment"
    )
    raw.add_argument("id", metavar="ID", nargs="?", type=int)
    raw.add_argument("--jsonl", action="store_true", help="every observed item, one a line")
    return parser


class _Version(argparse.Action):
    def __call__(self, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(f"presscorpus {version('presscorpus')}")
        sys.exit(0)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)


def _opened(arguments: argparse.Namespace) -> tuple[Package, Params, Layout]:
    from builder import params, spec
    from builder.layout import Layout

    root: Path = arguments.repository
    settled = params.load(root / params.FILE)
    return spec.load(root if (root / spec.DESCRIPTOR).exists() else spec.home()), settled, Layout.of(root)


def _progress() -> Progress:
    """A bar for each kind of work, on a terminal only."""
    from tqdm import tqdm

    bars: dict[str, tqdm[NoReturn]] = {}

    def show(what: str, done: int, total: int | None) -> None:
        if what not in bars:
            # `disable=None` is tqdm's word for: quiet where standard error is no terminal.
            bars[what] = tqdm(desc=what, total=total, disable=None, unit="")
        bars[what].total = total
        bars[what].update(done - bars[what].n)
        if total is not None and done >= total:
            bars[what].close()

    return show


def _summarise(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.receipt is None:
            continue
        counts = ", ".join(f"{each.fetched} of {each.swept} {each.collection}" for each in outcome.receipt.collections)
        state = "already there" if not outcome.new else outcome.receipt.outcome
        print(f"{outcome.site}: {state}: {counts or 'nothing'}")
        for trouble in outcome.troubles:
            _say(f"{outcome.site}: {trouble}")


def _build(arguments: argparse.Namespace) -> None:
    from builder import onego, params, spec
    from builder.layout import Layout

    if arguments.address and len(arguments.sources) > 1:
        raise UsageError("--address goes with one source")
    out: Path = arguments.out
    if out.exists() and not out.is_dir():
        raise UsageError("is not a folder", where=str(out))
    wish = onego.Wish(
        sources=arguments.sources,
        as_of=arguments.as_of or datetime.now(UTC).replace(microsecond=0),
        address=arguments.address,
        allow_private=arguments.allow_private,
        contact=arguments.contact,
        workers=arguments.workers,
    )
    layout = Layout(out, out)
    outcomes = onego.build(wish, spec.load(spec.home()), layout, _progress())
    _summarise(outcomes)
    print(f"release: {layout.release}")
    for outcome in outcomes:
        if outcome.error:
            raise outcome.error
    remark = onego.reservations(params.load(out / params.FILE), outcomes, layout)
    if remark:
        raise remark


def _fetch(arguments: argparse.Namespace) -> None:
    from builder import stages

    _, settled, layout = _opened(arguments)
    outcomes = stages.fetch(settled, layout, _progress())
    _summarise(outcomes)
    for outcome in outcomes:
        if outcome.error and (outcome.receipt is None or not arguments.keep_going):
            raise outcome.error
    for outcome in outcomes:
        if outcome.receipt and not outcome.receipt.balanced and not arguments.keep_going:
            from builder.errors import ReservationsError

            raise ReservationsError(f"incomplete: {outcome.receipt.reason}", where=outcome.site)


def _normalise(arguments: argparse.Namespace) -> None:
    from builder import gates, stages

    package, settled, layout = _opened(arguments)
    for name, rows in stages.normalise(package, settled, layout, _progress()).items():
        print(f"{name}: {rows}")
    remark = gates.reservations(settled, layout)
    if remark:
        _say(str(remark))


def _validate(arguments: argparse.Namespace) -> None:
    from builder import stages

    package, settled, layout = _opened(arguments)
    counts = stages.validate(package, settled, layout)
    for rule, count in counts.items():
        print(f"{rule}: {count}")
    print(f"{sum(counts.values())} findings")


def _report(arguments: argparse.Namespace) -> None:
    from builder import stages

    print(stages.report(*_opened(arguments)))


def _package(arguments: argparse.Namespace) -> None:
    from builder import stages

    print(stages.package(*_opened(arguments)))


def _publish(arguments: argparse.Namespace) -> None:
    from builder import stages

    _, settled, layout = _opened(arguments)
    print(stages.publish(settled, layout, arguments.repo, private=not arguments.public, dry_run=arguments.dry_run))


def _raw(arguments: argparse.Namespace) -> None:
    from builder import evidence
    from builder.layout import Layout

    raw = Layout.of(arguments.repository).raw
    if arguments.jsonl:
        for line in evidence.lines(raw, arguments.site):
            sys.stdout.buffer.write(line)
    elif arguments.type is None or arguments.id is None:
        raise UsageError("name TYPE and ID of one item, or --jsonl for all", where=arguments.site)
    else:
        sys.stdout.buffer.write(evidence.newest(raw, arguments.site, arguments.type, arguments.id))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
