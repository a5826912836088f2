"""The folders of a repository, and of a folder that `presscorpus build` made."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class Layout(NamedTuple):
    """Paths of a dataset: `root` holds params.yaml, `data` what is built."""

    root: Path
    data: Path

    @classmethod
    def of(cls, root: Path) -> Layout:
        """Return the layout of a repository, or of a folder that `build` made.

        Args:
            root: The folder with params.yaml.

        Returns:
            A layout whose `data` is `root/data` where there is a dvc.yaml, else `root` itself.
        """
        return cls(root, root / "data" if (root / "dvc.yaml").exists() else root)

    @property
    def outside(self) -> bool:
        """Whether `data` is a link that leads out of the dataset, as to another disk."""
        return not self.data.resolve().is_relative_to(self.root.resolve())

    @property
    def raw(self) -> Path:
        """The raw archive: one folder a site."""
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
        """The release, laid out as a Hub repository."""
        return self.data / "release"

    @property
    def work(self) -> Path:
        """Crawls in progress and intermediate files.

        It may be deleted at any time between runs.
        """
        return self.root / ".presscorpus"
