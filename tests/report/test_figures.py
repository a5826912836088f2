"""The figures against counts done by hand, over tables made for it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from presscorpus.config.schema import load_package
from presscorpus.content import dates
from presscorpus.release.period import period
from presscorpus.report import pictures
from presscorpus.report.domains import by_domain
from presscorpus.report.figures import OTHER, SERIES, UNKNOWN, Figures, figures
from presscorpus.report.times import calendar

PACKAGE = load_package(Path(__file__).parents[2])
SEEN = datetime(2026, 3, 1, tzinfo=UTC)


def table(name: str, *rows: dict[str, Any]) -> pl.LazyFrame:
    """Rows of a table; what is not named is null."""
    schema = PACKAGE.schema(name)
    seen = {"crawl": "20260301T000000Z", "record_id": "r", "observed_at": SEEN}
    full = [{key: (seen | row).get(key) for key in schema.names} for row in rows]
    return pl.DataFrame(full, schema=schema.polars, orient="row").lazy()


def counted(findings: dict[str, int] | None = None, **tables: pl.LazyFrame) -> Figures:
    whole = {name: tables.get(name, table(name)) for name in PACKAGE.resources}
    return figures(whole, findings or {}, {"a": "a.example", "b": "b.example"})


def post(number: int, **more: Any) -> dict[str, Any]:
    return {"site": "a", "type": "post", "id": number, "state": "published", "word_count": 10, "text": "x" * 7} | more


def on(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def test_nothing_gives_figures_of_nothing() -> None:
    empty = counted()
    assert set(empty.rows.values()) == {0}
    assert (empty.totals.words, empty.totals.bytes) == (0, 0)
    assert empty.over_time["site"].calendar.periods == []
    assert empty.complete == {
        "advertised": None,
        "known": 0,
        "fetched": 0,
        "unchanged": 0,
        "not_shown": 0,
        "gone": 0,
        "failed": 0,
    }


def test_posts_over_time_by_site_language_and_type() -> None:
    posts = table(
        "posts",
        post(1, published_at=on("2025-01-31"), language="ug"),
        post(2, published_at=on("2025-01-01"), language="ug", type="page"),
        post(3, published_at=on("2025-03-01"), site="b"),
        post(4, published_at=None),
        post(5, published_at=on("9999-12-31")),
    )
    made = counted(posts=posts)
    sites = made.over_time["site"]
    assert sites.calendar.unit == "month"
    assert (sites.calendar.periods[0], sites.calendar.periods[-1]) == ("2025-01", "2025-12")
    assert sites.frame.rows() == [("2025-01", "a", 2), ("2025-03", "b", 1)]
    assert (sites.series, sites.undated, sites.outside) == (["a", "b"], 1, 1)
    assert made.over_time["language"].frame.rows() == [("2025-01", "ug", 2), ("2025-03", UNKNOWN, 1)]
    assert made.over_time["type"].series == ["post", "page"]
    assert made.languages.rows() == [(UNKNOWN, 3, 30), ("ug", 2, 20)]
    assert made.totals.words == 50


def test_what_has_no_colour_of_its_own_is_one_series() -> None:
    posts = table("posts", *(post(n, type=f"t{n:02d}", published_at=on("2025-01-01")) for n in range(SERIES + 4)))
    line = counted(posts=posts).over_time["type"]
    assert line.series == [f"t{n:02d}" for n in range(SERIES)] + [OTHER]
    assert line.frame.filter(pl.col("series") == OTHER)["posts"].to_list() == [4]
    assert line.frame["posts"].sum() == SERIES + 4


def test_a_long_time_is_told_in_years_and_a_short_one_of_changes_in_days() -> None:
    assert calendar(date(2001, 5, 1), date(2026, 1, 1), date(2026, 3, 1), whole_years=True).periods[:2] == [
        "2001",
        "2002",
    ]
    days = calendar(date(2026, 2, 27), date(2026, 3, 2), date(2026, 3, 2), whole_years=False)
    assert days.periods == ["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"]
    months = calendar(date(2025, 11, 5), date(2026, 3, 2), date(2026, 3, 2), whole_years=False)
    assert months.periods == ["2025-11", "2025-12", "2026-01", "2026-02", "2026-03"]
    ancient = calendar(date(1, 1, 1), date(9999, 1, 1), date(2026, 3, 2), whole_years=True)
    assert (ancient.periods[0], ancient.periods[-1]) == ("1967", "2027")


def test_terms_of_one_name_are_one_and_the_most_used_come_first() -> None:
    def term(site: str, number: int, **more: Any) -> dict[str, Any]:
        return {"site": site, "taxonomy": "category", "id": number, "count_observed": 0, "origin": "listed"} | more

    def on_post(site: str, number: int, kind: int) -> dict[str, Any]:
        return {"site": site, "type": "post", "id": number, "taxonomy": "category", "term_id": kind, "ordinal": 1}

    made = counted(
        terms=table("terms", term("a", 1, name="News"), term("b", 9, name="News"), term("a", 2, name="", slug="slug")),
        post_terms=table(
            "post_terms",
            on_post("a", 1, 1),
            on_post("a", 2, 1),
            on_post("b", 1, 9),
            on_post("a", 1, 2),
            on_post("a", 1, 3),
        ),
    )
    assert made.terms.rows() == [
        ("category", "News", 2, 3),
        ("category", "category 3", 1, 1),
        ("category", "slug", 1, 1),
    ]


def test_who_links_to_whom() -> None:
    def link(site: str, number: int, ordinal: int, domain: str | None, **more: Any) -> dict[str, Any]:
        row = {"site": site, "type": "post", "id": number, "ordinal": ordinal, "kind": "link", "domain": domain}
        return row | {"element": "a", "attribute": "href", "internal": False} | more

    made = counted(
        links=table(
            "links",
            link("a", 1, 1, "paper.example"), link("a", 1, 2, "paper.example"), link("a", 2, 1, "paper.example"),
            link("a", 1, 3, "b.example"), link("b", 1, 1, "a.example"), link("b", 1, 2, "b.example", internal=True),
            link("b", 1, 3, "cdn.example", kind="image"), link("b", 1, 4, None),
        )
    )  # fmt: skip
    assert made.domains.rows() == [("paper.example", 2, 3), ("a.example", 1, 1), ("b.example", 1, 1)]
    assert made.linking.rows() == [
        ("b", "a.example", 1, True),
        ("a", "b.example", 1, True),
        ("a", "paper.example", 2, False),
    ]


def test_links_of_a_post_that_come_in_several_pieces_are_of_one_post(tmp_path: Path) -> None:
    rows = [("a", 1), *[("a", 2)] * 7, ("a", 3), *[("b", 3)] * 31]
    of_posts = [{"site": site, "type": "post", "id": number} for site, number in rows]
    links = pl.DataFrame([each | {"domain": "paper.example"} for each in of_posts])
    links.write_parquet(tmp_path / "links.parquet", row_group_size=2)
    found = by_domain(pl.scan_parquet(tmp_path / "links.parquet")).sort("site")
    assert found.rows() == [("paper.example", "a", 3, 9), ("paper.example", "b", 1, 31)]


def test_lengths_fall_into_their_classes() -> None:
    words = [0, 1, 24, 25, 3199, 3200, None]
    made = counted(posts=table("posts", *(post(n, word_count=count) for n, count in enumerate(words, 1))))
    assert dict(made.lengths.iter_rows()) == {
        "0": 1, "1–24": 2, "25–49": 1, "50–99": 0, "100–199": 0, "200–399": 0, "400–799": 0, "800–1599": 0,
        "1600–3199": 1, "3200+": 1,
    }  # fmt: skip


def test_changes_are_what_came_after_the_first_version() -> None:
    def version(number: int, ordinal: int, state: str, day: str) -> dict[str, Any]:
        seen = {"first_seen": on(day), "last_seen": on(day), "observations": 1}
        return {"site": "a", "type": "post", "id": number, "ordinal": ordinal, "state": state} | seen

    made = counted(
        versions=table(
            "versions",
            version(1, 1, "published", "2026-01-01"), version(1, 2, "published", "2026-01-20"),
            version(1, 3, "unpublished", "2026-01-30"), version(1, 4, "published", "2026-02-01"),
            version(2, 1, "published", "2026-01-01"), version(2, 2, "deleted", "2026-01-30"),
            version(3, 1, "published", "2026-01-20"),
        )
    )  # fmt: skip
    assert made.changes.calendar.unit == "day"
    assert made.changes.frame.rows() == [
        ("2026-01-20", "edited", 1), ("2026-01-30", "deleted", 1), ("2026-01-30", "unpublished", 1),
        ("2026-02-01", "came back", 1),
    ]  # fmt: skip


def test_receipts_are_summed_by_crawl_and_completeness_over_the_last_ones() -> None:
    def receipt(site: str, crawl: str, collection: str, **more: Any) -> dict[str, Any]:
        row = {"site": site, "crawl": crawl, "collection": collection, "source": "wordpress", "outcome": "complete"}
        counts = {
            "swept": 10,
            "fetched": 8,
            "unchanged": 0,
            "unreadable": 1,
            "gone": 1,
            "failed": 0,
            "requests": 3,
            "bytes": 100,
        }
        return row | counts | {"balanced": True, "started_at": SEEN, "ended_at": SEEN, "advertised_end": 9} | more

    made = counted(
        crawls=table(
            "crawls",
            receipt("a", "20260101T000000Z", "posts"),
            receipt("a", "20260301T000000Z", "posts"),
            receipt("a", "20260301T000000Z", "terms", advertised_end=None, fetched=5, unchanged=4),
            receipt("b", "20260201T000000Z", "posts", balanced=False, fetched=5, failed=3, reason="it stopped"),
        )
    )  # fmt: skip
    assert made.crawls.select(
        "site", "crawl", "balanced", "reason", "advertised", "known", "fetched", "last"
    ).rows() == [
        ("b", "20260201T000000Z", False, "it stopped", 9, 10, 5, True),
        ("a", "20260301T000000Z", True, None, 9, 20, 13, True),
        ("a", "20260101T000000Z", True, None, 9, 10, 8, False),
    ]
    assert made.complete == {
        "advertised": 18,
        "known": 30,
        "fetched": 18,
        "unchanged": 4,
        "not_shown": 3,
        "gone": 3,
        "failed": 3,
    }
    assert made.totals.bytes == 400
    assert made.held == 22 / 30
    assert made.receipts["site"].to_list() == ["b", "a", "a", "a"]


def test_quarantine_findings_and_media_by_kind() -> None:
    def record(number: int, rule: str, site: str) -> dict[str, Any]:
        row = {"site": site, "record_id": f"r{number}", "ordinal": number, "rule": rule, "table": "posts"}
        return row | {"reason": "x", "evidence_digest": "0" * 64}

    made = counted(
        findings={"posts/b/c": 2, "links/a/b": 1},
        quarantine=table(
            "quarantine", record(1, "not_json", "a"), record(2, "too_deep", "a"), record(3, "too_deep", "b")
        ),
        media=table(
            "media", *({"site": "a", "id": n, "mime_type": kind} for n, kind in enumerate(["x/y", "x/y", None]))
        ),
    )
    assert made.quarantine.rows() == [("too_deep", "posts", 2, 2), ("not_json", "posts", 1, 1)]
    assert list(made.findings.items()) == [("links/a/b", 1), ("posts/b/c", 2)]
    assert made.media.rows() == [("x/y", 2), (UNKNOWN, 1)]


def dated(*days: str) -> pl.LazyFrame:
    return table("posts", *(post(number, published_at=on(day)) for number, day in enumerate(days, 1)))


def test_a_stray_date_neither_squeezes_the_chart_nor_is_hidden() -> None:
    usual = [f"2025-{month:02d}-10" for month in range(1, 10)]
    made = counted(posts=dated("1965-03-01", *usual, "9999-12-31"))
    line = made.over_time["site"]
    assert (line.calendar.unit, line.calendar.periods[0], line.calendar.periods[-1]) == ("month", "2025-01", "2025-12")
    assert line.outside == 2
    note = pictures.over_time(made, "site").note
    assert note == "By date of publication, UTC. Not drawn: 2 dated before January 2025 or after December 2025."
    assert period(dated("1965-03-01", *usual)).strays == 1
    # Several old posts, or none other, are no strays.
    assert period(dated("1965-03-01", "1966-03-01", *usual)).strays == 0
    assert period(dated("1965-03-01", "2025-03-01")).strays == 0
    assert period(dated("1965-03-01")).first == date(1965, 3, 1)
    assert period(dated("2012-03-01", *usual)).strays == 1
    assert period(dated("2015-03-01", *usual)).strays == 0
    assert period(dated()) == (None, None, None, 0, 0)


def test_dates_are_written_as_people_write_them() -> None:
    assert dates.period("2026-11-03") == "3 November 2026"
    assert dates.period("2026-11", short=True) == "Nov 2026"
    assert [dates.period(each) for each in ("2026", "0001-02", "other", "2026-13")] == [
        "2026", "February 1", "other", "2026-13",
    ]  # fmt: skip
    assert dates.span("2026-11", "2026-11") == "in November 2026"
    assert dates.span("2019-03", "2026-11") == "from March 2019 to November 2026"
    assert dates.crawl("20261123T080500Z") == "23 Nov 2026, 08:05"
    assert dates.crawl("last Tuesday") == "last Tuesday"
