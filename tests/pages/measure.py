"""What presscorpus makes of captured pages, beside what the API of the same site says of the same posts."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from datetime import UTC, datetime
from itertools import cycle, product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple
from urllib.request import urlopen

import msgspec
import polars as pl

from presscorpus.observations.items import observe
from presscorpus.pipeline import stages
from tests.corpus import PACKAGE, Corpus, quiet
from tests.pages import captures
from tests.wordpress.packages import THEMES, tool
from tests.wordpress.test_export import asked, frame

if TYPE_CHECKING:
    from collections.abc import Iterable

    from presscorpus.observations.items import Item
    from tests.wordpress.server import WordPress

FORMS: Final[tuple[Literal["plain", "pretty"], ...]] = ("plain", "pretty")
COLUMNS: Final = ("url", "title", "published_at", "published_local")
RIVALS: Final = {"trafilatura": "trafilatura==2.3.1", "resiliparse": "resiliparse==2.0.1"}
_TAXONOMIES: Final = {"categories": "category", "tags": "post_tag"}
_A_PAGE: Final = 100
_WORD: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")
_KEYS: Final = ["type", "id"]


class Captured(NamedTuple):
    """The posts of a site as its API shows them, and WARC files of their pages."""

    posts: pl.DataFrame
    warcs: list[Path]
    slugs: dict[tuple[str, int], str]


def capture(server: WordPress, folder: Path, most: int, themes: Iterable[str] = THEMES) -> Captured:
    """Fetch each post's page once, in one of the themes and forms of permalinks in turn."""
    looks = list(product(themes, FORMS))
    posts, warcs = [], []
    api = f"{server.url}?rest_route=/wp/v2/"
    slugs = {
        (taxonomy, item.id): json.loads(item.body)["slug"]
        for kind, taxonomy in _TAXONOMIES.items()
        for item in asked(f"{api}{kind}&per_page=100&orderby=id")
    }
    for form in FORMS:
        server.set_permalinks(form)
        of_form = with_slugs(f"{api}{{}}&per_page={min(most, 100)}&orderby=id", slugs, most)
        for theme in themes:
            place = looks.index((theme, form))
            mine = of_form.filter(pl.int_range(pl.len()) % len(looks) == place)
            with server.themed(theme):
                warcs.append(captures.by_wget(mine["url"], folder / f"{theme}-{form}"))
            posts.append(mine)
    server.set_permalinks("plain")
    return Captured(pl.concat(posts).sort(_KEYS), warcs, slugs)


def with_slugs(route: str, slugs: dict[tuple[str, int], str], most: int) -> pl.DataFrame:
    """The posts of all types by the API, with the slugs of their terms."""
    if most <= _A_PAGE:
        items = listed(f"{route.format('posts')}&page=1")
    else:
        items = [item for kind in ("posts", "pages", "books") for item in asked(route.format(kind))]
    told = {(item.type or "", item.id): json.loads(item.body) for item in items}
    made = frame("posts", items)
    terms = [
        sorted(slugs[taxonomy, number] for kind, taxonomy in _TAXONOMIES.items() for number in told[key].get(kind, []))
        for key in made.select(_KEYS).rows()
    ]
    return made.with_columns(terms=pl.Series(terms, dtype=pl.List(pl.String)))


def listed(url: str) -> list[Item]:
    """The items of one page of a list."""
    with urlopen(url, timeout=60) as response:
        return observe(response.read(), url, 200).items


def built(folder: Path, address: str, file: Path) -> dict[str, pl.DataFrame]:
    """The tables that are made of an archive."""
    folder.mkdir()
    (folder / "a.json").touch()
    corpus = Corpus(folder)
    params = corpus.params()
    # Captures are of a moment ago.
    site = msgspec.structs.replace(params.sites[0], address=address, files=str(file), as_of=datetime.now(UTC))
    params = msgspec.structs.replace(params, sites=(site,))
    stages.fetch.run(params, corpus.layout, quiet)
    stages.normalise.run(PACKAGE, params, corpus.layout, quiet)
    return {path.stem: pl.read_parquet(path) for path in corpus.layout.tables.glob("*.parquet")}


def figures(captured: Captured, tables: dict[str, pl.DataFrame]) -> dict[str, float]:
    """Shares of posts whose row is there, and of rows that say what the API says."""
    posts, found = captured.posts, tables["posts"]
    both = posts.join(found, on=_KEYS, how="inner", suffix="_found")
    made = {"keys": both.height / posts.height, "rows": found.height}
    # Themes show no date on a page.
    dated = both.filter(pl.col("type") == "post")
    for name in COLUMNS:
        rows = dated if name.startswith("published") else both
        made[name] = (rows[name].eq_missing(rows[f"{name}_found"])).mean() or 0.0  # type: ignore[assignment,unused-ignore]
    # A term of which a page has the number alone has no slug: post_terms has it.
    numbered: dict[tuple[str, int], set[str]] = {}
    for row in tables["post_terms"].iter_rows(named=True):
        slug = captured.slugs.get((row["taxonomy"], row["term_id"]), "?")
        numbered.setdefault((row["type"], row["id"]), set()).add(slug)
    right = [
        set(row["terms"])
        == {*(row["categories_found"] or []), *(row["tags_found"] or []), *numbered.get((row["type"], row["id"]), ())}
        - {None}
        for row in both.filter(pl.col("type") == "post").iter_rows(named=True)
    ]
    made["terms"] = sum(right) / len(right)
    made["words"] = f1(zip(both["text"], both["text_found"], strict=True))
    return made


def f1(pairs: Iterable[tuple[str | None, str | None]]) -> float:
    """The mean word F1 of pairs of texts."""
    scores = []
    for expected, got in pairs:
        one, other = (Counter(_WORD.findall((text or "").lower())) for text in (expected, got))
        shared, both = (one & other).total(), one.total() + other.total()
        scores.append(2 * shared / both if both else 1.0)
    return sum(scores) / len(scores) if scores else 0.0


def of_rivals(captured: Captured) -> dict[str, float]:
    """The word F1 of two libraries on the same pages."""
    pages = captures.html_of(captured.warcs)
    expected = dict(captured.posts.select("url", "text").rows())
    given = json.dumps({url: html for url, html in pages.items() if url in expected}).encode()
    made = {}
    for name, requirement in RIVALS.items():
        python = tool("python", requirement)
        # Which one of its requirements needs, and none names.
        subprocess.run((str(python), "-m", "pip", "install", "--quiet", "lxml-html-clean"), check=True)
        command = (str(python), str(Path(__file__).with_name("rivals.py")), name)
        texts: dict[str, Any] = json.loads(subprocess.run(command, input=given, capture_output=True, check=True).stdout)
        made[name] = f1((text, texts[url]) for url, text in expected.items() if url in texts)
    return made


def edited(server: WordPress, captured: Captured, folder: Path, count: int = 5) -> list[tuple[str, int]]:
    """Edit some posts and capture them again, into a WARC beside the others."""
    chosen = captured.posts.filter(pl.col("type") == "post").head(count)
    for number in chosen["id"]:
        server.act("edit", number)
    with server.themed(next(cycle(THEMES))):
        captured.warcs.append(
            captures.by_wget((f"{server.url}?p={number}" for number in chosen["id"]), folder / "later")
        )
    return [(str(kind), number) for kind, number in chosen.select(_KEYS).rows()]
