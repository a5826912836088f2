"""The Python interface for notebooks and scripts (`import presscorpus`)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from presscorpus.config import params, schema
from presscorpus.config.layout import Layout
from presscorpus.errors import UsageError
from presscorpus.lazy import lazy
from presscorpus.pipeline import stages
from presscorpus.release import whole
from presscorpus.storage import parquet
from presscorpus.storage.lock import locked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    import polars as pl

    import presscorpus.pipeline.build as one_go
    from presscorpus.config.params import Params, Part
    from presscorpus.config.schema import Package
    from presscorpus.crawl.fetch import Outcome
    from presscorpus.pipeline import cite as citing
    from presscorpus.pipeline import request as requests
    from presscorpus.pipeline.cite import Reference
    from presscorpus.pipeline.stages import Progress
else:
    pl = lazy("polars")
    one_go = lazy("presscorpus.pipeline.build")
    citing = lazy("presscorpus.pipeline.cite")
    requests = lazy("presscorpus.pipeline.request")

__all__ = ["Corpus", "build"]


def _quiet(_what: str, _done: int, _total: int | None) -> None:
    """Report no progress."""


class Corpus:
    """A dataset on disk: a repository with dvc.yaml, or a folder that `build` made.

    Args:
        root: The folder that holds params.yaml.

    Raises:
        ParamsError: params.yaml is missing or malformed.
        SchemaError: A schema is missing or malformed.
    """

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)
        self.params: Params = params.load(self.root / params.FILE)
        self.package: Package = schema.package_at(self.root)
        self.layout = Layout.of(self.root)

    def __repr__(self) -> str:
        return f"Corpus({str(self.root)!r})"

    def _alone(self) -> AbstractContextManager[None]:
        return locked(self.layout.work / "lock", where=str(self.root), what="at work here")

    def fetch(self, progress: Progress = _quiet) -> list[Outcome]:
        """Crawl each site that has no closed crawl for its `as_of`. Network access.

        Args:
            progress: Called, from any thread, with a step's name, how much is done, and how much there is.

        Returns:
            One outcome a site, with the receipt of its crawl or the error.

        Raises:
            LockedError: Another run is at work in this folder.
            ParamsError: dvc.lock is malformed.
            StorageError: The disk is full, or a folder may not be written.
        """
        with self._alone():
            return stages.fetch.run(self.params, self.layout, progress)

    def normalise(self, progress: Progress = _quiet) -> dict[str, int]:
        """Build all tables from the raw archive.

        Args:
            progress: Called with a step's name, how much is done, and how much there is.

        Returns:
            Rows by table.

        Raises:
            LockedError: Another run is at work in this folder.
            ArchiveError: The archive is damaged, or a site has no closed crawl.
            ParamsError: takedown.yaml is malformed, or names no item.
            OSError: The disk is full, or a folder may not be written.
        """
        with self._alone():
            return stages.normalise.run(self.package, self.params, self.layout, progress)

    def validate(self, progress: Progress = _quiet) -> dict[str, int]:
        """Check all tables by their schemas.

        Args:
            progress: Called with a step's name, how much is done, and how much there is.

        Returns:
            Findings by "table/field/rule"; empty where there are none.

        Raises:
            LockedError: Another run is at work in this folder.
            FindingsError: Two checkers disagree about the tables.
        """
        with self._alone():
            return stages.validate.run(self.package, self.params, self.layout, progress)

    def report(self) -> Path:
        """Write the HTML page that shows the dataset, with its metrics and plots.

        Returns:
            The path of the page.

        Raises:
            LockedError: Another run is at work in this folder.
            FindingsError: The tables were never validated.
            UsageError: The tables were not built.
        """
        with self._alone():
            return stages.report.run(self.package, self.params, self.layout).page

    def release(self) -> Path:
        """Write the release, which `datasets.load_dataset` reads.

        Returns:
            Its folder.

        Raises:
            LockedError: Another run is at work in this folder.
            FindingsError: The tables have findings, or were never validated.
            RefusedError: takedown.yaml or params.yaml was changed after the tables were made.
            ParamsError: A policy asks for pseudonyms, and the environment does not hold their key.
        """
        with self._alone():
            stages.package.run(self.package, self.params, self.layout)
        return self.layout.release

    def table(self, name: str) -> pl.LazyFrame:
        """Read a table of the release, that is, what the policy releases.

        Args:
            name: A table, as `posts` or `links`; `tables` lists them.

        Returns:
            A lazy frame with the columns of `schemas/<name>.json`.

        Raises:
            UsageError: There is no such table, or no release yet.
            ArchiveError: The table is missing from the release.
        """
        if name not in self.package.resources:
            raise UsageError(f"is no table; there are {', '.join(self.tables)}", where=name)
        if not self.layout.release.is_dir():
            raise UsageError("holds no release", where=str(self.root), advice="Run `presscorpus package` first.")
        return parquet.scan(whole.parts(self.layout.release, name))

    @property
    def tables(self) -> list[str]:
        """The names of all tables."""
        return list(self.package.resources)

    def cite(self, site: str, number: int, kind: str | None = None) -> Reference:
        """Refer to one post of this version of the dataset.

        Args:
            site: A site of params.yaml.
            number: The id of the post.
            kind: Its type, where several types have that id.

        Returns:
            The reference, with the address, the time of observation and the digest of the response.

        Raises:
            ParamsError: params.yaml does not name the site.
            UsageError: There is no such post, several types have that id, or the tables were not built.
            RefusedError: It was taken down.
            ArchiveError: The response is damaged.
        """
        return citing.refer(self.package, self.params, self.layout, site, number, kind)


def build(  # noqa: PLR0913 - the options of the command
    sources: str | Path | Sequence[str | Path],
    out: str | Path,
    *,
    address: str | None = None,
    contact: str | None = None,
    as_of: datetime | None = None,
    part: Part | None = None,
    progress: Progress = _quiet,
) -> Corpus:
    """Build a release from addresses, files or folders, as `presscorpus build` does.

    Args:
        sources: Addresses of sites, files or folders of captures.
        out: The folder for everything that is made.
        address: The site's address, where files do not show it.
        contact: Who crawls, for the User-Agent; required to ask a live site.
        as_of: The time that imported files count as observed; null for now.
        part: What alone of live sites is asked for, for a first look; null for everything.
        progress: Called with a step's name, how much is done, and how much there is.

    Returns:
        The dataset.

    Raises:
        UsageError: A source or the folder cannot be used, or a part is taken of files.
        SourceError: A source could not be read, or a site could not be reached.
        LockedError: Another run is at work in the folder.
        FindingsError: The tables break their schemas.
    """
    named = [sources] if isinstance(sources, str | Path) else sources
    root = Path(out)
    request = requests.BuildRequest(
        sources=[str(source) for source in named],
        as_of=as_of or datetime.now(UTC).replace(microsecond=0),
        address=address,
        contact=contact,
        part=part,
    )
    built = one_go.build(request, schema.load_package(schema.package_home()), Layout(root, root), progress)
    for outcome in built.outcomes:
        if outcome.error:
            raise outcome.error
    return Corpus(root)
