"""Pages of single posts: the key is exact or there is none, and each field has its order of trust."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from presscorpus.observations import formats, moments
from presscorpus.observations.html_pages import replays
from presscorpus.observations.items import Seen, observe, pieces
from presscorpus.tables import language_claims

pytestmark = pytest.mark.fast

URL = "https://valley.example/2021/the-mill/"
LINK = '<link rel="alternate" type="application/json" href="https://valley.example/wp-json/wp/v2/posts/7" />'
REPLAY = "https://web.archive.org/web/20210101000000/"
SHORT = '<link rel="shortlink" href="https://valley.example/?p=7" />'
ARTICLE = (
    '<article id="post-7" class="post-7 post type-post category-river tag-mill tag-old-town"><h1 class="entry-title">'
    'The &#8220;mill&#8221;</h1><time class="entry-date published" datetime="2021-02-03T10:00:00+03:00">3 Feb</time>'
    '<div class="entry-content"><p>It turns again.</p></div></article>'
)


def html(head: str = LINK, classes: str = "single single-post postid-7", article: str = ARTICLE) -> bytes:
    return f"<!DOCTYPE html><html><head>{head}</head><body class='{classes}'>{article}</body></html>".encode()


def seen(page: bytes, url: str = URL, status: int | None = 200, link: str | None = None) -> Seen:
    return observe(page, url, status, link)


def keys(page: bytes, **more: Any) -> list[tuple[str | None, int]]:
    return [(item.type, item.id) for item in seen(page, **more).items]


def body(**parts: str) -> dict[str, Any]:
    (item,) = seen(html(**parts)).items
    decoded: dict[str, Any] = json.loads(item.body)
    return decoded


def test_a_page_of_a_post_is_its_item() -> None:
    (item,) = seen(html()).items
    assert (item.table, item.type, item.id, item.origin, item.hidden) == ("posts", "post", 7, "page", None)
    assert item.raw == html()
    assert [piece.ordinal for piece in pieces(html(), URL)] == [1]
    assert body() == {
        "id": 7, "type": "post", "status": "publish", "link": URL, "title": {"rendered": "The “mill”"},
        "content": {"rendered": "<p>It turns again.</p>", "protected": False},
        "presscorpus_terms": {"category": ["river"], "post_tag": ["mill", "old-town"]},
        "date": "2021-02-03T10:00:00", "date_gmt": "2021-02-03T07:00:00", "modified": None, "modified_gmt": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("head", "classes", "key"),
    [
        (LINK, "", ("post", 7)),
        ("", "single single-post postid-7", ("post", 7)),
        ("", "page-template page page-id-12", ("page", 12)),
        ("", "single single-book postid-5", ("book", 5)),
        (LINK.replace("wp-json/wp/v2/posts/7", "?rest_route=%2Fwp%2Fv2%2Fpages%2F3"), "", ("page", 3)),
        (LINK.replace("posts/7", "books/5"), "single single-book postid-5", ("book", 5)),
        (LINK.replace("https://valley", "https://web.archive.org/web/20210101000000/https://valley"), "", ("post", 7)),
        (LINK.replace("https://valley.example", ""), "", ("post", 7)),
        (LINK.replace("https://valley.example", "http://www.valley.example:80"), "", ("post", 7)),
        # The front page that shows a page is that page.
        (LINK.replace("posts/7", "pages/7"), "home page-template-default page page-id-7", ("page", 7)),
        # A minifier or a plugin may put classes in another order, and themes have some of their own.
        ("", "postid-7 single single-format-standard single-post", ("post", 7)),
        ("", "single-column book-template-default single single-book postid-7", ("book", 7)),
    ],
)
def test_the_key_is_in_the_head_or_in_the_classes(head: str, classes: str, key: tuple[str, int]) -> None:
    assert keys(html(head, classes)) == [key]


@pytest.mark.parametrize(
    ("head", "classes"),
    [
        ("", ""),
        ("", "archive category category-river category-5"),
        (LINK, "home page page-id-7"),
        ("", "home blog"),
        (LINK.replace("valley", "other"), ""),
        (LINK.replace("valley", "other"), "single single-post postid-7"),
        (LINK.replace("valley.example", "valley.example:8080"), ""),
        (LINK + SHORT.replace("p=7", "p=8"), ""),
        (SHORT, "archive"),
        (SHORT.replace("valley", "other"), "single single-post postid-7"),
        ('<link rel="https://api.w.org/" href="https://other.example/wp-json/">', "single single-post postid-7"),
        (LINK.replace("posts/7", "posts/0"), ""),
        ("", "node-7 page-node-7 node-type-article"),  # Drupal
        ("", "post-template tag-news"),  # Ghost
        ("", "single single-format-video postid-7"),
        (LINK, "single single-post postid-8"),
        (LINK, "error404"),
        ("", "single single-attachment attachment postid-9"),
        ("", "search search-results"),
        ("", "single single-post postid-7 paged-2 single-paged-2"),
        (LINK.replace("posts/7", "categories/7"), ""),
        (LINK.replace("posts/7", "users/7"), ""),
        (LINK.replace("posts/7", "genres/5"), ""),
        (LINK + LINK.replace("posts/7", "posts/8"), ""),
        ("", "single-post postid-x"),
        ("", "postid-7"),
        (LINK.replace("posts/7", "media/7"), ""),
    ],
)
def test_a_page_without_a_sure_key_is_no_item(head: str, classes: str) -> None:
    assert keys(html(head, classes)) == []


def test_the_key_is_in_the_header_too() -> None:
    header = (
        '<https://valley.example/wp-json/>; rel="https://api.w.org/", <https://valley.example/wp-json/wp/v2/posts/7>; '
        'rel="alternate"; type="application/json", <https://valley.example/?p=7>; rel=shortlink'
    )
    bare = html("", "")
    assert keys(bare) == []
    assert keys(bare, link=header) == [("post", 7)]
    assert [piece.ordinal for piece in pieces(bare, URL, header)] == [1]
    assert keys(html(LINK.replace("7", "8"), ""), link=header) == []
    replayed = header.replace("https://valley", "https://web.archive.org/web/20210101000000/https://valley")
    assert keys(bare, link=replayed) == [("post", 7)]
    assert keys(bare, link=header.replace("valley", "other")) == []
    assert keys(bare, link=header.partition(", ")[0]) == []


def test_a_short_address_has_the_number_and_the_post_its_type() -> None:
    article = ARTICLE.replace("post type-post", "book type-book hentry")
    other = article.replace("post-7", "post-9").replace("book", "post")
    for where in (
        {"page": html(SHORT, "", other + article + other)},
        {"page": html("", "", other + article + other), "link": "<https://valley.example/?p=7>; rel=shortlink"},
    ):
        assert keys(**where) == [("book", 7)]
    # Nothing names the type.
    assert keys(html(SHORT, "", "<p>It turns.</p>")) == []
    assert keys(html(SHORT, "", other)) == []
    # Jetpack has short addresses of another site, which hold no number.
    jetpack = SHORT.replace("https://valley.example/?p=7", "https://wp.me/p5x-7")
    assert keys(html(jetpack, "single single-post postid-7")) == [("post", 7)]


def test_the_type_behind_a_route_of_a_custom_type_is_that_of_the_one_post_shown() -> None:
    link = LINK.replace("posts/7", "books/7")
    book = ARTICLE.replace("post type-post", "book type-book hentry")
    assert keys(html(link, "", book)) == [("book", 7)]
    # A list of posts has a route of its own, with the number of its term.
    assert keys(html(link, "", book + book.replace("post-7", "post-8"))) == []


def test_other_posts_on_the_page_are_not_looked_at() -> None:
    def other(tag: str, around: str) -> str:
        changed = ARTICLE.replace("post-7", "post-9").replace("The", "Another").replace("2021", "1999")
        return f"<{tag} class='{around}'>{changed.replace('It turns', 'Others turn').replace('mill', 'dam')}</{tag}>"

    plain = body()
    for before in (other("div", "slider"), other("div", "wp-block-query")):
        assert body(article=before + ARTICLE + before) == plain
    block = (
        '<main><h1 class="wp-block-post-title">The &#8220;mill&#8221;</h1><div class="wp-block-post-date"><time '
        'datetime="2021-02-03T10:00:00+03:00">x</time></div><div class="entry-content wp-block-post-content">'
        "<p>It turns again.</p></div><a href='/tag/mill/' rel='tag'>m</a></main>"
    )
    looped = (
        '<ul class="wp-block-post-template"><li class="wp-block-post post-9 hentry"><h2 class="wp-block-post-title">'
    )
    looped += (
        'No</h2><div class="wp-block-post-date"><time datetime="1999-01-01T00:00:00+03:00">x</time></div></li></ul>'
    )
    comment = '<article class="comment-body"><time datetime="1999-01-01T00:00:00+03:00">x</time></article>'
    found = body(article=looped + block + comment)
    assert {name: found[name] for name in ("title", "content", "date_gmt")} == {
        name: plain[name] for name in ("title", "content", "date_gmt")
    }
    assert found["presscorpus_terms"] == {"post_tag": ["mill"]}


def test_a_page_has_the_encoding_that_its_head_names() -> None:
    page = html().decode().replace("<head>", "<head><meta charset=windows-1251>").replace("It turns", "Мельница")
    (item,) = seen(page.replace("&#8220;", "“").replace("&#8221;", "”").encode("cp1251")).items
    assert json.loads(item.body)["title"]["rendered"] == "The “mill”"
    assert "Мельница" in json.loads(item.body)["content"]["rendered"]
    assert keys(html().replace(b"<head>", b"<head><meta charset=nonsense-9>")) == [("post", 7)]
    assert keys(b"\xef\xbb\xbf" + html()) == [("post", 7)]


@pytest.mark.parametrize("name", ["undefined", "idna", "hex", "nonsense-9", "punycode"])
def test_a_page_that_names_no_encoding_of_pages_is_read_all_the_same(name: str) -> None:
    assert keys(html().replace(b"<head>", f"<head><meta charset='{name}'>".encode())) == [("post", 7)]


def test_comments_before_a_page_are_passed_over_once() -> None:
    """Two ways of reading each comment would be four of two, and a million of twenty."""
    banner = b"<!-- a -->\n" * 400
    assert keys(banner[:3300] + html()) == [("post", 7)]
    assert keys(banner + b"<div>x</div>") == []
    assert keys(b"<!-- a -- b > -->" + html()) == [("post", 7)]
    assert formats.format_of(banner + b"<div>x</div>") is formats.HTML


@pytest.mark.parametrize("status", ["private", "draft", "pending", "future", "trash"])
def test_a_page_that_only_editors_see_is_hidden(status: str) -> None:
    article = ARTICLE.replace("type-post ", f"type-post status-{status} ")
    (item,) = seen(html(article=article)).items
    assert item.hidden == "withdrawn"
    # The class of another post on the page says nothing of this one.
    beside = f'<article class="post-9 post type-post status-{status}">9</article>'
    (item,) = seen(html(article=ARTICLE + beside)).items
    assert item.hidden is None


def test_a_post_that_somebody_opened_with_its_password_is_hidden() -> None:
    (item,) = seen(html(article=ARTICLE.replace("type-post ", "type-post post-password-protected "))).items
    assert item.hidden == "login"
    locked = ARTICLE.replace("type-post ", "type-post post-password-required ")
    assert body(article=locked)["content"] == {"rendered": "", "protected": True}
    assert body(article=locked.replace("entry-content", "x-1"))["content"] == {"rendered": "", "protected": True}


@pytest.mark.parametrize("written", ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00", "9999-12-31", "soon"])
def test_a_time_that_has_no_moment_in_utc_is_none(written: str) -> None:
    head = LINK + f'<meta property="article:published_time" content="{written}" />'
    assert body(head=head)["date_gmt"] == "2021-02-03T07:00:00"
    assert moments.of_iso(written) is None


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Mon, 30 Nov 2026 10:00:00 +0300", "2026-11-30T07:00:00+00:00"),
        ("30 Nov 2026 10:00 GMT", "2026-11-30T10:00:00+00:00"), ("Mon, 30 Nov 2026 10:00:00 CEST", None),
        ("Mon, 30 Nov 2026 10:00:00", None), ("Mon, 30 Nov -0001 00:00:00 +0000", None),
        ("Fri, 31 Dec 9999 23:59:59 -0500", None), ("Sat, 01 Jan 0001 00:00:00 +0100", None), ("", None),
    ],
)  # fmt: skip
def test_a_feed_states_a_time_with_its_zone_or_none(written: str, moment: str | None) -> None:
    found = moments.of_mail(written)
    assert (found and found.isoformat()) == moment


def test_only_answers_that_are_pages_are_looked_at() -> None:
    assert keys(html(), status=404) == []
    assert keys(html(), url="file:///posts.json") == []
    assert keys(b"postid-7 single single-post") == []


@pytest.mark.parametrize("sign", ["logged-in", "admin-bar"])
def test_a_page_that_somebody_saw_who_was_logged_in_is_hidden(sign: str) -> None:
    (item,) = seen(html(classes=f"single single-post postid-7 {sign}")).items
    assert item.hidden == "login"
    (item,) = seen(html(), url=f"{URL}?preview=true").items
    assert item.hidden == "login"


def test_what_stands_behind_a_password_is_not_there() -> None:
    article = ARTICLE.replace("<p>It turns again.</p>", '<form class="post-password-form">Password</form>')
    assert body(article=article)["content"] == {"rendered": "", "protected": True}
    # A theme says so before the title, in its language; <title> does not.
    closed = article.replace("The &#8220;", "Geschützt: The &#8220;")
    title = LINK + "<title>The “mill” – Valley</title>"
    assert body(head=title, article=closed)["title"] == {"rendered": "The “mill”"}
    assert body(article=closed)["title"] == {"rendered": "Geschützt: The “mill”"}


def test_times_and_titles_by_their_order_of_trust() -> None:
    graph = json.dumps({"@graph": [{"@type": "Person", "headline": "No"}, {
        "@type": ["NewsArticle"], "headline": "From data", "datePublished": "2020-01-01T00:00:00+00:00",
        "dateModified": "2020-01-02T00:00:00Z"}]})  # fmt: skip
    data = f'<script type="application/ld+json">{graph}</script><script type="application/ld+json">{{</script>'
    meta = '<meta property="article:published_time" content="2019-05-01T12:00:00+02:00">'
    meta += '<meta property="og:title" content="G">'
    bare = '<article><div class="entry-content">x</div></article>'
    of_data = body(head=LINK + data, article=bare)
    assert of_data["title"] == {"rendered": "From data"}
    # A plugin's UTC says nothing of the site's own clock.
    assert (of_data["date"], of_data["date_gmt"], of_data["modified_gmt"]) == (
        None, "2020-01-01T00:00:00", "2020-01-02T00:00:00",
    )  # fmt: skip
    both = body(head=LINK + data + meta, article=bare)
    assert (both["date"], both["date_gmt"]) == ("2019-05-01T12:00:00", "2019-05-01T10:00:00")
    assert body(head=LINK + meta, article=bare)["title"] == {"rendered": "G"}
    none = body(article="<p>x</p>")
    assert "title" not in none
    assert "content" not in none
    assert none["date_gmt"] is None


def test_the_sites_own_clock_is_the_themes_where_a_plugin_writes_utc() -> None:
    meta = '<meta property="article:published_time" content="2021-02-03T07:00:00+00:00">'
    found = body(head=LINK + meta)
    assert (found["date"], found["date_gmt"]) == ("2021-02-03T10:00:00", "2021-02-03T07:00:00")
    # In the theme UTC is the clock of a site in UTC.
    found = body(article=ARTICLE.replace("+03:00", "+00:00"))
    assert (found["date"], found["date_gmt"]) == ("2021-02-03T10:00:00", "2021-02-03T10:00:00")
    # Of another moment it says nothing.
    found = body(head=LINK + meta.replace("07:00:00", "08:00:00"))
    assert (found["date"], found["date_gmt"]) == (None, "2021-02-03T08:00:00")
    entry = (
        '<article class="h-entry"><h1 class="p-name">N</h1><abbr class="published" title="2021-02-03T10:00:00+03:00">'
    )
    found = body(article=entry + '</abbr><div class="entry-content">x</div></article>')
    assert (found["title"]["rendered"], found["date_gmt"]) == ("N", "2021-02-03T07:00:00")


def test_the_author_is_named_by_slug_or_number() -> None:
    def author(article: str = "", head: str = "") -> dict[str, Any]:
        found = body(head=LINK + head, article=ARTICLE.replace("</article>", article + "</article>"))
        return {name: found[name] for name in ("presscorpus_author", "author") if name in found}

    assert author() == {}
    assert author('<a rel="author" href="https://valley.example/author/anna/">A</a>') == {"presscorpus_author": "anna"}
    assert author('<span class="author"><a href="/?author=3">A</a></span>') == {"author": 3}
    person = json.dumps({"@type": "BlogPosting", "author": [{"@type": "Person", "url": "/author/bo/"}, "Cy"]})
    assert author(head=f'<script type="application/ld+json">{person}</script>') == {"presscorpus_author": "bo"}


def test_the_address_is_one_of_the_site() -> None:
    canonical = '<link rel="canonical" href="{}" /><meta property="og:url" content="https://valley.example/og/" />'
    assert body(head=LINK + canonical.format("/2021/mill/"))["link"] == "https://valley.example/2021/mill/"
    assert body(head=LINK + canonical.format("https://news.example/mill/"))["link"] == "https://valley.example/og/"
    assert body(head=LINK + canonical.format("https://[x/"))["link"] == "https://valley.example/og/"
    assert body()["link"] == URL


def test_the_picture_has_an_address() -> None:
    image = '<img class="attachment-large wp-post-image" src="/a.jpg">'
    assert body(article=ARTICLE.replace("</h1>", "</h1>" + image))["featured_image"] == "/a.jpg"
    data = json.dumps({"@graph": [{"@type": "Article", "image": {"@type": "ImageObject", "url": "/b.jpg"}}]})
    head = f'{LINK}<script type="application/ld+json">{data}</script>'
    assert body(head=head, article=ARTICLE.replace("</h1>", "</h1>" + image))["featured_image"] == "/b.jpg"
    assert body(head=head + '<meta property="og:image" content="/c.jpg">')["featured_image"] == "/c.jpg"
    assert "featured_image" not in body()


@pytest.mark.parametrize(
    ("own", "other", "number"),
    [
        ('class="wp-post-image" data-attachment-id="12"', "", 12),
        ('class="wp-image-12 wp-post-image"', "", 12),
        ('class="wp-post-image"', '<img class="alignleft wp-image-12" src="/2021/mill-300x200.jpg">', 12),
        ('class="wp-post-image"', '<img class="wp-image-12" src="/2021/river.jpg">', None),
        ('class="wp-post-image"', '<img class="my-wp-image-12" src="/2021/mill.jpg">', None),
        ('class="hero"', '<img class="wp-image-12" src="/2021/mill.jpg">', None),
    ],
)
def test_the_picture_has_the_number_that_a_picture_of_its_file_has(own: str, other: str, number: int | None) -> None:
    image = f'<img {own} src="https://valley.example/2021/mill-scaled.jpg">'
    head = f'{LINK}<meta property="og:image" content="/2021/mill.jpg">'
    found = body(head=head, article=ARTICLE.replace("</h1>", "</h1>" + image).replace("<p>", f"<p>{other}"))
    assert found.get("featured_media") == number


def test_the_terms_that_a_front_page_lists_have_number_slug_and_name() -> None:
    lists = (
        '<ul><li class="cat-item cat-item-3"><a href="/category/world/">World</a> (2)<ul class="children">'
        '<li class="cat-item cat-item-5"><a href="/category/world/asia/">Asia &amp; more</a></li></ul></li>'
        '<li class="cat-item cat-item-6"><a href="/?cat=6">News</a></li><li class="cat-item-none">None</li>'
        '<li class="cat-item cat-item-7"><a href="/?cat=8">Another</a></li>'
        '<li class="cat-item cat-item-9"><a href="/topics/odd/">Not known of which taxonomy</a></li></ul>'
        '<a href="/?genre=prose" class="tag-cloud-link tag-link-12 tag-link-position-1">Prose</a>'
        '<a href="/tag/%d8%ae/" class="tag-cloud-link tag-link-13">خ<span class="tag-link-count"> (1)</span></a>'
    )
    none = ("author_name=carla", "author=5", "p=77", "page_id=7", "m=2026", "s=x", "post_type=book", "=x")
    lists += "".join(f'<a href="/?{each}" class="tag-link-20">No Term</a>' for each in none)
    lists += '<li class="cat-item cat-item-21"><a href="/author/carla/">Carla Berg</a></li>'
    front = html("", "home blog", lists)
    found = [(each.table, each.type, each.id, each.origin, json.loads(each.body)) for each in seen(front).items]
    told = [
        ("category", 3, "World", "world"), ("category", 5, "Asia &amp; more", "asia"), ("category", 6, "News", None),
        ("genre", 12, "Prose", "prose"), ("post_tag", 13, "خ", "%d8%ae"),
    ]  # fmt: skip
    assert [each[:4] for each in found] == [("terms", taxonomy, number, "page") for taxonomy, number, *_ in told]
    assert [(each[4]["name"], each[4].get("slug")) for each in found] == [each[2:] for each in told]
    assert found[0][4]["link"] == "https://valley.example/category/world/"
    assert [each.ordinal for each in seen(front).items] == [each.ordinal for each in pieces(front, URL)]
    assert seen(html("", "single postid-7", lists)).items == []
    assert {each.hidden for each in seen(html("", "home blog logged-in", lists)).items} == {"login"}
    of_static = seen(html(LINK, "home single single-post postid-7", ARTICLE + lists)).items
    assert [each.table for each in of_static] == ["posts", *["terms"] * 5]


def test_the_language_and_the_translations_of_a_page() -> None:
    head = LINK + "".join(
        f'<link rel="alternate" hreflang="{tag}" href="https://valley.example/{tag}/mill/" />' for tag in ("en", "de")
    )
    page = html(head + '<link rel="canonical" href="https://valley.example/en/mill/" />')
    for lang, claims in (("en-GB", [("hreflang", "en"), ("path", "en"), ("html_lang", "en-GB")]), ("", [])):
        (item,) = seen(page.replace(b"<html>", f'<html lang="{lang}">'.encode())).items
        keys_ = json.loads(item.body)
        raw = {name: msgspec.Raw(json.dumps(each).encode()) for name, each in keys_.items()}
        told = language_claims.of_post(raw, 7, keys_["link"], None)
        assert told.languages == (claims or [("hreflang", "en"), ("path", "en")])
        assert [(each.other_language, each.source) for each in told.translations] == [("de", "hreflang")]


def test_json_of_plugins_may_have_line_ends() -> None:
    data = '<script type="application/ld+json">{"@type": "Article", "headline": "Two\nlines"}</script>'
    assert body(head=LINK + data, article="<p>x</p>")["title"] == {"rendered": "Two\nlines"}


def test_terms_of_other_letters_come_from_links_or_have_a_number() -> None:
    links = (
        '<a href="/category/%d8%ae/" rel="category tag">x</a><a href="/tag/mill/" rel="tag">m</a>'
        '<div class="wp-block-query"><a href="/tag/other/" rel="tag">o</a></div>'
    )
    article = ARTICLE.replace("category-river", "category-12").replace("</article>", f"{links}</article>")
    assert body(article=article)["presscorpus_terms"] == {"category": ["%d8%ae"], "post_tag": ["mill", "old-town"]}
    plain = article.replace("/category/%d8%ae/", "/?cat=12")
    assert body(article=plain)["categories"] == [12]
    blocks = (
        '<main><div class="taxonomy-genre wp-block-post-terms"><a href="/genre/verse/" rel="tag">v</a></div></main>'
    )
    assert body(article=blocks)["presscorpus_terms"] == {"genre": ["verse"]}
    assert "presscorpus_terms" not in body(article="<main>x</main>")
    assert "presscorpus_terms" not in body(article='<main><a href="/author/carla/" rel="tag">Carla</a></main>')


def test_links_that_a_replay_rewrote_are_as_they_were() -> None:
    cited = "https://web.archive.org/web/2019/https://x.example/c"
    article = ARTICLE.replace("<p>", f'<p><a href="{REPLAY}https://x.example/a">a</a> <a href="{cited}">c</a> ')
    article = article.replace("</p>", '<img src="/web/20210101000000im_/https://x.example/b.jpg"></p>')
    toolbar = "<!-- BEGIN WAYBACK TOOLBAR INSERT --><h1>Toolbar</h1><!-- END WAYBACK TOOLBAR INSERT -->"
    rewritten = LINK.replace("https://valley", f"{REPLAY}https://valley")
    found = body(head=rewritten, article=toolbar + article)["content"]["rendered"]
    assert 'href="https://x.example/a"' in found
    assert 'src="https://x.example/b.jpg"' in found
    # What a post cites stands as it is, where the page was not rewritten.
    assert f'href="{cited}"' in body(article=article)["content"]["rendered"]
    data = json.dumps({"@type": "Article", "headline": f"{REPLAY}https://x.example/"}).replace("/", "\\/")
    data = f'<script type="application/ld+json">{data}</script>'
    assert body(head=rewritten + data, article="<p>x</p>")["title"] == {"rendered": "https://x.example/"}


@pytest.mark.parametrize(
    ("address", "shown", "at"),
    [
        ("https://web.archive.org/web/20200102030405id_/https://x.example/?p=1", "https://x.example/?p=1", True),
        ("http://web.archive.org/web/20200102030405/http:/x.example/", "http://x.example/", True),
        ("https://web.archive.org/web/2020/https://x.example/", "https://x.example/", False),
        ("https://web.archive.org/web/20209902030405/https://x.example/", "https://x.example/", False),
        ("https://arquivo.pt/wayback/20200102030405mp_/https://x.example/a", "https://x.example/a", True),
        ("https://wayback.archive-it.org/1234/20200102030405/https://x.example/a", "https://x.example/a", True),
        ("http://localhost:8080/coll/20200102030405mp_/https://x.example/a", "https://x.example/a", True),
        ("https://x.example/2020/https://y.example/", "https://x.example/2020/https://y.example/", False),
        ("https://x.example/20200102030405/a", "https://x.example/20200102030405/a", False),
    ],
)
def test_a_replay_names_its_original(address: str, shown: str, *, at: bool) -> None:
    assert replays.original(address) == shown
    assert replays.replayed_at(address) == (datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC) if at else None)
