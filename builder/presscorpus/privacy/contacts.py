"""E-mail addresses and telephone numbers in folded text. Pure.

E-mail addresses are those of `mailboxes`. A telephone number is one in international form: `+` or `00` and 8 to 15
digits (https://www.itu.int/rec/T-REC-E.164), or a `+` behind them, as right-to-left text shows it. National numbers are
found where the country of the site is known, and then as https://github.com/google/libphonenumber knows them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from presscorpus.lazy import lazy
from presscorpus.privacy import mailboxes
from presscorpus.privacy.counted import is_counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    import phonenumbers

    from presscorpus.privacy import written_out
else:
    phonenumbers = lazy("phonenumbers")
    written_out = lazy("presscorpus.privacy.written_out")

EMAIL: Final = "email"
PHONE: Final = "phone"


class Contact(NamedTuple):
    """A part of a folded text that is an address or number, and its rule."""

    start: int
    end: int
    rule: str


_JOIN: Final = r"[ .()\[\]/·_-]"
_OVER_LINES: Final = r"[ .()\[\]/·_\n-]"
_START: Final = r"(?<![0-9])\+[ (\[]{0,2}"
_ZEROS: Final = r"(?<![\w#.,/=&%+-])(?<!\d[: ])\(?00[ )-]{0,2}"
_INTERNATIONAL: Final = tuple(
    re.compile(rf"(?:{_START}|{_ZEROS})[1-9](?:{join}{{0,4}}[0-9]){{7,14}}(?![0-9])") for join in (_JOIN, _OVER_LINES)
)
_BEHIND: Final = re.compile(rf"(?<![\w.,/=#+-])[1-9](?:{_JOIN}{{0,3}}[0-9]){{7,14}}\+(?!\w)")
_PLUS_BEHIND: Final = re.compile(r"\+(?<=[0-9]\+)")
_THOUSANDS: Final = re.compile(r"[0-9]{1,3}(?:[ .][0-9]{3})+\+?")
# What is a growth in thousands, a pair of odds or of coordinates as likely as a number to call.
_DOUBTFUL: Final = re.compile(r"\+[0-9]{1,3}(?:[ .][0-9]{3})+|\+[0-9][0-9 .]* -[0-9][0-9 .-]*")
# Coordinates (ISO 6709), of no more than 180 degrees, a time zone with a date behind it, and "C++" before a date.
_OTHERWISE: Final = re.compile(
    r"\+[01]?[0-9]{1,2}\.[0-9]{2,} ?-[01]?[0-9]{1,2}\.[0-9]{2,}|\+ (?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]"
    r"|\+1?[0-9] (?:19|20)[0-9]{2}(?:-?[0-9]{2}){2}(?: .*)?"
)
# Two noughts with no digit before them; what a pattern begins with is looked for the fastest.
_NOUGHTS: Final = r"00(?<![0-9]00)(?=[ )-]{0,2}[1-9])"
_NUMBER: Final = re.compile(rf"\+|{_NOUGHTS}")
_WITHOUT_PLUS: Final = re.compile(_NOUGHTS)
# Behind a whole number: a figure that begins a sentence, or a year behind digits that nobody groups so.
_FIGURE: Final = re.compile(r"(?:\. |(?<=[0-9]{6}) (?=(?:19|20)[0-9]{2}$))[0-9][0-9 .-]*$")
_SHORTEST: Final = 8


def found(text: str, rules: frozenset[str], country: str | None = None) -> Iterator[Contact]:
    """Find e-mail addresses and telephone numbers in a folded text.

    Args:
        text: The text (`folding.fold`).
        rules: `email` and `phone`, or one of them.
        country: Where the site's readers are (ISO 3166, two letters); null finds international numbers alone.

    Yields:
        What was found, in no order; two may overlap.
    """
    if EMAIL in rules and ("@" in text or ("%" in text and "40" in text)):
        yield from (Contact(*each, EMAIL) for each in mailboxes.found(text))
        yield from (Contact(*each, EMAIL) for each in mailboxes.backwards(text))
    if EMAIL in rules:
        yield from (Contact(*each, EMAIL) for each in written_out.found(text))
    if PHONE in rules:
        yield from _phones(text)
        if country is not None:
            yield from _national(text, country)


def _phones(text: str) -> Iterator[Contact]:
    place = 0
    beginning = _NUMBER if "+" in text else _WITHOUT_PLUS
    while (sign := beginning.search(text, place)) is not None:
        place = sign.start() + 1
        start = sign.start() - (text[sign.start() - 1 : sign.start()] == "(" and sign[0] == "00")
        for pattern in _INTERNATIONAL:
            match = pattern.match(text, start)
            beside = text[start - 1 : start].isalpha() and match is not None and match[0][0] == "+"
            # Behind a letter a plus adds; so only what is a whole number counts.
            if match is not None and (_is_whole(match[0]) if beside else _is_meant(match[0])):
                place = match.start() + _whole(match[0])
                yield Contact(match.start(), place, PHONE)
                break
    if "+" in text and _PLUS_BEHIND.search(text):
        for match in _BEHIND.finditer(text):
            if not _THOUSANDS.fullmatch(match[0]) and _is_possible(match[0]):
                yield Contact(match.start(), match.end(), PHONE)


def _is_meant(written: str) -> bool:
    """Whether what looks like an international number is meant as one.

    With a plus by its form alone.
    """
    if _OTHERWISE.fullmatch(written):
        return False
    return ("+" in written and not _DOUBTFUL.fullmatch(written)) or _is_possible(written)


def _whole(written: str) -> int:
    """How much of an international number is one, where a figure follows it."""
    figure = _FIGURE.search(written)
    return figure.start() if figure is not None and is_valid(written[: figure.start()]) else len(written)


def _is_whole(written: str) -> bool:
    """Whether a number is written without a space, and possible."""
    return re.fullmatch(r"\+[1-9][0-9]{9,14}", written) is not None and _is_possible(written)


def _is_possible(written: str) -> bool:
    """Whether a number has a country code, and as many digits as numbers there have."""
    number = _parsed(written)
    if number is None:
        return False
    whole = phonenumbers.is_possible_number_with_reason(number)
    return bool(whole == phonenumbers.ValidationResult.IS_POSSIBLE)


def is_valid(written: str) -> bool:
    """Whether numbers that begin so, and are as long, are given to people there.

    Args:
        written: A number with its country's code.

    Returns:
        False also for what has no such code.
    """
    number = _parsed(written)
    return number is not None and bool(phonenumbers.is_valid_number(number))


def _parsed(written: str) -> phonenumbers.PhoneNumber | None:
    digits = re.sub(r"\D", "", written)
    try:
        return phonenumbers.parse("+" + digits.removeprefix("00"), None)
    except phonenumbers.NumberParseException:
        return None


def _national(text: str, country: str) -> Iterator[Contact]:
    """Numbers as people of a country would call them."""
    matcher = phonenumbers.PhoneNumberMatcher(text, country, phonenumbers.Leniency.VALID, 1 << 16)
    for match in matcher:
        if not is_counted(text, match.start, match.end):
            yield Contact(match.start, match.end, PHONE)
