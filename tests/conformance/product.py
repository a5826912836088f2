"""The product as a user has it: `presscorpus build`, its exit code, what it says, and the tables it leaves."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ADDRESS = "http://example.org"
ARGUMENTS = ("--as-of", "2026-01-01T00:00:00Z", "--workers", "1")
# A server that forks: this process has threads of polars, and a fork of it would wait for them for ever.
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["presscorpus.__main__", "tests.conformance.product"])
# What no message may hold: the text of an exception that Python raised by accident.
_ACCIDENT = re.compile(
    r"Traceback|NoneType|object has no attribute|a fault of presscorpus|not subscriptable|codec can't|"
    r"takes \d+ positional|index out of range|invalid literal|Error\b.*\bline \d+"
)


class Built(NamedTuple):
    """What came of one build.

    `said` is what was printed, on either stream. `out` is its folder.
    """

    code: int
    said: str
    out: Path

    def table(self, name: str) -> pl.DataFrame:
        """A table of the release. No rows where no release was written."""
        folder = self.out / "release" / name
        return pl.read_parquet(folder / "*.parquet") if folder.is_dir() else pl.DataFrame()

    def unreleased(self, name: str) -> pl.DataFrame:
        """A table before the release policy withheld anything."""
        file = self.out / "tables" / f"{name}.parquet"
        return pl.read_parquet(file) if file.is_file() else pl.DataFrame()

    @property
    def accident(self) -> str | None:
        """A reason that is an accident of Python, in the messages or in quarantine; null where there is none."""
        reasons = self.unreleased("quarantine")
        told = [self.said, *(reasons["reason"] if reasons.height else ())]
        found = next((match for text in told if (match := _ACCIDENT.search(text or ""))), None)
        return found[0] if found else "exit code 1" if self.code == 1 else None


def post(number: int, html: str, **more: Any) -> dict[str, Any]:
    """A post as the REST API gives it, of this content."""
    return {
        "id": number, "date": "2026-01-01T00:00:00", "date_gmt": "2026-01-01T00:00:00",
        "modified": "2026-01-01T00:00:00", "modified_gmt": "2026-01-01T00:00:00", "slug": f"post-{number}",
        "status": "publish", "type": "post", "link": f"{ADDRESS}/post-{number}/", "title": {"rendered": f"T{number}"},
        "content": {"rendered": html, "protected": False}, "excerpt": {"rendered": "", "protected": False},
        "author": 0, "featured_media": 0, "sticky": False, "categories": [], "tags": [],
    } | more  # fmt: skip


@contextmanager
def built(source: Path | str | dict[str, bytes], *arguments: str, address: str | None = ADDRESS) -> Iterator[Built]:
    """Build a release from a source, which is there inside the with block only.

    Args:
        source: A file, a folder or an address; or the files of a folder, by name.
        arguments: More of the command line.
        address: The site's address; null to have it found in the files.

    """
    with tempfile.TemporaryDirectory(prefix="presscorpus-") as name:
        folder = Path(name)
        if isinstance(source, dict):
            (folder / "in").mkdir()
            for file, data in source.items():
                (folder / "in" / file).write_bytes(data)
            source = folder / "in"
        where = ("--address", address) if address else ()
        command = ["build", str(source), "--out", str(folder / "out"), *where, *ARGUMENTS, *arguments]
        code = _forked(command, folder / "said")
        yield Built(code, (folder / "said").read_text(encoding="utf-8", errors="replace"), folder / "out")
        shutil.rmtree(folder / "out", ignore_errors=True)


def posts_of(contents: Sequence[str], **more: Any) -> dict[str, bytes]:
    """One file of posts with these contents, numbered from 1."""
    items = [post(number, html, **more) for number, html in enumerate(contents, 1)]
    return {"posts.json": json.dumps(items).encode()}


def _forked(command: list[str], said: Path) -> int:
    """The exit code of a command that runs in a process of its own, forked from one that has the libraries loaded."""
    process = _CONTEXT.Process(target=_run, args=(command, said))
    process.start()
    process.join()
    return process.exitcode if process.exitcode is not None else 70


def _run(command: list[str], said: Path) -> None:
    from presscorpus.__main__ import main

    log = os.open(said, os.O_CREAT | os.O_WRONLY)
    os.dup2(log, 1)
    os.dup2(log, 2)
    main(command)
