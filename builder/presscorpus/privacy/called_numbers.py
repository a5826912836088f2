"""Numbers that links call, as the last look at a release (`leak_scan`) finds them.

It shares nothing with `known_numbers`, by which they were taken out, but what is no number (`counted`). It sees a part
of what that takes out: numbers of nine digits and more that stand by themselves in a text. What it sees was missed.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from presscorpus.lazy import lazy
from presscorpus.privacy.counted import is_counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import phonenumbers
else:
    phonenumbers = lazy("phonenumbers")

RUN: Final = r"[0-9](?:[ .()/-]{0,4}[0-9]){6,}"
"""A pattern of RE2 and of Python, which all that `Called` finds matches."""

_RUN: Final = re.compile(RUN)
_LINK: Final = re.compile(
    r"(?:(?:tel|callto|sms|fax):/{0,2}|//wa\.me/|//api\.whatsapp\.com/[^#]*[?&]phone=|viber:[^#]*[?&]number="
    r"|//signal\.me/#p/|//t\.me/(?=\+))"
    r"[\s(]*(\+?[0-9][0-9 ().-]{5,20}[0-9])(?:[,;](\+[0-9]{8,15}))?",
    re.IGNORECASE,
)
# Countries of which numbers of mobiles have one more digit for calls from abroad.
_MOBILE: Final = {"52": "1", "54": "9"}
_GROUP: Final = re.compile(r"[0-9]+")
_MOST_GROUPS: Final = 18
_MEANT: Final = range(9, 16)  # fewer digits may count something
_FEWEST_DIGITS: Final = 3
_ASCENDING: Final = "01234567890123456789"
_NORTH_AMERICA: Final = 11
_DATE: Final = re.compile(r"(?:19|20)[0-9]{6}|[0-9]{3,4}(?:19|20)[0-9]{2}")
_COUNTED: Final = frozenset("#$€£¥₹")
_BEHIND: Final = re.compile(r"$|\s(?!\s?[$€£¥₹%])|[);:!?]|[.,](?:\s|$)")


class Called:
    """The numbers that the links of a site call.

    Args:
        links: Their addresses; those that call no number count for nothing.
    """

    def __init__(self, links: Iterable[str] = ()) -> None:
        self._forms = {form for link in links for form in _forms(link)}

    def __bool__(self) -> bool:
        return bool(self._forms)

    def stand_in(self, text: str) -> bool:
        """Whether one of the numbers stands in a text, in whatever groups.

        Args:
            text: A text that is read as one, without markup.

        Returns:
            True where redaction should have taken it out.
        """
        return any(
            digits in self._forms for run in _RUN.finditer(text) for digits in _apart(text, run.start(), run.end())
        )


def _apart(text: str, start: int, end: int) -> Iterator[str]:
    """The digits of groups in a row that stand by themselves."""
    groups = list(_GROUP.finditer(text, start, end))
    for first, group in enumerate(groups):
        if not _begins(text, group.start()):
            continue
        digits = ""
        for other in islice(groups, first, first + _MOST_GROUPS):
            digits += other[0]
            if _BEHIND.match(text, other.end()) and not is_counted(text, group.start(), other.end()):
                yield digits


def _begins(text: str, place: int) -> bool:
    """Whether a number may begin at a place, and nothing that is counted does."""
    before = text[max(0, place - 2) : place].removesuffix("(")
    return (before == "" or before[-1].isspace()) and before[:1] not in _COUNTED


def _forms(link: str) -> Iterator[str]:
    """The digits as which a number that a link calls may be written."""
    called = _LINK.match(unquote(link).removeprefix("https:").removeprefix("http:"))
    for written in called.groups() if called is not None else ():
        if written:
            yield from _of_number(written)


def _of_number(written: str) -> Iterator[str]:
    """The digits as which one number may be written."""
    digits = re.sub(r"[^0-9]", "", written)
    code, national = "", digits.lstrip("0")
    if written[0] == "+" or digits.startswith("00"):
        try:
            number = phonenumbers.parse(f"+{national}", None)
        except phonenumbers.NumberParseException:
            return
        code = str(number.country_code)
        national = phonenumbers.national_significant_number(number).lstrip("0")
    elif len(national) == _NORTH_AMERICA and national[0] in "18":
        national = national[1:]
    if len(national) in _MEANT and _is_number(national):
        yield from (national, f"0{national}", f"{code}{national}")
    if len(national) == _NORTH_AMERICA and national[0] == _MOBILE.get(code) and _is_number(national[1:]):
        yield national[1:]


def _is_number(digits: str) -> bool:
    """Whether digits are no example of a number, and no date."""
    example = len(set(digits)) < _FEWEST_DIGITS or digits in _ASCENDING or digits in _ASCENDING[::-1]
    return not example and not _DATE.fullmatch(digits)
