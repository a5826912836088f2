"""Telephone numbers that links of a site call, in all spellings. Pure.

A link tells a number (`tel:+13179511234`), and its words show it as people of the country write it ("(317) 951-1234").
What two spellings share is the national number without the nought or the like in front of it: that is looked for, with
signs that are no letters between its digits, and never as a part of a longer number, a price or a date.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from presscorpus.lazy import lazy
from presscorpus.privacy import addresses
from presscorpus.privacy.contacts import PHONE
from presscorpus.privacy.counted import is_counted
from presscorpus.privacy.folding import SPACELESS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import phonenumbers
else:
    phonenumbers = lazy("phonenumbers")

SHORTEST: Final = 7
"""The fewest digits of a number that is looked for in every spelling."""
LONGEST: Final = 15
"""The most."""

_WITH_TRUNK: Final = 11
# In an address a number stands without words around it.
_SHORTEST_IN_ADDRESS: Final = 9
_FEWEST_DIGITS: Final = 3  # different ones, which a number of noughts and nines has not
_ROWS: Final = ("01234567890123456789", "98765432109876543210")
_CALLED: Final = re.compile(r"\+?[0-9](?:[ ()./\[\]·_-]{0,3}[0-9]){6,16}(?![0-9])")
# What countries put in front of a number within them, and what stands before a country code.
_TRUNKS: Final = frozenset(("", "0", "1", "8", "00", "011", "06", "01", "044", "045"))
# Codes of countries, and the digit behind each that only calls of a mobile from abroad have.
_MOBILE: Final = {52: "1", 54: "9"}
# Names in the queries of schemes and services that a number stands under.
_KEYS: Final = addresses.PHONE_KEYS | {"number", "numbers", "to", "p", "addresses", "recipient"}
_RUN: Final = re.compile(r"[0-9](?:[ .()\[\]/·_\n-]{0,4}[0-9]){6,}")
_MOST_BEFORE: Final = 8  # digits of a trunk and a country's code
# A number of so few digits may as well count something.
_SHORT: Final = 9
_THOUSANDS: Final = re.compile(r"[0-9]{1,3}(?:([. ])[0-9]{3})(?:\1[0-9]{3})*")
_CUE: Final = re.compile(r"(?:tel|phon|fon|call|fax|mob|whatsapp|тел|电话|電話|[☎☏📞📱])\D{0,20}$", re.IGNORECASE)
_CUE_WITHIN: Final = 40
_DATE: Final = re.compile(
    r"(?:19|20)[0-9]{2}([-./ ]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[1-9]|[12][0-9]|3[01])([-./ ]?)(?:0[1-9]|1[0-2])\2(?:19|20)[0-9]{2}"
)
_MONEY: Final = "$€£¥₹₽₺₴₩₪₫฿₦"
# Signs beside a number that is counted, not called. Behind a comma another number may follow.
_COUNTED_BEFORE: Final = re.compile(rf"(?:[{_MONEY}] ?|[0-9]\.|(?<![0-9])(?<![0-9][. ])[0-9]{{1,6}},)\Z")
_COUNTED_BEHIND: Final = re.compile(rf"\.[0-9]|,(?![0-9](?:[ .-]?[0-9]){{6}})[0-9]| ?[{_MONEY}%]")
_CODE: Final = re.compile(r"(?<![0-9.,])([0-9]{1,3})\.\Z")
_ORDINAL: Final = re.compile(r"# ?\Z")
_BESIDE: Final = 10
# How nobody writes what is counted: with an area in brackets, or hyphens.
_AS_CALLED: Final = re.compile(r"[0-9](?:\) ?|-)[0-9]")
# The mark of a footnote behind the last group of a number.
_LAST_GROUP: Final = re.compile(r"(?:[-)][^-)]{0,8}-|([. ])[0-9]{2,4}\1)[0-9]{2,4}\Z")
_FOOTNOTE: Final = re.compile(r"[0-9]{1,2}(?![0-9]|[()/.-][0-9])")
# Letters beside digits that are one word with them, and words that are none.
_WORD: Final = re.compile(rf"[^\W_{SPACELESS}]")
_WORD_BEFORE: Final = re.compile(r"(?:tel|phon|fon|call|fax|mob|cell|whatsapp|тел)[^\W\d_]{0,5}$")
_WORD_BEHIND: Final = re.compile(r"e-?mail|fax|tel|phon|mob|whatsapp|(?:and|or|for|to)\b")


class _Number(NamedTuple):
    """The digits of a number that all its spellings share, and its country code."""

    digits: str
    code: str = ""


class KnownNumbers:
    """The numbers that the links of a site call.

    Args:
        told: Addresses of the links; those that call no number tell none.
    """

    def __init__(self, told: Iterable[str] = ()) -> None:
        found: dict[str, set[str]] = {}
        for address in told:
            for number in _told(address):
                found.setdefault(number.digits, set()).add(number.code)
        self._beginnings: dict[str, list[str]] = {}
        for digits in sorted(found, key=lambda each: (-len(each), each)):
            self._beginnings.setdefault(digits[:SHORTEST], []).append(digits)
        self._codes = found

    def __bool__(self) -> bool:
        return bool(self._codes)

    def __iter__(self) -> Iterator[str]:
        """The digits that are looked for."""
        return iter(self._codes)

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Find the numbers in a folded text.

        Args:
            text: The text.

        Yields:
            Where each begins and ends.
        """
        for run in _RUN.finditer(text) if self._codes else ():
            places = [place for place in range(run.start(), run.end()) if "0" <= text[place] <= "9"]
            digits = "".join(text[place] for place in places)
            number = 0
            while number <= len(digits) - SHORTEST:
                length = self._length(text, digits, places, number)
                if length:
                    yield _whole(text, places[number], places[number + length - 1] + 1)
                number += length or 1

    def stand_in(self, text: str) -> bool:
        """Whether a part of an address holds one of them.

        Args:
            text: The part, folded.

        Returns:
            True only for a number of nine digits or more.
        """
        return any(
            sum(sign.isdigit() for sign in text[start:end]) >= _SHORTEST_IN_ADDRESS for start, end in self.find(text)
        )

    def _length(self, text: str, digits: str, places: list[int], number: int) -> int:
        """How many digits of a number begin at one of a run; nought for none."""
        for known in self._beginnings.get(digits[number : number + SHORTEST], ()):
            last = number + len(known)
            if digits.startswith(known, number) and self._is_apart(text, known, places[number], places[last - 1] + 1):
                return len(known)
        return 0

    def _is_apart(self, text: str, known: str, start: int, end: int) -> bool:
        """Whether a number is no part of a longer one, and no date, price or word."""
        first = _begin(text, start)
        before, written = text[first:start], text[start:end]
        if before not in _TRUNKS and not any(_is_code(before, code) for code in self._codes[known]):
            return False
        if _goes_on(text, known, written, end) or (before in {"", "0"} and _DATE.fullmatch(before + written)):
            return False
        coded = "" not in self._codes[known]
        if (len(written) == len(known) and _is_glued(text, first, end)) or is_counted(text, first, end, called=coded):
            return False
        if len(known) < _SHORT:
            return not _counts(text, first, start, end) and not _is_figure(text, first, end)
        if _AS_CALLED.search(written) or not _is_figure(text, first, end):
            return True
        code = _CODE.search(text, max(0, first - _BESIDE), first)
        return code is not None and code[1] in self._codes[known] and not _COUNTED_BEHIND.match(text, end)


