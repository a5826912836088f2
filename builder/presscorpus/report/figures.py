"""The figures of a corpus: counts over released tables, read lazily.

Memory grows by groups and never by rows. Everything here is computed from what the policy releases
(`policy.released`), and is what the page, its pictures, the terminal, `dvc metrics` and `dvc plots` show: one figure
has one origin. Frames are small (at most some hundred rows) and in an order that depends on their values alone.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from presscorpus.dtypes import COUNT, TEXT
from presscorpus.release.period import period
from presscorpus.report.domains import by_domain
from presscorpus.report.times import Calendar, calendar

if TYPE_CHECKING:
    from collections.abc import Mapping

# Series of one picture that have a colour of their own; all others are one series.
SERIES = 6
BARS = 15
MATRIX_SITES, MATRIX_DOMAINS = 12, 20
LISTED = 500
OTHER = "other"
UNKNOWN = "not known"
_KEY = ["site", "type", "id"]
# Upper bounds of the classes of text lengths, in words; each is twice the one before.
_LENGTHS = [0, 24, 49, 99, 199, 399, 799, 1599, 3199]
COUNTS = ("advertised", "known", "fetched", "unchanged", "not_shown", "gone", "failed")
"""What a receipt counts: items that the site advertised (null: it named no total) and that are known to exist, and of
these those that were fetched, that the archive has as they are, that the site does not show, that vanished meanwhile
and that failed."""


class Totals(NamedTuple):
    """Sizes of the whole: words of all texts, bytes of all responses as received."""

    words: int
    bytes: int


class Timeline(NamedTuple):
    """Counts by period.

    `frame` has the columns period, series and posts, with a row for each period and series that has any; `series` in
    the order of their size, `OTHER` last. `undated` posts have no date, `outside` ones a date before or after the axis.
    """

    calendar: Calendar
    series: list[str]
    frame: pl.DataFrame
    undated: int = 0
    outside: int = 0


class Figures(NamedTuple):
    """All figures of one corpus.

    ========== =====================================================================================================
    rows       rows of each released table, in the descriptor's order
    states     state, posts
    totals     sizes of the whole
    over_time  posts by the time of publication, by "site", "language" and "type"
    languages  language (BCP 47, `UNKNOWN` where none was told), posts, words; most first
    terms      taxonomy, name (the slug or number where it has none), sites, posts; most used first
    domains    domain, posts, links: hyperlinks to other sites by registrable domain, in posts that hold one; most first
    linking    site, domain, posts, corpus (whether the domain is that of a site of this corpus)
    lengths    length (words, as a range), posts; in order
    changes    what was seen to change after a post was first seen: edited, unpublished, deleted, came back
    media      kind (MIME type), files; most first
    crawls     site, crawl, source, balanced, outcome, reason and `COUNTS`, requests, bytes: one row a crawl; those
               that do not balance first, then the newest
    receipts   the table `crawls`, at most `LISTED` rows, in the same order
    complete   `COUNTS` over the last crawl of each site
    quarantine rule, table, records, sites; most first
    findings   faults by "table/field/rule"
    flags      posts by flag
    ========== =====================================================================================================
    """

    rows: dict[str, int]
    states: pl.DataFrame
    totals: Totals
    over_time: dict[str, Timeline]
    languages: pl.DataFrame
    terms: pl.DataFrame
    domains: pl.DataFrame
    linking: pl.DataFrame
    lengths: pl.DataFrame
    changes: Timeline
    media: pl.DataFrame
    crawls: pl.DataFrame
    receipts: pl.DataFrame
    complete: dict[str, int | None]
    quarantine: pl.DataFrame
    findings: dict[str, int]
    flags: dict[str, int]

    @property
    def held(self) -> float | None:
        """The share, 0 to 1, of known items that the archive holds; null for none known.

        The last crawl of each site counts.
        """
        known = self.complete["known"]
        held = (self.complete["fetched"] or 0) + (self.complete["unchanged"] or 0)
        return held / known if known else None


def figures(
    tables: Mapping[str, pl.LazyFrame], findings: Mapping[str, int], homes: Mapping[str, str | None]
) -> Figures:
    """Count everything that the report shows.

    Args:
        tables: All released tables by name.
        findings: Faults by "table/field/rule".
        homes: The registrable domain of each site, null where its address has none.

    Returns:
        The figures.
    """
    posts, versions, crawls = tables["posts"], tables["versions"], tables["crawls"]
    told = pl.col("language").fill_null(UNKNOWN)
    domains, linking = _links(tables["links"], homes)
    by_crawl = _crawls(crawls)
    heights = pl.collect_all([frame.select(pl.len()) for frame in tables.values()], engine="streaming")
    return Figures(
        rows={name: int(height.item()) for name, height in zip(tables, heights, strict=True)},
        states=_got(posts.group_by("state").agg(posts=pl.len())).sort("state"),
        totals=_totals(posts, crawls),
        over_time={name: _over_time(posts, name) for name in ("site", "language", "type")},
        languages=_most(posts.group_by(language=told).agg(posts=pl.len(), words=_sum("word_count")), "language"),
        terms=_terms(tables["post_terms"], tables["terms"]),
        domains=domains,
        linking=linking,
        lengths=_lengths(posts),
        changes=_changes(versions),
        media=_most(_media(tables["media"]), "kind", by="files").head(LISTED),
        crawls=by_crawl,
        receipts=_receipts(crawls),
        complete=_complete(by_crawl),
        quarantine=_quarantine(tables["quarantine"]),
        findings=dict(sorted(findings.items())),
        flags=dict(_got(_flags(posts)).sort("flags").iter_rows()),
    )


def _flags(posts: pl.LazyFrame) -> pl.LazyFrame:
    return posts.select(pl.col("flags").list.explode(empty_as_null=False)).drop_nulls().group_by("flags").len()


def _got(frame: pl.LazyFrame) -> pl.DataFrame:
    return frame.collect(engine="streaming")


def _sum(name: str) -> pl.Expr:
    return pl.col(name).sum().fill_null(0).cast(COUNT)


def _most(frame: pl.LazyFrame, *names: str, by: str = "posts") -> pl.DataFrame:
    """The rows with the highest count first, and among equals by name."""
    return _got(frame).sort(by, *names, descending=[True, *(False for _ in names)])


def _totals(posts: pl.LazyFrame, crawls: pl.LazyFrame) -> Totals:
    words, size = (
        int(_got(frame.select(_sum(name))).item()) for frame, name in ((posts, "word_count"), (crawls, "bytes"))
    )
    return Totals(words, size)


def _over_time(posts: pl.LazyFrame, dimension: str) -> Timeline:
    day = pl.col("published_at").dt.date()
    when = period(posts)
    chart = calendar(when.first, when.last, when.observed, whole_years=True)
    dated = posts.filter(day.is_not_null()).select(
        series=pl.col(dimension).fill_null(UNKNOWN), period=chart.period(pl.col("published_at"))
    )
    counted = _got(dated.group_by("series", "period").agg(posts=pl.len()))
    outside = int(counted.filter(pl.col("period").is_null())["posts"].sum())
    return _timeline(chart, counted.drop_nulls("period"))._replace(undated=when.undated, outside=outside)


def _timeline(chart: Calendar, counted: pl.DataFrame) -> Timeline:
    sizes = counted.group_by("series").agg(pl.col("posts").sum()).sort("posts", "series", descending=[True, False])
    names = sizes["series"].to_list()
    kept = names if len(names) <= SERIES + 1 else names[:SERIES]
    folded = counted.with_columns(
        pl.when(pl.col("series").is_in(kept)).then("series").otherwise(pl.lit(OTHER)).alias("series")
    )
    frame = folded.group_by("period", "series").agg(pl.col("posts").sum().cast(COUNT)).sort("period", "series")
    return Timeline(chart, kept if len(kept) == len(names) else [*kept, OTHER], frame)


def _terms(post_terms: pl.LazyFrame, terms: pl.LazyFrame) -> pl.DataFrame:
    key = ["site", "taxonomy", "id"]
    used = post_terms.group_by("site", "taxonomy", pl.col("term_id").alias("id")).agg(posts=pl.len())
    name = pl.coalesce(
        pl.col("name").replace("", None), pl.col("slug").replace("", None), pl.format("{} {}", "taxonomy", "id")
    )
    named = used.join(terms.select(*key, "slug", "name"), on=key, how="left").with_columns(name=name)
    merged = named.group_by("taxonomy", "name").agg(pl.col("site").n_unique().alias("sites"), _sum("posts"))
    return _most(merged, "taxonomy", "name").head(LISTED)


def _links(links: pl.LazyFrame, homes: Mapping[str, str | None]) -> tuple[pl.DataFrame, pl.DataFrame]:
    outward = links.filter(
        (pl.col("kind") == "link") & pl.col("domain").is_not_null() & ~pl.col("internal").fill_null(value=False)
    )
    by_site = by_domain(outward).sort("posts", "site", "domain", descending=[True, False, False])
    domains = _most(by_site.lazy().group_by("domain").agg(_sum("posts"), _sum("links")), "domain").head(LISTED)
    corpus = {home for home in homes.values() if home}
    busiest = by_site.group_by("site").agg(pl.col("posts").sum()).sort("posts", "site", descending=[True, False])
    # Sites of the corpus come first, to show the links between them.
    columns = [name for name in domains["domain"] if name in corpus] + [
        name for name in domains["domain"] if name not in corpus
    ]
    shown = by_site.filter(
        pl.col("site").is_in(busiest["site"].head(MATRIX_SITES).to_list())
        & pl.col("domain").is_in(columns[:MATRIX_DOMAINS])
    )
    known = pl.col("domain").is_in(sorted(corpus)).alias("corpus")
    linking = shown.select("site", "domain", pl.col("posts").cast(COUNT), known).sort(
        "corpus", "domain", "site", descending=[True, False, False]
    )
    return domains, linking


def _lengths(posts: pl.LazyFrame) -> pl.DataFrame:
    counted = _got(posts.filter(pl.col("word_count").is_not_null()).group_by(place=_place()).agg(posts=pl.len()))
    names = ["0", *(f"{low + 1}–{high}" for low, high in pairwise(_LENGTHS))]
    names.append(f"{_LENGTHS[-1] + 1}+")
    whole = pl.DataFrame({"place": range(len(names)), "length": names}, schema={"place": COUNT, "length": TEXT})
    return (
        whole.join(counted.cast(COUNT), on="place", how="left")
        .sort("place")
        .select("length", pl.col("posts").fill_null(0))
    )


def _place() -> pl.Expr:
    """The class of a text by its length."""
    return pl.sum_horizontal(pl.col("word_count") > bound for bound in _LENGTHS).cast(COUNT)


def _changes(versions: pl.LazyFrame) -> Timeline:
    before = pl.col("state").shift(1).over(_KEY, order_by="ordinal")
    several = versions.filter(pl.col("ordinal") > 1).select(_KEY).unique()
    changed = (
        versions.select(*_KEY, "ordinal", "state", "first_seen")
        .join(several, on=_KEY, how="semi")
        .with_columns(before=before)
        .filter(pl.col("ordinal") > 1)
        .with_columns(
            series=pl.when(pl.col("state") != "published")
            .then("state")
            .when(pl.col("before") == "published")
            .then(pl.lit("edited"))
            .otherwise(pl.lit("came back"))
        )
        .select("series", "first_seen")
    )
    day = pl.col("first_seen").dt.date()
    first, last = _got(versions.select(day.min().alias("first"), day.max().alias("last"))).row(0)
    chart = calendar(first, last, last, whole_years=False)
    counted = _got(changed.group_by("series", period=chart.period(pl.col("first_seen"))).agg(posts=pl.len()))
    return _timeline(chart, counted.drop_nulls("period"))


def _media(media: pl.LazyFrame) -> pl.LazyFrame:
    kind = pl.coalesce("mime_type", "media_type", pl.lit(UNKNOWN))
    return media.group_by(kind=kind).agg(files=pl.len())


def _crawls(crawls: pl.LazyFrame) -> pl.DataFrame:
    named = {"advertised": "advertised_end", "known": "swept", "not_shown": "unreadable"}
    counts = [pl.col(named.get(name, name)).sum().cast(COUNT).alias(name) for name in (*COUNTS, "requests", "bytes")]
    # A total that no collection advertised is unknown, not zero.
    counts[0] = pl.when(pl.col("advertised_end").count() > 0).then(counts[0]).alias("advertised")
    whole = _got(
        crawls.group_by("site", "crawl").agg(
            pl.col("source").first(),
            _outcome(),
            pl.col("reason").drop_nulls().sort().first(),
            # Of a site that never answered no count is missing, and everything is.
            (pl.col("balanced") & (pl.col("outcome") != "incomplete")).all(),
            *counts,
        )
    )
    last = pl.col("crawl") == pl.col("crawl").max().over("site")
    return whole.with_columns(last=last).sort("balanced", "crawl", "site", descending=[False, True, False])


def _outcome() -> pl.Expr:
    """The outcome of a crawl: the worst of its collections."""
    said = pl.col("outcome")
    worst = [pl.when((said == each).any()).then(pl.lit(each)) for each in ("incomplete", "unknown")]
    return pl.coalesce(*worst, pl.lit("complete")).alias("outcome")


def _receipts(crawls: pl.LazyFrame) -> pl.DataFrame:
    order = ["balanced", "site", "crawl", "collection"]
    columns = [*order, "outcome", "reason", "advertised_end", "swept", "fetched", "unchanged"]
    columns += ["unreadable", "gone", "failed"]
    return _got(crawls.select(*columns, "requests", "bytes").sort(order).head(LISTED))


def _complete(by_crawl: pl.DataFrame) -> dict[str, int | None]:
    last = by_crawl.filter("last")
    counted = {name: int(last[name].sum() or 0) for name in COUNTS}
    return counted | ({} if last["advertised"].count() else {"advertised": None})


def _quarantine(quarantine: pl.LazyFrame) -> pl.DataFrame:
    counted = quarantine.group_by("rule", "table").agg(records=pl.len(), sites=pl.col("site").n_unique())
    return _most(counted, "rule", "table", by="records")
