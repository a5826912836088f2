"""Posts as real sites have them, made from a seed, any number of any size.

A post depends on the seed and its own number only, so that any one can be made again by itself, and edited. What is
real is the shape: the fields and `_links` of a REST API response, the markup of WordPress blocks with `srcset`,
captions, embeds, tables and what editors paste, five languages in four scripts with their commonest words, and words as
unequal as in a language (Zipf). What they say is nothing.

`python -m benchmarks.posts FOLDER POSTS KILOBYTES` writes the closed crawl of such a site.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import sys
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from presscorpus.archive.receipt import CollectionReceipt, Receipt
from presscorpus.archive.writer import CrawlWriter, Exchange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SEED = 882
KEPT = "PRESSCORPUS_POSTS"
PER_PAGE = 100
"""Posts in one response, the most that WordPress gives."""

CATEGORIES, TAGS, AUTHORS = 24, 4000, 40
_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_PLACES = ("news.example", "shop.example", "archive.example", "paper.example", "photos.example", "law.example")
_LETTERS = {
    "en": "a e i o u t n s r l d th st ch er in on",
    "tr": "a e ı i o ö u ü k l m n r s ş t ç ğ y",
    "ug": "ئا ئە ب پ ت ج چ خ د ر ز س ش غ ق ك گ ل م ن ھ و ۇ ۆ ى ي",
    "zh": "的 一 是 不 了 人 我 在 有 他 这 中 大 来 上 国 个 到 说 们 为 子 和 你 地 出 道 也 时 年",
    "ru": "а е и о у н т с р в л к м д п я ы б г з",
}
# Without the commonest words of a language its model is unsure, and is asked 2.1 times a text, not once as
# about real posts. Words of Chinese are made of its commonest characters already.
_COMMON = {
    "en": (
        "the of and to in a is that for it was on with as his be at by had not are but from or have an they which "
        "one you were her all she there would their we him been has when who will more no if out so said what up "
        "its about into than them can only other new some could time these two may then do first any my now such "
        "like our over man me even most made after also did many before must through back years where much your "
        "way well down should because each"
    ),
    "tr": (
        "ve bir bu da de için ile çok olarak daha ama gibi ne var o kadar sonra ben olan en ki her değil mi yok "
        "diye bunu iki ya zaman şey büyük kendi yeni ilk onun göre hem şu biz içinde bile önce yıl gün bütün "
        "sadece başka iyi ancak"
    ),
    "ru": (
        "и в не на я что тот быть с а весь это как она по но они к у ты из мы за вы так же от сказать этот который "
        "мочь человек о один еще бы такой только себя свой какой когда уже для вот кто да говорить год знать мой "
        "до или если время рука нет самый ни стать большой даже другой наш под где дело есть сам раз чтобы два там "
        "чем жизнь первый день"
    ),
    "ug": (
        "ۋە بۇ بىر ئۇ بىلەن ئۈچۈن دەپ ھەم كېيىن شۇ بولغان ئەمما لېكىن ياكى ھەر نېمە قانداق مەن سەن بىز ئۇلار ھازىر "
        "يىلى كۈنى ئادەم دۆلەت خەلق ئۇيغۇر تىل كىتاب ئىش يېڭى چوڭ ياخشى كۆپ بار يوق كېرەك مۇمكىن"
    ),
}
_LANGUAGES = ("en", "en", "en", "tr", "ug", "zh", "ru")
_VOCABULARY = 12_000
_FIELDS = 2100
_SHORT = 4000


class Shape(NamedTuple):
    """What is to be made: the mean size of a post's JSON in bytes, the seed, and the host of the site."""

    size: int
    seed: int = SEED
    host: str = "www.bench.example"


class Site(NamedTuple):
    """A crawl that was made: its name as a site, its address, and when it was asked."""

    name: str
    address: str
    as_of: datetime


@cache
def _words(language: str) -> tuple[list[str], list[float]]:
    """A vocabulary and the cumulated weight of its words."""
    chance = random.Random(f"words/{language}")
    letters = _LETTERS[language].split()
    longest = 2 if language == "zh" else 5
    words = ["".join(chance.choices(letters, k=chance.randint(1, longest))) for _ in range(_VOCABULARY)]
    common = _COMMON.get(language, "").split()
    words[: len(common)] = common
    return words, list(accumulate(1 / (rank + 3) for rank in range(_VOCABULARY)))


