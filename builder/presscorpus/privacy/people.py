"""The people in a site's data: authors in tables, bylines, plugin fields. Pure.

A name is no person's where it is the site's own (its host, its title, or part of either), or the whole name of an
organisation that the data calls one, with an account or without. What it calls a person as well is one all the same.
docs/explanation/privacy.md says what follows from each rule.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeGuard
from urllib.parse import unquote

import msgspec

from presscorpus.content import author_phrases, bylines
from presscorpus.content.urls import resolve
from presscorpus.lazy import lazy
from presscorpus.privacy import accounts, display_names
from presscorpus.privacy.folding import fold
from presscorpus.privacy.name_forms import Names, is_name, tokens, words_of
from presscorpus.privacy.ordinary_words import ORDINARY

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Hashable, Iterable, Iterator, Mapping

    from selectolax import lexbor
else:
    lexbor = lazy("selectolax.lexbor")

ORGANISATIONS: Final = frozenset((
    "company", "companies", "organization", "organisation", "organizations", "organisations", "sponsor", "sponsors",
    "partner", "partners", "publisher", "brand", "agency", "institution",
))  # fmt: skip
"""Post types whose items are organisations."""

_PAGE: Final = re.compile(accounts.PAGE, re.IGNORECASE)
_BYLINE: Final = re.compile(r"/author/([^/?#\s]+)|[?&]author_name=([^&#\s]+)|[?&]author=[0-9]+(?![^&#\s])")

# The head of a page as HTML, in which Yoast and Rank Math name its author.
_HEADS: Final = ("yoast_head", "rank_math_head", "aioseo_head")
_METAS: Final = 'meta[name="author"], meta[property="article:author"], meta[name="twitter:data1"]'


def _letters(key: str) -> str:
    """The letters of a key: those of authorName and "author name" are the same."""
    return re.sub(r"[\W_]+", "", key).lower()


# Keys under which plugins and themes put an author: Yoast, Rank Math, Co-Authors Plus, PublishPress, Molongui, Jetpack;
# those that sites choose themselves (ACF); and the one that has those of pages and feeds (content/bylines.py).
_KEY: Final = re.compile(
    r"(?!book|client|comment|customer|disable|display|enable|hide|quote|reply|review|show|testimonial|use)[a-z]{0,24}?"
    r"(?:author|byline|columnist|contributor|creator|journalist|photographer|reporter|translator|writer"
    r"|aut(?:or(?:a|e|es|in)?|eur)|fotograf(?:[ao]|in)?|giornalista|journaliste|periodista|photographe|redakteur(?:in)?)s?"
    r"(?:box|data|details|displayname|info|meta|names?)?"
    r"|(?:caption|featuredimage|featured|hero|image|media|photo|picture|video){1,2}credits?(?:line|name)?"
    r"|(?:images?|photographs?|photos?|pictures?|reported|text|translated|words|written)by"
    rf"|displayname|usernicename|{_letters(bylines.KEY)}"
)
_TAG: Final = re.compile(r"<[^<>]{0,400}>")


@lru_cache(maxsize=4096)
def _is_of_author(key: str) -> bool:
    """Whether what stands under a key is an author."""
    return _KEY.fullmatch(_letters(key)) is not None


# First and last name of one person.
_HALVES: Final = (("givenName", "familyName"), ("first_name", "last_name"), ("user_firstname", "user_lastname"))
_MISC: Final = "twitter_misc"
_OF_PERSON: Final = frozenset(("name", "display_name", "nickname", "slug", "user_nicename"))
_PERSON: Final = re.compile(r"\bPerson\b")
_ORGANISED: Final = re.compile(r"Organi[sz]ation|Corporation|NGO|WebSite|Brand|LocalBusiness")
_SITE: Final = "WebSite"
_DEEPEST: Final = 12
_SHORTEST_LABEL: Final = 3
_PREFIX: Final = "cap-"
# How many words a name without capitals has.
_OF_NAME: Final = range(2, 5)


class People:
    """The people of one site, collected from its tables.

    Args:
        hosts: Those of the site.
        titles: Those of the site, which name no person.

    Attributes:
        logins: Names of accounts.
        strangers: Entries of `policy.not_people` that match nobody.
    """

    def __init__(self, hosts: Iterable[str], titles: Iterable[str]) -> None:
        self._titles = [_row(title) for title in titles if title]
        self._organisations: set[str] = set()
        self._persons: set[str] = set()
        self._freed: set[str] = set()
        self._labels = {part for host in hosts for label in fold(host).split(".") for part in _rows_of(label)}
        self._told: dict[str, Hashable] = {}
        self._former: dict[str, Hashable] = {}
        self._formerly_none: tuple[list[str], set[str]] = ([], set())
        self.logins: set[str] = set()
        self.strangers: tuple[int | str, ...] = ()

    def add_organisation(self, title: str | None) -> None:
        """Add the name of an organisation.

        Args:
            title: As written; null or empty for none.
        """
        if title:
            self._organisations.add(_row(title))

    def free(self, name: str | None) -> None:
        """Add a name that is no person's, whatever else is told.

        Args:
            name: As written; null or empty for none.
        """
        if name:
            self._freed.add(_row(name))

    def add(self, name: str | None, owner: Hashable) -> None:
        """Add the name of an author as displayed.

        Args:
            name: As written; null or empty for none.
            owner: Whose it is: a number of the table, or null where not known.
        """
        for each in display_names.names(name) if name else ():
            self._told.setdefault(each, owner)

    def add_login(self, slug: str | None, owner: Hashable) -> None:
        """Add the name of an account.

        Args:
            slug: As in the address of an author's page; null or empty for none.
            owner: Whose it is.
        """
        if slug:
            login = fold(unquote(slug)).removeprefix(_PREFIX)
            self.logins.add(login)
            if len(tokens(login)) > 1:
                self._told.setdefault(login, owner)

    def add_byline(self, text: str | None, rel: str | None, address: str | None, own: Container[str]) -> None:
        """Add a link that may be a byline: the account it leads to, the name in its text.

        Args:
            text: The words of the link.
            rel: Its relation (https://html.spec.whatwg.org/#link-type-author).
            address: Where it leads.
            own: The site's hosts, without `www.`. Who writes elsewhere is no author of the site.
        """
        host = resolve(address, address).host if address else None
        written = address or "" if host is None or host.removeprefix("www.") in own else ""
        match, page = _BYLINE.search(written), _PAGE.search(written)
        if match:
            self.add_login(match[1] or match[2], None)
        named = author_phrases.name_within(text or "")
        is_author = "author" in (rel or "").lower().split()
        if page is not None and (is_author or _is_called(page[1], named)):
            self.add_login(page[1], None)
            is_author = True
        if not (match or is_author):
            return
        if _is_written_as_name(named) or (match and _is_in_lower_case(named) and _agree(match[1] or match[2], named)):
            self.add(named, None)

    def add_plugin(self, extra: str) -> None:
        """Add the authors and organisations in the fields of plugins.

        Args:
            extra: JSON of the column `extra`.
        """
        self.add_fields(msgspec.json.decode(extra))

    def add_fields(self, told: Mapping[str, Any]) -> None:
        """Add the authors and organisations in the fields of plugins, decoded.

        Args:
            told: The fields by name.
        """
        heads = [_of_head(told[key]) for key in _HEADS if isinstance(told.get(key), str)]
        for kind, name in _names_in([told, *heads], 0, inside=False):
            if kind == "organisation":
                self.add_organisation(name)
            elif kind == "site":
                self._labels.add(_row(name).replace(" ", ""))
            elif kind == "human":
                self._persons.add(_row(name))
            else:
                self._add_written(" ".join(_TAG.sub(" ", name).split()))

    def _add_written(self, name: str) -> None:
        """Add what stands under an author's key, where it is written as a name is."""
        if _is_written_as_name(name) or ("-" in name and " " not in name) or _is_in_lower_case(name):
            self.add(name, None)

    @property
    def is_known(self) -> bool:
        """Whether a name of an author was added, were it the site's own."""
        return bool(self._told or self._former)

    def known(self) -> Iterator[tuple[str, str, Any]]:
        """All that was added, for `recall` by another.

        Yields:
            What each name is, the name, and whose it is.
        """
        yield from (("name", name, owner) for name, owner in self._told.items())
        yield from (("login", login, None) for login in sorted(self.logins))
        yield from (("organisation", row.strip(), None) for row in sorted(self._organisations))
        yield from (("human", row.strip(), None) for row in sorted(self._persons))

    def recall(self, kind: str, name: str, owner: Hashable) -> None:
        """Add what an earlier state told.

        What was an organisation or the site's title then is nobody among the names of then, and no reason to show a
        name of now.

        Args:
            kind: `name`, `login`, `organisation`, `human`, `title`, or `freed` for what is no person's ever.
            name: As `known` gave it.
            owner: Whose it is.
        """
        if kind == "name":
            # Of two owners of a name the one who has an account counts.
            if self._former.get(name) is None:
                self._former[name] = owner
        elif kind == "login":
            self.logins.add(name)
        elif kind == "freed":
            self.free(name)
        elif kind == "human":
            self._persons.add(_row(name))
        elif kind == "title":
            self._formerly_none[0].append(_row(name))
        else:
            self._formerly_none[1].add(_row(name))

    def knows(self, name: str) -> bool:
        """Whether a name that is said to be no person's is one of those that are known.

        Args:
            name: As written.

        Returns:
            True also where a known name is a part of it.
        """
        row = _row(name)
        return any(_row(each) in row for each in (*self._told, *self._former))

    def names(self) -> Names:
        """The names of all people in all forms.

        Returns:
            Names without those of the site and of organisations.
        """
        found = Names()
        for name, owner in self._owned():
            found.add(name, owner)
        return found

    def told(self) -> tuple[str, ...]:
        """The names of all people as written.

        Returns:
            Those of known authors first, without those of the site and of organisations.
        """
        return tuple(name for name, _ in self._owned())

    def _owned(self) -> list[tuple[str, Hashable]]:
        """The names of all people, each with whose it is."""
        titles, organisations = self._formerly_none
        former = self._people(self._former, [*self._titles, *titles], self._organisations | organisations)
        now = self._people(self._told, self._titles, self._organisations)
        found = former | {name: former.get(name) if owner is None else owner for name, owner in now.items()}
        return sorted(found.items(), key=lambda each: (each[1] is None, str(each[1]), each[0]))

    def _people(
        self, told: Mapping[str, Hashable], titles: Collection[str], organisations: Collection[str]
    ) -> dict[str, Hashable]:
        """Those of some names that are neither the site's own nor an organisation's."""

        def is_own(name: str, owner: Hashable) -> bool:
            row = _row(name)
            if not row.strip() or row in self._freed or row.replace(" ", "") in self._labels:
                return True
            # Whoever runs a firm of the own name is a person to plugins as well.
            if row in organisations and row not in self._persons:
                return True
            return any(row in own for own in (titles if owner is not None else (*titles, *self._freed)))

        return {name: owner for name, owner in told.items() if not is_own(name, owner) and is_name(words_of(name))}


def _rows_of(label: str) -> Iterator[str]:
    """The words of a host's label, those in a row joined: a, b and ab of a-b."""
    words = label.split("-")
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            if len(row := "".join(words[start:end])) >= _SHORTEST_LABEL:
                yield row


def _of_head(html: str) -> list[Any]:
    """The authors in the head of a page, and the objects of its JSON-LD."""
    page = lexbor.LexborHTMLParser(html)
    written = [node.attributes.get("content") for node in page.css(_METAS)]
    named = [name for each in written if _is_worded(each) for name in bylines.names(each)]
    found: list[Any] = [{"author": [each for each in named if _is_written_as_name(each)]}]
    for script in page.css('script[type="application/ld+json"]'):
        try:
            found.append(msgspec.json.decode(script.text()))
        except (msgspec.DecodeError, RecursionError):
            continue
    return found


def _row(title: str) -> str:
    """The words of a title between spaces, so that only whole words match."""
    return f" {' '.join(words_of(title) or [token.word for token in tokens(fold(title))])} "


def _is_worded(said: Any) -> TypeGuard[str]:
    """Whether a value is a text without a number."""
    return isinstance(said, str) and not any(sign.isdecimal() for sign in said)


def _is_written_as_name(text: str) -> bool:
    """Whether the first and the last word have capitals, in scripts that have them."""
    words = [word for word in re.split(r"[\s,]+", text.strip()) if word[:1].isalpha()]
    return bool(words) and len(words) <= _DEEPEST and not any(word[0].islower() for word in (words[0], words[-1]))


def _is_in_lower_case(text: str) -> bool:
    """Whether a text may be a name without capitals."""
    words = text.split()
    return (
        len(words) in _OF_NAME
        and all(word.islower() and not any(sign.isdecimal() for sign in word) for word in words)
        and not {fold(words[0]), fold(words[-1])} & ORDINARY
    )


def _agree(slug: str | None, name: str) -> bool:
    """Whether a slug holds a word of a name, or is its initials."""
    letters = _letters(fold(unquote(slug or "")))
    words = [token.word for token in tokens(fold(name))]
    initials = "".join(word[0] for word in words)
    return letters.rstrip("0123456789") == initials or any(
        len(word) >= _SHORTEST_LABEL and word in letters for word in words
    )


def _is_called(slug: str, name: str) -> bool:
    """Whether a slug is made of all words of a name, none of which is ordinary."""
    words = [token.word for token in tokens(fold(name))]
    letters = _letters(fold(unquote(slug)))
    named = len(words) in _OF_NAME and not ORDINARY & set(words) and _is_written_as_name(name)
    return named and all(word in letters for word in words)


def _names_in(value: Any, depth: int, *, inside: bool) -> Iterator[tuple[str, str]]:
    """The names in a value of a plugin, under author keys and in objects of people."""
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        if inside:
            yield "person", value
    elif isinstance(value, list):
        for each in value:
            yield from _names_in(each, depth + 1, inside=inside)
    elif isinstance(value, dict):
        yield from _names_of_object(value, depth, inside=inside)


def _names_of_object(value: dict[str, Any], depth: int, *, inside: bool) -> Iterator[tuple[str, str]]:
    """The names in an object of a plugin."""
    kind = str(value.get("@type", ""))
    # A site that one person runs is both to plugins.
    human = _PERSON.search(kind) is not None
    organised = not human and _ORGANISED.search(kind) is not None
    person = not organised and (inside or human)
    if (human or organised) and isinstance(value.get("name"), str):
        yield "human" if human else "site" if _SITE in kind else "organisation", value["name"]
    for first, last in _HALVES if person else ():
        if isinstance(value.get(first), str) and isinstance(value.get(last), str):
            yield "person", f"{value[first]} {value[last]}"
    for key, each in value.items():
        if key == _MISC and isinstance(each, dict):
            # Yoast tells who wrote first, in the site's language; behind it minutes.
            firsts = (said for said in list(each.values())[:1] if _is_worded(said))
            yield from (("person", said) for said in firsts if _is_written_as_name(said))
        own = person and key in _OF_PERSON
        yield from _names_in(each, depth + 1, inside=own or (not organised and _is_of_author(key)))
