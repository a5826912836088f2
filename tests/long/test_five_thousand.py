"""Five thousand posts: everything once, and a refresh that costs what changed. For `.ci/long`; prints its figures."""

from __future__ import annotations

import math
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.crawl.rest.test_harvest import crawl, of
from tests.crawl.rest.test_refresh import Corpus, pages
from tests.wordpress.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.wordpress.server import WordPress

POSTS = 5000


@pytest.fixture(scope="module")
def large() -> Iterator[WordPress]:
    with running(posts=POSTS) as server:
        yield server


@pytest.mark.parametrize("form", ["plain", "pretty"])
def test_every_public_item_comes_once(large: WordPress, form: Any) -> None:
    large.set_permalinks(form)
    begun, worked = time.monotonic(), time.process_time()
    done, memory = crawl(large)
    seconds, processor = time.monotonic() - begun, time.process_time() - worked
    public = large.public_ids()
    assert {name: set(ids) for name, ids in memory.ids().items()} == public
    assert {count for ids in memory.ids().values() for count in ids.values()} == {1}
    assert len(public["posts:post"]) > POSTS
    dates = Counter(item["date_gmt"] for name, item in memory.bodies() if name == "posts:post")
    assert dates.most_common(1)[0][1] == 57
    assert done.receipt.balanced
    counts = large.database_counts()
    assert {each.collection: each.fetched for each in done.receipt.collections} == counts
    posts = of(done, "posts:post")
    # One sweep, the bodies, what was modified meanwhile, and the total.
    assert posts.requests == pages(posts.swept) + math.ceil(posts.swept / 100) + 2
    # Five for the site (one more on plain permalinks), and three or six for each of the ten other lists, which one or
    # two pages hold.
    assert done.receipt.requests == posts.requests + (42 if form == "plain" else 41)
    print(  # noqa: T201
        f"{form}: {sum(counts.values())} items in {done.receipt.requests} requests and {seconds:.1f} s; "
        f"{processor / done.receipt.requests * 1000:.2f} ms of our processor a response"
    )


def test_a_refresh_costs_what_changed(large: WordPress, tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, large.url)
    corpus.asked()
    posts = large.seeded.posts
    before = len(large.public_ids()["posts:post"])
    edited, deleted, hidden = posts[100:250], posts[1000:1023], posts[3000:3012]

    def listed(ids: list[int]) -> str:
        return ",".join(map(str, ids))

    large.sql(
        "UPDATE wp_posts SET post_content = CONCAT(post_content, ' Edited.'), post_modified = NOW(), "
        f"post_modified_gmt = UTC_TIMESTAMP() WHERE ID IN ({listed(edited)});"
        f"DELETE FROM wp_posts WHERE ID IN ({listed(deleted)});"
        f"UPDATE wp_posts SET post_status = 'draft' WHERE ID IN ({listed(hidden)})"
    )
    new = [large.act("insert") for _ in range(5)]
    receipt = corpus.asked()["posts:post"]
    gone = len(deleted) + len(hidden)
    swept = pages(before + len(new) - gone)
    # And one look at the plain list.
    foretold = swept + math.ceil((len(new) + len(edited)) / 100) + gone + 1
    print(  # noqa: T201
        f"refresh of {before} posts, {len(new)} new, {len(edited)} edited, {gone} gone: {receipt.requests} requests = "
        f"{swept} sweep + {math.ceil((len(new) + len(edited)) / 100)} bodies + {gone} gone + 1 look + "
        f"{receipt.requests - foretold}; {corpus.receipt.requests} for the whole site"
    )
    assert receipt.requests == foretold
    assert corpus.bodies("posts") == sorted([*edited, *new])
    assert (receipt.gone, receipt.unreadable) == (len(deleted), len(hidden))
    # With modified_after, a week not being over, without the sweep.
    large.sql(f"UPDATE wp_posts SET post_modified_gmt = UTC_TIMESTAMP(), post_modified = NOW() WHERE ID = {posts[5]}")
    again = corpus.asked(full_sweep_days=7)["posts:post"]
    print(f"asked for what was modified since: {again.requests} requests for posts, {again.fetched} fetched")  # noqa: T201
    assert again.sweep == "modified"
    assert again.requests < 10
