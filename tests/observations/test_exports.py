"""WordPress exports: items found by their bytes, read as far as they go, and as public as their site made them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from presscorpus.observations import exports
from presscorpus.observations.exports import scan
from presscorpus.observations.items import Seen, observe, pieces

pytestmark = pytest.mark.fast

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Valley Press</title><language>en-US</language><wp:wxr_version>1.2</wp:wxr_version>
<wp:base_blog_url>https://valley.example</wp:base_blog_url>
<wp:author><wp:author_id>3</wp:author_id><wp:author_login><![CDATA[Ana M]]></wp:author_login>
<wp:author_email><![CDATA[ana@valley.example]]></wp:author_email>
<wp:author_display_name><![CDATA[Ana Miller]]></wp:author_display_name></wp:author>
<wp:category><wp:term_id>5</wp:term_id><wp:category_nicename>river</wp:category_nicename>
<wp:category_parent></wp:category_parent><wp:cat_name><![CDATA[River]]></wp:cat_name></wp:category>
<wp:category><wp:term_id>6</wp:term_id><wp:category_nicename>mill</wp:category_nicename>
<wp:category_parent>river</wp:category_parent><wp:cat_name><![CDATA[Mill]]></wp:cat_name></wp:category>
<wp:term><wp:term_id>9</wp:term_id><wp:term_taxonomy>nav_menu</wp:term_taxonomy><wp:term_slug>main</wp:term_slug>
<wp:term_name><![CDATA[Main]]></wp:term_name></wp:term>
"""
TAIL = "</channel></rss>\n"


def item(number: Any = 1, status: str = "publish", kind: str = "post", content: str = "Text", more: str = "") -> str:
    return f"""<item><title>It's "here"</title><link>https://valley.example/{number}/</link>
<dc:creator><![CDATA[Ana M]]></dc:creator><guid isPermaLink="false">https://valley.example/?p={number}</guid>
<content:encoded><![CDATA[{content}]]></content:encoded><excerpt:encoded><![CDATA[]]></excerpt:encoded>
<wp:post_id>{number}</wp:post_id><wp:post_date><![CDATA[2021-02-03 10:00:00]]></wp:post_date>
<wp:post_date_gmt>2021-02-03 08:00:00</wp:post_date_gmt><wp:post_modified>2021-02-04 10:00:00</wp:post_modified>
<wp:post_modified_gmt>2021-02-04 08:00:00</wp:post_modified_gmt><wp:post_name>note-{number}</wp:post_name>
<wp:status>{status}</wp:status><wp:post_parent>0</wp:post_parent><wp:post_type>{kind}</wp:post_type>{more}</item>
"""


def seen(*items: str, head: str = HEAD, tail: str = TAIL) -> Seen:
    return observe((head + "".join(items) + tail).encode(), "file:///export.xml", None)


def body(text: str, head: str = HEAD) -> dict[str, Any]:
    """The only post of an export with one item."""
    (found,) = [each for each in seen(text, head=head).items if each.table == "posts"]
    decoded: dict[str, Any] = json.loads(found.body)
    return decoded


def public(*items: str) -> list[tuple[str, int]]:
    return [(each.table, each.id) for each in seen(*items).items if each.hidden is None]


PEOPLE = [("authors", 3), ("terms", 5), ("terms", 6)]


