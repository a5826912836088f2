"""E-mail addresses in folded text. Pure.

An e-mail address is what a mail program would take for one (https://html.spec.whatwg.org/#valid-e-mail-address, with
letters of all scripts), whose host ends in a top-level domain of the Public Suffix List, and not a handle with a dot
(`@anna.berg`); "name at example dot org" is found in `written_out`. A word may stand right behind it
(`anna@example.comTel`). A file's name behind an `@`, such as `map@2x-300x183.jpg`, is none. In scripts without spaces
the local part is the run of one script before the `@`, for what stands before that is the sentence. Some plugins write
addresses backwards (`moc.elpmaxe@anna`), which style sheets turn round.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from presscorpus.content.public_suffixes import top_level_domains
from presscorpus.privacy.folding import SPACELESS, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

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
# Top-level domains that are none to be registered (RFC 2606, RFC 6761, RFC 7686).
_RESERVED: Final = frozenset(("example", "test", "invalid", "localhost", "local", "internal", "onion"))
_SIGN: Final = re.compile(r"@+|%(?:25)*40")
# Vowels and other signs of Indic scripts and of kana, which folding keeps and `\w` has not.
_INDIC: Final = "\u0900-\u0903\u093a-\u094f\u0962\u0963\u0981-\u0d57\u0d82-\u0ddf"
_MARKS: Final = f"{_INDIC}\u3099\u309a"
_LETTER: Final = rf"(?:[^\W_]|[{_MARKS}])"
_DOMAIN: Final = re.compile(
    rf"(?:[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?\.)+(?:xn--[a-z0-9-]{{2,59}}|[a-z]{{2,63}})(?![^\W{SPACELESS}])"
    rf"|(?:{_LETTER}(?:[\w{_MARKS}-]*{_LETTER})?\.)+(?:[^\W\d_]|[{_MARKS}]){{2,}}|\[[0-9a-f:.]{{3,45}}\]"
)
# Signs of a mailbox that are none between words (https://www.rfc-editor.org/rfc/rfc5322#section-3.2.3).
_SIGNS: Final = "!#$%&*+./?^_|~'-"
_WORD: Final = rf"(?:[^\W{SPACELESS}]|[{_INDIC}])"
_SCRIPTS: Final = (
    "\u3041-\u309f\u30fc", "\u30a0-\u30ff\u3099\u309a", "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f",
    "\uac00-\ud7a3", "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff",
)  # fmt: skip
# 64 octets (https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1.1) are 21 letters there.
RUNS: Final = "|".join(f"[{script}]{{1,21}}" for script in _SCRIPTS)
"""Local parts in scripts without spaces, as a pattern: no more than one script."""
_ONE: Final = r"[\w.+%-]{1,64}"
SEVERAL: Final = rf"[\])}}>] ?{_ONE}(?: ?[,;|/&] ?{_ONE}){{1,20}} ?[\[({{<]"
"""Several local parts of one host, as in {anna,bo}@example.org, as a pattern that reads backwards."""
# A local part, read backwards from the sign.
_LOCAL: Final = re.compile(
    rf'"[^"\n@]{{1,64}}"|[._%+~-]*(?:{RUNS})|(?![!#$&*/?^|\'])(?:{_WORD}|[{_SIGNS}]|;pma&)*{_WORD}'
    rf"|{SEVERAL}"
)
_LONGEST: Final = 320
# An address that is written backwards: its host, and its local part of three signs or more.
_HOST_BACKWARDS: Final = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}(?![\w.@/:-])")
_LOCAL_BACKWARDS: Final = re.compile(r"[a-z0-9][a-z0-9._+-]{1,62}[a-z0-9](?![\w@/])")
# Releases of code stand behind an `@` as well (`us.map@latest`).
_RELEASES: Final = frozenset(("latest", "next", "beta", "alpha", "canary", "main", "master", "dev"))
_SCALE: Final = re.compile(r"\d+x(?:$|[^a-z])|\d+$")
_OF_COUNTRIES: Final = 2
_LONGEST_LABEL: Final = 63


def found(text: str) -> Iterator[tuple[int, int]]:
    """Find e-mail addresses in a folded text.

    Args:
        text: The text (`folding.fold`).

    Yields:
        Start and end of each, in order; none overlaps another.
    """
    place = 0
    for sign in _SIGN.finditer(text):
        if sign.start() <= place or (domain := _DOMAIN.match(text, sign.end())) is None:
            continue
        length = _length(domain[0], behind=text[sign.start() - 1])
        if not length:
            continue
        local = _LOCAL.match(text[max(place, sign.start() - _LONGEST) : sign.start()][::-1])
        if local is not None:
            place = domain.start() + length
            yield sign.start() - local.end(), place


def backwards(text: str) -> Iterator[tuple[int, int]]:
    """Find e-mail addresses that are written backwards.

    Args:
        text: The text (`folding.fold`).

    Yields:
        Start and end of each, in order; what is an address as it stands is none.
    """
    for sign in _SIGN.finditer(text) if "@" in text else ():
        start, end = sign.span()
        # In the order of the text the end of the host stands first.
        host = _HOST_BACKWARDS.match(text[max(0, start - _LONGEST) : start][::-1]) if end - start == 1 else None
        local = _LOCAL_BACKWARDS.match(text, end) if host is not None else None
        if host is None or local is None or local[0] in _RELEASES:
            continue
        last = host[0].rpartition(".")[2]
        as_it_stands = text[start - 1 : local.end()]
        if is_top_level(last) and last[::-1] not in FILES and next(found(as_it_stands), None) is None:
            yield start - host.end(), local.end()


def is_top_level(label: str) -> bool:
    """Whether a host may end in a label.

    Args:
        label: A folded label, in ASCII or not.

    Returns:
        True for a top-level domain of the Public Suffix List, and one that is reserved for examples.
    """
    return label in _top_levels()


@cache
def _top_levels() -> frozenset[str]:
    return frozenset(map(fold, top_level_domains())) | _RESERVED


def _length(domain: str, behind: str) -> int:
    """How much of what stands behind an `@` is a domain.

    `behind` is the character before the `@`. Nothing of the scale of a picture, or of a name of a file that is no copy
    of an address.
    """
    labels = domain.split(".")
    if domain[0] == "[":
        return len(domain)
    if _SCALE.match(labels[0]) is not None and len(labels) > 1 and labels[1][:1].isdigit():
        return 0
    of_file = labels[-1] in FILES
    if of_file and (labels[-1] in CODE or labels[0].isdigit() or _SCALE.match(labels[0]) is not None):
        return 0
    last = next((last for last in range(len(labels) - 1, 0, -1) if is_top_level(labels[last])), 0)
    if last:
        return len(".".join(labels[: last + 1]))
    return 0 if of_file or not (behind.isalnum() or re.match(_LETTER, behind)) else _glued(labels)


def _glued(labels: list[str]) -> int:
    """How much is a domain where a word stands right behind it; 0 where none is."""
    for last in range(len(labels) - 1, 0, -1):
        label = labels[last]
        end = next((end for end in range(min(len(label) - 1, _LONGEST_LABEL), 1, -1) if is_top_level(label[:end])), 0)
        if end:
            whole = end == _OF_COUNTRIES and label.isascii()
            return len(".".join(labels[:last])) + 1 + (len(label) if whole else end)
    return 0
