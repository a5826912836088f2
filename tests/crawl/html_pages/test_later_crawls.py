"""Later crawls of a closed site, over real sockets: what is asked for again, and what counts as gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from presscorpus.config.params import Part
from presscorpus.crawl.html_pages.earlier_posts import EarlierPost, EarlierPosts, is_unchanged
from presscorpus.observations.items import observe
from tests.crawl.html_pages.closed_site import closed_site, listing, page, xml
from tests.crawl.html_pages.test_sitemaps import figures, of
from tests.quirks.rest import Response, html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.crawl.html_pages.closed_site import ClosedSite
    from tests.quirks.rest import Request

SEEN_AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
OLD, NEW = "2026-11-01T08:00:00+00:00", "2026-11-21T08:00:00+00:00"


@pytest.fixture
def site() -> Iterator[ClosedSite]:
    with closed_site() as made:
        made.list_posts([(number, OLD) for number in made.posts])
        answer = made.answer

        def by_number(request: Request) -> Response:
            number = request.query.get("p")
            if number is None or request.path != "/":
                return answer(request)
            made.asked.append(request.target)
            return Response(301, {"Location": f"/{number}/"}) if f"/{number}/" in made.at else html(404, "Gone.")

        made.server.handler = by_number
        yield made


def seen(site: ClosedSite) -> EarlierPosts:
    return EarlierPosts(tuple(EarlierPost("post", number, f"{site.home}{number}/", SEEN_AT) for number in site.posts))


def pages_asked(site: ClosedSite) -> list[str]:
    return [each for each in site.asked if each.strip("/").isdecimal()]


def test_what_the_sitemap_says_is_unchanged_is_not_asked_for_again(site: ClosedSite) -> None:
    before = seen(site)
    site.at["/21/"] = page(site.home, 21)
    site.list_posts([*((number, NEW if number == 12 else OLD) for number in site.posts), (21, NEW)])
    done, _ = site.harvested(before)
    assert pages_asked(site) == ["/12/", "/21/"]
    receipt = of(done)
    assert (receipt.swept, receipt.fetched, receipt.unchanged) == (7, 2, 5)
    assert done.receipt.outcome == "complete"
    assert "2 pages fetched, 5 unchanged" in (done.receipt.reason or "")


def test_without_times_every_page_is_asked_for(site: ClosedSite) -> None:
    site.list_posts(site.posts)
    done, _ = site.harvested(seen(site))
    assert figures(of(done)) == (6, 6, 0, 0, 0)


def test_a_post_that_is_listed_no_more_is_asked_for_by_its_number(site: ClosedSite) -> None:
    before = seen(site)
    site.list_posts([(number, OLD) for number in site.posts[2:]])
    del site.at["/11/"]
    done, memory = site.harvested(before)
    receipt = of(done)
    # 12 is there still, though no sitemap lists it.
    assert (receipt.swept, receipt.unchanged, receipt.gone, receipt.fetched) == (6, 4, 1, 1)
    assert done.receipt.outcome == "complete"
    answers = [observe(each.body, each.url, each.status).items for each in memory.exchanges if "?p=11" in each.url]
    assert [(item.table, item.id, item.state) for items in answers for item in items] == [("posts", 11, "deleted")]


def test_a_post_that_moved_is_not_gone(site: ClosedSite) -> None:
    before = seen(site)
    site.at["/new-11/"] = site.at.pop("/11/")
    rest = [(f"{site.home}{number}/", OLD) for number in site.posts[1:]]
    site.at["/wp-sitemap-posts-post-1.xml"] = xml(listing((f"{site.home}new-11/", OLD), *rest))
    done, _ = site.harvested(before)
    receipt = of(done)
    assert (receipt.swept, receipt.fetched, receipt.unchanged, receipt.gone) == (6, 1, 5, 0)
    assert not [each for each in site.asked if "p=11" in each]


def test_a_server_that_knows_no_numbers_says_nothing_of_a_post(site: ClosedSite) -> None:
    before = seen(site)
    site.list_posts([(number, OLD) for number in site.posts[1:]])
    site.server.handler = lambda request: html(404, "No.") if "p" in request.query else site.answer(request)
    done, memory = site.harvested(before)
    assert of(done).failed == 1
    assert done.receipt.outcome == "incomplete"
    assert "the site shows no post by its number" in (done.receipt.reason or "")
    assert not [each for each in memory.exchanges if "?p=11" in each.url]


def test_a_first_look_takes_what_was_changed_last_and_is_never_complete(site: ClosedSite) -> None:
    site.list_posts([(number, NEW if number in {12, 15} else OLD) for number in site.posts])
    done, _ = site.harvested(part=Part(limit=2))
    assert pages_asked(site) == ["/12/", "/15/"]
    assert done.receipt.outcome == "incomplete"
    assert "only a part was asked for: the newest 2 items" in (done.receipt.reason or "")
    site.asked.clear()
    done, _ = site.harvested(part=Part(types=("page",)))
    assert pages_asked(site) == []


@pytest.mark.parametrize(
    ("lastmod", "unchanged"),
    [
        (OLD, True),
        (NEW, False),
        (None, False),
        ("yesterday", False),
        ("2026-11-20", False),
        ("9999-12-31", False),
        ("0001-01-01T00:00:00+01:00", False),
        ("2026-11-18", True),
        ("2026-11-20T11:00:00Z", False),
        ("2026-11-20T09:00:00Z", True),
        ("2026-11-20T09:00:00-08:00", False),
        ("2026-11-20T09:00:00", False),
    ],
)
def test_a_time_counts_for_the_latest_moment_that_it_may_mean(lastmod: str | None, unchanged: bool) -> None:  # noqa: FBT001
    known = EarlierPost("post", 7, "http://a/7/", SEEN_AT)
    assert is_unchanged(known, lastmod) is unchanged
    assert not is_unchanged(None, lastmod)
    assert not is_unchanged(known._replace(seen_at=SEEN_AT - timedelta(days=300)), lastmod)
