"""Every WordPress that can be had here, from the first request to the tables: counts are the database's.

Debian's own version is what all other tests run on; here are those that came after it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

import msgspec
import polars as pl
import pytest

from presscorpus.config import params, schema
from presscorpus.config.layout import Layout
from presscorpus.config.params import Policy, Rights, Site
from presscorpus.observations.evidence import lines
from presscorpus.pipeline import stages
from tests.wordpress.server import WordPress, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.wordpress.packages import Version

PACKAGE = schema.load_package(Path(__file__).parent.parent.parent)
Form = Literal["plain", "pretty", "index"]
# A table, and which of its rows a collection is.
COLLECTIONS = {
    "posts:post": ("posts", pl.col("type") == "post"),
    "posts:page": ("posts", pl.col("type") == "page"),
    "posts:book": ("posts", pl.col("type") == "book"),
    "posts:event": ("posts", pl.col("type") == "event"),
    "media": ("media", pl.lit(True)),
    "terms:category": ("terms", pl.col("taxonomy") == "category"),
    "terms:post_tag": ("terms", pl.col("taxonomy") == "post_tag"),
    "terms:genre": ("terms", pl.col("taxonomy") == "genre"),
    "terms:place": ("terms", pl.col("taxonomy") == "place"),
    "users": ("authors", pl.lit(True)),
    "comments": ("comments", pl.lit(True)),
}


@pytest.fixture(scope="module", params=["6.5", "nightly"])
def newer(request: pytest.FixtureRequest) -> Iterator[tuple[Version, WordPress]]:
    with running(posts=200, version=request.param) as server:
        yield request.param, server


def tables(folder: Path, **of_site: Any) -> dict[str, pl.DataFrame]:
    site = Site(
        name="test", as_of=datetime(2026, 11, 23, tzinfo=UTC), rights=Rights("Made for a test."), allow_private=True,
        **of_site,
    )  # fmt: skip
    settled = params.judge(
        params.Params(
            dataset=params.Dataset(name="test", title="Test", version="v2026.11.23"),
            sites=(site,),
            policy=Policy(authors="named", comments=True),
        ),
        where="a test",
    )
    layout = Layout.of(folder)
    (outcome,) = stages.fetch.run(settled, layout, lambda *_: None)
    assert outcome.error is None
    assert outcome.receipt
    assert outcome.receipt.balanced
    stages.normalise.run(PACKAGE, settled, layout, lambda *_: None)
    return {path.stem: pl.read_parquet(path) for path in layout.tables.glob("*.parquet")}


@pytest.mark.parametrize("form", ["plain", "pretty"])
def test_every_public_item_is_one_row(newer: tuple[Version, WordPress], tmp_path: Path, form: Form) -> None:
    version, server = newer
    server.set_permalinks(form)
    made = tables(tmp_path, address=server.url)
    for collection, ids in server.public_ids().items():
        table, which = COLLECTIONS[collection]
        assert sorted(made[table].filter(which)["id"]) == sorted(ids), collection
    assert made["quarantine"].is_empty()
    dates = made["posts"].filter(pl.col("type") == "post")["published_at"].value_counts()
    assert dates["count"].max() == 57
    # The shape of the answers differs: class_list came with 6.6.
    of_posts = [item for line in lines(tmp_path / "raw", "test") if "content" in (item := msgspec.json.decode(line))]
    assert {"class_list" in item for item in of_posts if item["type"] == "post"} == {version == "nightly"}


@pytest.mark.parametrize("newer", ["nightly"], indirect=True)
def test_slugs_worked_out_from_class_list_are_those_of_the_database(
    newer: tuple[Version, WordPress], tmp_path: Path
) -> None:
    """Only the posts are imported, as from a site that lists no terms: what class_list says must then be so."""
    _, server = newer
    (tmp_path / "harvest").mkdir()
    (tmp_path / "import").mkdir()
    tables(tmp_path / "harvest", address=server.url)
    source = tmp_path / "posts.jsonl"
    items = [line for line in lines(tmp_path / "harvest/raw", "test") if "class_list" in msgspec.json.decode(line)]
    source.write_bytes(b"\n".join(items))
    terms = tables(tmp_path / "import", address=server.url, files=str(source))["terms"]
    truth = {int(number): unquote(slug) for number, slug in server.sql("SELECT term_id, slug FROM wp_terms")}
    assert set(terms["origin"]) == {"inferred", "referenced"}
    told = terms.filter(pl.col("slug").is_not_null())
    assert dict(told.select("id", "slug").rows()) == {number: truth[number] for number in told["id"]}
    # All but those whose slug has no letter of ASCII: get_post_class writes their number (sanitize_html_class).
    assert {truth[number] for number in terms.filter(pl.col("slug").is_null())["id"]} == {"خەۋەرلەر", "新闻"}
    assert told.height > 100
