"""What is withheld is counted, told, and asked about where a name is implausible."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from presscorpus.config.params import Policy
from presscorpus.config.schema import load_package
from presscorpus.privacy.address_marks import Authors
from presscorpus.privacy.people import People
from presscorpus.privacy.policy import ReleasePolicy
from presscorpus.privacy.redaction import Treatment
from presscorpus.release import withholding
from presscorpus.release.composition import Redacted
from presscorpus.release.withholding import Missing, Withholding

pytestmark = pytest.mark.fast
PACKAGE = load_package(Path(__file__).parents[2])
EXTRA = [
    {"yoast_head_json": {"author": "x"}, "likes": 3}, {"likes": 5, "odd key ✓": 1}, {"likes": 1, "safe": 2}, {},
]  # fmt: skip


def rules(**more: object) -> ReleasePolicy:
    return ReleasePolicy({"a": Policy(**more)})  # type: ignore[arg-type]  # what a test says of it


def laid(folder: Path) -> tuple[Path, dict[str, list[Path]]]:
    """Tables and what left of them: two authors and a comment withheld, plugin fields null, one address emptied."""
    extra = [json.dumps(each) if each else None for each in EXTRA]
    posts = pl.DataFrame({"site": ["a"] * 4, "id": range(4), "url": [f"https://a.example/{n}/" for n in range(4)]})
    tables = {
        "posts": posts.with_columns(extra=pl.Series(extra), author_id=pl.Series([1, 2, 3, None])),
        "authors": pl.DataFrame({"site": ["a", "a"], "id": [1, 2]}),
    }
    left = {
        "posts": posts.with_columns(
            url=pl.when(pl.col("id") != 2).then("url"), extra=pl.lit(None, pl.String), author_id=pl.lit(None, pl.Int64)
        ),
        "authors": tables["authors"].clear(),
    }
    parts = {}
    for name, frame in tables.items():
        frame.write_parquet(folder / f"{name}.parquet")
        parts[name] = [folder / f"left-{name}.parquet"]
        left[name].write_parquet(parts[name][0])
    return folder, parts


def measured(folder: Path, policy: ReleasePolicy) -> Withholding:
    tables, parts = laid(folder)
    return withholding.measure({name: PACKAGE.schema(name) for name in ("posts", "authors")}, tables, parts, policy)


def test_rows_values_and_plugin_fields_are_counted(tmp_path: Path) -> None:
    told = measured(tmp_path, rules())
    assert set(told.missing) == {
        Missing("posts", "url", 1, by_policy=False), Missing("posts", "extra", 3, by_policy=True),
        Missing("posts", "author_id", 3, by_policy=True), Missing("authors", None, 2, by_policy=True),
    }  # fmt: skip
    assert told.plugins == (("likes", 3), ("safe", 1), ("yoast_head_json", 1))
    assert told.strange == 1
    assert told.let_out == ()


def test_fields_that_a_policy_lets_out_are_not_among_them(tmp_path: Path) -> None:
    told = measured(tmp_path, rules(extra=("likes",)))
    assert told.let_out == ("likes",)
    assert told.plugins == (("safe", 1), ("yoast_head_json", 1))
    assert measured(tmp_path, rules(authors="named")).plugins == ()


def test_a_field_that_is_called_like_an_author_is_not_shown(tmp_path: Path) -> None:
    people = People(["a.example"], [])
    people.add("Yoast Head", 1)
    policy = ReleasePolicy({"a": Policy()}, {"a": Treatment(authors=Authors(people.names()))})
    told = measured(tmp_path, policy)
    assert "yoast_head_json" not in dict(told.plugins)
    assert told.strange == 2


def test_the_terminal_gets_three_lines(tmp_path: Path) -> None:
    told = measured(tmp_path, rules())
    redacted = [
        Redacted("e-mail addresses", "posts", "text", 2),
        Redacted("e-mail addresses", "posts", "content_html", 2),
    ]
    policy, taken_out, plugins = withholding.lines(told, redacted)
    assert policy.startswith("withheld by the policy: 3 values of posts.")
    assert "2 rows of authors" in policy
    assert taken_out == "taken out of what is released: 4 e-mail addresses, 1 whole addresses and slugs"
    assert "likes (3 posts)" in plugins
    assert "policy.extra" in plugins
    assert list(withholding.lines(Withholding(), [])) == []


@pytest.mark.parametrize(("posts", "asks"), [(30, True), (400, False)])
def test_a_name_in_most_posts_is_asked_about_by_number(tmp_path: Path, posts: int, *, asks: bool) -> None:
    people = People(["a.example"], [])
    people.add("Valley Council", 7)
    policy = ReleasePolicy({"a": Policy()}, {"a": Treatment(authors=Authors(people.names()))})
    html = pl.Series([f"<p>The Valley Council met, and the Valley Council sat, {n}</p>" for n in range(25)])
    policy.columns(pl.Series(["a"] * 25), html, "html")
    pl.DataFrame({"site": ["a"] * posts}).write_parquet(tmp_path / "posts.parquet")
    told, *asked = withholding.struck(policy, tmp_path)
    assert told == "a: names of authors taken out, by number: author 7 in 25 posts"
    assert "Valley" not in told
    assert [line.startswith("a: is author 7 a person?") for line in asked] == [True] * asks


def test_a_site_of_which_no_author_is_known_is_told(tmp_path: Path) -> None:
    known = People(["b.example"], [])
    known.add("Anna Berg", 7)
    none, some = (Treatment(authors=Authors(people.names())) for people in (People([], []), known))
    policy = ReleasePolicy({site: Policy() for site in "abcd"}, {"a": none, "b": some, "c": Treatment(), "d": none})
    pl.DataFrame({"site": ["a", "b", "c"]}).write_parquet(tmp_path / "posts.parquet")
    (told,) = withholding.struck(policy, tmp_path)
    assert told.startswith("no name of an author is known of a, so that none was taken out of texts")


def test_a_site_of_which_its_own_name_alone_is_known_is_told_so(tmp_path: Path) -> None:
    people = People(["valley-council.example"], [])
    people.add("Valley Council", 7)
    policy = ReleasePolicy({"a": Policy()}, {"a": Treatment(authors=Authors(people.names(), own=people.is_known))})
    pl.DataFrame({"site": ["a"]}).write_parquet(tmp_path / "posts.parquet")
    (told,) = withholding.struck(policy, tmp_path)
    assert told.startswith("of a no author is known by a name of a person: what is known is the site's own name")


def test_the_meta_of_wordpress_is_no_field_of_a_plugin() -> None:
    (line,) = withholding.lines(Withholding(plugins=(("likes", 3),), meta=4), [])
    assert line.startswith("fields of plugins that exist and are withheld: likes (3 posts); withheld, too: meta, ")
    (line,) = withholding.lines(Withholding(meta=4), [])
    assert line.startswith("withheld: meta, WordPress's own, which plugins fill (4 posts); policy.extra")
