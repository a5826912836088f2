"""URLs by the rules that browsers follow, and whose they are.

Parsing is the WHATWG's, https://url.spec.whatwg.org, by ada; the registrable domain is the Public Suffix List's.
Nothing here raises for a bad URL: a bad URL is a row with a reason. Why these libraries:
docs/decisions/0004-html-and-urls.md.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import Final, NamedTuple

from ada_url import join_url, normalize_url

from presscorpus.content.public_suffixes import suffixes

REASONS: Final = ("data_url", "empty", "invalid", "no_base")
"""Why a URL has no resolved form, a closed list, sorted.

data_url
    A `data:` URL carries its content within itself; `as_written` keeps its digest.
empty
    Nothing but spaces is written. A browser would take it for the page itself; an author hardly means that.
invalid
    The WHATWG parser fails: a bad host, port or the like.
no_base
    The URL is relative and what it is relative to is no URL.
"""


class Url(NamedTuple):
    """The meaning of one URL as written in one place.

    `resolved` is the absolute URL, serialised by the WHATWG rules, user name and password removed; null with a reason.
    `scheme` is without its colon; null where no URL came out, and "data" for `data_url`. `host` is in ASCII, an IPv6
    address in brackets; null where the scheme has none, as for `mailto:`. `domain` is as `domain_of` gives it.
    `fragment` is without its `#`, percent-encoded; null where absent, "" after a bare `#`. `reason` is one of
    `REASONS`, null where there is a resolved form.
    """

    resolved: str | None
    scheme: str | None
    host: str | None
    domain: str | None
    fragment: str | None
    reason: str | None


MAIL_SCHEMES: Final = frozenset(("mailto", "xmpp", "aim", "gtalk", "ymsgr", "msnim"))
"""Schemes whose addresses are mailboxes or the like."""

CALL_SCHEMES: Final = frozenset((
    "tel", "callto", "sms", "smsto", "mms", "mmsto", "fax", "modem", "facetime", "facetime-audio", "facetime-prompt",
    "telprompt", "wtai", "imessage", "rcs", "sip", "sips", "h323", "skype", "viber", "whatsapp", "tg", "sgnl", "signal",
    "line", "zalo", "weixin", "wechat", "threema", "kakaotalk", "botim", "icq", "dingtalk",
))  # fmt: skip
"""Schemes that call or write to a number, https://www.iana.org/assignments/uri-schemes/: none has a host."""

