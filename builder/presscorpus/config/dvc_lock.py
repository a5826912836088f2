"""The record in dvc.lock: live sites that the last run of the pipeline crawled."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from presscorpus.config.misfits import read_yaml
from presscorpus.config.params import CRAWL_NAME
from presscorpus.errors import ParamsError

if TYPE_CHECKING:
    from pathlib import Path


def recorded_live_crawls(root: Path) -> dict[str, str]:
    """Return the newest crawl of each live site that the last `fetch` recorded.

    DVC keeps the parameters of a stage beside the digests of its outputs
    (https://dvc.org/doc/user-guide/project-structure/dvcyaml-files#dvclock-file).

    Args:
        root: The folder of the dataset.

    Returns:
        Names of crawls (20261123T000000Z) by name of site; empty without a dvc.lock.

    Raises:
        ParamsError: dvc.lock is not as DVC writes it.
    """
    path = root / "dvc.lock"
    if not path.exists():
        return {}
    try:
        stage = read_yaml(path)["stages"].get("fetch", {})
        sites = stage.get("params", {}).get("params.yaml", {}).get("sites", [])
        return {site["name"]: _crawl(site["as_of"]) for site in sites if site.get("files") is None}
    except (KeyError, TypeError, AttributeError, ValueError):
        raise ParamsError(
            "is not as DVC writes it", where=str(path), advice="`git checkout dvc.lock` restores it."
        ) from None


def _crawl(as_of: str | datetime) -> str:
    moment = as_of if isinstance(as_of, datetime) else datetime.fromisoformat(as_of)
    return moment.astimezone(UTC).strftime(CRAWL_NAME)
