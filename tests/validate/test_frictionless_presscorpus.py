"""The real `frictionless`, as a user runs it, over a repository and over a dataset that carries the plugin along."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from frictionless import Package, system
from frictionless.resources import TableResource

from presscorpus.config.schema import DESCRIPTOR, load_package
from tests import good_tables

if TYPE_CHECKING:
    import frictionless_presscorpus

REPO = Path(__file__).parents[2]
PLUGIN = REPO / "builder/frictionless_presscorpus.py"
PACKAGE = load_package(REPO)
TABLES = Path("data/tables")
# pandas is there in the tests, through datasets; a user's frictionless may well be without.
NO_PANDAS = "import sys; sys.modules['pandas'] = None; from frictionless.console import console; console()"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository as `dvc repro` leaves it, as far as frictionless looks at it."""
    shutil.copy(REPO / DESCRIPTOR, tmp_path)
    shutil.copytree(REPO / "schemas", tmp_path / "schemas")
    good_tables.write(PACKAGE, tmp_path / TABLES)
    return tmp_path


def run(folder: Path, *command: str) -> tuple[int, str]:
    done = subprocess.run(
        [*command, "validate", "datapackage.json", "--json"], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def break_state(folder: Path) -> None:
    path = folder / TABLES / "posts.parquet"
    frame = pl.read_parquet(path).with_columns(state=pl.lit("lost"))
    good_tables.save(PACKAGE.schema("posts"), frame, path)


def test_the_command_passes_good_tables_and_fails_bad_ones(repository: Path) -> None:
    command = str(Path(sys.executable).parent / "frictionless")
    code, output = run(repository, command)
    assert code == 0, output
    report = json.loads(output)
    assert report["valid"]
    assert {task["name"]: task["stats"]["rows"] for task in report["tasks"]} == dict.fromkeys(
        PACKAGE.resources, good_tables.ROWS
    )
    break_state(repository)
    code, output = run(repository, command)
    assert code == 1
    assert 'constraint \\"enum\\"' in output


@pytest.mark.parametrize("command", [["-m", "frictionless"], ["-c", NO_PANDAS]])
def test_a_dataset_carries_the_plugin_along(repository: Path, command: list[str]) -> None:
    shutil.copy(PLUGIN, repository)
    # With -m and -c the working directory comes first on the path, so that the copy there is the one that is found.
    code, output = run(repository, sys.executable, *command)
    assert code == 0, output
    break_state(repository)
    code, output = run(repository, sys.executable, *command)
    assert code == 1, output


def test_foreign_keys_are_looked_up_in_other_files(repository: Path) -> None:
    path = repository / TABLES / "sites.parquet"
    good_tables.save(PACKAGE.schema("sites"), pl.read_parquet(path).tail(3), path)
    code, output = run(repository, sys.executable, "-m", "frictionless")
    assert code == 1
    assert '"foreign-key"' in output


@pytest.fixture
def plugin() -> Any:
    """The plugin as frictionless itself found it."""
    found = system.plugins["presscorpus"]
    assert type(found).__name__ == "PresscorpusPlugin"
    return found


def cells(resource: TableResource, plugin: frictionless_presscorpus.PresscorpusPlugin) -> list[list[Any]]:
    parser = plugin.create_parser(resource)
    assert parser is not None
    with parser:
        return list(parser.cell_stream)


def test_cells_are_typed(tmp_path: Path, plugin: Any) -> None:
    noon = good_tables.NOON
    columns = {
        "integer": pa.array([1, None]),
        "utc": pa.array([noon, None], pa.timestamp("us", tz="UTC")),
        "east": pa.array([noon, None], pa.timestamp("us", tz="Asia/Urumqi")),
        "local": pa.array([noon.replace(tzinfo=None), None], pa.timestamp("us")),
        "millis": pa.array([noon.replace(microsecond=0), None], pa.timestamp("ms", tz="UTC")),
        "early": pa.array([noon.replace(year=1066), None], pa.timestamp("us", tz="UTC")),
        "list": pa.array([["ئۇيغۇر", None], None]),
        "empty": pa.array([[], None], pa.list_(pa.string())),
        "boolean": pa.array([False, None]),
        "number": pa.array([0.5, None]),
        "string": pa.array(["", None]),
    }
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    head, first, second = cells(TableResource(path="t.parquet", basepath=str(tmp_path)), plugin)
    assert head == list(columns)
    late = noon.replace(microsecond=0)
    expected = [1, noon, noon, noon.replace(tzinfo=None), late, noon.replace(year=1066)]
    assert first == [*expected, ["ئۇيغۇر", None], [], False, 0.5, ""]
    assert [type(cell) for cell in first] == [type(cell) for cell in [*expected, [], [], False, 0.5, ""]]
    assert first[1].utcoffset() is not None
    assert first[2].utcoffset().total_seconds() in {6 * 3600, 8 * 3600}
    assert first[3].tzinfo is None
    assert second == [None] * len(columns)


def described(paths: list[str], **more: Any) -> dict[str, Any]:
    schema = json.loads((REPO / "schemas/sites.json").read_bytes())
    resource = {"name": "sites", "type": "table", "path": paths, "format": "parquet", "schema": schema, **more}
    return {"$schema": PACKAGE.descriptor["$schema"], "name": "parts", "resources": [resource]}


def errors(descriptor: dict[str, Any], folder: Path) -> list[str]:
    report = Package.from_descriptor(descriptor, basepath=str(folder)).validate()
    return [error.type for task in report.tasks for error in task.errors]


def test_parts_are_one_table(tmp_path: Path) -> None:
    frame = good_tables.frames(PACKAGE)["sites"]
    paths = ["sites/0.parquet", "sites/1.parquet"]
    for path, part in zip(paths, [frame.head(4), frame.tail(2)], strict=True):
        good_tables.save(PACKAGE.schema("sites"), part, tmp_path / path)
    assert errors(described(paths), tmp_path) == []
    report = Package.from_descriptor(described(paths), basepath=str(tmp_path)).validate()
    assert report.tasks[0].stats["rows"] == len(frame)
    good_tables.save(PACKAGE.schema("sites"), frame.tail(3), tmp_path / paths[1])
    assert errors(described(paths), tmp_path) == ["primary-key"]
    good_tables.save(PACKAGE.schema("sites"), frame.tail(2).drop("home"), tmp_path / paths[1])
    assert errors(described(paths), tmp_path) == ["source-error"]
    (tmp_path / paths[1]).unlink()
    assert errors(described(paths), tmp_path) == ["source-error"]


@pytest.mark.parametrize("parts", [1, 2])
def test_size_and_digest_are_compared_where_the_descriptor_names_them(tmp_path: Path, parts: int) -> None:
    frame = good_tables.frames(PACKAGE)["sites"]
    paths = [f"{number}.parquet" for number in range(parts)]
    for path, part in zip(paths, [frame.head(4), frame.tail(2)], strict=False):
        good_tables.save(PACKAGE.schema("sites"), part, tmp_path / path)
    data = b"".join((tmp_path / path).read_bytes() for path in paths)
    digest = hashlib.sha256(data).hexdigest()
    assert errors(described(paths, bytes=len(data), hash=f"sha256:{digest}"), tmp_path) == []
    wrong = described(paths, bytes=len(data) + 1, hash=f"sha256:{digest[::-1]}")
    assert sorted(errors(wrong, tmp_path)) == ["byte-count", "hash-count"]


def test_what_is_not_a_plain_local_file_is_left_to_frictionless(plugin: Any) -> None:
    assert plugin.create_parser(TableResource(path="https://example.org/a.parquet")) is None
    assert plugin.create_parser(TableResource(path="a.csv")) is None
    assert plugin.create_parser(TableResource(data=[["a"], [1]], format="parquet")) is None
