"""The format of a file, told by its first bytes, so that a refusal can name it.

Signatures of files: https://www.iana.org/assignments/media-types/ and the specification of each format. A format that
is not here is told as text or bytes.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from presscorpus.observations.encodings import utf8
from presscorpus.observations.noise import opened_head

HEAD: Final = 64 * 1024
"""Bytes from the beginning of a file by which its format is told."""


class Format(NamedTuple):
    """A format of files.

    Attributes:
        name: As a message says it.
        advice: What to do instead of importing it, null where there is nothing to say.
        holds_posts: Whether it is made to hold posts.
    """

    name: str
    advice: str | None = None
    holds_posts: bool = False

    def __str__(self) -> str:
        return f"{self.name}; {self.advice}" if self.advice else self.name


_ASK: Final = "save what the REST API answers, /wp-json/wp/v2/posts"
_UNPACK: Final = "unpack it and name the folder"
JSON: Final = Format("JSON")
WARC: Final = Format("WARC file")
EMPTY: Final = Format("empty file")
TEXT: Final = Format("plain text", _ASK)
BYTES: Final = Format("bytes of no known format", _ASK)
HTML: Final = Format("HTML page", _ASK)
CHALLENGE: Final = Format(
    "HTML challenge page of a firewall", "open the address in a browser, or ask the site's owner for access"
)
_PYTHON: Final = Format("Python value, as print() writes it", "write it with json.dump", holds_posts=True)
_LFS: Final = Format("Git LFS pointer", "fetch the file itself with `git lfs pull`")
_CDX: Final = Format("CDX index of a web archive", "give the WARC files that it is of")
_MHTML: Final = Format("MHTML page or mail", _ASK)
_SQL: Final = Format("SQL dump of a database", _ASK)
WHOLE: Final = frozenset({_PYTHON, _LFS, _CDX, _MHTML, _SQL})
"""Formats of which no part is read, whatever JSON stands in them."""
LEAVINGS: Final = Format("file of macOS about another one")
WXR: Final = Format("WordPress export (WXR)", holds_posts=True)
_ARC: Final = Format("ARC file, the ancestor of WARC", "convert it with `warcio recompress`", holds_posts=True)
_RSS: Final = Format("RSS feed", _ASK)
_ATOM: Final = Format("Atom feed", _ASK)
_YAML: Final = Format("YAML, as wp-cli writes it", _ASK)
_MARKDOWN: Final = Format("Markdown text", _ASK)
_CSV: Final = Format("CSV table", _ASK)
_TSV: Final = Format("TSV table (tab-separated)", _ASK)

_MAGIC: Final = (
    (b"%PDF-", Format("PDF document")), (b"PK\x03\x04", Format("ZIP archive", _UNPACK)),
    (b"7z\xbc\xaf\x27\x1c", Format("7z archive", _UNPACK)), (b"Rar!\x1a\x07", Format("RAR archive", _UNPACK)),
    (b"SQLite format 3\x00", Format("SQLite database", _ASK)), (b"PAR1", Format("Parquet table", _ASK)),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Format("Office document")), (b"\x1f\x8b", Format("damaged gzip file")),
    (b"\x28\xb5\x2f\xfd", Format("damaged Zstandard file")), (b"BZh", Format("damaged bzip2 file")),
    (b"\xfd7zXZ\x00", Format("damaged xz file")),
    (b"\x89PNG\r\n", Format("picture")), (b"\xff\xd8\xff", Format("picture")),
    (b"GIF8", Format("picture")), (b"RIFF", Format("picture or sound")), (b"\x00\x00\x01\x00", Format("picture")),
    (b"wOF", Format("font")), (b"OggS", Format("sound or film")), (b"ID3", Format("sound")), (b"WARC/", WARC),
    (b"filedesc://", _ARC), (b"\x00\x05\x16\x07", LEAVINGS), (b"\x00\x00\x00\x01Bud1", LEAVINGS),
)  # fmt: skip
_TEXTS: Final = (
    (r"\[?\s*\{\s*'.{0,20000}?'(?:id|ID)': \d",
     _PYTHON),
    (r"version https://git-lfs\.github\.com/", _LFS),
    (r" CDX [A-Za-z] |[\w,.:-]+\)\S* \d{4,14} \S", _CDX),
    (r"[A-Z][\w-]+: .{0,4000}?MIME-Version: \d", _MHTML),
    (r"<\?php", Format("PHP program")), (r"(?:<[?!].*?>\s*)*<(?:\w+:)?rdf\b", Format("RSS 1.0 feed", _ASK)),
    (r"BEGIN:VCALENDAR", Format("iCalendar file")), (r"BEGIN:VCARD", Format("vCard file")),
    (r"(?:--|/\*!?).{0,400}?\b(?:SQL|Dump|dump|MySQL|MariaDB)\b|(?:CREATE|INSERT|DROP|SET|PRAGMA|BEGIN)\s+(?:TABLE|INTO|\w+\s*=|TRANSACTION)",
     _SQL),
    (r"[aO]:\d+:(?:\{|\")|s:\d+:\"", Format("serialised PHP value", _ASK)),
    (r"(?:/\*\*/)?\s*[\w$.]{1,100}\(\s*[\[{]", Format("JSONP or JavaScript", _ASK)),
    (r"---\r?\n(?:.{0,2000}?\n)?---\s*\n", _MARKDOWN),
    (r"---\r?\n|(?:- *)?\w+: .*\n(?:  )?\w+: ", _YAML), (r"#{1,6} \S", _MARKDOWN),
)  # fmt: skip
_MARKUP: Final = (
    ("wordpress.org/export/", WXR), ("<wp:wxr_version", WXR), ("<rss", _RSS), ("http://www.w3.org/2005/atom", _ATOM),
    ("<urlset", Format("XML sitemap")),
    ("<sitemapindex", Format("XML sitemap")), ("<opml", Format("OPML list of feeds")),
    ("<svg", Format("picture")),
)  # fmt: skip
_CHALLENGES: Final = re.compile(
    r"_cf_chl|challenge-platform|cf-browser-verification|<title>just a moment|sgcaptcha|ddos-guard|captcha-delivery|"
    r"recaptcha/api|hcaptcha\.com|attention required! \| cloudflare|checking your browser"
)
# JSON whose first sign is one of an object, a list of them, or an empty list.
_JSON: Final = re.compile(rb'[\s\x1e]*(?:\[\s*(?:(?:null|false|true)\s*,\s*)*)*\{\s*(?:"|\}|$)|\s*\[\s*(?:\[\s*)*\]')
_NAMES: Final = re.compile(r"[\w .\"'-]{1,60}")


def looks_like_json(head: bytes) -> bool:
    """Tell whether bytes begin as JSON that may hold items does.

    Args:
        head: The beginning of a file, in any encoding of Unicode.

    Returns:
        True for an object, a list of objects or lists, and an empty list.
    """
    return _JSON.match(opened_head(utf8(head)[0].removeprefix(b"\xef\xbb\xbf"))) is not None


def format_of(head: bytes) -> Format:
    """Return the format of a file.

    Args:
        head: Its first bytes; `HEAD` of them are enough.

    Returns:
        The format, `TEXT` or `BYTES` for one that is not known.
    """
    for magic, found in _MAGIC:
        if head.startswith(magic):
            return found
    if looks_like_json(head):
        return JSON
    if head[257:262] == b"ustar":
        return Format("tar archive", _UNPACK)
    return _of_text(head)


def _of_text(head: bytes) -> Format:
    text = opened_head(utf8(head)[0].removeprefix(b"\xef\xbb\xbf")).decode("utf-8", "replace").removeprefix("\n")
    text = text if text.startswith(" CDX ") else text.lstrip()
    if not text:
        return EMPTY
    if text.startswith("<") and not text.startswith("<?php"):
        return _of_markup(text.lower())
    if "\x00" in text or text[:2000].count("\ufffd") > len(text[:2000]) // 10:
        return BYTES
    return next((found for pattern, found in _TEXTS if re.match(pattern, text, re.DOTALL)), None) or _of_table(text)


def _of_markup(text: str) -> Format:
    is_html = re.match(
        r"(?:<!--(?:(?!-->).){0,4000}+-->\s*+|<\?xml[^>]{0,200}+>\s*+)*+<(?:!doctype html|html|head|body)",
        text,
        re.DOTALL,
    )
    if is_html or not text.startswith("<?xml"):
        found = None if is_html else next((each for sign, each in _MARKUP if sign in text[:4000]), None)
        return found or (CHALLENGE if _CHALLENGES.search(text) else HTML)
    return next((found for sign, found in _MARKUP if sign in text), Format("XML document", _ASK))


def _of_table(text: str) -> Format:
    """CSV or TSV by two lines of as many cells; else text."""
    lines = text.splitlines()[:2]
    for divider, found in (("\t", _TSV), (",", _CSV), (";", _CSV)):
        heads = lines[0].split(divider)
        if (
            len(heads) > 1
            and len(lines) > 1
            and len(heads) <= lines[1].count(divider) + 1
            and all(map(_NAMES.fullmatch, heads))
        ):
            return found
    return TEXT
