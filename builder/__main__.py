"""The command line: parse, call, exit. What each command does is in `commands.py`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from builder import commands
from builder.errors import PresscorpusError, StorageError

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
130  interrupted (143: terminated)
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
        refused = StorageError(
            error.strerror or str(error), where=None if error.filename is None else str(error.filename)
        )
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
    command("normalise", commands.normalise, "build data/tables/ from data/raw/")
    command("validate", commands.validate, "judge data/tables/ by schemas/")
    command("report", commands.report, "write data/reports/index.html")
    command("package", commands.package, "lay out data/release/, which load_dataset reads and the Hub takes as it lies")
    _describe_publish(command("publish", commands.publish, "send data/release/ to the Hugging Face Hub, and tag it"))
    _describe_raw(command("raw", commands.raw, "print the bytes that an item came from, or all items of a site"))
    return parser


def _describe_build(build: argparse.ArgumentParser) -> None:
    build.add_argument(
        "sources", nargs="+", metavar="SOURCE", help="https://..., or a JSON or JSON Lines file or folder"
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


def _describe_publish(publish: argparse.ArgumentParser) -> None:
    publish.add_argument("repo", metavar="ORG/NAME", help="dataset on the Hub; made, private, where it is not there")
    publish.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    publish.add_argument("--public", action="store_true", help="make a new repository public")


def _describe_raw(raw: argparse.ArgumentParser) -> None:
    raw.add_argument("site", metavar="SITE", help="name of the site, as in params.yaml")
    raw.add_argument(
        "type", metavar="TYPE", nargs="?", help="post, page, a custom type, a taxonomy, attachment, user, comment"
    )
    raw.add_argument("id", metavar="ID", nargs="?", type=int, help="number of the item within its site")
    raw.add_argument("--jsonl", action="store_true", help="every observed item, one a line")


class _Version(argparse.Action):
    def __call__(self, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(f"presscorpus {version('presscorpus')}")
        sys.exit(0)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time like 2026-11-23T00:00:00Z") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)


if __name__ == "__main__":
    main()
