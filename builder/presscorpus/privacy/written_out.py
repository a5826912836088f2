"""E-mail addresses written out in folded text ("anna [at] example.org"). Pure.

With "at" in brackets, with "at" and "dot" as words, with an `@` and a dot that is written out, or with spaces around
the `@`, or "at" as a word, before a large provider of mailboxes. Whatever else stands before "at" is a sentence, and so
are "at" and "dot" between words of one ("stare at the dot in the centre"), unless what stands before them looks like a
mailbox, the words before that speak of mail, or a provider of mailboxes stands behind.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from presscorpus.privacy.folding import SPACELESS
from presscorpus.privacy.mailboxes import FILES, RUNS, SEVERAL, is_top_level
from presscorpus.privacy.ordinary_words import ORDINARY
from presscorpus.privacy.written_signs import AT, MAILERS, PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN_HOST: Final = r"(?:[\w-]{1,63}\.){1,4}[^\W\d_]{2,24}(?!\w)"
# In brackets; one letter alone does only between others; and as a script puts an address together. The first sign comes
# first, since Python then looks for nothing else where there is none: a seventh of the time.
_CLOSED: Final = re.compile(
    r"[\[({【<'\"@](?:"
    rf"(?<=[\[({{【<]) ?(?:{AT}|@) ?[\])}}】>][ \n]?|(?<=\w[\[({{])a[\])}}](?={_PLAIN_HOST})"
    r"|(?<=['\"]) ?\+ ?['\"]@['\"] ?\+ ?['\"]|(?<=['\"]) ?\+ ?['\"]@|(?<=@)['\"] ?\+ ?['\"])"
)
# As a word, or with spaces, only where it is said to be a mailbox.
_SAID_ONLY: Final = re.compile(r" (?:at|@) (?=[\w-]{1,63}\.)")
_HOST_BEHIND: Final = re.compile(_PLAIN_HOST)
_WORDS: Final = re.compile(r"(?<= )at (?=[\w-]+ dot [a-z])")
# A provider's host as it is.
_NAMED: Final = re.compile(rf" at (?=(?:{'|'.join(MAILERS)})\.[a-z])")
_SPACED: Final = re.compile(rf"(?: @ ?|(?<=\w)@ )(?=(?:{PROVIDERS}) ?\.)")
_SPELT: Final = "dot|punto|punkt|point|ponto"
_DOT: Final = rf" ?[\[({{] ?(?:{_SPELT}|\.) ?[\])}}] ?| dot |\."
# Words of English that are the ends of hosts.
_ENGLISH: Final = frozenset((
    "am", "as", "at", "be", "best", "by", "center", "day", "do", "food", "fun", "game", "good", "here", "how", "in",
    "is", "it", "live", "living", "me", "my", "new", "news", "next", "no", "now", "of", "one", "open", "or", "page",
    "people", "place", "so", "store", "team", "to", "today", "top", "us", "watch", "we", "work", "world", "you",
))  # fmt: skip
_OF_COUNTRIES: Final = 2
# Behind an `@` as it is the first dot stands in brackets, or is a word.
_HALF: Final = re.compile(
    rf"(?<=\w)@(?=[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,4}}(?: ?[\[({{] ?(?:{_SPELT}|\.) ?[\])}}]| dot ))"
)
_LABEL: Final = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_DOMAIN: Final = re.compile(rf"{_LABEL}(?:(?: \. ?|\. ){_LABEL}|(?:(?:{_DOT}){_LABEL}){{1,6}})(?!\w)")
_PARTS: Final = re.compile(rf"{_DOT}| \. ?|\. ")
# Of scripts without spaces a sentence may stand before the local part.
_LETTER: Final = rf"[^\W_{SPACELESS}]"
# A local part, read backwards.
_LOCAL: Final = re.compile(
    rf"[ \n]?(?:{RUNS}|{SEVERAL}|{_LETTER}(?:{_LETTER}|[._%+&-]){{0,63}})"
    rf"(?: ?[\])}}] ?tod ?[\[({{] ?{_LETTER}(?:{_LETTER}|[_%+-]){{0,63}}|(?<=[a-z0-9]) tod [a-z0-9]{{1,64}}){{0,3}}"
)
# With a line break or the border of a cell at the sign; a break at the last dot only at the end of a line.
_HOST: Final = rf"(?!www\.)(?:{_LABEL}\.){{1,5}}[^\W\d_]{{2,63}}(?![\w@])"
_BROKEN: Final = re.compile(
    rf"(?<=\w)(?:@\n{_HOST}|(?P<parted>[ \n])@{_HOST}"
    rf"|@(?:{_LABEL}\.){{0,4}}{_LABEL}(?:\.\n|\n\.)[^\W\d_]{{2,63}}(?=\n|$))"
)
# What stands before a border is a local part only with a dot in it, which no sentence has.
_DOTTED: Final = re.compile(rf"(?<![\w@./+-])[^\W\d_]\w*(?:[.]{_LETTER}+)*[.](?P<last>{_LETTER}+)$")
# So is the name of an office that is a whole line, and what stands behind "E-mail:".
_ALONE: Final = re.compile(
    rf"(?:(?:^|\n)(?P<line>[a-z]+)|\be-?mails?(?: (?:address|id))? ?: ?(?P<said>{_LETTER}(?:{_LETTER}|[_%+-])*))$"
)
_LONGEST: Final = 320
# A mailbox by its look: with signs or digits, or of an office.
_OFFICES: Final = frozenset((
    "admin", "author", "contact", "desk", "editor", "editorial", "editors", "enquiries", "feedback", "hello", "help",
    "info", "mail", "media", "news", "newsroom", "office", "press", "privacy", "sales", "service", "support", "team",
    "tips", "webmaster",
))  # fmt: skip
_NO_WORD: Final = re.compile(r"[0-9._%+-]| dot ")
# Words before a mailbox, in any order with others.
_OF_MAIL: Final = re.compile(
    r"\b(?:e-?mail|contact|reach|write|writing|mailto|address|mailbox|enquir|inquir|message|questions|subscribe|ask)"
)
_BEFORE: Final = 40
_WORD_BEHIND: Final = re.compile(r" [^\W\d_]")
# Top-level domains that are words, before which "dot" is one as well.
_WORDS_OF_ENGLISH: Final = frozenset((
    "am", "as", "at", "be", "by", "do", "id", "in", "is", "it", "me", "my", "no", "on", "so", "to", "us", "one", "now",
    "new", "here", "how", "page",
))  # fmt: skip
# Words before "dot" that is one, too ("the dot").
_ARTICLES: Final = frozenset((
    "a", "an", "any", "another", "each", "every", "first", "her", "his", "its", "last", "my", "no", "one", "our",
    "same", "some", "that", "the", "their", "third", "second", "this", "three", "two", "which", "your",
))  # fmt: skip
# Words before an "at" in brackets that was added to a sentence, with spaces around the brackets.
_ADDED: Final = frozenset((
    "and", "are", "arrived", "available", "based", "bought", "employed", "featured", "founded", "hosted", "is",
    "joined", "listed", "lived", "located", "looked", "looking", "met", "or", "ordered", "posted", "published",
    "registered", "rose", "seen", "sold", "stayed", "staying", "studied", "that", "this", "was", "were", "worked",
    "working", "works",
))  # fmt: skip
# Words right before a word that is no mailbox ("my friend at acme dot com").
_BEFORE_NOUNS: Final = frozenset((
    "best", "bought", "buy", "few", "find", "found", "good", "got", "great", "many", "more", "most", "new", "of", "old",
    "sell", "sold", "these", "those",
))  # fmt: skip
# People of whom somebody tells ("my friend at gmail dot com").
_KINSHIP: Final = frozenset((
    "aunt", "boss", "boyfriend", "brother", "buddies", "buddy", "client", "clients", "colleague", "colleagues",
    "cousin", "customer", "customers", "dad", "daughter", "father", "folks", "friend", "friends", "girlfriend", "guy",
    "guys",
    "husband", "lady", "man", "mom", "mother", "neighbor", "neighbour", "partner", "people", "person", "reader",
    "readers", "sister", "son", "source", "sources", "uncle", "user", "users", "wife", "woman",
))  # fmt: skip
# Words before an "at" that tells where something is; and those that a mailbox may have, where it is said to be one.
_NO_MAILBOXES: Final = frozenset((
    "and", "are", "at", "available", "bought", "employed", "found", "here", "hosted", "in", "is", "it", "joined",
    "looking", "me", "met", "more", "now", "off", "on", "or", "out", "posted", "published", "rose", "seen", "sold",
    "stayed", "that", "them", "this", "up", "us", "was", "we", "worked", "works", "you",
))  # fmt: skip
_OF_SENTENCES: Final = _NO_MAILBOXES | {
    "account", "accounts", "address", "apply", "begin", "book", "buy", "check", "details", "donate", "find", "get",
    "inbox", "listen", "live", "look", "meet", "online", "order", "page", "photos", "play", "read", "register", "sale",
    "sell", "shop", "site", "staff", "start", "stay", "store", "stream", "tickets", "visit", "watch", "work",
}  # fmt: skip
_SAID: Final = re.compile(r"\b(?:e-?mails?|mail|mailbox|contact|write|bookings?)(?: (?:address|id|to|us|me))? ?: ?$")
# Who speaks or works where, and what is held there ("panel @ yahoo.com").
_ROLES: Final = frozenset((
    "analyst", "ceo", "conference", "cto", "designer", "developer", "developers", "director", "employee", "employees",
    "engineer", "engineers", "engineering", "founder", "head", "job", "keynote", "lead", "manager", "meeting", "meetup",
    "panel", "party", "president", "researcher", "scientist", "session", "speaker", "talk", "vp", "workshop",
))  # fmt: skip
_NEVER_MAILBOXES: Final = (ORDINARY | _ROLES | _ADDED | _OF_SENTENCES) - _OFFICES
_MARKED: Final = re.compile(r"[:(\[<|][ \n]?$")
_SIGNED: Final = re.compile(r"[0-9]*[a-z][a-z._+-]*[0-9._+]")


def found(text: str) -> Iterator[tuple[int, int]]:
    """Find e-mail addresses that are written out.

    Args:
        text: The text (`folding.fold`).

    Yields:
        Start and end of each, in no order.
    """
    if "@" in text:
        yield from _broken(text)
    if ":" in text:
        yield from _said(text)
    place = 0
    for start, end, is_closed in _signs(text):
        domain = _DOMAIN.match(text, end) if start >= place else None
        if domain is None or not _is_host(domain[0]):
            continue
        local = _LOCAL.match(text[max(place, start - _LONGEST) : start][::-1])
        if local is None:
            continue
        first = start - len(local[0].rstrip("+%_.-"))
        said, before = text[first:start].strip(), text[max(0, first - _BEFORE) : first]
        meant = said not in _NO_MAILBOXES and _SAID.search(before) is not None
        if not meant and _is_of_sentence(local[0][::-1], text[start:end], is_closed=is_closed):
            continue
        if not meant and _is_prose(said, before, text[start:end], domain, is_closed=is_closed):
            continue
        place = domain.end()
        yield first, place


def _said(text: str) -> Iterator[tuple[int, int]]:
    """Addresses with "at" as a word, or spaces around the sign, that are said to be."""
    for sign in _SAID_ONLY.finditer(text):
        host = _HOST_BEHIND.match(text, sign.end())
        local = _LOCAL.match(text[max(0, sign.start() - _LONGEST) : sign.start()][::-1])
        if host is None or local is None or not _is_host(host[0]) or _NAMED.match(text, sign.start()):
            continue
        first = sign.start() - len(local[0].rstrip("+%_.-"))
        before = text[max(0, first - _BEFORE) : first]
        if text[first : sign.start()] not in _OF_SENTENCES and _SAID.search(before) is not None:
            yield first, host.end()


def _broken(text: str) -> Iterator[tuple[int, int]]:
    """Addresses with a line break or the border of a cell at a sign."""
    for sign in _BROKEN.finditer(text):
        if not is_top_level(re.split(r"[.\n]", sign[0])[-1]):
            continue
        before = text[max(0, sign.start() - _LONGEST) : sign.start()]
        dotted = _DOTTED.search(before) if sign["parted"] else None
        alone = _ALONE.search(before) if sign["parted"] else None
        if dotted is not None and not is_top_level(dotted["last"]) and dotted["last"] not in FILES:
            yield sign.start() - len(dotted[0]), sign.end()
        elif alone is not None and (alone["said"] or _is_line(alone["line"], text, sign)):
            yield sign.start() - len(alone["said"] or alone["line"]), sign.end()
        elif sign["parted"] is None and (local := _LOCAL.match(before[::-1])) is not None:
            yield sign.start() - len(local[0].rstrip("+%_.-")), sign.end()


def _is_line(before: str, text: str, sign: re.Match[str]) -> bool:
    """Whether a mailbox takes up lines, of which the first is the name of an office."""
    return before in _OFFICES and (sign["parted"] == "\n" or text[sign.end() : sign.end() + 1] in {"", "\n"})


def _signs(text: str) -> list[tuple[int, int, bool]]:
    """What stands in the place of an `@`: start, end, and whether in brackets."""
    signs = [(*sign.span(), True) for sign in _CLOSED.finditer(text)]
    if " dot " in text:
        signs += [(*sign.span(), False) for sign in _WORDS.finditer(text)]
    signs += [(sign.start() + 1, sign.end(), False) for sign in _NAMED.finditer(text)]
    if "@" in text:
        signs += [(*sign.span(), True) for sign in _HALF.finditer(text)]
        signs += [(*sign.span(), False) for sign in _SPACED.finditer(text)]
    return sorted(signs)


def _is_of_sentence(local: str, sign: str, *, is_closed: bool) -> bool:
    """Whether what stands before "at" is a word of a sentence."""
    if not is_closed:
        return local.strip() in _OF_SENTENCES or local[0] in "([<"
    return local[-1:] == sign[-1:] == " " and local[:-1] in _ADDED


def _is_prose(local: str, before: str, sign: str, domain: re.Match[str], *, is_closed: bool) -> bool:
    """Whether what looks like an address is a part of a sentence."""
    if sign == "@":
        return _is_half_prose(local, before, domain[0])
    if "@" in sign:
        return sign == " @ " and local in _NEVER_MAILBOXES and not _OF_MAIL.search(before)
    return not is_closed and (_is_words if " dot " in domain[0] else _is_place)(local, before, domain)


def _is_place(local: str, before: str, domain: re.Match[str]) -> bool:
    """Whether something is at a provider of mailboxes, rather than a mailbox."""
    if local.isdecimal() or local in _NEVER_MAILBOXES:
        return True
    is_line = before[-1:] in {"", "\n"} and domain.string[domain.end() : domain.end() + 1] in {"", "\n"}
    if is_line or _SIGNED.match(local) or _MARKED.search(before):
        return False
    return not _OF_MAIL.search(before) or _is_of_noun(before)


def _is_words(local: str, before: str, domain: re.Match[str]) -> bool:
    """Whether "x at y dot z" is a part of a sentence, and no mailbox."""
    if _is_mailbox(local):
        return False
    parts = _PARTS.split(domain[0])
    if parts[0] in _ARTICLES or (local in _KINSHIP and _is_of_noun(before)):
        return True
    if parts[0] in MAILERS or _OF_MAIL.search(before):
        return False
    follows = _WORD_BEHIND.match(domain.string, domain.end()) is not None
    return _is_of_noun(before) or (follows and parts[-1].strip() in _WORDS_OF_ENGLISH)


def _is_of_noun(before: str) -> bool:
    """Whether the word right before a word says that it is no mailbox ("my")."""
    return before[-1:] == " " and re.split(r"\W", before[:-1])[-1] in _ARTICLES | _BEFORE_NOUNS


def _is_half_prose(local: str, before: str, domain: str) -> bool:
    """Whether "dot" behind an `@` is a word before one that is also the end of hosts."""
    dotted, _, last = domain.rpartition(" dot ")
    if not dotted or last not in _ENGLISH:
        return False
    return local.isdecimal() or (len(last) > _OF_COUNTRIES and not (_is_mailbox(local) or _OF_MAIL.search(before)))


def _is_mailbox(local: str) -> bool:
    """Whether what stands before "at" is a mailbox by its look."""
    return _NO_WORD.search(local) is not None or local in _OFFICES


def _is_host(domain: str) -> bool:
    """Whether what is written out ends as hosts do, and not as files do."""
    last = _PARTS.split(domain)[-1].strip()
    return last not in FILES and is_top_level(last)
