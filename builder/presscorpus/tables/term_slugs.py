"""Slugs of terms that a site did not list, from the class_list of all its posts.

WordPress core's get_post_class writes for each term of a post a class of taxonomy and slug, so that posts pair numbers
with slugs without saying which belongs to which. Two things hold as long as filters only leave classes out:

- A slug stands only on posts that carry its number.
- On a post with as many slugs as numbers, each number has its slug there.

From these the slugs follow that are `certain`. Where several numbers still fit, the one whose posts agree best, by a
margin, is `probable`. Where a filter adds classes, as some themes do for the terms above a post's own, all that was
worked out is `probable`. Figures: docs/decisions/0011-terms.md.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from presscorpus.dtypes import TEXT, WORDS

MAX_NUMBERS = 64
"""A slug that stands only on posts with more unlisted terms of its taxonomy than this is not tried."""

MARGIN = 3
"""By how many posts a probable number must agree better with a slug than the next one, and the other way round."""

MAX_ROUNDS = 100
"""Rounds of elimination; each goes once over all posts. What is open then stays unknown."""

_TERM = ["site", "taxonomy", "term_id"]
_SLUG = ["site", "taxonomy", "slug"]
_POST = ["site", "taxonomy", "type", "id"]
# WordPress core sanitize_html_class; what it leaves empty or makes a number is replaced by the number of the term.
_LOST = r"%[a-fA-F0-9][a-fA-F0-9]|[^A-Za-z0-9_-]"
_NUMBER = r"^-*\d*-*$"
# No slug looks like this (WordPress core sanitize_title_with_dashes): characters were lost.
_STRIPPED = r"^-|--|-$"


def class_form(slug: pl.Expr) -> pl.Expr:
    """Return a slug as get_post_class writes it.

    Args:
        slug: A column of slugs.

    Returns:
        The slugs, in which only letters of ASCII, digits, hyphens and underscores stay.
    """
    return slug.str.replace_all(_LOST, "")


def solve(numbers: pl.DataFrame, slugs: pl.DataFrame) -> pl.DataFrame:
    """Return the slugs of unlisted terms, as far as posts give them away.

    A term whose class is its number (its slug has no letter of ASCII), or whose class shows that characters were lost,
    gets no slug, but takes part.

    Args:
        numbers: The unlisted terms of posts: site, taxonomy, type, id, term_id.
        slugs: What their class_list names beyond listed terms: site, taxonomy, type, id, slug. Words are strings or
            categories, here as above; the order of rows does not matter.

    Returns:
        site, taxonomy, term_id, slug, slug_certainty, slug_posts_for and slug_posts_against, sorted; no row for a term
        whose slug stays unknown.
    """
    terms, names, told = _coded(numbers, slugs)
    certainty = pl.when(pl.col("adds")).then(pl.lit("probable")).otherwise("slug_certainty")
    return (
        _assigned(told)
        .join(terms, on="n")
        .join(names.select("s", "slug"), on="s")
        .join(_adding(terms, told), on=["site", "taxonomy"], how="left")
        .with_columns(slug_certainty=certainty)
        .filter(~pl.col("slug").str.contains(_STRIPPED))
        .join(told.holds.group_by("n").agg(held=pl.len()), on="n")
        .join(told.says.group_by("s").agg(said=pl.len()), on="s")
        .select(
            *_TERM,
            "slug",
            "slug_certainty",
            slug_posts_for=pl.col("said").cast(numbers.schema["term_id"]),
            # A number that fits a slug is on every post that names the slug, so that this is never negative.
            slug_posts_against=(pl.col("held") - pl.col("said")).cast(numbers.schema["term_id"]),
        )
        .sort(_TERM)
    )


class _Told(NamedTuple):
    """The numbers (n) and slugs (s) of posts (p), as small integers, each pair once.

    `holds` are the numbers of each post, `says` its slugs.
    """

    holds: pl.DataFrame
    says: pl.DataFrame


def _coded(numbers: pl.DataFrame, slugs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, _Told]:
    posts = slugs.select(_POST).unique().sort(_POST).with_row_index("p")
    terms = numbers.select(_TERM).unique().sort(_TERM).with_row_index("n")
    names = slugs.select(_SLUG).unique().sort(_SLUG).with_row_index("s")
    # Only posts that name a class at all can say anything.
    holds = numbers.join(posts, on=_POST).join(terms, on=_TERM).select("p", "n").unique()
    says = slugs.join(posts, on=_POST).join(names, on=_SLUG).select("p", "s").unique()
    terms, names = (frame.with_columns(pl.col(WORDS).cast(TEXT)) for frame in (terms, names))
    unspeakable = names.filter(pl.col("slug").str.contains(_NUMBER)).select("s", "slug")
    as_numbers = terms.select("n", slug=pl.col("term_id").cast(names.schema["slug"]))
    itself = says.join(unspeakable, on="s").join(holds, on="p").join(as_numbers, on=["n", "slug"], how="semi")
    told = _Told(holds.join(itself, on="n", how="anti"), says.join(unspeakable, on="s", how="anti"))
    return terms, names, told


def _adding(terms: pl.DataFrame, told: _Told) -> pl.DataFrame:
    """Return the sites and taxonomies where a filter adds classes, and may fool us.

    They have a post of more slugs than numbers.
    """
    more = (
        told.says.group_by("p").agg(slugs=pl.len())
        .join(told.holds.group_by("p").agg(numbers=pl.len()), on="p")
        .filter(pl.col("slugs") > pl.col("numbers"))
    )  # fmt: skip
    numbers = told.holds.join(more, on="p", how="semi").select("n").unique()
    return terms.join(numbers, on="n", how="semi").select("site", "taxonomy", adds=True).unique()


def _assigned(told: _Told) -> pl.DataFrame:
    """Every number that has its slug: n, s, slug_certainty."""
    holds, says = told
    pairs = _fitting(told)
    posts_of = holds.group_by("n").agg(held=pl.len())
    certainty = "certain"
    found = [pairs.head(0).select("n", "s", slug_certainty=pl.lit(certainty))]
    for _ in range(MAX_ROUNDS):
        before = pairs.height
        # A slug that fits no number belongs to no term: a filter added it.
        says = says.join(pairs, on="s", how="semi")
        named = _named(holds, says)
        pairs = _consistent(pairs, named)
        new = _forced(pairs, named)
        if not new.height and pairs.height == before:
            new, certainty = _best(pairs, posts_of), "probable"
            if not new.height:
                break
        found.append(new.with_columns(slug_certainty=pl.lit(certainty)))
        holds, says = holds.join(new, on="n", how="anti"), says.join(new, on="s", how="anti")
        pairs = pairs.join(new, on="n", how="anti").join(new, on="s", how="anti")
    return pl.concat(found)


def _fitting(told: _Told) -> pl.DataFrame:
    """Return every slug with every number that all its posts carry.

    Columns n, s, and the posts of the slug as `said`. Only the numbers of the slug's poorest post are tried, so that
    the work is the number of slugs on posts times MAX_NUMBERS at most.
    """
    holds, says = told
    sizes = holds.group_by("p").agg(numbers=pl.len())
    poorest = says.join(sizes, on="p").sort("s", "numbers", "p").unique("s", keep="first", maintain_order=True)
    tried = poorest.filter(pl.col("numbers") <= MAX_NUMBERS).join(holds, on="p").select("n", "s")
    together = tried.join(says, on="s").join(holds, on=["p", "n"], how="semi").group_by("n", "s").agg(both=pl.len())
    said = says.group_by("s").agg(said=pl.len())
    return together.join(said, on="s").filter(pl.col("both") == pl.col("said")).select("n", "s", "said")


def _named(holds: pl.DataFrame, says: pl.DataFrame) -> _Told:
    """Return what is left of the posts that name each of their numbers.

    They have as many slugs as numbers.
    """
    counts = holds.group_by("p").agg(numbers=pl.len()).join(says.group_by("p").agg(slugs=pl.len()), on="p")
    full = counts.filter(pl.col("numbers") == pl.col("slugs"))
    return _Told(holds.join(full, on="p", how="semi"), says.join(full, on="p", how="semi"))


def _consistent(pairs: pl.DataFrame, named: _Told) -> pl.DataFrame:
    """Return the pairs that no post which names all its numbers contradicts.

    None carries one without the other.
    """
    numbers = named.holds.group_by("n").agg(full_n=pl.len())
    slugs = named.says.group_by("s").agg(full_s=pl.len())
    return (
        pairs.join(numbers, on="n", how="left")
        .join(slugs, on="s", how="left")
        .filter(pl.col("full_n").fill_null(0) == pl.col("full_s").fill_null(0))
        .select("n", "s", "said")
    )


def _forced(pairs: pl.DataFrame, named: _Told) -> pl.DataFrame:
    """Return the pairs that must be.

    A slug that fits one number, or a number, named for sure, that fits one slug.
    """
    of_slug = pairs.filter(pl.len().over("s") == 1)
    of_number = pairs.filter(pl.len().over("n") == 1).join(named.holds, on="n", how="semi")
    forced = pl.concat([of_slug, of_number]).select("n", "s").unique()
    return forced.filter((pl.len().over("n") == 1) & (pl.len().over("s") == 1))


def _best(pairs: pl.DataFrame, posts_of: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs that agree best.

    Each side prefers the other by MARGIN posts, and most posts of the number say so.
    """
    scored = pairs.join(posts_of, on="n")
    other_number = pl.col("held").sort().get(1, null_on_oob=True).over("s")
    other_slug = pl.col("said").sort(descending=True).get(1, null_on_oob=True).over("n")
    clear = (
        (other_number >= pl.col("held") + MARGIN).fill_null(True)
        & (pl.col("said") >= other_slug + MARGIN).fill_null(True)
        & (pl.col("said") >= MARGIN)
        & (2 * pl.col("said") > pl.col("held"))
    )
    return scored.filter(clear).select("n", "s")
