"""The posts that the page shows: some of every site and language, or all.

The choice depends on the posts alone: within each site and language they are ordered by the digest of their content,
which is as good as chance and the same everywhere, and are taken in turns until the page is full. Posts with a history
are a group of their own, so that there is one to see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from presscorpus.report.edits import changes
from presscorpus.report.markup import visible

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

# Limits of the page: posts, bytes of all texts, characters of one text, links and versions of one post.
POSTS, BYTES, CUT, LINKS, VERSIONS = 400, 1_500_000, 12_000, 25, 6
KEY = ["site", "type", "id"]
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "posts": (
        *KEY, "url", "state", "gone_at", "published_at", "modified_at", "title", "text", "protected", "language",
        "word_count", "flags", "digest", "crawl", "record_id", "observed_at",
    ),
    "post_terms": (*KEY, "taxonomy", "term_id", "ordinal"),
    "links": (
        *KEY, "ordinal", "kind", "text", "url", "resolved", "domain", "target_table", "target_type", "target_id",
    ),
    "versions": (
        *KEY, "ordinal", "first_seen", "last_seen", "observations", "state", "http_status", "code", "digest",
        "modified_at", "crawl", "record_id",
    ),
}  # fmt: skip
"""The tables that posts are shown from, and their columns that are shown or that others are found by."""
# Bytes of a post on the page beside its text, and of an address.
_BESIDE, _DATA_URL = 200, 300
_JOINED_AT = 16


class Sample(NamedTuple):
    """The posts that the page's script reads, and how many posts the table has.

    Texts are as released, with hidden characters written out.
    """

    posts: list[dict[str, Any]]
    total: int

    @property
    def whole(self) -> bool:
        """Whether no post was left out."""
        return len(self.posts) == self.total


class Chosen(NamedTuple):
    """The keys of the posts to show, in the order of choice, and the count of posts.

    `keys` has the columns site, type and id. Where the page is full the last ones are left out.
    """

    keys: pl.DataFrame
    total: int


def choose(posts: pl.LazyFrame, versions: pl.LazyFrame) -> Chosen:
    """Choose the posts to show. No text is read.

    Memory grows by sites and languages, and by posts with a history.

    Args:
        posts: The released table.
        versions: The released table.

    Returns:
        At most `POSTS` keys.
    """
    edited = _several(versions).with_columns(history=True).collect(engine="streaming")
    group, order = ["site", "language", "history"], ["digest", *KEY]
    total, first = 0, []
    for batch in posts.select(*KEY, "language", "digest").collect_batches(maintain_order=True):
        total += batch.height
        # No more of a group can be shown than the page holds.
        first.append(batch.join(edited, on=KEY, how="left").sort(order).group_by(group).head(POSTS))
        if len(first) == _JOINED_AT:
            first = [pl.concat(first).sort(order).group_by(group).head(POSTS)]
    nothing = posts.select(*KEY, "language", "digest").head(0).collect().join(edited, on=KEY, how="left")
    keys = pl.concat([nothing, *(each.select(nothing.columns) for each in first)])
    turn = pl.struct(order).rank("ordinal").over(group)
    ordered = keys.with_columns(turn=turn).sort("turn", *order)
    # The turn is kept as the order in which posts are left out where the page is full.
    return Chosen(ordered.head(POSTS).select(KEY), total)


def _several(versions: pl.LazyFrame) -> pl.LazyFrame:
    """The keys of posts with several versions."""
    return versions.filter(pl.col("ordinal") > 1).select(KEY).unique()


def last_versions(versions: pl.LazyFrame) -> pl.DataFrame:
    """The last versions of the posts that have several.

    Args:
        versions: Rows of `versions`.

    Returns:
        Rows of `versions`, at most `VERSIONS` of each post, in key order.
    """
    several = versions.join(_several(versions), on=KEY, how="semi").collect(engine="streaming")
    return several.sort(*KEY, "ordinal").group_by(KEY, maintain_order=True).tail(VERSIONS)


def gather(tables: Mapping[str, pl.LazyFrame], chosen: Chosen, states: pl.DataFrame) -> Sample:
    """Collect the chosen posts with their terms, links and versions.

    Args:
        tables: Released rows: those of the chosen posts with each of `COLUMNS`, and all rows of `terms`.
        chosen: The posts to show.
        states: The contents of versions (`report/post_versions.py`), after the policy.

    Returns:
        The posts in key order; fewer than chosen where their texts are more than `BYTES`.
    """
    posts = tables["posts"].collect(engine="streaming")
    size = pl.col("text").str.head(CUT).str.len_bytes().fill_null(0) + _BESIDE
    order = chosen.keys.with_row_index("turn")
    fitting = posts.join(order, on=KEY).sort("turn").filter(size.cum_sum() <= BYTES).sort(KEY)

    def of(name: str, *order: str) -> pl.DataFrame:
        rows = tables[name].select(COLUMNS[name]).collect(engine="streaming")
        return rows.join(fitting, on=KEY, how="semi").sort(*KEY, *order)

    terms = _terms(of("post_terms", "taxonomy", "ordinal"), tables["terms"])
    linked = of("links", "ordinal")
    counts = {(site, kind, number): count for site, kind, number, count in linked.group_by(KEY).len().iter_rows()}
    links = _grouped(linked.group_by(KEY, maintain_order=True).head(LINKS))
    versions = _grouped(of("versions", "ordinal"))
    told = {(row["site"], row["type"], row["id"], row["ordinal"]): row for row in states.iter_rows(named=True)}
    shown = []
    for row in fitting.iter_rows(named=True):
        key = (row["site"], row["type"], row["id"])
        post = _post(row)
        post["terms"] = terms.get(key, [])
        post["links"] = [_link(link) for link in links.get(key, [])]
        post["linksInAll"] = counts.get(key, 0)
        post["versions"] = _versions(key, versions.get(key, []), told)
        shown.append(post)
    return Sample(shown, chosen.total)


def _grouped(frame: pl.DataFrame) -> dict[tuple[str, str, int], list[dict[str, Any]]]:
    grouped: dict[tuple[str, str, int], list[dict[str, Any]]] = {}
    for row in frame.iter_rows(named=True):
        grouped.setdefault((row["site"], row["type"], row["id"]), []).append(row)
    return grouped


def _post(row: dict[str, Any]) -> dict[str, Any]:
    text = row["text"]
    return {
        **{name: row[name] for name in ("site", "type", "id", "language", "state", "protected", "flags")},
        "title": _shown(row["title"]), "url": _shown(row["url"]), "words": row["word_count"],
        "text": None if text is None else visible(text[:CUT]), "cut": text is not None and len(text) > CUT,
        "published": _iso(row["published_at"]), "modified": _iso(row["modified_at"]), "gone": _iso(row["gone_at"]),
        "digest": row["digest"], "crawl": row["crawl"], "record": row["record_id"], "seen": _iso(row["observed_at"]),
    }  # fmt: skip


def _terms(post_terms: pl.DataFrame, terms: pl.LazyFrame) -> dict[tuple[str, str, int], list[list[str]]]:
    key = ["site", "taxonomy", "id"]
    used = post_terms.select("site", "taxonomy", pl.col("term_id").alias("id")).unique()
    names = terms.join(used.lazy(), on=key, how="semi").select(*key, "slug", "name").collect(engine="streaming")
    known = {(site, taxonomy, number): name or slug for site, taxonomy, number, slug, name in names.iter_rows()}
    found: dict[tuple[str, str, int], list[list[str]]] = {}
    for site, kind, number, taxonomy, term in post_terms.select(*KEY, "taxonomy", "term_id").iter_rows():
        name = known.get((site, taxonomy, term)) or f"{taxonomy} {term}"
        found.setdefault((site, kind, number), []).append([visible(taxonomy), visible(name)])
    return found


def _link(row: dict[str, Any]) -> list[Any]:
    """Kind, text, address, domain, and the target within the corpus."""
    address = row["resolved"] or row["url"]
    target = None
    if row["target_table"] is not None:
        target = " ".join(str(row[name]) for name in ("target_table", "target_type", "target_id") if row[name])
    shortened = None if address is None else visible(address[:_DATA_URL] + ("…" if len(address) > _DATA_URL else ""))
    return [row["kind"], _shown(row["text"]), shortened, row["domain"], target and visible(target)]


def _versions(
    key: tuple[str, str, int], rows: list[dict[str, Any]], told: Mapping[tuple[Any, ...], dict[str, Any]]
) -> list[dict[str, Any]]:
    """The last versions, newest last, each with the changes since the one before."""
    shown = []
    for place, row in enumerate(rows[-VERSIONS:]):
        before = rows[-VERSIONS:][place - 1] if place else None
        old = told.get((*key, before["ordinal"])) if before else None
        new = told.get((*key, row["ordinal"]))
        shown.append({
            "n": row["ordinal"], "state": row["state"], "times": row["observations"],
            "first": _iso(row["first_seen"]), "last": _iso(row["last_seen"]),
            "http": row["http_status"], "code": _shown(row["code"]),
            "digest": row["digest"], "crawl": row["crawl"], "record": row["record_id"],
            "changes": changes(old, new) if old and new else None,
        })  # fmt: skip
    return shown


def _shown(text: str | None) -> str | None:
    return None if text is None else visible(text)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
