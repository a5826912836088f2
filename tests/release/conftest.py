"""Small good tables, the parameters that fit them, and the release of both."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from presscorpus.config import schema
from presscorpus.config.params import Creator, Dataset, Packaging, Params, Policy, Rights, Site
from presscorpus.release import writer
from tests import good_tables

ROOT = Path(__file__).parent.parent.parent
SITES = [f"site-{number}" for number in range(good_tables.ROWS)]


def parameters(
    *,
    title: str = "A small dataset",
    policy: Policy | None = None,
    part_rows: int = 4,
    statement: str = "Ours.",
    **more: Any,
) -> Params:
    """Parameters that name the sites of the good tables. Parts are small, so that tables have several.

    `more` are values of `dataset`.
    """
    said = {
        "language": ["ug-Arab", "en"],
        "creators": (Creator(name="The builders"),),
        "keywords": ("one", "two"),
    } | more
    return Params(
        dataset=Dataset(name="small", title=title, version="v2026.11.23.2", **said),
        sites=tuple(
            Site(
                name=name,
                address=f"https://{name}.example/",
                as_of=datetime(2026, 11, 23, tzinfo=UTC),
                rights=Rights(statement=statement),
            )
            for name in SITES
        ),
        policy=policy or Policy(),
        package=Packaging(part_rows=part_rows),
    )


class Laid(NamedTuple):
    """A release, and the tables that it was made of."""

    package: schema.Package
    params: Params
    tables: Path
    release: writer.Release

    @property
    def folder(self) -> Path:
        """Where the release lies."""
        return self.release.folder


@pytest.fixture(scope="session")
def package() -> schema.Package:
    """The schemas that ship."""
    return schema.load_package(ROOT)


@pytest.fixture(scope="session")
def tables(package: schema.Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of good tables."""
    folder = tmp_path_factory.mktemp("tables")
    good_tables.write(package, folder)
    return folder


@pytest.fixture(scope="session")
def laid(package: schema.Package, tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Laid:
    """The release of the good tables; authors are withheld, so that two tables are empty. Not to be changed."""
    params = parameters()
    report = tables / "index.html"
    report.write_text("<!doctype html><title>Report</title>", encoding="utf-8")
    out = tmp_path_factory.mktemp("data") / "release"
    return Laid(package, params, tables, writer.write(package, params, tables, out, report=report))
