"""The words of texts: many at once as one by one."""

from __future__ import annotations

import sys
import unicodedata

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from presscorpus.content.words import one_by_one, words_of

# Characters that are dropped, separate words, stand alone, compose with their neighbours, or fold to several or none.
ODD = (
    "aA1 \n\t\u00a0.\u200b\u200c\u200f\u0640\u064e\u0301\u0307İıiIßﬁſ²ⅷ漢ひカ\uff76\uff9e\uac00\u1100\u1161\u11a8"
    "\u3131\u314f\ufdfa\ufefb\u0915\u094d\u093e\u037a\U0001f600\U00020000"
)


def same(texts: list[str | None]) -> None:
    series = pl.Series(texts, dtype=pl.String)
    assert words_of(series) == one_by_one(series).to_list()


@pytest.mark.fast
@pytest.mark.thorough
@settings(deadline=None)
@given(st.lists(st.none() | st.text(st.sampled_from(ODD)) | st.text()))
def test_many_at_once_are_as_one_by_one(texts: list[str | None]) -> None:
    same(texts)


def test_every_character_is_folded_as_in_its_context() -> None:
    characters = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
    assigned = [each for each in characters if unicodedata.category(each) not in {"Cn", "Co"}]
    for before, after in (("e", "漢"), ("\u1100", "\u1161")):
        same([before + each + after for each in assigned])


def test_long_texts_are_cut_between_texts_only() -> None:
    long = "Wörter und 漢字 " * 20_000
    same([long, None, "", "x", long, " e\u0301 ", long])


@pytest.mark.fast
def test_what_the_convention_says() -> None:
    texts = pl.Series(["Kâğıt, KÂĞIT!", "漢字かな mixed", "كِتَـاب", "İstanbul ISPARTA", "— …", "ﬁn fin"])
    assert words_of(texts) == ["kâğit kâğit", "漢 字 か な mixed", "كتاب", "istanbul isparta", "", "fin fin"]
