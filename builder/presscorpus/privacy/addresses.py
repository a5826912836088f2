"""What an address says about a person: number, mailbox, digest, page. Pure.

An address is published as a whole or not at all, because one without a part leads nowhere. A host is never a reason to
withhold it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from presscorpus.content.public_suffixes import suffixes
from presscorpus.content.urls import CALL_SCHEMES, MAIL_SCHEMES
from presscorpus.privacy import contacts, mailboxes
from presscorpus.privacy.contacts import EMAIL, PHONE
from presscorpus.privacy.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

_ALWAYS: Final = frozenset(("tel", "callto", "fax", "telprompt", "facetime", "facetime-audio", "facetime-prompt"))
# Services that make an address of a number, each by the end of its host.
SERVICES: Final = (
    "wa.me", "whatsapp.com", "signal.me", "viber.com", "viber.click", "zalo.me", "line.me", "imo.im", "botim.me",
    "bip.ai", "threema.id", "icq.im", "callto.me", "duo.google.com", "kakao.com", "truecaller.com",
)  # fmt: skip
TELEGRAM: Final = ("t.me", "telegram.me", "telegram.dog")
PHONE_KEYS: Final = frozenset((
    "phone", "tel", "telephone", "phonenumber", "phone_number", "mobile", "msisdn", "cell", "whatsapp", "sms", "fax",
    "call",
))  # fmt: skip
_WEB: Final = frozenset(("", "http", "https", "ftp", "ws", "wss"))
# Accounts of programs, in addresses of source code.
_MACHINES: Final = frozenset(("git", "svn", "hg", "cvs", "anonymous", "anoncvs"))
# Schemes in front of another address, which they lead to.
_BEFORE: Final = re.compile(
    r"(?:[\x00-\x20]*(?:view-source|feed|blob|filesystem|jar|read|googlechromes?|microsoft-edge)\s*:)+\s*"
    r"(?=[a-z][a-z0-9+.-]*:|//)",
    re.IGNORECASE,
)
# What a dialogue for links makes of an address without a scheme that it knows: `http://tel:3179511234`.
_MISTYPED: Final = re.compile(
    r"[\x00-\x20]*(?:https?:|/)(?:[^?#]*/)?(?:%20|\s)*(?:(?P<call>tel|callto|sms|fax)(?::|%3a|(?<=//tel)[./])[/\s]*"
    r"(?=(?:[+(). -]|%2[0b89])*[0-9](?:(?:[(). -]|%2[089])*[0-9]){6,14}(?:[/?#;&,]|%20|\s|$))"
    r"|(?P<mail>mailto)(?::|%3a)(?=[^/?#]*(?:@|%40)))",
    re.IGNORECASE,
)
MISTYPED: Final = r"(?i)/(?:%20)*(?:tel|callto|sms|fax)(?:[:./]|%3a)"
"""A pattern of Rust's regex crate, which each address of the web that should be a call matches."""

# Segments of a path before a number, which say that it is called.
CALLED: Final = frozenset(("call", "phone", "phonenumber", "tel", "telephone", "msisdn", "whatsapp", "sms"))
_CALLED_NUMBER: Final = re.compile(rf"/(?:{'|'.join(sorted(CALLED))})/(?:\+|0(?=[0-9]))[0-9 ().-]{{6,20}}(?:/|$)")
_SCHEME: Final = re.compile(r"[\x00-\x20]*([a-zA-Z][a-zA-Z0-9+.-]*):")
_AVATAR: Final = re.compile(
    r"avatar(?:s|/[\w-]+)?/[0-9a-f]{32,64}(?![0-9a-f])|avatar[^/]*/(?:[\w-]+/)*[0-9a-f]{32}(?:[0-9a-f]{32})?(?![0-9a-f])"
)
_VEILED: Final = re.compile(r"/cdn-cgi/l/email-protection#[0-9a-f]{4,}")
# In the query of an address of a picture of a code that calls.
_CALL: Final = re.compile(r"(?:tel|callto|smsto?):[+(]{0,2}[0-9](?:[ ().-]{0,2}[0-9]){5,14}")
_DIGITS: Final = re.compile(r"(?<![0-9])\+?[0-9](?:[ ().-]{0,2}[0-9]){6,14}(?![0-9])")
_ONLY_DIGITS: Final = re.compile(r"\+?[0-9][0-9 ().-]{6,20}")
_SOME_DIGITS: Final = re.compile(r"[0-9](?:[^0-9a-z]{0,2}[0-9]){4,}")
_TO: Final = frozenset(("to", "cc", "bcc"))
_WRITTEN: Final = frozenset(("data", "javascript", "vbscript"))  # addresses that are texts themselves
_DEEPEST: Final = 5


class Address(NamedTuple):
    """The parts of an address, decoded until nothing changes, and folded.

    `host` is in lower case. `query` has the names and values of the query.
    """

    scheme: str
    host: str
    login: str
    path: str
    query: tuple[tuple[str, str], ...]
    fragment: str

    @property
    def rest(self) -> str:
        """Everything behind the host, as one text."""
        return " ".join([self.path, *(f"{name} {value}" for name, value in self.query), self.fragment])


