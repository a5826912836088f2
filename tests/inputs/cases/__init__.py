"""All cases, by kind. Sections are numbered as kinds of input are: optional fields 1 to loading 12."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.inputs.cases import (
    archives,
    elsewhere,
    embedded,
    encodings,
    loading,
    non_items,
    optional,
    people,
    recognition,
    refusals,
    summaries,
    text,
)

if TYPE_CHECKING:
    from tests.inputs.case import Case

CASES = [
    *optional.CASES, *recognition.CASES, *non_items.CASES, *embedded.CASES, *encodings.CASES, *summaries.CASES,
    *archives.CASES, *people.CASES, *text.CASES, *refusals.CASES, *loading.CASES, *elsewhere.CASES,
]  # fmt: skip


def chosen(words: list[str]) -> list[Case]:
    """The cases whose section or name has one of the words; all where there is none."""
    return [
        case for case in CASES
        if not words or any(word == str(case.section) or (not word.isdecimal() and word in case.name) for word in words)
    ]  # fmt: skip