_CONTROL_OR_SPACE: Final = "".join(map(chr, range(0x21)))
_LONE: Final = re.compile("[\ud800-\udfff]")
_DATA: Final = re.compile(r"[\x00-\x20]*d[\t\n\r]*a[\t\n\r]*t[\t\n\r]*a[\t\n\r]*:([^,]*)", re.IGNORECASE)
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")
_ABSOLUTE: Final = re.compile(r"https?://", re.IGNORECASE)
_SCHEME: Final = re.compile(r"[\x00-\x20]*[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_IPV4: Final = re.compile(r"\d+\.\d+\.\d+\.\d+")

# What stands before the credentials, as the WHATWG parser finds an authority: it drops tabs and line breaks anywhere,
# takes backslashes for slashes after a special scheme, and any number of either, none included.
_SPECIAL: Final = "|".join("[\t\n\r]*".join(scheme) for scheme in ("https", "http", "ftp", "wss", "ws", "file"))
_CREDENTIALS: Final = re.compile(
    rf"([\x00-\x20]*(?:(?:{_SPECIAL})[\t\n\r]*:[\t\n\r/\\]*|[/\\][\t\n\r]*[/\\][\t\n\r/\\]*))"
    r"(?:[^/\\?#]*@[\t\n\r/\\]*)+"  # slashes behind an empty host would begin another authority
    rf"|([\x00-\x20]*(?!(?:{_SPECIAL})[\t\n\r]*:)[a-z][a-z0-9+.\t\n\r-]*:[\t\n\r]*/[\t\n\r]*/)[^/?#]*@",
    re.IGNORECASE,
)

# https://url.spec.whatwg.org/#url-serializing: what the serialiser writes is cut without another call of the library.
_PARTS: Final = re.compile(
    r"(?P<scheme>[^:]*):(?://(?P<user>[^/?#@]*@)?(?P<host>\[[^\]]*\]|[^/?#:]*)(?P<port>(?::\d+)?))?"
    r"(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.DOTALL,
)


def as_written(raw: str) -> str:
    """Return a URL as it may be kept: without credentials, or a `data:` URL's digest.

    All else stays, spaces and line breaks included; lone surrogates become U+FFFD. The page is taken to have an http or
    https address: whether `https:name@host` without slashes holds a name depends on that; here it always does, to be
    safe. The digest form is `data:<media type>;sha256=<64 hex digits>;bytes=<n>`: SHA-256 and length of the whole
    attribute value in UTF-8, before any decoding; the media type is `text/plain` where none is named,
    https://fetch.spec.whatwg.org/#data-url-processor, and `invalid/invalid` where it is none.

    Args:
        raw: A URL as a document has it.

    Returns:
        The same text where it holds neither.
    """
    raw = _scalar(raw)
    data = _DATA.match(raw)
    if data:
        written = raw.encode()
        return f"data:{_media_type(data[1])};sha256={hashlib.sha256(written).hexdigest()};bytes={len(written)}"
    return _CREDENTIALS.sub(r"\1\2", raw, count=1) if "@" in raw and _CREDENTIALS.match(raw) else raw


def resolve(raw: str, base: str) -> Url:
    """Resolve `raw` in a page at `base`: https://url.spec.whatwg.org/#url-parsing.

    Args:
        raw: A URL as a document has it.
        base: The address of the document.

    Returns:
        Its meaning, or a reason why it has none. Nothing is raised. `Resolver` does the same and remembers.
    """
    raw = _scalar(raw)
    if not raw.strip(_CONTROL_OR_SPACE):
        return Url(None, None, None, None, None, "empty")
    if _DATA.match(raw):
        return Url(None, "data", None, None, None, "data_url")
    base = _scalar(base)
    href = _parsed(raw, base) or _parsed(raw)
    if href is not None:
        return _described(href)
    relative = not _SCHEME.match(raw) and _parsed(base) is None
    return Url(None, None, None, None, None, "no_base" if relative else "invalid")


def _parsed(url: str, base: str | None = None) -> str | None:
    """A URL serialised by the standard; null where it or its base cannot be parsed."""
    try:
        return normalize_url(url) if base is None else join_url(base, url)
    except ValueError:
        return None


class Resolver:
    """`resolve` with a memory, so that a URL is parsed once per distinct value.

    An absolute http or https URL means the same on every page and is remembered as itself, any other together with its
    base. At most `capacity` of either are remembered, none longer than `LONGEST` characters; a full memory is emptied.
    """

    LONGEST: Final = 4096

    __slots__ = ("_absolute", "_capacity", "_relative")

    def __init__(self, capacity: int = 65_536) -> None:
        self._capacity = capacity
        self._absolute: dict[str, Url] = {}
        self._relative: dict[tuple[str, str], Url] = {}

    def resolve(self, raw: str, base: str) -> Url:
        """Return the same as the function `resolve`.

        Args:
            raw: A URL as a document has it.
            base: The address of the document.

        Returns:
            The meaning of the URL; one that was asked for before comes from memory.
        """
        url = self._absolute.get(raw)
        if url is not None:
            return url
        if len(raw) + len(base) > self.LONGEST:
            return resolve(raw, base)
        if _ABSOLUTE.match(raw):
            # A special scheme with two slashes is resolved without its base.
            url = resolve(raw, raw)
            if len(self._absolute) >= self._capacity:
                self._absolute.clear()
            self._absolute[raw] = url
            return url
        url = self._relative.get((raw, base))
        if url is None:
            url = resolve(raw, base)
            if len(self._relative) >= self._capacity:
                self._relative.clear()
            self._relative[raw, base] = url
        return url


def same_site(host: str, site_host: str) -> bool:
    """Tell whether hosts are equal but for case, a final dot and a leading `www.`.

    Args:
        host: A host in ASCII, or null.
        site_host: The host of a site.

    Returns:
        False where either is missing.
    """
    return _bare(host) == _bare(site_host)


TRACKING: Final = frozenset((
    # Google Analytics, https://support.google.com/analytics/answer/10917952; any other `utm_` name is `UTM`.
    "utm_campaign", "utm_content", "utm_creative_format", "utm_id", "utm_marketing_tactic", "utm_medium",
    "utm_source", "utm_source_platform", "utm_term",
    # What Firefox strips: privacy.query_stripping.strip_list,
    # https://firefox-source-docs.mozilla.org/toolkit/components/antitracking/anti-tracking/query-stripping/index.html
    "__hsfp", "__hssc", "__hstc", "__s", "_hsenc", "_openstat", "dclid", "fbclid", "gbraid", "gclid", "hsctatracking",
    "igshid", "mc_eid", "ml_subscriber", "ml_subscriber_hash", "msclkid", "oft_c", "oft_ck", "oft_d", "oft_id",
    "oft_ids", "oft_k", "oft_lk", "oft_sk", "oly_anon_id", "oly_enc_id", "rb_clickid", "s_cid", "twclid", "vero_conv",
    "vero_id", "wbraid", "wickedid", "yclid",
    # What other tools add: Google Ads and Analytics, HubSpot, Mailchimp, Marketo, LinkedIn, TikTok, Pinterest, Snap,
    # Instagram, Facebook, posts embedded from X, Piano; https://matomo.org/faq/reports/what-is-campaign-tracking/.
    "_ga", "_gl", "gad_campaignid", "gad_source", "gclsrc", "srsltid", "_hsmi", "mc_cid", "mkt_tok", "li_fat_id",
    "ttclid", "epik", "sccid", "igsh", "fb_action_ids", "fb_action_types", "fb_ref", "fb_source", "ref_src",
    "ref_url", "at_campaign", "at_medium", "xtor", "mtm_campaign", "mtm_cid", "mtm_content", "mtm_group",
    "mtm_keyword", "mtm_medium", "mtm_placement", "mtm_source", "pk_campaign", "pk_content", "pk_keyword", "pk_kwd",
    "pk_medium", "pk_source",
))  # fmt: skip
"""Parameters that follow readers about and choose nothing that is shown, in lower case: the one list of the project.

A name with a second meaning (`ref`, `source`, `si`, `cid`) is not on it: a missed tracker is better than a false one.
"""

UTM: Final = "utm_*"
"""What a name counts as that begins with `utm_` and is not in `TRACKING`: whoever made it up could write anything."""


def tracking(url: str) -> list[str]:
    """Return the parameters of a URL that are in `TRACKING`, and `UTM`.

    Names count in either case, and behind `amp;` too, which an ampersand escaped once too often leaves.

    Args:
        url: A resolved URL, or its query behind a question mark.

    Returns:
        Names in lower case, sorted, each once. Nothing is raised.
    """
    query = url.partition("#")[0].partition("?")[2]
    if not query:
        return []
    names = {_name(_PERCENT.sub(_normal, pair).partition("=")[0]) for pair in query.split("&")}
    return sorted((names & TRACKING) | {UTM for name in names - TRACKING if name.startswith("utm_")})


# Parameters that say which post is meant, https://developer.wordpress.org/reference/classes/wp/#source, and those that
# besides trackers never change what is shown: the core's own links for answering and sharing.
_IDENTITIES: Final = ("attachment_id", "p", "page_id")
_IDLE: Final = TRACKING | {"replytocom", "share", "nb", "amp"}
_PERCENT: Final = re.compile("%[0-9A-Fa-f]{2}")
_UNRESERVED: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def address_key(url: str) -> str | None:
    """Return the normal form of a site's address, to find the post that a link means.

    Two addresses that WordPress answers with the same post have the same key, as far as the address alone shows it:

    - http and https are one, so are hosts with and without `www.`; a port stays unless it is the scheme's own;
    - the fragment, a trailing slash and a segment `index.php` are dropped;
    - percent-encoding is in capitals and only where it is needed: WordPress writes `%d8%a7`, browsers `%D8%A7`;
    - where `p`, `page_id` or `attachment_id` is given, it alone stays of the query, as WordPress lets it win; a number
      without leading zeros. Else parameters stay, sorted, but for those that only follow readers about (`TRACKING`, all
      of `utm_`) and `replytocom`, `share`, `nb`, `amp`: `/?s=word` and `/?lang=ug` are not the front page.

    Args:
        url: A resolved URL.

    Returns:
        The key; null for an address that is relative or not http(s). Nothing is raised.
    """
    href = _parsed(_scalar(url))
    parts = _PARTS.fullmatch(href) if href and href.startswith(("http:", "https:")) else None
    if parts is None:
        return None
    segments = [part for part in _PERCENT.sub(_normal, parts["path"]).split("/") if part != "index.php"]
    query = _query(parts["query"] or "")
    path = "/".join(segments).rstrip("/")
    return f"{_bare(parts['host'])}{parts['port']}{path}{'?' if query else ''}{query}"


def _query(search: str) -> str:
    pairs = sorted(pair for pair in _PERCENT.sub(_normal, search).split("&") if pair)
    for identity in _IDENTITIES:
        values = [pair.partition("=")[2] for pair in pairs if pair.partition("=")[0] == identity]
        if values and values[-1]:
            return f"{identity}={_number(values[-1])}"
    return "&".join(pair for pair in pairs if not _is_idle(pair.partition("=")[0]))


def _number(value: str) -> str:
    return (value.lstrip("0") or "0") if value.isdecimal() else value


def _is_idle(name: str) -> bool:
    name = _name(name)
    return name in _IDLE or name.startswith("utm_")


def _name(written: str) -> str:
    return written.lower().removeprefix("amp;")


def _normal(encoded: re.Match[str]) -> str:
    byte = int(encoded[0][1:], 16)
    return chr(byte) if byte in _UNRESERVED else encoded[0].upper()


def _bare(host: str) -> str:
    name = host.lower()
    # One dot at the end names the root of all domains; behind it nothing does.
    return (name if name.endswith("..") else name.removesuffix(".") or name).removeprefix("www.")


def _described(href: str) -> Url:
    """What a serialised URL says of itself, user name and password removed."""
    parts = _PARTS.fullmatch(href)
    if parts is None:  # pragma: no cover - the pattern is that of the serialiser
        raise AssertionError(href)
    if parts["user"]:
        href = href[: parts.start("user")] + href[parts.end("user") :]
    host = None if parts["scheme"] in CALL_SCHEMES else parts["host"] or None
    return Url(
        resolved=href,
        scheme=parts["scheme"],
        host=host,
        domain=domain_of(host) if host else None,
        fragment=parts["fragment"],
        reason=None,
    )


@lru_cache(maxsize=65_536)
def domain_of(host: str) -> str | None:
    """Return the registrable domain of a host in ASCII, null where it has none.

    Args:
        host: A host in ASCII. An IP address has no domain.

    Returns:
        As `example.co.uk`, by the public suffix list (https://publicsuffix.org/list/).
    """
    if host.startswith("[") or _IPV4.fullmatch(host):
        return None
    name = host.removesuffix(".").lower()
    domain: str | None = suffixes(name).privatesuffix(name)
    return domain


def _media_type(header: str) -> str:
    essence = "".join(header.split(";", 1)[0].split()).lower()
    if not essence:
        return "text/plain"
    return essence if _MEDIA_TYPE.fullmatch(essence) else "invalid/invalid"


def _scalar(text: str) -> str:
    """Replace lone surrogates, https://webidl.spec.whatwg.org/#idl-USVString."""
    return text if text.isascii() else _LONE.sub("\ufffd", text)
