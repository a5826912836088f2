"""Section 12: `load_dataset` gives what lies there, whatever was loaded before under the same `HF_HOME`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.inputs import harness
from tests.inputs.case import Case
from tests.inputs.samples import medium, post, rendered, term

if TYPE_CHECKING:
    from pathlib import Path

# Each line that comes in is a folder, each that goes out what its tables hold, with the defaults of `datasets`.
_LOAD = """
import json, sys
import datasets
for line in sys.stdin:
    folder = line.strip()
    names = datasets.get_dataset_config_names(folder)
    rows = {name: datasets.load_dataset(folder, name)["train"].to_list() for name in names}
    print(json.dumps(rows, default=str), flush=True)
"""


class _Loader:
    """A program that loads releases, with one `HF_HOME` for all."""

    def __init__(self, home: Path) -> None:
        env = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
        env |= {"HF_HOME": str(home), "HF_HUB_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}
        self._program = subprocess.Popen(
            [sys.executable, "-c", _LOAD], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def differs(self, folder: Path) -> list[str]:
        """The tables of which other rows are loaded than lie there."""
        import polars as pl

        assert self._program.stdin
        assert self._program.stdout
        self._program.stdin.write(f"{folder}\n")
        self._program.stdin.flush()
        loaded = json.loads(self._program.stdout.readline())
        lying = {path.parent.name: pl.read_parquet(path).to_dicts() for path in sorted(folder.glob("*/*.parquet"))}
        filled = {name: json.loads(json.dumps(rows, default=str)) for name, rows in lying.items() if rows}
        return [f"{folder.parent.name}: other rows of {name}" for name in filled if loaded.get(name) != filled[name]]

    def close(self) -> None:
        self._program.communicate()


def _rows(folder: Path) -> list[str]:
    """Load, rebuild at the same place with other rows and with other words alone, and beside another corpus."""
    loader = _Loader(folder / "home")
    states = {
        "one": [[post(1), post(2)], [post(1), post(2), post(3), medium(11)], [post(1, "<p>Other words.</p>"), post(2)],
                [post(1), post(2), term(1, "Local news"), medium(11, alt_text="Other")]],
        "two": [[post(7, title=rendered("Of another corpus")), post(8)]],
    }  # fmt: skip
    wrong: list[str] = []
    try:
        for name, lists in states.items():
            for number, items in enumerate(lists):
                source = folder / f"{name}-{number}.json"
                source.write_text(json.dumps(items))
                out = folder / f"{name}-{number}" / "corpus"
                ended = harness.build([str(source)], out)
                if ended.code:
                    return [ended.said]
                place = folder / name / "release"
                place.parent.mkdir(exist_ok=True)
                (out / "release").rename(place)
                wrong += [f"state {number} of {each}" for each in loader.differs(place)]
                place.rename(out / "release")
    finally:
        loader.close()
    return wrong


CASES = [Case(12, "rebuilt, and two corpora", scenario=_rows)]