class _Post:
    """One post being written."""

    def __init__(self, number: int, shape: Shape, total: int, edit: int) -> None:
        self.number, self.shape, self.total, self.edit = number, shape, total, edit
        self.chance = random.Random(f"{shape.seed}/{number}/{edit}")
        self.language = _LANGUAGES[number % len(_LANGUAGES)]
        self._vocabulary, self._weights = _words(self.language)
        self._space = "" if self.language == "zh" else " "

    def words(self, count: int) -> str:
        return self._space.join(self.chance.choices(self._vocabulary, cum_weights=self._weights, k=count))

    def sentence(self) -> str:
        text = self.words(self.chance.randint(6, 22)).capitalize()
        end = self.chance.choice((".", ".", ".", "!", "&#8230;", "&nbsp;&#8211; " + self.words(3) + "."))
        return f"&#8220;{text}{end}&#8221;" if self.chance.random() < 0.08 else text + end

    def address(self) -> str:
        """A place that a link leads to: half of them on the site itself."""
        chance = self.chance
        pick = chance.random()
        if pick < 0.4:
            return permalink(chance.randint(1, self.total), self.shape)
        if pick < 0.5:
            return f"https://{self.shape.host}/tag/tag-{chance.randint(1, TAGS)}/"
        path = "/".join(f"{chance.getrandbits(20):x}" for _ in range(chance.randint(1, 3)))
        query = chance.choice(("", "", "", "?id=7&#038;lang=en", "?utm_source=feed&amp;utm_medium=rss", "#more"))
        return f"https://{chance.choice(_PLACES)}/{path}/{query}"

    def link(self) -> str:
        how = self.chance.choice(("", "", ' target="_blank" rel="noreferrer noopener"', ' rel="nofollow"'))
        return f'<a href="{self.address()}"{how}>{self.words(3)}</a>'

    def paragraph(self) -> str:
        parts = []
        for _ in range(self.chance.randint(2, 6) if self.shape.size > _SHORT else 1):
            parts.append(self.sentence())
            pick = self.chance.random()
            if pick < 0.22:
                parts.append(self.link())
            elif pick < 0.36:
                parts.append(f"<strong>{self.words(2)}</strong>")
            elif pick < 0.42:
                parts.append(f"<em>{self.words(4)}</em><br />\n")
        return f"<p>{' '.join(parts)}</p>\n"

    def image(self) -> str:
        folder = f"https://{self.shape.host}/wp-content/uploads/2024/{self.number % 12 + 1:02}"
        name = f"{folder}/{self.chance.getrandbits(28):x}"
        sizes = ", ".join(f"{name}-{w}x{w * 2 // 3}.jpg {w}w" for w in (1024, 300, 768, 1536))
        identity = self.chance.randint(1, 9 * self.total)
        return (
            f'<figure class="wp-block-image size-large"><img loading="lazy" decoding="async" width="1024" height="683" '
            f'src="{name}-1024x683.jpg" alt="{self.words(5)}" class="wp-image-{identity}" srcset="{sizes}" '
            f'sizes="(max-width: 1024px) 100vw, 1024px" /><figcaption class="wp-element-caption">{self.sentence()}'
            "</figcaption></figure>\n\n"
        )

    def block(self) -> str:
        pick = self.chance.random()
        if pick < 0.74:
            return self.paragraph()
        if pick < 0.83:
            return f'<h{2 + self.number % 2} class="wp-block-heading">{self.words(5)}</h{2 + self.number % 2}>\n\n'
        if pick < 0.89:
            return self.image()
        if pick < 0.93:
            items = "".join(f"<li>{self.sentence()}</li>\n" for _ in range(4))
            return f'<ul class="wp-block-list">\n{items}</ul>\n\n'
        if pick < 0.96:
            return (
                f'<blockquote class="wp-block-quote">\n{self.paragraph()}<cite>{self.words(3)}</cite></blockquote>\n\n'
            )
        return self.rare()

    def rare(self) -> str:  # noqa: PLR0911 - one return a kind
        """What few posts have, but every site."""
        kind = self.chance.randrange(8)
        if kind == 0:
            rows = "".join(f"<tr><td>{self.words(2)}</td><td>{self.words(3)}</td></tr>" for _ in range(4))
            return f'<figure class="wp-block-table"><table><tbody>{rows}</tbody></table></figure>\n\n'
        if kind == 1:
            video = f"{self.chance.getrandbits(40):x}"
            return (
                '<figure class="wp-block-embed is-type-video"><div class="wp-block-embed__wrapper">\n'
                f'<iframe title="{self.words(4)}" width="500" height="281" src="https://video.example/embed/{video}" '
                'frameborder="0" allowfullscreen></iframe>\n</div></figure>\n\n'
            )
        if kind == 2:
            return f'<!--more-->\n<p style="text-align: justify;">{self.sentence()}</p>\n'
        if kind == 3:
            return f'<pre class="wp-block-code"><code>{self.words(4)}\n    {self.words(3)}\n</code></pre>\n\n'
        if kind == 4:
            return f'<div class="wp-block-buttons"><div class="wp-block-button">{self.link()}</div></div>\n\n'
        if kind == 5:
            return f'<p><span style="font-weight: 400;">{self.sentence()}</span> https://{self.chance.choice(_PLACES)}/x</p>\n'
        if kind == 6:
            return '<hr class="wp-block-separator has-alpha-channel-opacity" />\n\n'
        return f'<p>[caption id="{self.number}"]{self.words(3)}[/caption]</p>\n'

    def content(self, size: int) -> str:
        blocks: list[str] = []
        length = 0
        while length < size:
            blocks.append(self.paragraph() if not blocks else self.block())
            length += len(json.dumps(blocks[-1])) + blocks[-1].count("/")
        return "".join(blocks)

    def response(self) -> bytes:
        number, chance, host = self.number, self.chance, self.shape.host
        # About 2 KB of a response are its fields and links; sizes of posts are as skewed as everywhere.
        size = min(8.0, chance.lognormvariate(-0.18, 0.6)) * (self.shape.size - _FIELDS)
        local = _EPOCH + timedelta(minutes=37 * number)
        changed = local + timedelta(minutes=90, days=400 * self.edit)
        categories = sorted({chance.randint(1, CATEGORIES) for _ in range(chance.randint(1, 3))})
        tags = sorted({100 + min(TAGS, int(chance.paretovariate(0.7))) for _ in range(chance.randint(0, 6))})
        api = f"https://{host}/wp-json/wp/v2"
        content = self.content(max(40, int(size)))
        begins = self.words(20 if self.shape.size > _SHORT else 3)
        # PHP writes everything in ASCII, and slashes with a backslash before them.
        return json.dumps({
            "id": number, "date": _time(local + timedelta(hours=3)), "date_gmt": _time(local),
            "guid": {"rendered": f"https://{host}/?p={number}"},
            "modified": _time(changed + timedelta(hours=3)), "modified_gmt": _time(changed),
            "slug": f"post-{number}", "status": "publish", "type": "post", "link": permalink(number, self.shape),
            "title": {"rendered": self.words(7)}, "content": {"rendered": content, "protected": False},
            "excerpt": {"rendered": f"<p>{begins} [&hellip;]</p>\n", "protected": False},
            "author": number % AUTHORS + 1, "featured_media": 0, "comment_status": "open", "ping_status": "open",
            "sticky": False, "template": "", "format": "standard", "meta": {"footnotes": ""},
            "categories": categories, "tags": tags,
            "class_list": [f"post-{number}", "post", "type-post", "status-publish", "format-standard", "hentry",
                           *(f"category-cat-{each}" for each in categories), *(f"tag-tag-{each}" for each in tags)],
            "_links": {
                "self": [{"href": f"{api}/posts/{number}", "targetHints": {"allow": ["GET"]}}],
                "collection": [{"href": f"{api}/posts"}], "about": [{"href": f"{api}/types/post"}],
                "author": [{"embeddable": True, "href": f"{api}/users/{number % AUTHORS + 1}"}],
                "replies": [{"embeddable": True, "href": f"{api}/comments?post={number}"}],
                "version-history": [{"count": 1 + self.edit, "href": f"{api}/posts/{number}/revisions"}],
                "wp:attachment": [{"href": f"{api}/media?parent={number}"}],
                "wp:term": [
                    {"taxonomy": "category", "embeddable": True, "href": f"{api}/categories?post={number}"},
                    {"taxonomy": "post_tag", "embeddable": True, "href": f"{api}/tags?post={number}"},
                ],
                "curies": [{"name": "wp", "href": "https://api.w.org/{rel}", "templated": True}],
            },
        }, separators=(",", ":")).replace("/", "\\/").encode()  # fmt: skip


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def permalink(number: int, shape: Shape) -> str:
    return f"https://{shape.host}/{2015 + number % 9}/{number % 12 + 1:02}/post-{number}/"