def test_terms_people_posts_and_comments_have_the_shape_of_the_api() -> None:
    comment = (
        "<wp:comment><wp:comment_id>8</wp:comment_id><wp:comment_author><![CDATA[Bo]]></wp:comment_author>"
        "<wp:comment_author_email>bo@x.example</wp:comment_author_email><wp:comment_author_IP>192.0.2.1"
        "</wp:comment_author_IP><wp:comment_content><![CDATA[Good.]]></wp:comment_content>"
        "<wp:comment_approved>1</wp:comment_approved></wp:comment>"
    )
    terms = '<category domain="category" nicename="mill"><![CDATA[Mill]]></category>'
    found = seen(item(more=terms + comment))
    assert [(each.table, each.type, each.id, each.origin) for each in found.items] == [
        ("authors", "user", 3, "export"), ("terms", "category", 5, "export"), ("terms", "category", 6, "export"),
        ("posts", "post", 1, "export"), ("comments", "comment", 8, "export"),
    ]  # fmt: skip
    author, _, mill, post, said = (json.loads(each.body) for each in found.items)
    assert author == {"id": 3, "name": "Ana Miller", "slug": "ana-m"}
    assert (mill["parent"], mill["slug"], mill["name"]) == (5, "mill", "Mill")
    assert post["title"]["rendered"] == "It&#8217;s &#8220;here&#8221;"
    assert post["content"] == {"rendered": "<p>Text</p>\n", "protected": False}
    assert (post["date"], post["date_gmt"], post["modified_gmt"]) == (
        "2021-02-03T10:00:00", "2021-02-03T08:00:00", "2021-02-04T08:00:00",
    )  # fmt: skip
    assert (post["presscorpus_terms"], post["presscorpus_author"]) == ({"category": ["mill"]}, "ana-m")
    assert post["excerpt"] == {"rendered": "<p>Text</p>\n", "protected": False}
    assert (said["post"], said["author_name"], said["status"]) == (1, "Bo", "approved")
    assert b"192.0.2.1" not in found.items[4].body
    assert b"x.example" not in found.items[4].body


def test_each_item_has_its_exact_bytes() -> None:
    text = item(1) + item(2, content="a ]]]]><![CDATA[> b </item> c")
    found = {each.id: each for each in seen(text).items if each.table == "posts"}
    assert found[1].raw.decode() + "\n" + found[2].raw.decode() + "\n" == text
    assert [each.ordinal for each in pieces((HEAD + text + TAIL).encode(), "file:///x")] == [1, 2, 3, 4, 5]
    assert json.loads(found[2].body)["content"]["rendered"] == "<p>a ]]> b </item> c</p>\n"


@pytest.mark.parametrize(
    "status", ["draft", "private", "pending", "future", "trash", "auto-draft", "publish-later", ""]
)
def test_what_is_not_published_is_hidden_with_its_comments_and_files(status: str) -> None:
    comment = "<wp:comment><wp:comment_id>8</wp:comment_id><wp:comment_approved>1</wp:comment_approved></wp:comment>"
    assert public(item(1, status, more=comment), item(2)) == [*PEOPLE, ("posts", 2)]


@pytest.mark.parametrize("kind", ["nav_menu_item", "wp_block", "feedback", "flamingo_inbound", "acf-field", "revision"])
def test_types_that_nobody_is_shown_are_hidden(kind: str) -> None:
    assert public(item(1, kind=kind), item(2, kind="event")) == [*PEOPLE, ("posts", 2)]


@pytest.mark.parametrize(
    "kind",
    ["form-entries", "wplf-submission", "wplf-form", "nf_sub", "happyforms-message", "kaliforms_submitted", "af_entry",
     "listpress", "shop_order", "shop_subscription", "wc_booking", "edd_payment", "give_payment", "pmpro_order",
     "ticket_reply", "wpsc_ticket", "email_log", "poll_votes", "booked_appointments", "tribe_rsvp_attendees",
     "job_application", "shop_customer", "supporttickets", "siparisler", "order2", "form_entry_data"],
)  # fmt: skip
def test_what_visitors_sent_or_bought_is_hidden_whatever_its_link(kind: str) -> None:
    told = "<wp:comment><wp:comment_id>8</wp:comment_id><wp:comment_approved>1</wp:comment_approved></wp:comment>"
    assert public(item(1, kind=kind, more=told), item(2)) == [*PEOPLE, ("posts", 2)]


@pytest.mark.parametrize(
    "kind",
    ["product", "event", "portfolio", "recipe", "country", "catalog", "blog", "border", "ticketing", "order_guide",
     "donation-campaign", "testimonial", "newsletter", "customer-story", "podcast", "tribe_events", "sentry", "poll",
     "press-release", "entrepreneur", "topic", "reply", "docs", "job_listing", "team", "video", "review"],
)  # fmt: skip
def test_types_of_readers_stay(kind: str) -> None:
    assert public(item(2, kind=kind)) == [*PEOPLE, ("posts", 2)]


def test_a_type_without_a_permalink_is_hidden() -> None:
    closed = item(4, kind="stage").replace(
        "https://valley.example/4/", "https://valley.example/?post_type=stage&#038;p=4"
    )
    assert public(closed) == PEOPLE


