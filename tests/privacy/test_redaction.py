"""E-mail addresses and telephone numbers: what is found, what is left, and in every column that leaves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from presscorpus.config.params import Policy
from presscorpus.privacy.redaction import EMAIL, PHONE, redact, strike
from tests.corpus import PACKAGE, Corpus, post, where

if TYPE_CHECKING:
    from pathlib import Path

FOUND = {
    "write to jane.doe@example.org.": f"write to {EMAIL}.",
    "Jane <j+x@sub.example.co.uk>, a@163.com": f"Jane <{EMAIL}>, {EMAIL}",
    "ياز: ئالىم@example.org،": f"ياز: {EMAIL}،",
    "x@bücher.example": EMAIL,
    # antispambot() of WordPress core, in text and, with its second argument, in addresses.
    "&#106;a&#110;e&#64;ex&#97;mple&#46;c&#111;m": EMAIL,
    "&#x6a;ane&#x40;example.com": EMAIL,
    '<a href="mailto:%6aane%40example.com?subject=x">': f'<a href="mailto:{EMAIL}?subject=x">',
    "https://u:pw@host.example.org/": f"https://u:{EMAIL}/",
    'data-cfemail="4d5e6f7788"': f'data-cfemail="{EMAIL}"',
    "/cdn-cgi/l/email-protection#ab12cd": f"/cdn-cgi/l/email-protection#{EMAIL}",
    "https://secure.gravatar.com/avatar/0123456789abcdef0123456789abcdef?s=96": (
        f"https://secure.gravatar.com/avatar/{EMAIL}?s=96"
    ),
    "call +90 (212) 555-12-34 now": f"call {PHONE} now",
    "(+49\u00a030\u00a01234567)": f"({PHONE})",
    "\u202a+90 555 123 45 67\u202c": f"\u202a{PHONE}\u202c",
    "&#43;90 555 123 45 67": PHONE,
    '<a href="tel:02125551234">': f'<a href="tel:{PHONE}">',
    "https://wa.me/905551234567": f"https://wa.me/{PHONE}",
    "https://api.whatsapp.com/send?phone=905551234567&x": f"https://api.whatsapp.com/send?phone={PHONE}&x",
}
LEFT = [
    "logo@2x.png 1.5@3x.webp", "https://medium.com/@user.name/x", "kim@localhost", "lodash@4.17.21", "5 @ 3.50",
    "name at example dot org", "GMT+8 20221231", "1+12345678901", "+1234567890123456789", "+1 and 2", "0212 555 12 34",
    "2026-11-23 12:00:00+00:00", "/@41.0082,28.9784,15z", "a+b=c", "", "no sign",
]  # fmt: skip


@pytest.mark.parametrize("text", FOUND)
def test_what_is_found(text: str) -> None:
    assert redact(pl.Series("x", [None, text]), ("email", "phone")).to_list() == [None, FOUND[text]]


@pytest.mark.parametrize("text", LEFT)
def test_what_is_left(text: str) -> None:
    assert redact(pl.Series("x", [text]), ("email", "phone")).to_list() == [text]


def test_each_rule_is_its_own() -> None:
    both = pl.Series("x", ["a@example.org +905551234567"])
    assert redact(both, ()).to_list() == both.to_list()
    assert redact(both, ("email",)).to_list() == [f"{EMAIL} +905551234567"]
    assert redact(both, ("phone",)).to_list() == [f"a@example.org {PHONE}"]


def test_lists_keep_their_shape() -> None:
    lists = pl.Series("x", [["a@example.org", "x"], [], None, [None, "y"]])
    assert redact(lists, ("email",)).to_list() == [[EMAIL, "x"], [], None, [None, "y"]]
    assert redact(lists, ("email",)).dtype == lists.dtype


@given(
    before=st.text(max_size=9),
    local=st.from_regex(r"\A[a-z][a-z.]{0,9}\Z"),
    after=st.sampled_from(["", "\n", '"', "\\"]),
)
def test_json_stays_json_and_the_address_is_gone(before: str, local: str, after: str) -> None:
    extra = json.dumps({"k": f"{before}\n{local}@example.org{after}", "deep": [f"\t{local}@example.org"]})
    (text,) = redact(pl.Series("x", [extra]), ("email", "phone")).to_list()
    assert "@example" not in text
    assert json.loads(text)["deep"] == [f"\t{EMAIL}"]


def test_hostile_texts_cost_no_more_than_their_length() -> None:
    hostile = pl.Series("x", ["a" * 10**6 + "@", "@" * 10**6, "a@" * 500_000, "+1 " * 400_000, "&#64;" * 200_000])
    assert redact(hostile, ("email", "phone")).to_list() == hostile.to_list()


def test_words_are_struck_whatever_their_case_the_longest_of_two_first() -> None:
    texts = pl.Series("x", ["by JANE DOE-Smith and jane doe", None])
    assert strike(texts, ["Jane Doe-Smith", "Jane Doe"], "[x]").to_list() == ["by [x] and [x]", None]


MAIL, NUMBER = "secret.source@example.org", "+90 555 123 45 67"


@pytest.mark.parametrize("rules", [("email", "phone"), ()])
def test_in_no_column_of_any_table_that_leaves(tmp_path: Path, rules: tuple[str, ...]) -> None:
    said = f"{MAIL} or {NUMBER}"
    link = f'<a href="mailto:{MAIL}?subject=a">{MAIL}</a> <a href="tel:05551234567" title="x">{NUMBER}</a>'
    veiled = '<a href="/cdn-cgi/l/email-protection#5a7b9c">x</a> <b data-cfemail="5a7b9c">y</b>'
    everywhere = post(
        1,
        title={"rendered": said},
        content={"rendered": f"<p>{said} {link} {veiled}</p><img src='https://a.example.org/x.png' alt='{said}'>"},
        excerpt={"rendered": said},
        link=f"https://a.example.org/?author={MAIL}",
        plugin={"deep": [said]},
    )
    term = {"id": 3, "taxonomy": "category", "slug": "news", "name": said, "description": said}
    comment = {"id": 5, "post": 1, "author_name": said, "content": {"rendered": said}, "author_url": f"mailto:{MAIL}"}
    user = {"id": 7, "name": said, "slug": "s", "description": said, "avatar_urls": {}}
    picture = {"id": 9, "source_url": "https://a.example.org/o.jpg", "title": {"rendered": said}, "alt_text": said}
    built = Corpus(tmp_path, a=[everywhere, term, comment, user, picture])
    policy = Policy(authors="named", comments=True, redact=rules)  # type: ignore[arg-type]  # both are in the list above
    built.build(built.params(policy=policy))
    for needle in (MAIL, "secret.source%40example.org", "555 123", "05551234567", "5a7b9c"):
        found = {path.partition("/")[0] for path in where(built.layout.release, needle)}
        assert (found == set()) == bool(rules or needle == "secret.source%40example.org"), needle
    if rules:
        links = built.table("links").select("kind", "url").unique()
        assert {("email", EMAIL), ("phone", PHONE), ("email_protected", EMAIL)} <= set(links.rows())
        card = (built.layout.release / "README.md").read_text()
        marks = sum(text.count(EMAIL) for frame in _texts(built) for text in frame if text)
        assert f"{marks:,} e-mail addresses" in card


def _texts(built: Corpus) -> list[list[str]]:
    frames = [built.table(name) for name in PACKAGE.resources]
    return [frame[name].to_list() for frame in frames for name, kind in frame.schema.items() if kind == pl.String]
