"""What a user does first: load it, offline, by the name of a table, with nothing in any cache."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pytest
import yaml

if TYPE_CHECKING:
    from pathlib import Path

    from tests.release.conftest import Laid

LOAD = """
import json, sys
import datasets
folder = sys.argv[1]
found = {"configs": datasets.get_dataset_config_names(folder), "tables": {}}
found["default"] = datasets.load_dataset(folder, split="train").features == \
    datasets.load_dataset(folder, found["configs"][0], split="train").features
for name in found["configs"]:
    whole = datasets.load_dataset(folder, name)
    streamed = datasets.load_dataset(folder, name, streaming=True)
    assert list(whole) == list(streamed) == ["train"]
    rows = [json.loads(json.dumps(row, default=str)) for row in whole["train"]]
    assert rows == [json.loads(json.dumps(row, default=str)) for row in streamed["train"]]
    assert whole["train"].features == streamed["train"].features
    types = {field.name: str(field.type) for field in whole["train"].features.arrow_schema}
    found["tables"][name] = {"rows": rows, "types": types}
print(json.dumps(found))
"""


def offline(tmp_path: Path, *command: str) -> str:
    home = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "home"), "HF_DATASETS_CACHE": str(tmp_path / "cache")}
    env = {**os.environ, **home}
    done = subprocess.run([sys.executable, *command], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def found(laid: Laid, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = offline(tmp_path_factory.mktemp("hub"), "-W", "error::FutureWarning", "-c", LOAD, str(laid.folder))
    loaded: dict[str, Any] = json.loads(out.splitlines()[-1])
    return loaded


def test_every_table_with_rows_has_a_config_and_no_other_has(laid: Laid, found: dict[str, Any]) -> None:
    filled = [name for name, rows in laid.release.rows.items() if rows]
    assert sorted(found["configs"]) == sorted(filled)
    assert found["configs"][:3] == ["posts", "terms", "links"]
    assert found["default"]
    assert {"authors", "comments"}.isdisjoint(found["configs"])


def test_the_features_are_the_types_of_the_schema(laid: Laid, found: dict[str, Any]) -> None:
    for name, table in found["tables"].items():
        expected = {field.name: str(field.type) for field in laid.package.schema(name).arrow}
        assert table["types"] == expected
        assert "large" not in str(table["types"])


def test_every_row_is_the_row_of_the_table(laid: Laid, found: dict[str, Any]) -> None:
    for name, table in found["tables"].items():
        released = pl.read_parquet(laid.folder / name / "*.parquet")
        assert table["rows"] == json.loads(json.dumps(released.to_dicts(), default=str)), name
        assert released.height == 6


def test_the_card_states_no_figures_that_could_grow_stale(laid: Laid) -> None:
    head = yaml.safe_load((laid.folder / "README.md").read_text().split("---\n")[1])
    assert not re.search("num_examples|num_bytes|splits|dataset_size|download_size", json.dumps(head))


def test_the_examples_of_the_card_run(laid: Laid, tmp_path: Path) -> None:
    # The Hub is out of reach, so that the folder stands in the place that the card says.
    card = (laid.folder / "README.md").read_text()
    (query,) = re.findall(r"```sql\n(.*?)```", card, re.DOTALL)
    local = query.replace("hf://datasets/OWNER/small@v2026.11.23.2", str(laid.folder))
    assert len(duckdb.connect().execute(local).fetchall()) == 6
    examples = re.findall(r"```python\n(.*?)```", card, re.DOTALL)
    assert len(examples) == 3
    for example in examples:
        local = example.replace("hf://datasets/OWNER/small@v2026.11.23.2", str(laid.folder))
        local = local.replace("OWNER/small", str(laid.folder))
        assert "OWNER" not in local
        assert offline(tmp_path, "-c", f"{local}\nprint(len(posts))").splitlines()[-1] == "6"