def test_comments_that_wait_and_those_behind_a_password_are_hidden() -> None:
    waiting = "<wp:comment><wp:comment_id>8</wp:comment_id><wp:comment_approved>0</wp:comment_approved></wp:comment>"
    approved = waiting.replace(">8<", ">9<").replace(">0<", ">1<")
    behind = item(2, content="Secret", more=f"<wp:post_password>pw</wp:post_password>{approved}")
    assert public(item(1, more=waiting), behind) == [*PEOPLE, ("posts", 1), ("posts", 2)]
    post = body(behind)
    assert post["content"] == {"rendered": "", "protected": True}
    assert "Secret" not in json.dumps(post)
    assert "pw" not in json.dumps(post)


def test_meta_is_read_for_columns_and_goes_nowhere_else() -> None:
    def meta(key: str, value: str) -> str:
        pair = f"<wp:meta_key>{key}</wp:meta_key><wp:meta_value><![CDATA[{value}]]></wp:meta_value>"
        return f"<wp:postmeta>{pair}</wp:postmeta>"

    told = meta("_thumbnail_id", "44") + meta("api_key", "hush") + meta("_wp_page_template", "default")
    post = body(item(more=told))
    assert (post["featured_media"], post["template"]) == (44, "")
    assert "hush" not in json.dumps(post)
    stored = 'a:5:{s:5:"width";i:640;s:6:"height";s:3:"480";s:5:"sizes";a:1:{s:5:"width";i:1;}}'
    file = item(
        7, "inherit", "attachment",
        more="<wp:attachment_url>https://valley.example/a.jpg</wp:attachment_url>"
        + meta("_wp_attachment_metadata", stored) + meta("_wp_attachment_image_alt", "A mill"),
    )  # fmt: skip
    (picture,) = [json.loads(each.body) for each in seen(file).items if each.table == "media"]
    assert picture["media_details"] == {"width": 640, "height": 480}
    assert (picture["source_url"], picture["alt_text"]) == ("https://valley.example/a.jpg", "A mill")


@pytest.mark.parametrize(
    ("damage", "text"),
    [
        ("a control character", item(2, content="a\x08b")),
        ("an ampersand alone", item(2).replace('It\'s "here"', "Salt & Rope")),
        ("an entity of HTML", item(2).replace('It\'s "here"', "Salt&nbsp;Rope")),
        ("a section that ends twice", item(2, content="a <![CDATA[ b ]]> c")),
        ("a section that swallows the end of its item", item(2).replace("]]></content:encoded>", "</content:encoded>")),
        ("an unknown prefix", item(2, more="<odd:thing>x</odd:thing>")),
    ],
)
def test_a_malformed_item_is_read_by_its_tags_and_flagged(damage: str, text: str) -> None:
    found = seen(item(1), text, item(3))
    posts = [each for each in found.items if each.table == "posts"]
    assert [each.id for each in posts] == [1, 2, 3], damage
    assert [each.repairs for each in posts] == [(), ("xml_repaired",), ()], damage
    assert not found.faults


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("truncated", item(2).replace("</item>", "")),
        ("id_invalid", item("")),
        ("type_missing", item(2, kind="")),
        ("xml_entity", item(2).replace('It\'s "here"', "&lol9;")),
        ("too_deep", item(2, more="<a>" * 40 + "</a>" * 40)),
    ],
)
def test_an_item_that_cannot_be_read_costs_itself_alone(rule: str, text: str) -> None:
    found = seen(item(1), text, item(3))
    assert [each.id for each in found.items if each.table == "posts"] == [1, 3]
    assert [each.rule for each in found.faults] == [rule]


def test_an_export_that_was_cut_off_is_read_as_far_as_it_goes() -> None:
    whole = HEAD + item(1) + item(2)
    found = observe(whole[:-40].encode(), "file:///export.xml", None)
    assert [each.id for each in found.items if each.table == "posts"] == [1]
    assert [each.rule for each in found.faults] == ["truncated"]


def test_entities_of_a_document_type_are_never_expanded() -> None:
    bomb = HEAD.replace(
        "<rss", '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]><rss'
    )
    found = seen(item(1).replace('It\'s "here"', "&b;"), item(2).replace('It\'s "here"', "&f;"), item(3), head=bomb)
    assert [each.id for each in found.items if each.table == "posts"] == [3]
    assert [each.rule for each in found.faults] == ["xml_entity", "xml_entity"]


