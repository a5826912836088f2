"""Authors whom no list has, on pages and in feeds: named beside the post, in the head of the page, or in a feed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from tests.crawl.html_pages.closed_site import closed_site, page
from tests.crawl.html_pages.test_feeds import rss
from tests.leaks import captures
from tests.leaks.judge import Release, folded
from tests.leaks.steps import Result, around, build, command, word_of, write
from tests.quirks.rest import Response

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NAME: Final = "Gulzira Khanbegim"


class Byline(NamedTuple):
    """What a page has before its content and in its head. The text says who wrote it; `stays` is no author."""

    kind: str
    beside: str = ""
    head: str = ""
    text: str = f"by {_NAME}, for the press"
    stays: str = ""


def _data(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


CASES: Final = [
    Byline("link to the author", f'<a rel="author" href="/author/gk77/">{_NAME}</a>'),
    Byline("link to the author, by its address", f'<a href="/?author=7">{_NAME}</a>'),
    Byline("link to the author, its slug", '<a rel="author" href="/author/gulzira-khanbegim/"><img src="a.png"></a>'),
    Byline("class", f'<p class="byline">By <span class="author vcard">{_NAME}</span></p>'),
    Byline("class, within others", f'<p class="entry-byline">Von <b>{_NAME}</b> | <time>2 May 2026</time></p>'),
    Byline("class of a block", f'<p class="wp-block-post-author__name">{_NAME}</p>'),
    Byline("microdata", f'<p itemprop="author" itemscope>By <span itemprop="name">{_NAME}</span></p>'),
    Byline("JSON-LD, object", head=_data({"@type": "Article", "author": {"@type": "Person", "name": _NAME}})),
    Byline("JSON-LD, text of several", head=_data({"@type": "NewsArticle", "author": ["Bo Lund", _NAME]})),
    Byline("JSON-LD, by reference", head=_data(
        {"@graph": [{"@type": "Article", "author": {"@id": "#a"}}, {"@type": "Person", "@id": "#a", "name": _NAME}]}
    )),
    Byline("meta", head=f'<meta name="author" content="{_NAME}">'),
    Byline("meta of a plugin", head=f'<meta name="twitter:label1" content="Escrit per"><meta name="twitter:data1" content="{_NAME}">'),
    Byline("meta of several", head=f'<meta property="article:author" content="Bo Lund and {_NAME}">'),
    Byline("kept: whoever comments", f'<ol class="comment-list"><li class="comment"><b class="comment-author vcard">'
           f'<cite class="fn">{_NAME}</cite></b></li></ol>', stays=_NAME),
    Byline("kept: whoever is quoted", f'<blockquote><cite class="author-name">{_NAME}</cite></blockquote>', stays=_NAME),
    Byline("kept: an organisation", head=_data({"@type": "Article", "author": {"@type": "Organization", "name": _NAME}}),
           stays=_NAME),
]  # fmt: skip


FEEDS: Final = (_NAME, f"Bo Lund, {_NAME} and Cy Berg")
"""Authors as feeds write them."""


def _archive(case: Byline, host: str, number: int) -> bytes:
    html = (
        f'<!DOCTYPE html><html><head><link rel="shortlink" href="https://{host}/?p=1">{case.head}</head><body class="'
        f'single single-post postid-1"><article id="post-1" class="post-1 post hentry"><h1 class="entry-title">A title'
        f'</h1>{case.beside}<div class="entry-content">{around(number, case.text)}</div></article></body></html>'
    )
    return captures.web_archive([captures.Record(f"https://{host}/a/", html.encode())])


def _of_feed(work: Path, creator: str) -> Result:
    """A site whose API is closed, and whose feed alone names the authors."""
    with closed_site(posts=1) as site:
        (number,) = site.posts
        site.at[f"/{number}/"] = page(site.home, number, words=around(1, f"by {_NAME}, for the press"))
        feed = rss(site.home, site.posts)
        spaces = b'<rss xmlns:dc="http://purl.org/dc/elements/1.1/" '
        told = f"<dc:creator><![CDATA[{creator}]]></dc:creator></item>".encode()
        body = feed.body.replace(b"<rss ", spaces).replace(b"</item>", told)
        site.at["/feed/"] = Response(200, feed.headers, body)
        ran = command("build", site.home, "--allow-private", "--contact", "a@example.org", "--out", work)
    assert (work / "release/README.md").is_file(), ran
    release = Release(work / "release", work / "reports")
    gone = [] if "amber" in folded(release.cell("posts", "text", id=number) or "") else ["text"]
    return Result("bylines, feed", creator, release.holds("khanbegim"), gone)


def bylines(work: Path) -> Iterator[Result]:
    """Every case is a site of its own."""
    sources = []
    for number, case in enumerate(CASES, 1):
        data = _archive(case, f"byline-{word_of(number)}.example", number)
        sources.append(write(work / "bylines" / str(number), {"x.warc.gz": data}))
    out = work / "bylines-out"
    ran = build(out, *sources)
    assert (out / "release/README.md").is_file(), ran
    release = Release(out / "release", out / "reports")
    for number, case in enumerate(CASES, 1):
        site = f"byline-{word_of(number)}-example"
        cells = {name: folded(release.cell("posts", name, site=site, id=1) or "") for name in ("text", "content_html")}
        leaks = [name for name, cell in cells.items() if "khanbegim" in cell and not case.stays]
        wanted = (f"amber{word_of(number)}", "press", folded(case.stays))
        gone = [f"{name}: {word}" for name, cell in cells.items() for word in wanted if word not in cell]
        yield Result(f"bylines, {case.kind}", case.text, leaks, gone)
    for number, creator in enumerate(FEEDS, 1):
        yield _of_feed(work / f"feed-{number}", creator)
