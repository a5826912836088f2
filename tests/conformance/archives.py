"""Suites of files in formats of others: web archives and WordPress exports."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from tests.conformance.outcome import Outcome
from tests.conformance.product import Built, built

if TYPE_CHECKING:
    from pathlib import Path

_WP: Final = "{http://wordpress.org/export/1.2/}"
_GZIP, _LZ4 = b"\x1f\x8b", b"\x04\x22\x4d\x18"


def archive_suites(folder: Path) -> list[Outcome]:
    """Web archives: each ends with rows or a sentence that names what it is, never with an accident of Python."""
    return [_archives(suite) for suite in sorted((folder / "warc").iterdir())]


def _archives(suite: Path) -> Outcome:
    outcome = Outcome(f"warc/{suite.name}")
    for file in sorted(path for path in suite.rglob("*") if path.is_file()):
        with built(file, address=None) as made:
            fault = made.accident or _unnamed(file, made)
            outcome.judge(file.name, good=fault is None, why=fault or "")
    return outcome


def _unnamed(file: Path, made: Built) -> str | None:
    """What is wrong with how a build of an archive ended; null where nothing is."""
    if made.code not in (0, 4, 9):
        return f"exit {made.code}: {made.said[-160:]!a}"
    named = {"ARC": _is_arc(file), "LZ4": file.read_bytes()[:4] == _LZ4}
    missing = [
        name for name, is_one in named.items() if is_one and made.code == 4 and name.lower() not in made.said.lower()
    ]
    return f"refused without the word {missing[0]}: {made.said[-160:]!a}" if missing else None


def _is_arc(file: Path) -> bool:
    data = file.read_bytes()
    if data.startswith(_GZIP):
        try:
            with gzip.open(file) as unpacked:
                data = unpacked.read(16)
        except (OSError, EOFError):
            return False
    return data.startswith(b"filedesc:")


def export_suites(folder: Path) -> list[Outcome]:
    """WordPress exports (WXR): read, or refused by name."""
    outcome = Outcome("wxr")
    for file in sorted((folder / "wxr").rglob("*.xml")):
        with built(file) as made:
            fault = made.accident or _of_export(file, made)
            outcome.judge(file.name, good=fault is None, why=fault or "")
    return [outcome]


def _of_export(file: Path, made: Built) -> str | None:
    if made.code not in (0, 4, 9):
        return f"exit {made.code}: {made.said[-160:]!a}"
    if made.code == 4:
        words = ("wxr", "wordpress export", "xml", "rss")
        return None if any(word in made.said.lower() for word in words) else f"not named: {made.said[-160:]!a}"
    wanted = _published(file)
    there = set(made.unreleased("posts")["id"])
    missing = None if wanted is None else sorted(wanted - there)
    return f"{len(missing)} of {len(wanted or ())} published items missing: {missing[:5]}" if missing else None


def _published(file: Path) -> set[int] | None:
    """The numbers of the published posts and pages of an export; null where its XML cannot be read."""
    try:
        items = ET.parse(file).getroot().iterfind("./channel/item")
    except ET.ParseError:
        return None
    return {
        int(item.findtext(f"{_WP}post_id", "0"))
        for item in items
        if item.findtext(f"{_WP}status") == "publish" and item.findtext(f"{_WP}post_type") in ("post", "page")
    } - {0}