def test_exports_before_1_1_have_terms_without_numbers_which_their_posts_name() -> None:
    old = HEAD.replace("export/1.2/", "export/1.0/").replace("<wp:term_id>5</wp:term_id>", "").replace(">1.2<", ">1.0<")
    terms = '<category><![CDATA[Sea]]></category><category domain="tag" nicename="sea"><![CDATA[Sea]]></category>'
    found = observe((old + item(more=terms) + TAIL).encode(), "file:///export.xml", None)
    assert [each.id for each in found.items if each.table == "terms"] == [6]
    assert json.loads(found.items[-1].body)["presscorpus_terms"] == {"post_tag": ["sea"]}


def test_other_prefixes_count_by_their_namespaces() -> None:
    other = HEAD.replace("xmlns:wp=", "xmlns:w=").replace("wp:", "w:")
    found = observe((other + item().replace("wp:", "w:") + TAIL).encode(), "file:///export.xml", None)
    assert [(each.table, each.id) for each in found.items] == [*PEOPLE, ("posts", 1)]
    fake = HEAD.replace("<wp:author>", '<wp:author xmlns:wp="http://fake.example/">')
    assert [each.table for each in observe((fake + TAIL).encode(), "file:///x", None).items] == ["terms", "terms"]


def test_quotes_of_another_language_stay() -> None:
    german = HEAD.replace("en-US", "de-DE")
    assert (
        body(item(content='Er sagte "ja" -- so'), german)["content"]["rendered"] == '<p>Er sagte "ja" &#8212; so</p>\n'
    )
    later = observe(item().encode(), exports.part_name("file:///export.xml", "de-DE"), None)
    assert json.loads(later.items[0].body)["title"]["rendered"] == 'It\'s "here"'


def test_parts_for_members_leave_no_text_and_a_flag() -> None:
    source = "<!-- wp:paragraph --><p>Amber [private]needle[/private] birch.</p><!-- /wp:paragraph -->"
    hidden = '<!-- wp:group {"metadata":{"blockVisibility":false}} --><p>needle</p><!-- /wp:group -->'
    (found,) = [each for each in seen(item(content=source + hidden)).items if each.table == "posts"]
    assert found.repairs == ("content_partial",)
    assert b"needle" not in found.body
    post = json.loads(found.body)
    assert post["content"]["rendered"] == "<p>Amber  birch.</p>"
    assert post["excerpt"]["rendered"] == "<p>Amber birch.</p>\n"
    meta = "<wp:meta_key>_members_access_role</wp:meta_key><wp:meta_value>editor</wp:meta_value>"
    closed = body(item(content="needle", more=f"<wp:postmeta>{meta}</wp:postmeta>"))
    assert (closed["content"]["rendered"], closed["status"]) == ("", "publish")


def test_an_excerpt_that_nobody_wrote_is_cut_from_the_content() -> None:
    words = " ".join(f"word{number}" for number in range(60))
    expected = " ".join(f"word{number}" for number in range(55)) + " [&hellip;]"
    assert body(item(content=words))["excerpt"] == {"rendered": f"<p>{expected}</p>\n", "protected": False}
    assert body(item(content="[gallery ids='1']One.<!--more-->Two."))["excerpt"]["rendered"] == "<p>One.</p>\n"
    assert body(item(content=""))["excerpt"]["rendered"] == ""
    # Another type may have none, and sites in some languages count otherwise.
    assert "excerpt" not in body(item(kind="book"))
    assert "excerpt" not in body(item(), head=HEAD.replace("en-US", "zh-CN"))