def _begin(text: str, start: int) -> int:
    """Where the digits right before a number begin, as far as they are dialled."""
    first = start
    while first and first > start - _MOST_BEFORE and "0" <= text[first - 1] <= "9":
        first -= 1
    return first


def _goes_on(text: str, known: str, written: str, end: int) -> bool:
    """Whether digits go on behind a number, where they are no mark of a footnote."""
    if not "0" <= text[end : end + 1] <= "9":
        return False
    return len(known) < _SHORT or not _LAST_GROUP.search(written) or not _FOOTNOTE.match(text, end)


def _is_glued(text: str, first: int, end: int) -> bool:
    """Whether digits are one word with the letters beside them."""
    if _WORD.match(text[first - 1 : first]) and not _WORD_BEFORE.search(text, max(0, first - _BESIDE), first):
        return True
    return _WORD.match(text, end) is not None and not _WORD_BEHIND.match(text, end)


def _is_figure(text: str, first: int, end: int) -> bool:
    """Whether digits are a price, a share, part of a decimal or number a thing."""
    if _COUNTED_BEFORE.search(text, max(0, first - _BESIDE), first) or _COUNTED_BEHIND.match(text, end):
        return True
    of_thing = _ORDINAL.search(text, max(0, first - 2), first)
    return of_thing is not None and not _CUE.search(text, max(0, first - _CUE_WITHIN), first)


