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
# Schemes that call, with what they call at once or in a query, and services that make an address of a number.
_LINK: Final = re.compile(
    r"(?:tel|callto|sms|smsto|fax|facetime(?:-audio)?|telprompt):/{0,2}(?:open/?)?(?P<called>[^?&#]*)"
    r"(?:\?(?:[^#]*&)?addresses=(?P<several>[^&#]*))?"
    r"|//wa\.me/(?P<wa>[^?#]*)|//(?:api|web|call)\.whatsapp\.com/[^#]*[?&]phone=(?P<whatsapp>[^&#]*)"
    r"|(?:whatsapp|viber|tg)://[^#]*[?&](?:phone|number)=(?P<app>[^&#]*)"
    r"|(?:sgnl:)?//signal\.me/#p/(?P<signal>[^?&]*)|//(?:t|telegram)\.me/(?P<telegram>\+[^?#]*)"
    r"|//zalo\.me/(?P<zalo>[^?#]*)",
    re.IGNORECASE,
)
_CALLED: Final = re.compile(r"(?<![0-9])\+?[0-9][0-9 ().-]{5,20}[0-9](?![0-9])")
# Countries of which numbers of mobiles have one more digit for calls from abroad.
_MOBILE: Final = {"52": "1", "54": "9"}
_GROUP: Final = re.compile(r"[0-9]+")
_MOST_GROUPS: Final = 18
_MEANT: Final = range(9, 16)  # fewer digits may count something
_LONGEST: Final = 20  # digits of a number with what is dialled first
_FEWEST_DIGITS: Final = 3
_ASCENDING: Final = "01234567890123456789"
_NORTH_AMERICA: Final = 11
_DATE: Final = re.compile(r"(?:19|20)[0-9]{6}|[0-9]{3,4}(?:19|20)[0-9]{2}")
_COUNTED: Final = frozenset("#$€£¥₹")
_BEHIND: Final = re.compile(r"$|\s(?!\s?[$€£¥₹%])|[);:!?|]|[.,](?:\s|$)|,(?=[0-9](?:[ .-]?[0-9]){8,})")
# Nobody writes what is counted with hyphens, or with an area in brackets.
_AS_CALLED: Final = re.compile(r"[0-9](?:\) ?|-)[0-9]")
_LAST: Final = re.compile(r"(?:[0-9][^0-9]*){9}\Z")  # digits without what is dialled first
_AROUND: Final = frozenset("#:;,|/'\"“”‘’[]*•·=>")


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
            digits in self._forms and _is_apart(text, start, end) and not is_counted(text, start, end)
            for run in _RUN.finditer(text)
            for digits, start, end in _in_row(text, run.start(), run.end())
        )


def _in_row(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """The digits of groups in a row, and where they begin and end."""
    groups = list(_GROUP.finditer(text, start, end))
    for first, group in enumerate(groups):
        digits = ""
        for other in islice(groups, first, first + _MOST_GROUPS):
            digits += other[0]
            if len(digits) > _LONGEST:
                break
            yield digits, group.start(), other.end()


def _is_apart(text: str, start: int, end: int) -> bool:
    """Whether digits are a number by themselves, and nothing that is counted."""
    before = text[max(0, start - 2) : start].removesuffix("(")
    last = _LAST.search(text[start:end])
    as_called = last is not None and _AS_CALLED.search(last[0]) is not None
    if before and not before[-1].isspace() and not (before[-1] in ":;|" or (as_called and before[-1] in _AROUND)):
        return False
    if before[:1] in _COUNTED and not (as_called and before[:1] == "#"):
        return False
    return _BEHIND.match(text, end) is not None or (as_called and text[end : end + 1] in _AROUND | {"%", "."})


def _forms(link: str) -> Iterator[str]:
    """The digits as which the numbers that a link calls may be written."""
    called = _LINK.match(unquote(unquote(link)).strip().removeprefix("https:").removeprefix("http:"))
    for written in filter(None, called.groups()) if called is not None else ():
        for number in _CALLED.findall(written):
            yield from _of_number(number)


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
