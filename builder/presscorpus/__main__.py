"""The command line: parse, call, exit. What each command does is in `commands.py`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from presscorpus import commands
from presscorpus.errors import PresscorpusError, StorageError
from presscorpus.normalise import supervision

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_EXIT_CODES = """\
exit codes:
  0  done                                7  the raw archive is damaged or missing
  1  a fault of presscorpus itself       8  another run is at work there
  2  the command makes no sense          9  done, but some records are in quarantine
  3  params.yaml or a schema is wrong   10  tables break their schemas
  4  a site or file cannot be read      11  refused: rights, policy or completeness
  5  the network gave no answer         12  the Hub did not take or give it
  6  the site's API is switched off    13  the disk is full or may not be written
 14  the site refuses the credentials
130  interrupted (143: terminated)
"""
_STORAGE = "Free some space or mend the permissions there, and run it again: nothing half-written is taken for whole."
_EXAMPLES = """\
examples:
  presscorpus build posts.json --out corpus       a file or folder of REST API responses
  presscorpus build https://example.org --out corpus
  presscorpus probe https://example.org           what a site has, and what a crawl would take
  dvc repro                                       the whole pipeline of a repository
  presscorpus raw uyghurmovement post 882         the bytes that a row came from
  presscorpus diff uyghurmovement 882             what changed in its last version
  presscorpus as-of 2026-11-23 --out then         the tables as they stood on that day
"""


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run one command and exit with its code."""
    signal.signal(signal.SIGTERM, _terminated)
    if argv is None:
        supervision.permit()
    arguments = _parser().parse_args(argv)
    try:
        arguments.run(arguments)
    except PresscorpusError as error:
        commands.say(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        commands.say("interrupted; what was finished is kept, and the next run goes on from there")
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output left; Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        where = None if error.filename is None else str(error.filename)
        refused = StorageError(error.strerror or str(error), where=where, advice=_STORAGE)
        commands.say(str(refused))
        sys.exit(refused.exit_code)
    except Exception as error:
        if os.environ.get("PRESSCORPUS_TRACEBACK"):
            raise
        commands.say(
            f"a fault of presscorpus itself: {type(error).__name__}: {error}\nPRESSCORPUS_TRACEBACK=1 shows where."
        )
        sys.exit(1)
    sys.exit(0)


def _terminated(_number: int, _frame: object) -> NoReturn:
    commands.say("terminated; what was finished is kept, and the next run goes on from there")
    raise SystemExit(143)


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
    made = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: Callable[[argparse.Namespace], None], text: str) -> argparse.ArgumentParser:
        described = f"{text[0].upper()}{text[1:]}."
        child = made.add_parser(name, help=text, description=described, epilog=_EXIT_CODES, formatter_class=layout)
        child.set_defaults(run=run)
        return child

    _describe_build(command("build", commands.build, "build a release from addresses, files or folders, in one go"))
    fetch = command("fetch", commands.fetch, "ask every site of params.yaml that was not asked since its as_of")
    fetch.add_argument(
        "--keep-going", action="store_true", help="exit with 0 once every site has a receipt, good or bad"
    )
    _describe_probe(command("probe", commands.probe, "ask a site what it has, and tell what a crawl would take"))
    command("normalise", commands.normalise, "build data/tables/ from data/raw/")
    command("validate", commands.validate, "judge data/tables/ by schemas/")
    command("report", commands.report, "write data/reports/index.html")
    command("package", commands.package, "lay out data/release/, which load_dataset reads and the Hub takes as it lies")
    _describe_publish(command("publish", commands.publish, "send data/release/ to the Hugging Face Hub or a folder"))
    _describe_cite(command("cite", commands.cite, "print a reference to one post, with times, digest and version"))
    _describe_erase(command("erase", commands.erase, "take an item out of the raw archive, and say where it still is"))
    _describe_raw(command("raw", commands.raw, "print the bytes that an item came from, or all items of a site"))
    _describe_diff(command("diff", commands.diff, "show what changed between two versions of a post"))
    _describe_as_of(command("as-of", commands.as_of, "build the tables as they stood at a moment, into another folder"))
    return parser


def _describe_build(build: argparse.ArgumentParser) -> None:
    build.add_argument(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="https://..., or a file or folder: JSON, JSON Lines, WARC, WACZ, another tool's dump",
    )
    build.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where to build; the release is DIR/release"
    )
    build.add_argument("--address", metavar="URL", help="the site's address, where the files do not show it")
    build.add_argument(
        "--as-of", type=_moment, metavar="TIME", help="when files were captured, as 2026-11-23T00:00:00Z (default: now)"
    )
    build.add_argument("--contact", metavar="MAIL", help="contact for the site's owner, sent in the user agent")
    build.add_argument(
        "--permission",
        metavar="WHO",
        help="who allowed in writing what robots.txt forbids, and when; the receipt records it",
    )
    build.add_argument("--allow-private", action="store_true", help="allow a site on a private or loopback address")
    build.add_argument("--workers", type=_count, default=0, metavar="N", help="processes (default: one a processor)")