def post(number: int, shape: Shape, total: int, *, edit: int = 0) -> bytes:
    """The JSON of one post of a site that has `total`; another text for each `edit`."""
    return _Post(number, shape, total, edit).response()


def posts(numbers: Iterable[int], shape: Shape, total: int, *, edit: int = 0) -> Iterator[bytes]:
    """The JSON of these posts, one after another."""
    return (post(number, shape, total, edit=edit) for number in numbers)


def terms() -> Iterator[bytes]:
    """The listed terms of such a site."""
    for kind, base, first, count in (("category", "cat", 1, CATEGORIES), ("post_tag", "tag", 100, TAGS + 1)):
        for number in range(first, first + count):
            yield msgspec.json.encode({
                "id": number, "count": 1, "description": "", "name": f"{base} {number}", "slug": f"{base}-{number}",
                "taxonomy": kind, "link": f"https://www.bench.example/{kind}/{base}-{number}/", "meta": [],
            } | ({"parent": 0} if kind == "category" else {}))  # fmt: skip


def crawl(raw: Path, work: Path, site: Site, collections: dict[str, Iterable[bytes]]) -> Path:
    """Write a closed crawl of these collections, in responses as WordPress gives them, gzip as servers send it."""
    with CrawlWriter(raw, work, site.name, site.as_of.strftime("%Y%m%dT%H%M%SZ")) as writer:
        receipts = []
        for name, items in collections.items():
            number = 0
            for number, body in enumerate(_pages(items), 1):
                url = f"{site.address}wp-json/wp/v2/{name}?per_page={PER_PAGE}&page={number}"
                headers = (("Content-Type", "application/json; charset=UTF-8"), ("Content-Encoding", "gzip"))
                packed = gzip.compress(body, compresslevel=1, mtime=0)
                writer.exchange(Exchange(url, site.as_of, (), 200, "OK", headers, packed))
            receipts.append(CollectionReceipt(collection=name, requests=number))
        return writer.close(
            Receipt(
                site=site.name, crawl=site.as_of.strftime("%Y%m%dT%H%M%SZ"), source="wordpress", address=site.address,
                started_at=site.as_of, ended_at=site.as_of, outcome="complete", collections=receipts,
            )
        )  # fmt: skip


