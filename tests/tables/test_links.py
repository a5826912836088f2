# A table of cases reads best with one case a line.
# ruff: noqa: E501
"""Which item an address means, where several claim it, and what links of a shard come to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

from presscorpus.config.schema import load_package
from presscorpus.tables import links
from presscorpus.tables.addresses import home_of
from presscorpus.tables.link_targets import Known, earlier, observed_under, settled, with_fronts

PACKAGE = load_package(Path(__file__).parent.parent.parent)
START = datetime(2026, 1, 1, tzinfo=UTC)
HOMES = {"a": home_of("https://example.org/", []), "b": home_of("https://other.example/", [])}
KEYS = ["site", "table", "type", "id"]
Item = tuple[str, str, str, int]
POST, PAGE, OTHER = ("a", "posts", "post", 1), ("a", "posts", "page", 2), ("a", "posts", "post", 3)
MEDIA, TERM, AUTHOR = ("a", "media", "attachment", 4), ("a", "terms", "category", 5), ("a", "authors", "user", 6)


def frame(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = PACKAGE.schema(name)
    return pl.DataFrame([{key: row.get(key) for key in schema.names} for row in rows], schema=schema.polars)


def claims(*rows: tuple[str, Item, str]) -> pl.DataFrame:
    return frame(
        "addresses",
        [
            {"site": site, "address": address, "target_table": table, "target_type": kind, "target_id": number, "basis": basis}
            for address, (site, table, kind, number), basis in rows
        ],
    ).sample(fraction=1, shuffle=True, seed=2)  # fmt: skip


def current(*rows: tuple[Item, str, int]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {**dict(zip(KEYS, item, strict=True)), "state": state, "observed_at": START + timedelta(days=day)}
            for item, state, day in rows
        ],
        schema={**{name: PACKAGE.schema("observed").polars[name] for name in KEYS}, "state": pl.String(), "observed_at": pl.Datetime("us", "UTC")},
    )  # fmt: skip


def observed(*rows: tuple[Item, str | None, int]) -> pl.DataFrame:
    return frame(
        "observed",
        [
            {**dict(zip(KEYS, item, strict=True)), "url": url, "state": "published", "observed_at": START + timedelta(days=day)}
            for item, url, day in rows
        ],
    )  # fmt: skip


def stated(made: pl.DataFrame, now: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """All claims, those to earlier addresses too, with the states of their items."""
    under = observed_under(seen)
    past = [earlier(PACKAGE, each, HOMES[str(site)]) for (site,), each in under.group_by("site")]
    before = pl.concat([*past, earlier(PACKAGE, under.clear(), HOMES["a"])])
    key = ["site", *links.TARGET]
    rows = made.select(key).unique().with_columns(there=pl.lit(value=True))
    states = now.select(
        "site", "observed_at", target_table="table", target_type="type", target_id="id",
        gone=pl.col("state") != "published",
    )  # fmt: skip
    both = pl.concat([made, before], how="diagonal").join(rows, on=key, how="left")
    return both.with_columns(pl.col("there").fill_null(value=False)).join(states, on=key, how="left")


def frame_known(made: pl.DataFrame, now: pl.DataFrame | None = None, seen: pl.DataFrame | None = None) -> pl.DataFrame:
    claimed = stated(made, current() if now is None else now, observed() if seen is None else seen)
    return with_fronts(settled(PACKAGE, claimed), sorted(HOMES))


def known(
    made: pl.DataFrame, now: pl.DataFrame | None = None, seen: pl.DataFrame | None = None
) -> dict[tuple[str, str], tuple[str, str | None, int | None]]:
    found = frame_known(made, now, seen)
    held = Known(
        PACKAGE,
        sorted(HOMES),
        iter([stated(made, current() if now is None else now, observed() if seen is None else seen)]),
    )
    assert held.meant(found.select("site", "address")).equals(found.select("site", "address", *links.TARGET))
    return {(site, address): (table, kind, number) for site, address, table, kind, number in found.rows()}


def test_posts_come_before_media_before_terms_before_authors() -> None:
    order = [POST, MEDIA, TERM, AUTHOR]
    for place, item in enumerate(order):
        made = claims(*(("/x", each, "permalink") for each in order[place:]))
        assert known(made)["a", "/x"] == item[1:]


def test_a_permalink_outweighs_a_number_a_number_a_guid_and_so_on_whatever_the_table() -> None:
    bases = PACKAGE.schema("addresses").by_name["basis"].constraints["enum"]
    for strong, weak in pairwise(bases):
        assert known(claims(("/x", TERM, strong), ("/x", POST, weak)))["a", "/x"] == TERM[1:]


def test_a_post_that_is_there_outweighs_one_that_is_gone() -> None:
    now = current((POST, "deleted", 5), (OTHER, "published", 1))
    assert known(claims(("/x", POST, "permalink"), ("/x", OTHER, "permalink")), now)["a", "/x"] == OTHER[1:]
    assert known(claims(("/x", POST, "permalink")), now)["a", "/x"] == POST[1:]


def test_of_two_that_are_there_the_one_seen_last_counts_and_then_the_lower_number() -> None:
    made = claims(("/x", POST, "permalink"), ("/x", OTHER, "permalink"))
    assert known(made, current((POST, "published", 1), (OTHER, "published", 2)))["a", "/x"] == OTHER[1:]
    assert known(made, current((POST, "published", 1), (OTHER, "published", 1)))["a", "/x"] == POST[1:]


def test_an_earlier_address_counts_until_something_else_has_it() -> None:
    seen = observed((POST, "https://example.org/old/", 0), (POST, "https://example.org/new/", 1))
    made = claims(("/new", POST, "permalink"))
    assert known(made, seen=seen)["a", "/old"] == POST[1:]
    taken = claims(("/new", POST, "permalink"), ("/old", OTHER, "permalink"))
    assert known(taken, seen=seen)["a", "/old"] == OTHER[1:]


def test_of_two_earlier_owners_the_later_one_counts_and_one_that_became_no_row_does_not() -> None:
    seen = observed(
        (POST, "https://example.org/x", 0), (OTHER, "https://example.org/x", 1), (PAGE, "http://example.org/y", 0)
    )
    made = claims(("?p=1", POST, "number"), ("?p=3", OTHER, "number"))
    found = known(made, seen=seen)
    assert found["a", "/x"] == OTHER[1:]
    assert ("a", "/y") not in found


def test_the_front_page_is_the_site_s_unless_a_page_has_it_now() -> None:
    site = ("sites", None, None)
    assert known(claims()) == {("a", ""): site, ("b", ""): site}
    assert known(claims(("", PAGE, "permalink")))["a", ""] == PAGE[1:]
    assert known(claims(("", PAGE, "permalink")), current((PAGE, "deleted", 0)))["a", ""] == site
    once = observed((PAGE, "https://example.org/", 0), (PAGE, "https://example.org/start/", 1))
    assert known(claims(("/start", PAGE, "permalink")), seen=once)["a", ""] == site


def items(table: str, **columns: Any) -> list[tuple[str, str]]:
    row = frame(table, [{"site": "a", "id": 7, **columns}])
    kind = {"posts": "book", "terms": "post_tag", "media": "attachment", "authors": "user"}.get(table, "comment")
    found = links.addresses(PACKAGE, row, table, kind, HOMES["a"])
    assert set(found.select("site", "target_table", "target_type", "target_id").rows()) <= {("a", table, kind, 7)}
    return sorted(found.select("basis", "address").rows())


def test_what_items_are_known_by() -> None:
    assert items("posts", url="https://example.org/book/dune/", guid="http://example.org/?post_type=book&p=3", slug="dune") == [
        ("form", "?book=dune"), ("guid", "?p=3"), ("number", "?p=7"), ("permalink", "/book/dune"),
    ]  # fmt: skip
    # A site with a host for each language: found by translations, and by no link, since that host is not its own.
    assert items("posts", url="https://ug.example.org/x/", guid="urn:uuid:1") == [
        ("number", "?p=7"), ("permalink", "ug.example.org/x"),
    ]  # fmt: skip
    assert items("media", url="https://example.org/?attachment_id=7", source_url="https://example.org/u/a-scaled.jpg") == [
        ("file", "/u/a-scaled.jpg"), ("number", "?p=7"), ("original", "/u/a.jpg"), ("permalink", "?p=7"),
    ]  # fmt: skip
    assert items("terms", url="https://example.org/tag/a/", slug="a") == [
        ("form", "?tag=a"), ("number", "?tag_id=7"), ("permalink", "/tag/a"),
    ]  # fmt: skip
    assert items("authors", link="https://example.org/author/n/", slug="n") == [
        ("form", "?author_name=n"), ("number", "?author=7"), ("permalink", "/author/n"),
    ]  # fmt: skip
    assert items("comments") == []


def resolve(*urls: str) -> list[dict[str, Any]]:
    """The rows of links from one post, with two items known: post 1 at /x, and the front page."""
    provenance = {"crawl": "20260101T000000Z", "record_id": "urn:uuid:1", "observed_at": START}
    of = {"site": "a", "type": "post", "id": 1, "kind": "link", "element": "a", "attribute": "href"} | provenance
    given = frame("links", [of | {"ordinal": number, "url": url} for number, url in enumerate(urls, 1)])
    named = ["site", "type", "id", "ordinal", "kind", "element", "attribute", "text", "rel", "url", *provenance]
    built = {
        "posts": frame("posts", [{"type": "post", "id": 1, "url": "https://example.org/x/"}]),
        "links": given.select(named),
    }
    made = links.resolved(PACKAGE, built, HOMES["a"])
    known_ = Known(PACKAGE, sorted(HOMES), iter([stated(claims(("/x", POST, "permalink")), current(), observed())]))
    candidates = made["candidates"].with_columns(site=pl.lit("a"))
    return links.pointed(made["links"], candidates, known_.meant).sort("ordinal").to_dicts()


def test_each_link_points_at_something_or_says_why_not() -> None:
    rows = resolve("/x?utm_source=q", "#top", "/", "/y", "ftp://example.org/x", "https://example.org:81/x", "mailto:a@b", "http://[",
                   "https://elsewhere.example/x?fbclid=1&UTM_private=2", "/x")  # fmt: skip
    assert [(row["internal"], row["target_table"], row["target_id"], row["target_reason"]) for row in rows] == [
        (True, "posts", 1, None), (True, "posts", 1, None), (True, "sites", None, None),
        (True, None, None, "not_observed"), (True, None, None, "other_scheme"), (True, None, None, "outside"),
        (None, None, None, None), (None, None, None, None), (False, None, None, None), (True, "posts", 1, None),
    ]  # fmt: skip
    assert [row["tracking"] for row in rows] == [
        ["utm_source"], [], [], [], [], [], [], None, ["fbclid", "utm_*"], [],
    ]  # fmt: skip


def test_normal_forms_are_made_local_where_they_are_the_site_s() -> None:
    frame_ = pl.DataFrame({"address": ["example.org/x", "ug.example.org/x", None, "example.org"]})
    assert links.localised(frame_, HOMES["a"])["address"].to_list() == ["/x", "ug.example.org/x", None, ""]


def test_the_likeliest_of_several_that_an_address_may_mean_counts() -> None:
    asked = pl.DataFrame({"site": ["a"], "address": ["/x/2"], "otherwise": ["not_observed"]})
    told = {"site": ["a"] * 3, "address": ["/x/2"] * 3, "place": [2, 0, 1], "candidate": ["/y", "/none", "/x"]}
    candidates = pl.DataFrame(told)
    made = claims(("/x", TERM, "form"), ("/y", POST, "permalink"))
    found = links.pointed(asked, candidates, Known(PACKAGE, ["a"], iter([stated(made, current(), observed())])).meant)
    assert found.select("target_table", "target_id", "target_reason").rows() == [("terms", 5, None)]


def test_an_address_means_an_item_of_its_own_site() -> None:
    asked = pl.DataFrame({"site": ["a", "b", "b"], "address": ["/x", "/x", "/y"], "otherwise": ["not_observed"] * 3})
    told = {"site": ["a", "b", "b"], "address": ["/x", "/x", "/y"], "place": [0] * 3, "candidate": ["/x", "/x", "/y"]}
    claimed = pl.concat([
        claims(("/x", POST, "permalink")),
        claims(("/x", TERM, "permalink"), ("/y", POST, "permalink")).with_columns(site=pl.lit("b")),
    ])  # fmt: skip
    known_ = Known(PACKAGE, ["a", "b"], iter([stated(claimed, current(), observed())]))
    found = links.pointed(asked, pl.DataFrame(told), known_.meant)
    assert found.select("site", "address", "target_table").rows() == [
        ("a", "/x", "posts"), ("b", "/x", "terms"), ("b", "/y", "posts"),
    ]  # fmt: skip


def test_a_shard_without_links_has_none() -> None:
    assert resolve() == []


def test_homes_are_all_that_the_indexes_of_a_site_ever_named() -> None:
    seen = frame(
        "sites",
        [{"site": "a", "home": "https://one.example", "core_address": "https://core.example/wp"}, {"site": "a"}],
    )
    (site,) = (type("S", (), {"name": "a", "address": "https://example.org/"}),)
    assert links.homes([site], seen)["a"].hosts == ("core.example", "example.org", "one.example")  # type: ignore[list-item]
