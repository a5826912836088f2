"""What `probe` says of servers that a crawl would not get whole, or has to ask in another way."""

from __future__ import annotations

import pytest

from presscorpus.crawl.messages import probed
from presscorpus.crawl.rest.probe import Probe, probe
from tests.crawl.rest.test_harvest import PACE
from tests.quirks import more_cases, reported_cases
from tests.quirks.cases import CASES
from tests.quirks.judge import arena_of

assert more_cases
assert reported_cases


def probe_of(name: str) -> Probe:
    with arena_of(CASES[name]) as arena:
        return probe(arena.address, allow_private=True, pace=PACE)


@pytest.mark.parametrize(
    ("name", "collection", "says"),
    [
        ("type_401", "posts:book", "closed, 401 rest_forbidden"),
        ("media_403_html", "media", "closed, 403 and no JSON"),
        ("type_500", "posts:book", "fails, 500 and no JSON"),
        ("all_dropped_small", "posts:post", "answers each page with the same rows"),
        ("window_200", "posts:post", "counts 250, and its list ends before them"),
        ("cap10", "posts:post", "shows 10 of 250 at once"),
    ],
)
def test_it_notes_what_a_crawl_would_not_get(name: str, collection: str, says: str) -> None:
    offers = {each.collection: each for each in probe_of(name).offers}
    assert says in (offers[collection].note or "")
    assert all(each.note is None for each in offers.values() if each.collection.startswith("terms:")) or name == (
        "all_dropped_small"
    )


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("max50", "per_page=50"),
        ("orderby_refused", "without orderby"),
        ("fields_500", "without _fields"),
        ("page_alone", "without orderby, offset, _fields, per_page"),
    ],
)
def test_it_climbs_down_the_same_ladder_as_a_crawl(name: str, says: str) -> None:
    offers = {each.collection: each for each in probe_of(name).offers}
    assert says in (offers["posts:post"].request or "")
    assert offers["posts:post"].items == 250


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("polylang_empty", "one language of several: posts in 'fr'"),
        ("wpml_unlinked", "one language of several"),
        ("index_and_types_403", "the list of types is closed"),
    ],
)
def test_it_remarks_what_lists_do_not_tell(name: str, says: str) -> None:
    found = probe_of(name)
    assert any(says in remark for remark in found.remarks)
    assert any(says in line for line in probed(found))


def test_a_healthy_site_has_no_remarks_and_no_notes() -> None:
    found = probe_of("big_ids")
    assert found.remarks == []
    assert [each.note for each in found.offers] == [None] * len(found.offers)
    assert [each.request for each in found.offers] == [None] * len(found.offers)
