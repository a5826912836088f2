"""A corpus that tests build from posts written on the spot, through the stages, without DVC."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl

from presscorpus.config import schema
from presscorpus.config.layout import Layout
from presscorpus.config.params import Creator, Dataset, Engine, Params, Policy, Publishing, Rights, Site, Validation
from presscorpus.pipeline import stages
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parent.parent
PACKAGE = schema.load_package(ROOT)
_BUILT: dict[str, tempfile.TemporaryDirectory[str]] = {}
FREE = Rights("Free to use.", "CC0-1.0")


def quiet(*_: object) -> None:
    return None


def post(number: int, **more: Any) -> dict[str, Any]:
    """A post of a.example.org, with a title and a content by number."""
    own = {
        "link": f"https://a.example.org/2026/{number}/", "modified_gmt": "2026-01-02T00:00:00",
        "title": {"rendered": f"Title {number}"}, "excerpt": {"rendered": "<p>Excerpt.</p>", "protected": False},
    }  # fmt: skip
    return factories.post(number, f"<p>Content of number {number}, in some words.</p>", **own | more)


class Corpus:
    """A folder with one or more sites of imported files, and what the stages made of them."""

    def __init__(self, root: Path, **sites: Sequence[dict[str, Any]]) -> None:
        self.layout = Layout.of(root)
        self.sites = tuple(sites) or ("a",)
        self.day = 1
        for name, items in sites.items():
            self.write(name, items)

    def write(self, site: str, items: Sequence[dict[str, Any]]) -> None:
        """What the site shows from now on."""
        (self.layout.root / f"{site}.json").write_text(json.dumps(list(items)), encoding="utf-8")

    def params(self, *, version: str = "v2026.01.01", policy: Policy | None = None, **more: Any) -> Params:
        """Parameters of the day; `more` are values of `dataset`."""
        made = tuple(
            Site(
                name,
                f"https://{name}.example.org/",
                datetime(2026, 1, self.day, tzinfo=UTC),
                FREE,
                files=f"{name}.json",
            )
            for name in self.sites
        )
        dataset = Dataset(
            "my-corpus", "My corpus", version, creators=(Creator("The compilers"),), language=["en"], **more
        )
        # What frictionless finds is the question of tests/validate/test_checker.py; here it would be most of the time.
        checks = Validation(frictionless_rows=0)
        # That posts are read in a process that may die is shown in tests/hostile; starting it takes most of a second.
        here = Engine(1, isolate=False)
        return Params(dataset, made, policy or Policy(), engine=here, validate=checks, publish=Publishing())

    def build(self, settled: Params | None = None) -> Params:
        """Run all stages, as `dvc repro` does."""
        settled = settled or self.params()
        stages.fetch.run(settled, self.layout, quiet)
        stages.normalise.run(PACKAGE, settled, self.layout, quiet)
        stages.validate.run(PACKAGE, settled, self.layout)
        stages.report.run(PACKAGE, settled, self.layout)
        stages.package.run(PACKAGE, settled, self.layout)
        return settled

    def build_first(self) -> Params:
        """Run all stages for the first time; what another test has made of the same files and day is copied."""
        settled = self.params()
        sources = [(path.name, path.read_bytes()) for path in sorted(self.layout.root.iterdir()) if path.is_file()]
        key = hashlib.sha256(repr((sources, settled)).encode()).hexdigest()
        if key in _BUILT:
            shutil.copytree(_BUILT[key].name, self.layout.root, dirs_exist_ok=True)
        else:
            self.build(settled)
            kept = tempfile.TemporaryDirectory()
            shutil.copytree(self.layout.root, kept.name, dirs_exist_ok=True)
            _BUILT[key] = kept
        return settled

    def table(self, name: str) -> pl.DataFrame:
        """A table as it was released."""
        return pl.read_parquet(self.layout.release / name / "*.parquet")


def shown(folder: Path) -> dict[str, str]:
    """Everything that the files of a folder say, by path: Parquet as its values, all else as it lies."""
    said = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            rows = pl.read_parquet(path).rows() if path.suffix == ".parquet" else None
            said[path.relative_to(folder).as_posix()] = (
                repr(rows) if rows is not None else path.read_bytes().decode("utf-8", "replace")
            )
    return said


def where(folder: Path, needle: str) -> list[str]:
    """The files that say it, in any case of letters, in bytes or in values."""
    found = [name for name, text in shown(folder).items() if needle.lower() in text.lower()]
    raw = [
        p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and needle.encode() in p.read_bytes()
    ]
    return sorted({*found, *raw})


def with_policy(settled: Params, site: str, policy: Policy) -> Params:
    """The same parameters with a policy of its own for one site."""
    sites = tuple(msgspec.structs.replace(s, policy=policy) if s.name == site else s for s in settled.sites)
    return msgspec.structs.replace(settled, sites=sites)
