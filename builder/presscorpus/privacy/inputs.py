"""Records of what tables and release were made of; outdated ones are refused.

In a repository DVC records it too; in a folder that `presscorpus build` made nothing else does.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from presscorpus.config import takedown
from presscorpus.config.takedown import Takedown
from presscorpus.errors import RefusedError
from presscorpus.storage import atomic

if TYPE_CHECKING:
    from pathlib import Path

    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params

BUILD_AGAIN = "build again: `dvc repro`, or the `presscorpus build` that made this folder"
_BUILD = f"{BUILD_AGAIN.capitalize()}."
TABLES = "tables"
RELEASE = "release"


class Inputs(msgspec.Struct, frozen=True):
    """What was recorded of the inputs of tables or of a release.

    The entries of takedown.yaml, the SHA-256 of parts of params.yaml, and of a release that of its SHA256SUMS.
    """

    takedowns: tuple[Takedown, ...]
    parameters: str
    sums: str = ""


_decode = msgspec.json.Decoder(dict[str, Inputs]).decode


def note(layout: Layout, params: Params, made: str) -> None:
    """Record what tables or release are made of now.

    Args:
        layout: Where takedown.yaml and the folder of work are.
        params: params.yaml.
        made: `TABLES` or `RELEASE`.
    """
    known = _noted(layout) | {made: _of(layout, params, made)}
    atomic.write(_path(layout), msgspec.json.encode(known, order="sorted"))


def check(layout: Layout, params: Params, made: str) -> tuple[Takedown, ...]:
    """Refuse tables or a release that takedown.yaml or params.yaml would change now.

    Args:
        layout: Where takedown.yaml and the folder of work are.
        params: params.yaml.
        made: `TABLES` or `RELEASE`.

    Returns:
        Entries of takedown.yaml that were added since, of which the caller has to find out whether they change
        anything.

    Raises:
        RefusedError: params.yaml was changed, an entry of takedown.yaml was changed or taken out, or nothing is
            recorded.
        ParamsError: takedown.yaml is malformed.
    """
    known = _noted(layout).get(made)
    now = _of(layout, params, made)
    # In a repository DVC knows what tables were made of, and may bring back an earlier release; release/gates.py asks.
    by_dvc = (layout.root / "dvc.yaml").exists()
    if by_dvc and (made == TABLES or known is None or known.sums != now.sums):
        return ()
    if known is None:
        raise RefusedError(f"nobody noted what the {made} were made of", where=str(layout.root), advice=_BUILD)
    if known.parameters != now.parameters:
        raise RefusedError("was changed after the build, and would change it", where="params.yaml", advice=_BUILD)
    if set(known.takedowns) - set(now.takedowns):
        raise RefusedError("has fewer entries than the build knew", where=takedown.FILE, advice=_BUILD)
    return tuple(entry for entry in now.takedowns if entry not in known.takedowns)


def _of(layout: Layout, params: Params, made: str) -> Inputs:
    """What is recorded.

    Of tables only what the stage normalise of dvc.yaml reads, which alone makes them again.
    """
    sites = [
        (site.name, site.address, site.as_of, site.files, site.imports, site.country, params.policy_of(site))
        for site in params.sites
    ]
    parts: list[object] = [sites, params.limits.max_post_bytes]
    if made == RELEASE:
        parts += [msgspec.structs.replace(params.dataset, repository=None), params.limits, params.package]
    return Inputs(takedown.load(layout.root), _digest(parts), _sums(layout) if made == RELEASE else "")


def _sums(layout: Layout) -> str:
    try:
        return hashlib.sha256((layout.release / "SHA256SUMS").read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


def _digest(value: object) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()


def _noted(layout: Layout) -> dict[str, Inputs]:
    try:
        return _decode(_path(layout).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}


def _path(layout: Layout) -> Path:
    return layout.work / "made-of.json"