def test_blocks_that_posts_share_stand_in_their_places() -> None:
    def shared(number: int, status: str = "publish", content: str = "<p>Shared &amp; seen.</p>") -> str:
        return item(number, status, "wp_block", f"<!-- wp:paragraph -->{content}<!-- /wp:paragraph -->")

    def shown(*blocks: str) -> tuple[str, tuple[str, ...]]:
        source = '<!-- wp:paragraph --><p>Own.</p><!-- /wp:paragraph --><!-- wp:block {"ref":9} /-->'
        (found,) = [each for each in seen(item(content=source), *blocks).items if (each.type, each.id) == ("post", 1)]
        return json.loads(found.body)["content"]["rendered"], found.repairs

    assert shown(shared(9)) == ("<p>Own.</p><p>Shared &amp; seen.</p>", ())
    assert shown(shared(8)) == shown(shared(9, "draft")) == ("<p>Own.</p>", ("dynamic_block",))
    nested = shared(9, content='<p>Outer.</p><!-- wp:block {"ref":8} /-->')
    assert shown(nested, shared(8)) == ("<p>Own.</p><p>Outer.</p><p>Shared &amp; seen.</p>", ())
    # One that contains itself ends.
    assert shown(shared(9, content='<!-- wp:block {"ref":9} /-->'))[1] == ("dynamic_block",)


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-16"])
def test_other_encodings_are_read(encoding: str) -> None:
    text = (HEAD.replace("UTF-8", encoding) + item(content="Größe") + TAIL).encode(encoding)
    (post,) = [each for each in observe(text, "file:///export.xml", None).items if each.table == "posts"]
    assert json.loads(post.body)["content"]["rendered"] == "<p>Größe</p>\n"


def test_an_export_is_cut_only_behind_whole_items() -> None:
    first, second = item(1), item(2, content="not the </item> end")
    text = (HEAD + first + second).encode()
    ends = {scan.last_end(text[:length]) for length in range(len(text) + 1)}
    starts = len(HEAD.encode()), len((HEAD + first).encode())
    assert ends == {0, starts[1] - 1, len(text) - 1}


def test_feeds_and_pages_are_no_exports() -> None:
    assert not exports.is_export(b'<?xml version="1.0"?><rss version="2.0"><channel><item></item></channel></rss>')
    assert not exports.is_export(b"<html><body>http://wordpress.org/export/1.2/ &lt;rss</body></html>")
    assert exports.is_export(HEAD.encode())
    assert exports.is_export(b"\xef\xbb\xbf" + HEAD.encode())


def test_an_export_without_items_is_named() -> None:
    empty = observe(b'<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel></channel></rss>', "file:///x", None)
    assert (empty.items, empty.faults, empty.others) == ([], [], ("WordPress export (WXR) without items",))


PERSON = (
    "<wp:{0}><wp:author_id>8</wp:author_id><wp:author_login>gk77</wp:author_login><wp:author_display_name>Gul"
    "</wp:author_display_name><wp:author_first_name><![CDATA[Gulzira]]></wp:author_first_name><wp:author_last_name>"
    "<![CDATA[Khanbegim]]></wp:author_last_name></wp:{0}>"
)


@pytest.mark.parametrize("element", ["author", "wp_author"])
def test_first_and_last_name_of_an_author_are_told(element: str) -> None:
    found = [json.loads(each.body) for each in seen(item(), head=HEAD + PERSON.format(element)).items]
    assert {"id": 8, "name": "Gul", "slug": "gk77", "presscorpus_bylines": ["Gulzira Khanbegim"]} in found


def test_first_and_last_name_of_a_term_that_is_a_person_are_told() -> None:
    meta = "<wp:termmeta><wp:meta_key>{}</wp:meta_key><wp:meta_value>{}</wp:meta_value></wp:termmeta>"
    term = (
        "<wp:term><wp:term_id>11</wp:term_id><wp:term_taxonomy>author</wp:term_taxonomy><wp:term_slug>gk77</wp:term_slug>"
        "<wp:term_name>gk77</wp:term_name>"
        f"{meta.format('first_name', 'Gulzira')}{meta.format('last_name', 'Khanbegim')}"
        "</wp:term>"
    )
    found = [json.loads(each.body) for each in seen(item(), head=HEAD + term).items if each.id == 11]
    assert found[0]["presscorpus_bylines"] == ["Gulzira Khanbegim"]


@pytest.mark.parametrize("creator", ["Игорь Лесокор", "Ökal Çelikhan", "Anna Berg"])
def test_the_name_of_an_author_whom_no_list_has_is_told(creator: str) -> None:
    assert creator in body(item().replace("Ana M", creator))["presscorpus_bylines"]


def test_the_name_of_a_co_author_is_told() -> None:
    told = '<category domain="author" nicename="cap-gk77"><![CDATA[Gulzira Khanbegim]]></category>'
    assert "Gulzira Khanbegim" in body(item(more=told))["presscorpus_bylines"]
