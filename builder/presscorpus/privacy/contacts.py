"""E-mail addresses and telephone numbers in folded text. Pure.

An e-mail address is what a mail program would take for one (https://html.spec.whatwg.org/#valid-e-mail-address, with
letters of all scripts), not "name at example dot org"; a file's name behind an `@`, such as `map@2x-300x183.jpg`, is
none. A telephone number is one in international form: `+` or `00` and 8 to 15 digits
(https://www.itu.int/rec/T-REC-E.164), or a `+` behind them, as right-to-left text shows it. National numbers are found
where the country of the site is known, and then as https://github.com/google/libphonenumber knows them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from presscorpus.content.public_suffixes import is_top_level
from presscorpus.lazy import lazy
from presscorpus.privacy.folding import SPACELESS, unspaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    import phonenumbers
else:
    phonenumbers = lazy("phonenumbers")

EMAIL: Final = "email"
PHONE: Final = "phone"


class Contact(NamedTuple):
    """A part of a folded text that is an address or number, and its rule."""

    start: int
    end: int
    rule: str


# Endings of files; https://data.iana.org/TLD/tlds-alpha-by-domain.txt has none of these.
FILES: Final = frozenset((
    "7z", "aac", "ai3", "apk", "asp", "aspx", "avi", "avif", "bak", "bin", "bmp", "bz2", "cfg", "cjs", "css", "csv",
    "doc", "docx", "dmg", "eml", "eot", "epub", "exe", "flac", "gif", "gz", "heic", "heif", "htm", "html", "ico", "ics",
    "ini",
    "iso", "jfif", "jpe", "jpeg", "jpg", "js", "json", "jsp", "jsx", "jxl", "less", "log", "m4a", "m4v", "mkv",
    "mjs", "mp3", "mp4", "mpeg", "mpg", "odp", "ods", "odt", "ogg", "ogv", "otf", "pdf", "php", "png", "ppt", "pptx",
    "psd", "rar", "rss", "rtf", "scss", "shtml", "sql", "svg", "swf", "tar", "tgz", "tif", "tiff", "toml", "tsv",
    "tsx", "ttf", "txt", "vcf", "vtt", "wav", "webm", "webmanifest", "webp", "wma", "wmv", "woff", "woff2", "xcf",
    "xhtml",
    "xls", "xlsx", "xml", "yaml", "yml",
))  # fmt: skip
# Files whose names have versions and variants behind an `@`, which may read as a domain (`vue@next.global.js`).
CODE: Final = frozenset(("cjs", "css", "js", "jsx", "less", "mjs", "scss", "tsx"))
# https://www.rfc-editor.org/rfc/rfc2606 : no list of public suffixes has these.
_RESERVED: Final = frozenset(("example", "test", "invalid", "localhost"))
_AT: Final = r"(?:@|%(?:25)*40)"
_DOMAIN: Final = (
    r"(?P<domain>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:xn--[a-z0-9-]{2,59}|[a-z]{2,63})"
    r"|(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}|\[[0-9a-f:.]{3,45}\])"
)
# In scripts without spaces what stands before an ASCII mailbox is another word; in others it is part of it.
_EMAILS: Final = (
    re.compile(rf"(?<![^\W_{SPACELESS}])[a-z0-9_](?:[a-z0-9._%+~-]|'(?=[a-z0-9]))*{_AT}{_DOMAIN}"),
    re.compile(rf"(?<!\w)(?:[^\W_]|[._+-](?=\w))+{_AT}{_DOMAIN}"),
    re.compile(rf'"[^"\n@]{{1,64}}"{_AT}{_DOMAIN}'),
)
_SIGN: Final = re.compile(_AT)
# Signs of a mailbox that are none between words (https://www.rfc-editor.org/rfc/rfc5322#section-3.2.3).
_SIGNS: Final = frozenset("!#$%*+-./?^_|~")
_SCALE: Final = re.compile(r"\d+x(?:$|[^a-z])|\d+$")

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
# Coordinates (ISO 6709), and a time zone with a date behind it.
_OTHERWISE: Final = re.compile(
    r"\+[0-9]{1,3}\.[0-9]{2,} ?-[0-9]{1,3}\.[0-9]{2,}|\+1?[0-9] (?:19|20)[0-9]{2}(?:-?[0-9]{2}){2}(?: .*)?"
)
# Two noughts with no digit before them; what a pattern begins with is looked for the fastest.
_NOUGHTS: Final = r"00(?<![0-9]00)(?=[ )-]{0,2}[1-9])"
_NUMBER: Final = re.compile(rf"\+|{_NOUGHTS}")
_WITHOUT_PLUS: Final = re.compile(_NOUGHTS)
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
        yield from _emails(text)
    if PHONE in rules:
        yield from _phones(text)
        if country is not None:
            yield from _national(text, country)


def _emails(text: str) -> Iterator[Contact]:
    met: set[int] = set()
    whole = '"@' in text or '"%' in text  # a mailbox in quotes may hold spaces
    for first, last in [(0, len(text))] if whole else unspaced(text, _SIGN):
        for pattern in _EMAILS:
            place = first
            for match in pattern.finditer(text, first, last):
                end = match.start("domain") + _length(match["domain"])
                if end not in met and end > match.start("domain"):
                    met.add(end)
                    yield Contact(_start(text, match.start(), place), end, EMAIL)
                place = match.end()


def _start(text: str, start: int, place: int) -> int:
    """Where a mailbox begins of which a match found the end: not before `place`."""
    if start == place or text[start - 1] not in _SIGNS:
        return start
    first = start
    while first > place and (text[first - 1] in _SIGNS or (text[first - 1].isascii() and text[first - 1].isalnum())):
        first -= 1
    while text[first] in _SIGNS:
        first += 1
    return first


def _length(domain: str) -> int:
    """How much of what stands behind an `@` is a domain.

    Nothing of the scale of a picture, or of a name of a file that is no copy of an address.
    """
    labels = domain.split(".")
    if _SCALE.match(labels[0]) is not None and len(labels) > 1 and labels[1][:1].isdigit():
        return 0
    if labels[-1] not in FILES:
        return len(domain)
    if labels[-1] in CODE or labels[0].isdigit() or _SCALE.match(labels[0]) is not None:
        return 0
    while labels and labels[-1] in FILES:
        labels.pop()
    is_domain = len(labels) > 1 and (labels[-1] in _RESERVED or is_top_level(labels[-1]))
    return len(".".join(labels)) if is_domain else 0


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
                yield Contact(match.start(), match.end(), PHONE)
                place = match.end()
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


def _is_whole(written: str) -> bool:
    """Whether a number is written without a space, and possible."""
    return re.fullmatch(r"\+[1-9][0-9]{9,14}", written) is not None and _is_possible(written)


def _is_possible(written: str) -> bool:
    """Whether a number has a country code, and as many digits as numbers there have."""
    digits = re.sub(r"\D", "", written)
    try:
        number = phonenumbers.parse("+" + digits.removeprefix("00"), None)
    except phonenumbers.NumberParseException:
        return False
    whole = phonenumbers.is_possible_number_with_reason(number)
    return bool(whole == phonenumbers.ValidationResult.IS_POSSIBLE)


def _national(text: str, country: str) -> Iterator[Contact]:
    """Numbers as people of a country would call them."""
    matcher = phonenumbers.PhoneNumberMatcher(text, country, phonenumbers.Leniency.VALID, 1 << 16)
    for match in matcher:
        yield Contact(match.start, match.end, PHONE)
