"""Other harvesters on the same servers: wpextract and wparc, in an environment made for them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.quirks.content import KINDS
from tests.quirks.judge import ROOT, arena_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.quirks.cases import Case
    from tests.quirks.judge import Result

_FOLDER = ROOT / ".venvs" / "rivals"
_PACKAGES = ("wpextract==1.1.1", "wparc==1.0.8")
_SECONDS = 60
# Collections that every one of them asks for: neither knows types of a site's own.
_NAMES = {"posts": "posts:post", "pages": "posts:page", "media": "media", "categories": "terms:category",
          "tags": "terms:post_tag"}  # fmt: skip


class Rival(NamedTuple):
    """What a rival got, by collection, and what it lacks of what is visible."""

    held: dict[str, set[int]]
    missing: dict[str, set[int]]
    failed: bool

    def __str__(self) -> str:
        """In short: whole, or how many it lacks."""
        lacks = sum(len(ids) for ids in self.missing.values())
        return "whole" if not lacks else f"lacks {lacks}{' and fails' if self.failed else ''}"

    def got_more(self, result: Result) -> bool:
        """Whether it has a visible item that we lack."""
        return any(
            (ids - result.held.get(name, set())) & result.expected.get(name, set()) for name, ids in self.held.items()
        )


def installed() -> Path:
    """The folder of the rivals' commands; made where it is not there."""
    if not (_FOLDER / "bin" / "wpextract").exists():
        subprocess.run([sys.executable, "-m", "venv", str(_FOLDER)], check=True)
        command = [str(_FOLDER / "bin" / "pip"), "install", "--quiet", *_PACKAGES]
        subprocess.run(command, check=True)
    return _FOLDER / "bin"


def run(programs: Path, case: Case, folder: Path) -> dict[str, Rival]:
    """Let each rival harvest a case."""
    return {name: _one(programs, name, case, folder / name) for name in ("wpextract", "wparc")}


def _one(programs: Path, name: str, case: Case, folder: Path) -> Rival:
    folder.mkdir()
    with arena_of(case) as arena:
        address = arena.address
        commands = {
            "wpextract": ["wpextract", "download", address, str(folder)],
            # It takes names of domains only: the server stands as a proxy for one.
            "wparc": ["wparc", "dump", "quirks.example.com", "--no-https"],
        }
        first, *rest = commands[name]
        proxy = {"http_proxy": arena.server.origin, "HTTP_PROXY": arena.server.origin} if name == "wparc" else {}
        try:
            done = subprocess.run(
                [str(programs / first), *rest],
                cwd=folder,
                capture_output=True,
                check=False,
                timeout=_SECONDS,
                env=os.environ | proxy,
            )
            failed = done.returncode != 0
        except subprocess.TimeoutExpired:
            failed = True
        expected = arena.expected()
    held: dict[str, set[int]] = {}
    for path in sorted(folder.rglob("*.json*")):
        kind = next((kind for base, kind in _NAMES.items() if base in path.stem), None)
        if kind is not None:
            held.setdefault(kind, set()).update(_ids(path))
    asked = {kind.collection for kind in KINDS if kind.base in _NAMES}
    missing = {kind: ids - held.get(kind, set()) for kind, ids in expected.items() if kind in asked}
    return Rival(held, {kind: ids for kind, ids in missing.items() if ids}, failed)


def _ids(path: Path) -> Iterator[int]:
    for text in (path.read_text(encoding="utf-8", errors="replace"), *path.read_text(errors="replace").splitlines()):
        try:
            value: Any = json.loads(text)
        except ValueError:
            continue
        for row in value if isinstance(value, list) else [value]:
            if isinstance(row, dict) and str(row.get("id", "")).isdecimal():
                yield int(row["id"])
