"""Build a case with the command line, in this process, and compare what came of it with what is required."""

from __future__ import annotations

import contextlib
import functools
import io
import json
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest import mock

import msgspec
import polars as pl

from presscorpus.__main__ import main
from presscorpus.config.settings import Validation
from presscorpus.pipeline import build as pipeline
from presscorpus.pipeline import request, stages
from tests.inputs.case import NEVER, Case

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from presscorpus.config.params import Params

_AS_OF = "2026-11-29T00:00:00Z"


class Ended(NamedTuple):
    """How a command ended, and what it printed."""

    code: int
    said: str


def problems(case: Case, folder: Path) -> list[str]:
    """What of a case is not as required; empty where all is."""
    if case.scenario is not None:
        return case.scenario(folder)
    _lay(case, folder / "in")
    with contextlib.chdir(folder), contextlib.nullcontext() if case.whole else quick():
        ended = build([*case.sources], folder / "out")
    return [*_of_words(case, ended), *_of_tables(case, folder / "out" / "tables")]


def build(sources: list[str], out: Path, *more: str) -> Ended:
    """`presscorpus build`, in this process."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed), _alone():
        try:
            main(["build", *sources, "--out", str(out), "--as-of", _AS_OF, *more])
        except SystemExit as end:
            return Ended(int(end.code or 0), printed.getvalue())
    raise AssertionError("a command ends with SystemExit")


def _lay(case: Case, folder: Path) -> None:
    folder.mkdir()
    for name, content in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Posts are read in this process, and frictionless is no second judge: both would be most of the time."""
    plan = request.to_params

    def alone(*asked: Any) -> Params:
        planned = plan(*asked)
        engine = msgspec.structs.replace(planned.engine, workers=1, isolate=False)
        return msgspec.structs.replace(planned, engine=engine, validate=Validation(frictionless_rows=0))

    with mock.patch.object(pipeline, "to_params", alone):
        yield


@contextlib.contextmanager
def quick() -> Iterator[None]:
    """Without what follows valid tables: report and release."""
    with (
        mock.patch.multiple(stages, report=mock.DEFAULT, package=mock.DEFAULT),
        mock.patch("presscorpus.report.terminal.summary", return_value=[]),
    ):
        yield


def _of_words(case: Case, ended: Ended) -> Iterator[str]:
    if ended.code not in case.exits:
        yield f"exit {ended.code}, not {' or '.join(map(str, case.exits))}: {_short(ended.said)}"
    for word in case.says:
        if word not in ended.said:
            yield f"does not say {word!r}: {_short(ended.said)}"
    if case.any_of and not any(word in ended.said for word in case.any_of):
        yield f"says none of {case.any_of}: {_short(ended.said)}"
    for word in (*NEVER, *case.never):
        if word in ended.said:
            yield f"says {word!r}: {_short(ended.said)}"


def _short(said: str) -> str:
    return " / ".join(said.splitlines())[-400:]


def _of_tables(case: Case, folder: Path) -> Iterator[str]:
    if not (folder / "posts.parquet").exists():
        if case.rows and 4 not in case.exits:
            yield "there are no tables"
        return

    @functools.cache
    def table(name: str) -> pl.DataFrame:
        return pl.read_parquet(folder / f"{name}.parquet")

    wanted = dict(case.rows) | ({} if case.quarantine is None else {"quarantine": case.quarantine})
    for name, rows in wanted.items():
        if table(name).height != rows:
            extra = table(name).select("rule", "reason").rows()[:2] if name == "quarantine" else ""
            yield f"{table(name).height} rows in {name}, not {rows} {extra}"
    for where, values in case.cells.items():
        name, _, column = where.partition(".")
        found: list[Any] = table(name)[column].to_list()
        if found != values:
            yield f"{where} is {found}, not {values}"
    if case.kept or case.struck:
        yield from _of_release(case, folder.parent / "release")


def _of_release(case: Case, folder: Path) -> Iterator[str]:
    """Words are looked for in all values of all tables that leave."""
    values = json.dumps(
        [pl.read_parquet(path).to_dicts() for path in sorted(folder.rglob("*.parquet"))],
        default=str, ensure_ascii=False,
    )  # fmt: skip
    for word in case.kept:
        if word not in values:
            yield f"{word!r} is not in the release"
    for word in case.struck:
        if word in values:
            yield f"{word!r} is in the release"
