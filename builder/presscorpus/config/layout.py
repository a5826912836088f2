"""Where things lie, in a repository and in a folder that `presscorpus build` made."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class Layout(NamedTuple):
    """Where things lie. `root` holds params.yaml and what it names; `data` what is built."""

    root: Path
    data: Path

    @classmethod
    def of(cls, root: Path) -> Layout:
        """The layout of a repository, or of a folder that `presscorpus build` made."""
        return cls(root, root / "data" if (root / "dvc.yaml").exists() else root)

    @property
    def raw(self) -> Path:
        """The archive: one folder a site."""
        return self.data / "raw"

    @property
    def tables(self) -> Path:
        """The tables: one Parquet file each."""
        return self.data / "tables"

    @property
    def reports(self) -> Path:
        """Findings, metrics and the page."""
        return self.data / "reports"

    @property
    def release(self) -> Path:
        """The Hub repository, ready."""
        return self.data / "release"

    @property
    def work(self) -> Path:
        """Crawls in progress and intermediates; may be deleted at any time between runs."""
        return self.root / ".presscorpus"
