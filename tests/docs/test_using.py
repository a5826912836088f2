"""The examples of docs/howto/using.md are run, library by library, and say the same in each."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.content.test_language import TEXTS
from tests.corpus import Corpus
from tests.docs.pages import blocks
from tests.factories import post, term

if TYPE_CHECKING:
    from typing import Any

PAGE = Path(__file__).parents[2] / "docs/howto/using.md"
LIBRARIES = ("datasets", "polars", "pandas", "DuckDB")
ENGLISH, UYGHUR = (" ".join(TEXTS[kind]) for kind in (("en", "Latn"), ("ug", "Arab")))
MORE = " ".join(f"word{number}" for number in range(80))
# What the first block of a section prints, by the line that shows it.
EXPECTED = {
    "Load a table": "7",
    "The ten columns that most need": "(7, 10)",
    "One language": "1",
    "Each text once": "5",
    "Train and test, by group and translation": "4",
    "Train and test, by time": "3 2",
    "Posts and their terms": "[('a', 'News', 2), ('a', 'Sport', 1)]",
    "The link graph": "[('a', 'post', 3, 'post', 1), ('b', 'post', 1, 'post', 2)]\n[('elsewhere.example', 2)]",
    "Versions": "[('a', 'post', 4)]\n[('a', 'post', 4), ('b', 'post', 3)]",
}


def dated(number: int, day: str, html: str, **more: Any) -> dict[str, Any]:
    return post(number, f"<p>{html}</p>", date_gmt=f"{day}T12:00:00", date=f"{day}T12:00:00", **more)


def content(*, later: bool) -> dict[str, list[dict[str, Any]]]:
    """Two sites that repeat, translate and link; `later` one post is edited and one is new."""
    away = "<a href='https://elsewhere.example/x'>x</a> <a href='https://www.elsewhere.example/y'>y</a>"
    a = [
        dated(1, "2026-01-01", ENGLISH, translations={"en": 1, "ug": 2}, categories=[3]),
        dated(2, "2026-01-02", UYGHUR),
        dated(3, "2026-01-03", f"{MORE} {away} <a href='/?p=1'>1</a>", categories=[3, 4]),
        dated(4, "2026-01-05", "Photo: archive" + "s" * later),
        term(3, name="News"),
        term(4, name="Sport"),
    ]
    home = {"home": "https://b.example.org"}
    b = [
        dated(1, "2026-01-04", f"{MORE} {away} <a href='/?p=2'>2</a>", **home),
        dated(2, "2025-12-31", f"{ENGLISH} Indeed.", **home),
        dated(3, "2026-01-06", "Photo: none", **home),
    ]
    return {"a": a, "b": b if later else b[:2]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release in data/release, and the one before it in before."""
    root = tmp_path_factory.mktemp("using")
    (root / "dvc.yaml").touch()
    corpus = Corpus(root, **content(later=False))
    corpus.build()
    shutil.copytree(corpus.layout.release, root / "before")
    corpus.day = 20
    for site, items in content(later=True).items():
        corpus.write(site, items)
    corpus.build(corpus.params(version="v2026.01.20"))
    return root


def sections() -> dict[str, dict[str, list[str]]]:
    """The blocks of the page, by section and library."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for block in blocks(PAGE):
        title = next(line for line in reversed(lines[: block.line]) if line.startswith("## "))
        found[title.removeprefix("## ")][block.text.partition("\n")[0].removeprefix("# ")].append(block.text)
    return found


def said(library: str, folder: Path) -> dict[str, str]:
    """What the blocks of one library print, by section. They are one program, in the order of the page."""
    named = {title: "\n".join(of[library]) for title, of in sections().items() if library in of}
    program = "\n".join(f"print('##', {title!r})\n{text}" for title, text in named.items())
    own = {"HF_HOME": str(folder / "hf"), "HF_HUB_OFFLINE": "1", "TZ": "Asia/Kathmandu"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=os.environ | own, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{library}\n{done.stdout}\n{done.stderr[-3000:]}"
    parts = (part.partition("\n") for part in done.stdout.split("## ")[1:])
    return {title: text.strip() for title, _, text in parts}


@pytest.mark.timeout(600)
def test_every_library_gives_the_same_answers(folder: Path) -> None:
    by_library = {library: said(library, folder) for library in LIBRARIES}
    polars = by_library["polars"]
    assert EXPECTED.items() <= polars.items()
    train, test = map(int, polars["Train and test, by group"].split())
    assert train + test == 7
    for library, answers in by_library.items():
        assert answers == {title: polars[title] for title in answers}, library


def test_every_block_names_its_library() -> None:
    for title, of in sections().items():
        assert of.keys() <= set(LIBRARIES), title
        assert of.keys() >= {"polars", "pandas"}, title
