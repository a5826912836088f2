"""Harvest a case with the real command, and compare what came with what must come."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import polars as pl
import yaml

from tests.quirks.cases import CASES, Arena, Case
from tests.quirks.rest import Site, parsed
from tests.quirks.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
MOST_SECONDS = 90.0
_TABLES = {"posts": "posts", "terms": "terms", "media": "media"}
# Waits of a test: as long as they are, they are none of what a case is about.
FAST = {"backoff_seconds": 0.02}


@dataclass
class Result:
    """What came of one harvest, and what is wrong with it."""

    name: str
    exit_code: int = -1
    console: str = ""
    receipt: dict[str, Any] = field(default_factory=dict)
    held: dict[str, set[int]] = field(default_factory=dict)
    expected: dict[str, set[int]] = field(default_factory=dict)
    requests: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)
    rivals: dict[str, Any] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        return self.exit_code == 0 and self.receipt.get("outcome") == "complete"

    @property
    def missing(self) -> dict[str, set[int]]:
        found = {name: ids - self.held.get(name, set()) for name, ids in self.expected.items()}
        return {name: ids for name, ids in found.items() if ids}

    @property
    def words(self) -> str:
        return f"{self.console}\n{self.receipt.get('reason') or ''}".lower()


@contextlib.contextmanager
def arena_of(case: Case, *, healthy: bool = False) -> Iterator[Arena]:
    """The servers of a case while it is harvested; the site is as in WordPress where it is to be `healthy` still."""
    with ExitStack() as stack:
        server = stack.enter_context(Server())
        site = Site(server.origin, case.prefix, small=case.small, sizes=case.sizes, first=case.first)
        server.handler = site.answer
        arena = Arena(site, server, lambda: stack.enter_context(Server()), address=site.home)
        if not healthy:
            case.change(arena)
        yield arena


def tried(case: Case, folder: Path, limits: dict[str, float] | None = None, *, times: int = 1) -> Result:
    """Harvest a case into a folder with `presscorpus fetch`, `times` over, and judge the last one."""
    with arena_of(case) as arena:
        result = Result(case.name, expected=arena.expected())
        for time_ in range(times):
            _fetched(result, arena, folder, limits or {}, time_)
        result.requests = len(arena.server.asked)
    judge(case, result)
    return result


def refreshed(case: Case, folder: Path, limits: dict[str, float] | None = None) -> Result:
    """Harvest a healthy site, let it become that of a case, and harvest it again: nothing may be deleted."""
    with arena_of(case, healthy=True) as arena:
        result = Result(case.name, expected=arena.expected())
        _fetched(result, arena, folder, limits or {}, 0)
        if result.missing or not result.is_complete:
            result.wrong.append(f"the healthy site: {_described(result)}")
        case.change(arena)
        healthy = result.expected
        result.expected = {name: ids - arena.withdrawn.get(name, set()) for name, ids in result.expected.items()}
        _fetched(result, arena, folder, limits or {}, 1)
        result.requests = len(arena.server.asked)
    if result.missing:
        result.wrong.append(f"deleted {_counted(result.missing)}")
    if result.seconds > MOST_SECONDS:
        result.wrong.append(f"took {result.seconds:.0f} s")
    result.wrong += ["a traceback"] if "traceback" in result.words else []
    for part in result.receipt.get("collections", []):
        parts = sum(part[each] for each in ("fetched", "unchanged", "unreadable", "gone", "failed"))
        if part["swept"] != parts:
            result.wrong.append(f"the receipt of {part['collection']} does not add up: {part['swept']} and {parts}")
        most = max(len(healthy.get(part["collection"], ())), part["advertised_end"] or 0)
        if result.is_complete and part["swept"] > most:
            result.wrong.append(f"the receipt counts {part['swept']} {part['collection']}, of {most} that ever were")
    if case.outcome == "told" and result.exit_code == 0:
        result.wrong.append("says nothing of what it can see no more")
    if case.lost and case.lost.split()[0] not in result.words and " " not in case.lost:
        result.wrong.append(f"does not name {case.lost}")
    return result


def built(case: Case, folder: Path) -> Result:
    """The same with `presscorpus build`, as a user runs it, in a process of its own."""
    with arena_of(case) as arena:
        result = Result(case.name, expected=arena.expected())
        command = [sys.executable, "-m", "presscorpus", "build", arena.address, "--allow-private", "--out", str(folder)]
        begun = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        result.seconds = time.monotonic() - begun
        result.exit_code, result.console = done.returncode, done.stdout + done.stderr
        result.requests = len(arena.server.asked)
    receipts = sorted((folder / "raw").glob("*/*.json"))
    result.receipt = json.loads(receipts[-1].read_bytes()) if receipts else {}
    for table, name in _TABLES.items():
        path = folder / "tables" / f"{table}.parquet"
        if path.exists():
            _hold(result, name, pl.read_parquet(path))
    judge(case, result)
    return result


def _hold(result: Result, table: str, frame: pl.DataFrame) -> None:
    kind = {"posts": "type", "terms": "taxonomy"}.get(table)
    if kind is None:
        result.held.setdefault("media", set()).update(frame["id"].to_list())
        return
    for value, number in frame.select(pl.col(kind) if kind in frame.columns else "type", "id").iter_rows():
        result.held.setdefault(f"{table}:{value}", set()).add(number)


def _fetched(result: Result, arena: Arena, folder: Path, limits: dict[str, float], time_: int) -> None:
    _write_params(folder, arena.address, limits, time_)
    begun = time.monotonic()
    _, console = _run("--repository", str(folder), "fetch", "--keep-going")
    result.seconds = time.monotonic() - begun
    result.exit_code, told = _run("--repository", str(folder), "fetch")
    result.console = console + told
    result.receipt, result.held = {}, {}
    archives = sorted((folder / "raw" / "case").glob("*.warc.gz"))
    if archives:
        result.receipt = json.loads(archives[-1].with_name(archives[-1].name.replace(".warc.gz", ".json")).read_bytes())
        for table, frame in _observed(folder, archives).items():
            _hold(result, table, frame)


def _write_params(folder: Path, address: str, limits: dict[str, float], time_: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "schemas").exists():
        shutil.copytree(ROOT / "schemas", folder / "schemas")
        shutil.copy(ROOT / "datapackage.json", folder)
    params = {
        "dataset": {"name": "quirks", "title": "Quirks", "version": "v2026.11.23"},
        "sites": [{"name": "case", "address": address, "as_of": f"2026-11-{20 + time_}T00:00:00Z",
                   "allow_private": True, "rights": {"statement": "Made for a test."}}],
        "limits": {"full_sweep_days": 0.0} | limits,
    }  # fmt: skip
    (folder / "params.yaml").write_text(yaml.safe_dump(params))


def _run(*arguments: str) -> tuple[int, str]:
    from presscorpus.__main__ import main

    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            main(list(arguments))
        except SystemExit as end:
            return int(end.code or 0), said.getvalue()
    raise AssertionError


def _observed(folder: Path, archives: list[Path]) -> dict[str, pl.DataFrame]:
    """What the archive holds and the tables would, by table: items that are published now."""
    from presscorpus.config import schema
    from presscorpus.observations.index import index_crawl
    from presscorpus.observations.versions import choose

    package = schema.load_package(folder)
    frames = [index_crawl(package, warc, folder / ".presscorpus")["observed"] for warc in archives]
    current = choose(package, pl.concat(frames)).current.filter(pl.col("state") == "published")
    return {str(table): rows for (table,), rows in current.partition_by("table", as_dict=True).items()}


def judge(case: Case, result: Result) -> None:
    """Note what is wrong with what came."""
    wrong = result.wrong
    if "traceback" in result.words:
        wrong.append("a traceback")
    if result.seconds > MOST_SECONDS:
        wrong.append(f"took {result.seconds:.0f} s")
    _judge_claims(result)
    is_whole = not result.missing and result.is_complete and not _alarm(result)
    is_told = not result.is_complete and result.exit_code not in {0, 1} and _says(case, result)
    accepted = {
        "whole": is_whole,
        "told": is_told and result.receipt.get("outcome") != "complete",
        "rows": not result.missing and (result.is_complete or is_told),
        "whole or told": is_whole or is_told,
        "rest": bool(case.lost) and _is_rest_whole(case, result),
    }[case.outcome]
    if not accepted:
        wrong.append(f"not {case.outcome}: {_described(result)}")
    if case.most_requests and result.requests > case.most_requests:
        wrong.append(f"{result.requests} requests, more than {case.most_requests}")


def _judge_claims(result: Result) -> None:
    """The one rule: complete only where nothing is missing; and never `0 of 0` of what has rows."""
    receipt = result.receipt
    lost = {part["collection"] for part in receipt.get("collections", []) if "closed" in (part.get("note") or "")}
    unnamed = {name: ids for name, ids in result.missing.items() if name not in lost}
    if result.is_complete and unnamed:
        result.wrong.append(f"complete, and lacks {_counted(unnamed)}")
    for part in receipt.get("collections", []):
        name, held = part["collection"], len(result.held.get(part["collection"], set()))
        if f"0 of 0 {name}" in result.console and held:
            result.wrong.append(f"0 of 0 {name}, which has {held}")
        parts = sum(part[each] for each in ("fetched", "unchanged", "unreadable", "gone", "failed"))
        if part["swept"] != parts:
            result.wrong.append(f"the receipt of {name} does not add up: {part['swept']} and {parts}")
        if name in unnamed and not part["failed"] and "language" not in result.words:
            result.wrong.append(f"{name} lacks {len(unnamed[name])}, and nothing of it is booked as failed")
        if receipt.get("outcome") == "complete" and part["failed"]:
            result.wrong.append(f"complete with {part['failed']} failed of {name}")


def _alarm(result: Result) -> bool:
    """Whether a whole harvest alarms its reader."""
    return bool(result.receipt.get("reason")) and "counts" not in (result.receipt.get("reason") or "")


def _says(case: Case, result: Result) -> bool:
    return not case.says or any(re.search(each.lower(), result.words) for each in case.says)


def _is_rest_whole(case: Case, result: Result) -> bool:
    name = case.lost.split()[0]
    others = set(result.missing) - ({name} if " " not in case.lost else set())
    says = [each for each in case.says if each != "BAD"]
    named = all(each.lower() in result.words for each in says) and name in result.words
    booked = next((each for each in result.receipt.get("collections", []) if each["collection"] == name), None)
    if case.dead:
        return not others and booked is not None and booked["failed"] > 0 and not result.is_complete and named \
            and result.exit_code not in {0, 1}  # fmt: skip
    return not others and named and booked is not None


def _described(result: Result) -> str:
    last = result.words.strip().splitlines()[-1:] or [""]
    missing = f"lacks {_counted(result.missing)}" if result.missing else "lacks nothing"
    return f"exit {result.exit_code}, {result.receipt.get('outcome', 'no receipt')}, {missing}; {last[0][:160]}"


def _counted(missing: dict[str, set[int]]) -> str:
    return ", ".join(f"{len(ids)} {name}" for name, ids in sorted(missing.items()))


def plain_walk(arena: Arena) -> dict[str, set[int]]:
    """What a walk by page=1, 2, ... without any other parameter gets, asked of the handler itself."""
    from tests.quirks.content import KINDS

    found: dict[str, set[int]] = {}
    host = urlsplit(arena.site.home)
    for kind in KINDS:
        got: set[int] = set()
        for page in itertools_count():
            target = f"{host.path}wp-json/wp/v2/{kind.base}?page={page}"
            response = arena.server.handler(parsed("GET", target, {"user-agent": "plain"}))
            rows = _rows_of(response.body) if response.status == 200 else []
            fresh = {row["id"] for row in rows} - got
            got |= fresh
            if not fresh:
                break
        found[kind.collection] = got
    return found


def itertools_count() -> range:
    return range(1, 200)


def _rows_of(body: bytes) -> list[dict[str, Any]]:
    try:
        rows = json.loads(body)
    except ValueError:
        return []
    return (
        [row for row in rows if isinstance(row, dict) and isinstance(row.get("id"), int)]
        if isinstance(rows, list)
        else []
    )


__all__ = ["CASES", "FAST", "Result", "arena_of", "built", "judge", "plain_walk", "refreshed", "tried"]