@lru_cache(maxsize=4096)
def read(written: str) -> Address:
    """Split an address into its parts.

    Args:
        written: An address, relative or not, well-formed or not.

    Returns:
        The parts.
    """
    text = written.strip().replace("\t", "").replace("\n", "").replace("\r", "")
    if (wrapped := _BEFORE.match(text)) is not None:
        text = text[wrapped.end() :]
    if (mistyped := _MISTYPED.match(text)) is not None:
        text = f"{mistyped['call'] or mistyped['mail']}:{text[mistyped.end() :]}"
    match = _SCHEME.match(text)
    scheme = match[1].lower() if match else ""
    rest = text[match.end() :] if match else text
    login = host = ""
    if rest.startswith(("//", "\\\\")) or scheme in {"http", "https"}:
        authority, mark, rest = _authority(rest.replace("\\", "/").lstrip("/"))
        login, _, host = authority.rpartition("@")
        rest = mark + rest
    before, _, fragment = rest.partition("#")
    path, _, query = before.partition("?")
    pairs = tuple(
        (decoded(name), decoded(value.replace("+", " ")))
        for name, _, value in (pair.partition("=") for pair in re.split("[&;]", query) if pair)
    )
    return Address(
        scheme, host.lower().rpartition(":")[0] or host.lower(), login, decoded(path), pairs, decoded(fragment)
    )


def _authority(rest: str) -> tuple[str, str, str]:
    for place, sign in enumerate(rest):
        if sign in "/?#":
            return rest[:place], sign, rest[place + 1 :]
    return rest, "", ""


def decoded(text: str) -> str:
    """Decode a part of an address until nothing changes, and fold it.

    Args:
        text: The part, percent-encoded (RFC 3986 section 2.1) up to five times.

    Returns:
        Folded text.
    """
    for _ in range(_DEEPEST):
        plain = unquote(text)
        if plain == text:
            break
        text = plain
    return fold(text)


def reaches(address: Address, rules: frozenset[str]) -> str | None:
    """The rule by which an address reaches a person.

    Args:
        address: Its parts.
        rules: `email` and `phone`, or one of them.

    Returns:
        One of the rules; null where it reaches nobody.
    """
    return next(_reached(address, rules), None)


def _reached(address: Address, rules: frozenset[str]) -> Iterator[str]:
    if EMAIL in rules and _is_mail(address):
        yield EMAIL
    if PHONE in rules and _is_call(address):
        yield PHONE
    if address.scheme in _WRITTEN and not address.path.split(",")[0].endswith(";base64"):
        yield from (each.rule for each in contacts.found(address.rest, rules))
    if EMAIL in rules and address.scheme in {"sip", "sips", "skype"} and (address.path or address.host):
        yield EMAIL


def _is_mail(address: Address) -> bool:
    scheme = address.scheme
    if scheme in MAIL_SCHEMES:
        # Without an addressee it is a button for sharing.
        written = address.path.strip("/ ") or address.host or address.login
        return bool(written) or any("@" in value or (value and name in _TO) for name, value in address.query)
    if address.login and scheme not in CALL_SCHEMES and (scheme in _WEB or address.login not in _MACHINES):
        return True
    whole = f"{address.host}{address.path}"
    if _AVATAR.search(whole) or _VEILED.search(f"{address.path}#{address.fragment}"):
        return True
    told = [value for _, value in address.query] + [name for name, _ in address.query] + [address.fragment]
    if any(
        contacts.EMAIL in {each.rule for each in contacts.found(text, frozenset((EMAIL,)))}
        for text in told
        if "@" in text
    ):
        return True
    return "@" in address.path and any(
        _is_mailbox(part)
        for segment in address.path.split("/")
        for part in ([] if segment.startswith("@") else re.split("[:;,=]", segment))
    )


def _is_mailbox(segment: str) -> bool:
    """Whether a path segment is an e-mail address, not a handle (@name@host) or file."""
    if "@" not in segment or segment.startswith("@"):
        return False
    name = segment
    while name.rpartition(".")[2] in mailboxes.FILES - mailboxes.CODE:
        name = name.rpartition(".")[0]
    emails = list(contacts.found(segment, frozenset((EMAIL,))))
    if len(emails) != 1 or (emails[0].start, emails[0].end) != (0, len(name)):
        return False
    host = name.rpartition("@")[2]
    return bool(suffixes(host).publicsuffix(host, accept_unknown=False))


def _is_call(address: Address) -> bool:
    scheme, host = address.scheme, address.host
    if scheme in _ALWAYS:
        return any(sign.isdigit() for sign in host + address.rest)
    if scheme in CALL_SCHEMES:
        said = [value or name for name, value in address.query if name not in {"body", "text"}]
        return any(_SOME_DIGITS.search(text) for text in (host, address.path, address.login, address.fragment, *said))
    if _is_of(host, TELEGRAM):
        return re.match(r"/\+[0-9]{7,}", address.path) is not None or _has_number_key(address)
    if _is_of(host, SERVICES):
        said = [value or name for name, value in address.query if name not in {"text", "body"}]
        return any(_DIGITS.search(text) for text in (address.path, address.fragment, *said))
    if any(_CALL.match(value) for _, value in address.query):
        return True
    return _has_number_key(address) or any(
        contacts.PHONE in {each.rule for each in contacts.found(text, frozenset((PHONE,)))}
        for text in _texts(address)
        if "+" in text
    )


def _texts(address: Address) -> Iterator[str]:
    """The parts of an address in which a plus does not mean a space."""
    yield from (value for _, value in address.query)
    yield from (segment for segment in address.path.split("/") if segment.startswith("+"))
    yield from (part for part in re.split("[/=&]", address.fragment))


def _has_number_key(address: Address) -> bool:
    """Whether an address says of a number in it that it is called.

    By a name in the query or fragment, or a segment of the path.
    """
    told = [pair.partition("=")[::2] for pair in re.split("[&;?/]", address.fragment)]
    return _CALLED_NUMBER.search(address.path) is not None or any(
        name in PHONE_KEYS and _ONLY_DIGITS.fullmatch(value.strip()) for name, value in (*address.query, *told)
    )


def _is_of(host: str, hosts: tuple[str, ...]) -> bool:
    return any(host == each or host.endswith(f".{each}") for each in hosts)
