"""Blotting out: e-mail addresses, telephone numbers and given words, over whole columns. Pure.

Rules, not guesses, so that what stays is known. `email` finds addresses as they are written, with any of their
characters as HTML character references or percent-encoded, the tokens by which Cloudflare veils one, and the digests of
one in addresses of Gravatar; not "name at example dot org". `phone` finds numbers in international form (+ and 8 to
15 digits, https://www.itu.int/rec/T-REC-E.164) and what tel:, callto:, sms: and WhatsApp links call; not national ones
in mere text, which nothing tells from other numbers.

The patterns are those of Rust's regex, which takes linear time whatever the text. An escape of JSON before a match is
left alone, so that a redacted column of JSON is JSON.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from presscorpus.config.schema import Field

EMAIL, PHONE, NAME, TAKEN = "[e-mail redacted]", "[phone redacted]", "[name withheld]", "[taken down]"
MARKS = {"email": EMAIL, "phone": PHONE}
"""What stands in the place of what was blotted out, by rule."""

# One character as HTML writes it by number; antispambot() of WordPress core writes e-mail addresses so.
_REFERENCE = r"&#(?:[xX][0-9a-fA-F]{1,5}|[0-9]{1,6});"
_LETTER = rf"(?:[\p{{L}}\p{{M}}\p{{N}}_-]|{_REFERENCE})"
_AT = r"(?:@|&#0*64;|&#[xX]0*40;|&commat;|%40|\\u0040)"
_DOT = r"(?:\.|&#0*46;|&#[xX]0*2[eE];|&period;|%2[eE])"
# A label such as 2x, of two characters of which the first is a digit, is the scale of a picture: logo@2x.png.
_LABEL = rf"(?:[0-9]+|[0-9]{_LETTER}{{2,}}|(?:[\p{{L}}_]|{_REFERENCE}){_LETTER}*)"
_ESCAPE = r'(\\[nrtbf"/\\]|\\u[0-9a-fA-F]{4})?'
_ADDRESS = (
    rf"{_ESCAPE}(?:[\p{{L}}\p{{M}}\p{{N}}_.+'%-]|{_REFERENCE})+{_AT}(?:{_LABEL}{_DOT})+(?:\p{{L}}|{_REFERENCE}){{2,}}"
)
_DIGITS = r"(?:\+|&#0*43;|&#[xX]0*2[bB];|%2[bB])[1-9](?:[\s\u{A0}\u{202F}.()/-]{0,3}[0-9]){7,14}\b"

_PATTERNS: dict[str, tuple[tuple[str, str], ...]] = {
    "email": (
        (_ADDRESS, f"${{1}}{EMAIL}"),
        (r"""(data-cfemail=(?:\\?["'])?)[0-9a-fA-F]{4,}""", f"${{1}}{EMAIL}"),
        (r"(/cdn-cgi/l/email-protection(?:#|%23|&#0*35;))[0-9a-fA-F]{4,}", f"${{1}}{EMAIL}"),
        (r"(gravatar\.com(?:/|\\/|%2F)avatar(?:/|\\/|%2F))[0-9a-fA-F]{32,64}", f"${{1}}{EMAIL}"),
    ),
    "phone": (
        (r"""(\b(?:tel|callto|sms):)[^"'<>\s\\\[]+""", f"${{1}}{PHONE}"),
        (r"((?:\bwa\.me/|whatsapp\.com/send/?\?phone=|[?&]phone=))(?:\+|%2[bB])?[0-9]{8,15}", f"${{1}}{PHONE}"),
        (rf"(^|[^\w.+/=&;%-]|\\[nrt]){_DIGITS}", f"${{1}}{PHONE}"),
    ),
}
# What a text must hold to be looked at closely; few do, and finding these costs next to nothing.
_SIGNS = {
    "email": ["@", "&#", "&commat;", "%40", "\\u0040", "data-cfemail", "email-protection", "gravatar.com"],
    "phone": ["+", "&#", "%2B", "%2b", "tel:", "callto:", "sms:", "wa.me/", "phone="],
}
# Links whose very kind says that the URL is one: content/html/links.py.
_KINDS = {"email": EMAIL, "email_protected": EMAIL, "phone": PHONE}
_OF_KIND = ("url", "resolved", "fragment")


def redactable(field: Field) -> bool:
    """Whether a column may hold anybody's words: a string, or list of strings, that is no code and not our own."""
    kind = field.item["type"] if field.item else field.type
    coded = field.constraints.keys() & {"pattern", "enum"}
    return kind == "string" and not coded and not field.source.startswith("params.yaml")


def redact(values: pl.Series, rules: Iterable[str]) -> pl.Series:
    """The strings, or lists of strings, with what the rules (`email`, `phone`) find replaced by their marks."""

    def blot(texts: pl.Series) -> pl.Series:
        for rule in rules:
            # One search for each sign is three times as fast as one for all of them (contains_any).
            signs = (texts.str.contains(sign, literal=True) for sign in _SIGNS[rule])
            texts = _where(texts, reduce(or_, signs), rule)
        return texts

    return _flat(values, blot)


def _where(texts: pl.Series, suspect: pl.Series, rule: str) -> pl.Series:
    """The texts with the patterns of a rule applied to the suspect ones alone: the patterns are what costs."""
    chosen = suspect.fill_null(value=False)
    if not chosen.any():
        return texts
    found = texts.filter(chosen)
    for pattern, mark in _PATTERNS[rule]:
        found = found.str.replace_all(pattern, mark)
    return texts.clone().scatter(chosen.arg_true(), found)  # which writes into the series itself


def strike(values: pl.Series, words: Sequence[str], mark: str) -> pl.Series:
    """The strings, or lists of strings, with every occurrence of the words replaced, whatever the case of A to Z."""
    if not words:
        return values

    def blot(texts: pl.Series) -> pl.Series:
        return texts.str.replace_many(list(words), [mark], ascii_case_insensitive=True, leftmost=True)

    return _flat(values, blot)


def of_kind(links: pl.LazyFrame, rules: Iterable[str], sites: list[str]) -> pl.LazyFrame:
    """The links with the URLs that are an e-mail address or telephone number by their very kind blotted out."""
    marks = {kind: mark for kind, mark in _KINDS.items() if mark in {MARKS[rule] for rule in rules}}
    if not marks:
        return links
    mark = pl.col("kind").replace_strict(marks, default=None)
    known = mark.is_not_null() & pl.col("site").is_in(sites)
    return links.with_columns(
        pl.when(known & pl.col(name).is_not_null()).then(mark).otherwise(pl.col(name)).alias(name) for name in _OF_KIND
    )


def _flat(values: pl.Series, blot: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`blot` over the strings of a series, or over those of its lists."""
    if not values.dtype.is_nested():
        return blot(values)
    # All strings of all lists at once: list.eval would call for each list by itself, a thousand times slower.
    frame = pl.DataFrame({"old": values}).with_row_index("row")
    flat = frame.filter(pl.col("old").list.len() > 0).explode("old", empty_as_null=True)
    blotted = flat.with_columns(blot(flat["old"]).alias("old"))
    if blotted.equals(flat):
        return values
    new = blotted.group_by("row", maintain_order=True).agg(new="old")
    joined = frame.join(new, on="row", how="left", maintain_order="left")
    return joined.select(pl.coalesce("new", "old").alias(values.name))[values.name]
