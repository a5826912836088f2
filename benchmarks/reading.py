"""How much reading a post costs beside the least that could be done with it.

`python benchmarks/reading.py [POSTS]` prints ratios from one run, each the median of pairs taken in turn. The floor is,
for the same posts: typed decoding by msgspec, one lexbor parse, one `css` for links and one `text()`. Posts are made
from a seed, with the HTML of WordPress blocks; about 16 KB of JSON each.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from selectolax.lexbor import LexborHTMLParser

from builder import spec
from builder.html import read
from builder.tables.emit import Origin
from builder.tables.posts import Batch, PostItem

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 7
WORDS = [
    "news",
    "site",
    "word",
    "story",
    "paper",
    "press",
    "city",
    "people",
    "law",
    "street",
    "court",
    "minister",
    "’said",
    "the",
    "of",
    "and",
    "to",
    "in",
]


def post(number: int, chance: random.Random) -> bytes:
    def words(count: int) -> str:
        return " ".join(chance.choices(WORDS, k=count))

    blocks = []
    for place in range(34):
        link = f'<a href="https://www.example.org/{number}/{place}?a=1&amp;b=2" rel="nofollow">{words(3)}</a>'
        blocks.append(f'<p class="wp-block-paragraph">{words(40)} {link} <strong>{words(4)}</strong> {words(20)}</p>\n')
        if place % 8 == 0:
            blocks.append(
                f'<h2 class="wp-block-heading">{words(6)}</h2>\n<ul><li>{words(9)}</li><li>{words(9)}</li></ul>'
            )
    html = "".join(blocks)
    return msgspec.json.encode(
        {
            "id": number, "type": "post", "slug": f"post-{number}", "link": f"https://example.org/?p={number}",
            "date": "2026-01-01T00:00:00", "date_gmt": "2026-01-01T00:00:00", "status": "publish",
            "title": {"rendered": words(8)}, "content": {"rendered": html, "protected": False},
            "excerpt": {"rendered": f"<p>{words(30)}</p>", "protected": False}, "categories": [1], "tags": [],
        }
    )  # fmt: skip


def floor(bodies: list[bytes]) -> None:
    decoder = msgspec.json.Decoder(PostItem)
    for body in bodies:
        content = decoder.decode(body).content
        tree = LexborHTMLParser(getattr(content, "rendered", "") or "")
        tree.css("[href],[src]")
        tree.text()


def html_only(bodies: list[bytes]) -> None:
    decoder = msgspec.json.Decoder(PostItem)
    for body in bodies:
        read(getattr(decoder.decode(body).content, "rendered", "") or "")


def whole(bodies: list[bytes]) -> None:
    batch = Batch(spec.load(Path(__file__).parent.parent), 2**24)
    origin = Origin("example", "c", "r", datetime(2026, 1, 1, tzinfo=UTC))
    for body in bodies:
        batch.add(body, origin, "d", ())
    batch.frames()


def seconds(function: Callable[[list[bytes]], None], bodies: list[bytes]) -> float:
    start = time.perf_counter()
    function(bodies)
    return time.perf_counter() - start


def main() -> None:
    chance = random.Random(882)
    bodies = [post(number, chance) for number in range(1, int(sys.argv[1]) if len(sys.argv) > 1 else 1000)]
    print(f"{len(bodies)} posts, {sum(map(len, bodies)) / len(bodies) / 1000:.1f} KB of JSON each")
    for name, function in (("builder.html.read", html_only), ("columns of posts, language included", whole)):
        ratios = []
        for _ in range(ROUNDS):
            least = seconds(floor, bodies)
            ratios.append(seconds(function, bodies) / least)
        print(f"{name}: {statistics.median(ratios):.1f} times the floor ({min(ratios):.1f} to {max(ratios):.1f})")


if __name__ == "__main__":
    main()
