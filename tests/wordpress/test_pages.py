"""Pages of a real WordPress, in three themes, say of a post what its API says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from presscorpus.observations.items import observe
from tests.wordpress.packages import THEMES
from tests.wordpress.test_export import frame

if TYPE_CHECKING:
    from collections.abc import Iterable

    from presscorpus.observations.items import Item
    from tests.wordpress.server import WordPress

pytestmark = pytest.mark.long
SAME = ("type", "id", "url", "title", "text", "status", "protected")
PAGES = 12


def api(wordpress: WordPress, route: str) -> list[Item]:
    with urlopen(f"{wordpress.url}?rest_route=/wp/v2/{route}", timeout=60) as response:
        return observe(response.read(), f"{wordpress.url}?rest_route=/wp/v2/{route}", 200).items


def pages(urls: Iterable[str | None]) -> list[Item]:
    """The items that pages show."""
    found: list[Item] = []
    for url in filter(None, urls):
        with urlopen(url, timeout=60) as response:
            found += observe(response.read(), url, 200).items
    return found


def _named(items: list[Item], slugs: dict[tuple[str, int], str]) -> list[tuple[int, set[str], set[str]]]:
    """The slugs of the categories and tags of each post."""

    def of(keys: dict[str, Any], key: str, taxonomy: str) -> set[str]:
        named = (keys.get("presscorpus_terms") or {}).get(taxonomy, [])
        return {*named, *(slugs.get((key, number), "?") for number in keys.get(key) or [])}

    bodies = [json.loads(item.body) for item in items]
    return [(each["id"], of(each, "categories", "category"), of(each, "tags", "post_tag")) for each in bodies]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("form", ["plain", "pretty"])
def test_a_page_has_the_key_and_the_words_of_its_post(
    wordpress: WordPress, theme: str, form: Literal["plain", "pretty"]
) -> None:
    wordpress.set_permalinks(form)
    try:
        with wordpress.themed(theme):
            slugs = {
                (kind, item.id): json.loads(item.body)["slug"]
                for kind in ("categories", "tags")
                for item in api(wordpress, f"{kind}&per_page=100&orderby=count&order=desc")
            }
            harvested = [*api(wordpress, f"posts&per_page={PAGES}&offset=30"), *api(wordpress, "pages&per_page=3")]
            shown = pages(item.url for item in harvested)
            assert pages([wordpress.url, f"{wordpress.url}?s=bridge", f"{wordpress.url}?cat=2"]) == []
            with pytest.raises(HTTPError):
                pages([f"{wordpress.url}?p=999999"])
    finally:
        wordpress.set_permalinks("plain")
    assert {item.origin for item in shown} == {"page"}
    assert {item.hidden for item in shown} == {None}
    of_api, of_pages = frame("posts", harvested), frame("posts", shown)
    for name in SAME:
        assert of_pages[name].to_list() == of_api[name].to_list(), name
    # Themes show no date on a page; nothing is guessed.
    posts, alike = of_api["type"] == "post", (of_pages["published_at"], of_api["published_at"])
    assert alike[0].filter(posts).to_list() == alike[1].filter(posts).to_list()
    assert of_pages["published_local"].filter(posts).to_list() == of_api["published_local"].filter(posts).to_list()
    assert _named(shown, slugs) == _named(harvested, slugs)