def _describe_probe(probe: argparse.ArgumentParser) -> None:
    probe.add_argument("address", metavar="URL", help="https://...")
    probe.add_argument("--contact", metavar="MAIL", help="contact for the site's owner, sent in the user agent")
    probe.add_argument("--allow-private", action="store_true", help="allow a site on a private or loopback address")


def _describe_publish(publish: argparse.ArgumentParser) -> None:
    publish.add_argument(
        "target",
        metavar="TARGET",
        nargs="?",
        help="ORG/NAME on the Hub (made, private, where it is not there) or a folder as file:///... or s3://... "
        "(default: dataset.repository)",
    )
    publish.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    publish.add_argument("--public", action="store_true", help="make a new repository public")
    publish.add_argument(
        "--accept",
        action="append",
        default=[],
        metavar="LABEL",
        help="overrule an objection against the release, by the label that it names; may be said several times",
    )


def _describe_cite(cite: argparse.ArgumentParser) -> None:
    cite.add_argument("site", metavar="SITE", help="name of the site, as in params.yaml")
    cite.add_argument("id", metavar="ID", type=int, help="number of the post within its site")
    cite.add_argument("--type", metavar="TYPE", help="post, page or a custom type, where the number has several")
    form = cite.add_mutually_exclusive_group()
    form.add_argument("--bibtex", action="store_true", help="as a BibTeX entry")
    form.add_argument("--json", action="store_true", help="as CSL-JSON, for programs")


def _describe_erase(erase: argparse.ArgumentParser) -> None:
    erase.add_argument("site", metavar="SITE", help="name of the site, as in params.yaml")
    erase.add_argument("id", metavar="ID", type=int, help="number of the item within its site")
    erase.add_argument("--type", metavar="TYPE", help="post type, attachment, comment or user, where several have it")
    erase.add_argument("--reason", required=True, metavar="TEXT", help="why, for readers; it stays in the archive")
    erase.add_argument("--yes", action="store_true", help="do not ask: what is erased cannot be had back")


def _describe_raw(raw: argparse.ArgumentParser) -> None:
    raw.add_argument("site", metavar="SITE", help="name of the site, as in params.yaml")
    raw.add_argument(
        "type", metavar="TYPE", nargs="?", help="post, page, a custom type, a taxonomy, attachment, user, comment"
    )
    raw.add_argument("id", metavar="ID", nargs="?", type=int, help="number of the item within its site")
    raw.add_argument("--jsonl", action="store_true", help="every observed item, one a line")


def _describe_diff(diff: argparse.ArgumentParser) -> None:
    diff.add_argument("site", metavar="SITE", help="name of the site, as in params.yaml")
    diff.add_argument("id", metavar="ID", type=int, help="number of the post within its site")
    diff.add_argument("--type", metavar="TYPE", help="post, page or a custom type, where the number had several")
    diff.add_argument(
        "--from",
        dest="old",
        type=int,
        metavar="N",
        help="version to start from, the first is 1 (default: the one before)",
    )
    diff.add_argument("--to", dest="new", type=int, metavar="N", help="version to compare it with (default: the last)")
    diff.add_argument("--json", action="store_true", help="as JSON, all in ASCII, with everything that differs")


def _describe_as_of(as_of: argparse.ArgumentParser) -> None:
    as_of.add_argument(
        "moment", type=_end, metavar="DATE", help="2026-11-23 (its end, UTC) or a time like 2026-11-23T12:00:00Z"
    )
    as_of.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where to build: DIR/tables and DIR/reports"
    )
    as_of.add_argument(
        "--members", action="store_true", help="with what only crawls with credentials saw, which no release may hold"
    )


class _Version(argparse.Action):
    def __call__(self, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(f"presscorpus {version('presscorpus')}")
        sys.exit(0)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes")
    return int(text)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time like 2026-11-23T00:00:00Z") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)


def _end(text: str) -> datetime:
    """A moment to its microsecond; a date by itself is its last one, UTC."""
    try:
        return datetime.combine(date.fromisoformat(text), time.max, UTC)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date like 2026-11-23 or 2026-11-23T12:00:00Z") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


if __name__ == "__main__":
    main()
