"""The one door out: nothing withheld passes, nothing public is lost, whatever the table and the policy."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from presscorpus.config.params import Policy
from presscorpus.config.schema import load_package
from presscorpus.errors import RefusedError, SchemaError
from presscorpus.privacy.policy import IN_EXCERPT, released, withheld

if TYPE_CHECKING:
    from presscorpus.config.schema import Field, Schema

PACKAGE = load_package(Path(__file__).parents[2])
TABLES = sorted(PACKAGE.resources)
ALL = [
    Policy(text=text, authors=authors, comments=comments)  # type: ignore[arg-type] # the values are in the loops
    for text, authors, comments in itertools.product(("full", "excerpt", "none"), ("withheld", "named"), (False, True))
]
SITES = {f"site-{number}": policy for number, policy in enumerate(ALL)}
OPEN = Policy(text="full", authors="named", comments=True)
PLANTED = "PLANTED"


def planted(field: Field, row: int) -> Any:
    """A value that can be told from all others."""
    values: dict[str, Any] = {
        "string": f"{PLANTED}-{field.exposure}-{field.name}-{row}",
        "integer": 1_000_000 + row,
        "number": 0.5 + row,
        "boolean": True,
        "datetime": datetime(2026, 11, 23, 12, row % 60, tzinfo=UTC if field.timezone else None),
        "array": [f"{PLANTED}-{field.exposure}-{field.name}-{row}"],
    }
    return values[field.type]


def frame(schema: Schema, sites: list[str]) -> pl.DataFrame:
    rows = [
        {field.name: site if field.name == "site" else planted(field, row) for field in schema.fields}
        for row, site in enumerate(sites)
    ]
    return pl.DataFrame(rows, schema=schema.polars)


def let_out(table: str, before: pl.DataFrame, policies: dict[str, Policy]) -> pl.DataFrame:
    return released(table, before.lazy(), PACKAGE.schema(table), policies).collect()


def has_rows(table: str, policy: Policy) -> bool:
    return {"authors": policy.authors == "named", "comments": policy.comments}.get(table, True)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("site", SITES)
def test_every_withheld_value_of_every_field_is_gone(table: str, site: str) -> None:
    schema, policy = PACKAGE.schema(table), SITES[site]
    before = frame(schema, list(SITES))
    after = let_out(table, before, SITES).filter(pl.col("site") == site)
    assert after.schema == schema.polars
    assert after.columns == schema.names
    if not has_rows(table, policy):
        assert after.is_empty()
        return
    for field in schema.fields:
        value, original = after[field.name].to_list(), before.filter(pl.col("site") == site)[field.name].to_list()
        if field.exposure == "public":
            assert value == original, field.name
        elif field.exposure == "content":
            stays = policy.text == "full" or (policy.text == "excerpt" and field.name in {"title", "excerpt"})
            assert value == (original if stays else [None]), field.name
        elif policy.authors == "withheld":
            assert value == [None], field.name
    text = after.write_json()
    if policy.authors == "withheld":
        assert f"{PLANTED}-person" not in text
    if policy.text == "none":
        assert f"{PLANTED}-content" not in text


@pytest.mark.parametrize("table", TABLES)
def test_with_everything_open_everything_leaves(table: str) -> None:
    before = frame(PACKAGE.schema(table), ["site-a", "site-b"])
    assert let_out(table, before, dict.fromkeys(["site-a", "site-b"], OPEN)).equals(before)
    assert withheld(PACKAGE.schema(table), OPEN) == []


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("policy", ALL, ids=str)
def test_what_is_said_to_be_withheld_is_what_is_withheld(table: str, policy: Policy) -> None:
    schema = PACKAGE.schema(table)
    after = let_out(table, frame(schema, ["site-a"]), {"site-a": policy})
    empty = schema.names if after.is_empty() else [name for name in schema.names if after[name].null_count()]
    assert withheld(schema, policy) == empty


def test_exceptions_of_withheld_columns_are_not_named() -> None:
    """That a list gave the number of the author says that the page names one."""
    schema = PACKAGE.schema("posts")
    sites = {"withheld": Policy(), "named": OPEN, "behind": Policy(authors="pseudonym")}
    told = ["author_id:api", "published_at:feed"]
    before = frame(schema, list(sites)).with_columns(origin_exceptions=pl.lit(told))
    after = let_out("posts", before, sites)
    assert dict(after.select("site", "origin_exceptions").rows()) == {
        "withheld": ["published_at:feed"], "named": told, "behind": told,
    }  # fmt: skip


def test_names_that_pages_and_feeds_tell_leave_by_no_list_of_fields() -> None:
    told = frame(PACKAGE.schema("posts"), ["site-a"]).with_columns(
        extra=pl.lit('{"presscorpus_bylines":["Anna Berg"],"score":1}')
    )
    after = let_out("posts", told, {"site-a": Policy(extra=("presscorpus_bylines", "score"))})
    assert after["extra"].to_list() == ['{"score":1}']


def test_words_of_persons_do_not_leave_where_the_text_does_not() -> None:
    # Plugins copy the content into fields of their own (yoast_head_json), and a comment is content as well.
    for text in ("excerpt", "none"):
        policy = Policy(text=text, authors="named", comments=True)
        for table in ("posts", "terms", "media", "comments"):
            after = let_out(table, frame(PACKAGE.schema(table), ["site-a"]), {"site-a": policy})
            assert f"{PLANTED}-person" not in after.write_json()
        post = let_out("posts", frame(PACKAGE.schema("posts"), ["site-a"]), {"site-a": policy})
        assert post["author_id"].to_list() == [1_000_000]
        author = let_out("authors", frame(PACKAGE.schema("authors"), ["site-a"]), {"site-a": policy})
        assert author["name"].to_list() == [f"{PLANTED}-person-name-0"]


def test_comments_of_withheld_persons_are_rows_without_names_and_words() -> None:
    policy = {"site-a": Policy(comments=True)}
    after = let_out("comments", frame(PACKAGE.schema("comments"), ["site-a"]), policy)
    assert after["id"].to_list() == [1_000_000]
    assert after.select("text", "content_html", "author_name", "author_id", "extra").row(0) == (None,) * 5


@given(
    chosen=st.lists(st.sampled_from(ALL), min_size=1, max_size=4),
    table=st.sampled_from(TABLES),
    data=st.data(),
)
def test_each_row_is_judged_by_its_own_site_and_keeps_its_place(
    chosen: list[Policy], table: str, data: st.DataObject
) -> None:
    policies = {f"site-{number}": policy for number, policy in enumerate(chosen)}
    sites = data.draw(st.lists(st.sampled_from(sorted(policies)), max_size=8))
    schema = PACKAGE.schema(table)
    before = frame(schema, sites)
    one_by_one = [let_out(table, before[row], {site: policies[site]}) for row, site in enumerate(sites)]
    together = let_out(table, before, policies)
    assert together.schema == schema.polars
    assert together.equals(pl.concat([before.clear(), *one_by_one]))


@pytest.mark.parametrize("site", ["site-x", None])
def test_a_row_of_a_site_without_a_policy_is_refused(site: str | None) -> None:
    before = frame(PACKAGE.schema("posts"), ["site-a", "site-x"]).with_columns(site=pl.Series(["site-a", site]))
    with pytest.raises(RefusedError, match="posts: rows are of sites without a policy"):
        let_out("posts", before, {"site-a": OPEN})
    with pytest.raises(RefusedError):
        let_out("posts", before, {})


@pytest.mark.parametrize("policy", [OPEN, Policy(text="none")])
def test_an_exposure_that_nobody_understands_is_an_error(policy: Policy) -> None:
    schema = PACKAGE.schema("posts")
    odd = tuple(msgspec.structs.replace(f, exposure="secret") if f.name == "slug" else f for f in schema.fields)
    odd_schema = msgspec.structs.replace(schema, fields=odd)
    with pytest.raises(SchemaError, match=r"posts\.slug: exposure 'secret'"):
        released("posts", frame(schema, []).lazy(), odd_schema, {"site-a": policy})
    with pytest.raises(SchemaError):
        withheld(odd_schema, policy)


def test_a_column_that_no_schema_declares_is_an_error() -> None:
    before = frame(PACKAGE.schema("posts"), ["site-a"]).with_columns(password=pl.lit("x"))
    with pytest.raises(SchemaError, match="password"):
        let_out("posts", before, {"site-a": OPEN})


def test_the_columns_of_an_excerpt_are_content_columns_of_posts() -> None:
    assert {field.name for field in PACKAGE.schema("posts").fields if field.exposure == "content"} > IN_EXCERPT