def _pages(items: Iterable[bytes]) -> Iterator[bytes]:
    page: list[bytes] = []
    for item in items:
        page.append(item)
        if len(page) == PER_PAGE:
            yield b"[" + b",".join(page) + b"]"
            page = []
    if page:
        yield b"[" + b",".join(page) + b"]"


SITE = Site("bench", "https://www.bench.example/", datetime(2026, 1, 1, tzinfo=UTC))


@contextmanager
def made(total: int, size: int) -> Iterator[Path]:
    """A folder with the closed crawl of a site of so many posts of so many bytes.

    Making a million takes minutes: where PRESSCORPUS_POSTS names a folder it is kept there, and used again.
    """
    kept = os.environ.get(KEPT)
    with ExitStack() as stack:
        folder = Path(kept or stack.enter_context(TemporaryDirectory())) / f"{total}-{size}"
        if not folder.exists():
            partial = folder.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)
            items: dict[str, Iterable[bytes]] = {"categories": terms()}
            items["posts"] = posts(range(1, total + 1), Shape(size), total)
            crawl(partial / "data/raw", partial / "work", SITE, items)
            partial.rename(folder)
        yield folder


def main() -> None:
    folder, total, size = Path(sys.argv[1]), int(sys.argv[2]), int(float(sys.argv[3]) * 1000)
    made = posts(range(1, total + 1), Shape(size), total)
    print(crawl(folder / "data/raw", folder / "work", SITE, {"categories": terms(), "posts": made}))


if __name__ == "__main__":
    main()
