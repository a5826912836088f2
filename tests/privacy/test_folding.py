"""Spellings that a reader takes for the same are the same, and each sign knows where it came from."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from presscorpus.privacy.folding import Folded, Run, fold, plain, unspaced

SAME = [
    ("İLKAY ÇINARSOYLU", "İlkay Çınarsoylu"),
    ("GROSSKREUZLER", "Großkreuzler"),
    ("ИГОРЬ ЁЛКИН", "Игорь Елкин"),
    ("Zoe\u0308", "Zoë"),
    ("\u1100\u1175\u11b7", "김"),
    ("か\u3099", "が"),
    ("ئاي\u200cشەم", "ئايشەم"),
    ("Ｗｅｎ＠１２", "wen@12"),
    ("ΣΟΦΟΣ", "σοφος"),
    ("a\u00a0b\u3000c\td", "a b c d"),
    ("+٤٩–३०", "+49-30"),
    ("O’Brien", "O'Brien"),
    ("O\x92Brien\x96\x93A\x94", 'O\'Brien-"A"'),
    ("\u202aMuster\u00admann\u202c", "mustermann"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("ка", "га"), ("राम", "रामी"), ("か", "が"), ("a b", "ab"), ("1", "l")])
def test_what_differs_to_a_reader_differs(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_line_breaks_are_not_spaces() -> None:
    assert fold("a\nb\u2028c d") == "a\nb\nc d"


def test_white_space_in_a_row_is_one_sign() -> None:
    folded = Folded([Run("a  b\u00a0\u200b ", 0), Run("\n", 8, 0), Run("  c", 20)])
    assert folded.text == "a b\nc"
    assert [folded.spans(place, place + 1) for place in range(5)] == [
        [(0, 1)],
        [(1, 3)],
        [(3, 4)],
        [(4, 5), (6, 7), (20, 22)],
        [(22, 23)],
    ]


SIGNS = st.text("aßéÉ\u0308\u00ad\u200b가ㄱİ９ \nﷺΣς𝟗＠", max_size=12)


@settings(max_examples=200, deadline=None)
@given(SIGNS)
def test_each_stretch_lies_within_the_source_and_folds_to_itself(text: str) -> None:
    folded = plain(text)
    assert folded.text == fold(text)
    for start in range(len(folded.text)):
        for end in range(start + 1, len(folded.text) + 1):
            spans = folded.spans(start, end)
            assert all(0 <= first < last <= len(text) for first, last in spans)
            assert spans == sorted(spans)
            assert folded.text[start:end] in fold("".join(text[first:last] for first, last in spans))


def test_runs_with_lengths_map_as_wholes() -> None:
    folded = Folded([Run("ab", 0), Run("@", 2, 6), Run("cd", 8)])
    assert folded.text == "ab@cd"
    assert folded.spans(1, 4) == [(1, 9)]
    assert folded.spans(2, 3) == [(2, 8)]


MIXED = st.text("aZ`\r\n\tßéÉ\u00ad가İΣςيیىᎠꭰ９“”–…＠𝗟ǅ", max_size=40)


@given(MIXED)
def test_signs_replaced_one_after_the_other_fold_as_each_by_itself(text: str) -> None:
    signs = "".join(fold(f"{sign}é")[:-1] for sign in text)
    assert fold(f"{text}é") == fold(signs) + "e"


def test_parts_between_white_space_are_found_once() -> None:
    text = "a@b@c d\n@ e"
    assert [text[slice(*span)] for span in unspaced(text, re.compile("@"))] == ["a@b@c", "@"]
