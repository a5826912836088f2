"""What dvc.lock remembers: which live sites had been crawled when the pipeline last ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from builder.errors import ParamsError

if TYPE_CHECKING:
    from pathlib import Path


def recorded_live_crawls(root: Path) -> set[str]:
    """Names of the live sites whose crawls the last run of the stage `fetch` recorded; empty without a dvc.lock.

    DVC keeps the parameters of a stage beside the digests of its outputs
    (https://dvc.org/doc/user-guide/project-structure/dvcyaml-files#dvclock-file).
    """
    path = root / "dvc.lock"
    if not path.exists():
        return set()
    try:
        stage = yaml.safe_load(path.read_text(encoding="utf-8"))["stages"].get("fetch", {})
        sites = stage.get("params", {}).get("params.yaml", {}).get("sites", [])
        return {site["name"] for site in sites if site.get("files") is None}
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise ParamsError(f"cannot be read: {error}", where=str(path)) from None
