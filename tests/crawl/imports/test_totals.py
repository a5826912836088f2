"""What the receipt of an import may say: complete only where totals and items prove it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.crawl.imports.test_warc import POSTS, Page, posts, taken, warc_of

if TYPE_CHECKING:
    from pathlib import Path

    from presscorpus.archive.receipt import Receipt

PAGES = "https://example.org/wp-json/wp/v2/pages"


def told(numbers: range, total: int | str, url: str = POSTS) -> Page:
    return Page(posts(*numbers), url, headers=(("Content-Type", "application/json"), ("X-WP-Total", str(total))))


def three(total: int, *, page_3: bool = True, last: int | None = None) -> list[Page]:
    """Pages of a hundred of 299 posts."""
    pages = [told(range(1, 101), total, f"{POSTS}?per_page=100"), told(range(101, 201), total, f"{POSTS}?page=2")]
    return [*pages, told(range(201, 300), last or total, f"{POSTS}?page=3")] if page_3 else pages


def receipt_of(pages: list[Page], folder: Path) -> Receipt:
    (folder / "x.warc.gz").write_bytes(warc_of(pages))
    return taken(folder / "x.warc.gz", folder / "out").receipt


def test_two_hundred_of_299_are_not_complete_and_do_not_balance(tmp_path: Path) -> None:
    receipt = receipt_of(three(299, page_3=False), tmp_path)
    (found,) = receipt.collections
    assert receipt.outcome == "incomplete"
    assert not receipt.balanced
    assert (found.advertised_start, found.advertised_end) == (299, 299)
    assert (found.swept, found.fetched, found.failed) == (299, 200, 99)
    assert receipt.reason == "posts: the site counts 299, and 200 are here: 99 missing"


def test_all_299_are(tmp_path: Path) -> None:
    receipt = receipt_of(three(299), tmp_path)
    (found,) = receipt.collections
    assert (receipt.outcome, receipt.reason, receipt.balanced) == ("complete", None, True)
    assert (found.swept, found.fetched, found.failed) == (299, 299, 0)


def test_the_last_total_counts(tmp_path: Path) -> None:
    """One post more was published while somebody walked."""
    (found,) = receipt_of(three(299, last=300), tmp_path).collections
    assert (found.advertised_start, found.advertised_end, found.failed) == (299, 300, 1)


@pytest.mark.parametrize("total", [100, 0, "many"])
def test_a_total_below_what_is_there_is_none(total: int | str, tmp_path: Path) -> None:
    pages = [told(range(1, 101), total), told(range(101, 201), total, f"{POSTS}?page=2")]
    receipt = receipt_of(pages, tmp_path)
    (found,) = receipt.collections
    assert receipt.outcome == "unknown"
    assert found.advertised_end is None
    assert found.fetched == 200


@pytest.mark.parametrize(
    "query",
    [
        "search=note",
        "categories=3",
        "lang=fr",
        "include=1,2",
        "after=2026-01-01T00:00:00",
        "sticky=",
        "status=any",
        "hide_empty=1",
        "after=",
        "shop=",
        "slug=&categories=3",
    ],
)
def test_the_total_of_a_choice_is_not_that_of_the_list(query: str, tmp_path: Path) -> None:
    receipt = receipt_of([told(range(1, 3), 2, f"{POSTS}?{query}")], tmp_path)
    assert receipt.outcome == "unknown"
    assert receipt.collections[0].advertised_end is None


@pytest.mark.parametrize(
    "query", ["_=123", "status=publish", "exclude=", "search=&tags=", "hide_empty=false", "_wpnonce=a1b2&_jsonp=x"]
)
def test_what_leaves_nothing_out_has_the_total_of_the_list(query: str, tmp_path: Path) -> None:
    receipt = receipt_of([told(range(1, 3), 5, f"{POSTS}?{query}")], tmp_path)
    assert receipt.reason == "posts: the site counts 5, and 2 are here: 3 missing"
    assert receipt.collections[0].advertised_end == 5


@pytest.mark.parametrize(
    ("headers", "total"),
    [
        ((("X-WP-Total", "5, 5"),), 5),
        ((("X-WP-Total", "5"), ("x-wp-total", "5")), 5),
        ((("X-WP-Total", "5"), ("X-WP-Total", "2")), None),
        ((("X-WP-Total", "2"), ("X-WP-Total", "many")), None),
        ((("X-WP-Total", ","),), None),
    ],
)
def test_a_total_that_is_sent_twice_is_one(
    headers: tuple[tuple[str, str], ...], total: int | None, tmp_path: Path
) -> None:
    receipt = receipt_of([Page(posts(1, 2), POSTS, headers=headers)], tmp_path)
    assert receipt.collections[0].advertised_end == total
    assert receipt.outcome == ("incomplete" if total else "unknown")


WRAPPED = {
    '{"total":5,"posts":%s}': 3,
    '{"found":"5","items":%s}': 3,
    '{"data":{"posts":%s,"totalItems":5}}': 3,
    '{"data":%s,"meta":{"total":5,"views":900}}': 3,
    # Programs count what they wrote: that is no total.
    '{"total":2,"posts":%s}': 0,
    '{"value":%s,"Count":2}': 0,
    '{"posts":%s,"visitors":{"total":900}}': 0,
    '{"total":"many","posts":%s}': 0,
    '{"total":null,"posts":%s}': 0,
}


@pytest.mark.parametrize("wrapper", WRAPPED)
def test_the_count_of_a_wrapper_tells_what_is_missing_and_never_that_all_is_here(wrapper: str, tmp_path: Path) -> None:
    (tmp_path / "posts.json").write_text(wrapper % posts(1, 2).decode())
    receipt = taken(tmp_path / "posts.json", tmp_path / "out").receipt
    (found,) = receipt.collections
    assert (receipt.outcome, found.failed) == ("incomplete" if WRAPPED[wrapper] else "unknown", WRAPPED[wrapper])
    assert (found.fetched, found.advertised_end) == (2, None)


def test_two_files_that_a_wrapper_counts_are_all_it_tells_of_and_no_proof(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/1.json").write_bytes(b'{"total":3,"posts":%s}' % posts(1, 2))
    (tmp_path / "in/2.json").write_bytes(b'{"total":3,"posts":%s}' % posts(3))
    receipt = taken(tmp_path / "in", tmp_path / "out").receipt
    assert (receipt.outcome, receipt.reason) == ("unknown", None)


def test_a_next_page_is_told_beside_other_links(tmp_path: Path) -> None:
    links = (("Link", NEXT), ("Link", '<https://example.org/wp-json/>; rel="https://api.w.org/"'))
    receipt = receipt_of([Page(posts(1, 2), f"{POSTS}?per_page=2", headers=links)], tmp_path)
    assert receipt.reason == "posts: page 2 is not here"


NEXT = f'<{POSTS}?page=2&per_page=100>; rel="next"'
LISTED = {
    "X-WP-TotalPages: 9": "posts: page 2 is not here, nor 7 more that the site tells of",
    f"Link: {NEXT}": "posts: page 2 is not here",
    "X-WP-TotalPages: 999999999": "posts: page 2 is not here, nor 999,999,997 more that the site tells of",
    "X-WP-TotalPages: 1": None,
    'Link: <https://example.org/>; rel="up"': None,
}


@pytest.mark.parametrize("header", LISTED)
def test_a_page_that_is_told_and_not_here_is_missing(header: str, tmp_path: Path) -> None:
    name, _, value = header.partition(": ")
    page = Page(posts(*range(1, 101)), f"{POSTS}?page=1&per_page=100", headers=((name, value),))
    receipt = receipt_of([page], tmp_path)
    assert (receipt.outcome, receipt.reason) == ("incomplete" if LISTED[header] else "unknown", LISTED[header])
    assert receipt.balanced == (LISTED[header] is None)


def test_pages_that_are_all_here_and_a_list_of_another_size_lack_none(tmp_path: Path) -> None:
    pages = [
        Page(posts(*range(1, 101)), f"{POSTS}?per_page=100", headers=(("Link", NEXT),)),
        Page(posts(*range(101, 111)), f"{POSTS}?page=2&per_page=100", headers=()),
        Page(posts(1, 2), f"{POSTS}?per_page=2", headers=(("X-WP-TotalPages", "55"),)),
    ]
    receipt = receipt_of(pages, tmp_path)
    assert (receipt.outcome, receipt.reason) == ("unknown", None)


def test_one_type_without_a_total_leaves_the_whole_unknown(tmp_path: Path) -> None:
    page = json.loads(posts(400))[0] | {"type": "page"}
    receipt = receipt_of([*three(299), Page(json.dumps([page]).encode(), PAGES)], tmp_path)
    assert receipt.outcome == "unknown"
    assert [each.advertised_end for each in receipt.collections] == [None]


def test_a_dump_without_totals_says_unknown(tmp_path: Path) -> None:
    (tmp_path / "posts.json").write_bytes(posts(*range(1, 201)))
    receipt = taken(tmp_path / "posts.json", tmp_path / "out").receipt
    (found,) = receipt.collections
    assert receipt.outcome == "unknown"
    assert (found.advertised_start, found.advertised_end, found.fetched) == (None, None, 200)


def test_the_same_page_twice_fills_no_gap(tmp_path: Path) -> None:
    receipt = receipt_of([*three(299, page_3=False), told(range(1, 101), 299, f"{POSTS}?per_page=100")], tmp_path)
    assert receipt.outcome == "incomplete"
    assert receipt.collections[0].failed == 99