def _counts(text: str, first: int, start: int, end: int) -> bool:
    """Whether few digits are rather a number of something.

    They have dots or are grouped by thousands, are a part of more figures, or have a word behind them.
    """
    written = text[start:end]
    if "." in written or _THOUSANDS.fullmatch(written) or re.search(r"[0-9][/-]$", text[max(0, first - 2) : first]):
        return True
    if _CUE.search(text, max(0, first - _CUE_WITHIN), first):
        return False
    if first < start:
        return text[first:start] in {"1", "8"}
    return written.isdecimal() and re.match(r" \w", text[end : end + 2]) is not None


def _is_code(before: str, code: str) -> bool:
    """Whether the digits before a national number are its country's, and a nought."""
    return code != "" and before.removeprefix("00").removeprefix("011").removesuffix("0") == code.removesuffix("0")


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """A number with the digits and the bracket before it."""
    start = _begin(text, start)
    opened = ")" in text[start:end] and text[start - 1 : start] == "("
    return start - opened, end


def _told(address: str) -> Iterator[_Number]:
    """The numbers that an address calls."""
    read = addresses.read(address)
    if addresses.reaches(read, frozenset((PHONE,))) is None:
        return
    values = [value or name for name, value in read.query if name in _KEYS or not value]
    for said in (read.host, read.login, read.path, *values, read.fragment):
        for match in _CALLED.finditer(said):
            yield from _forms(match[0])


def _forms(written: str) -> Iterator[_Number]:
    """The digits by which a number is known in all spellings."""
    digits = re.sub(r"[^0-9]", "", written)
    international = written.startswith("+") or digits.startswith("00")
    forms = {_Number(digits.lstrip("0"))}
    # Only in what is said to be international, or can be nothing else, is the beginning a country's code.
    try:
        number = phonenumbers.parse("+" + digits.removeprefix("00"), None)
    except phonenumbers.NumberParseException:
        number = None
    if number is not None and (international or phonenumbers.is_valid_number(number)):
        national = phonenumbers.national_significant_number(number).lstrip("0")
        code = str(number.country_code)
        forms = set() if international else forms
        forms |= {_Number(each, code) for each in (national, *_at_home(number, national))}
    for each in sorted(forms):
        # In North America and Russia what is dialled first is a one, an eight.
        dialled = not each.code and len(each.digits) == _WITH_TRUNK and each.digits[0] in "18"
        short = each.digits[1:] if dialled else each.digits
        if SHORTEST <= len(short) <= LONGEST and _is_distinct(short):
            yield _Number(short, each.code)


def _at_home(number: phonenumbers.PhoneNumber, national: str) -> Iterator[str]:
    """How people of a country dial a mobile that has one more digit from abroad."""
    sign = _MOBILE.get(number.country_code or 0)
    if sign is None or not national.startswith(sign) or len(national) != _WITH_TRUNK:
        return
    yield national[1:]
    # In Argentina 15 stands between the area and the rest.
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    yield re.sub(r"[^0-9]", "", written).lstrip("0")


def _is_distinct(digits: str) -> bool:
    """Whether digits are those of a number, not of an example of one."""
    return len(set(digits)) >= _FEWEST_DIGITS and not any(digits in row for row in _ROWS)
