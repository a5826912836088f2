"""The people in a site's data: authors in tables, bylines, plugin fields. Pure.

A name is no person's where it is the site's own (its host, its title, or part of either), or the whole name of an
organisation that the data calls one, with an account or without. What it calls a person as well is one all the same.
docs/explanation/privacy.md says what follows from each rule.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import msgspec

from presscorpus.content import author_phrases, bylines
from presscorpus.content.urls import resolve
from presscorpus.lazy import lazy
from presscorpus.privacy import accounts, display_names, plugin_names
from presscorpus.privacy.folding import fold
from presscorpus.privacy.name_forms import Names
from presscorpus.privacy.name_words import is_name, tokens, words_of
from presscorpus.privacy.ordinary_words import ORDINARY
from presscorpus.privacy.plugin_names import is_written_as_name, letters_of

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
        self._companies: set[str] = set()
        self._persons: set[str] = set()
        self._profiles: set[str] = set()
        self._written: set[str] = set()
        self._freed: set[str] = set()
        self._labels = {part for host in hosts for label in fold(host).split(".") for part in _rows_of(label)}
        self._told: dict[str, Hashable] = {}
        self._former: dict[str, Hashable] = {}
        self._formerly_none: tuple[list[str], set[str]] = ([], set())
        self.logins: set[str] = set()
        self.strangers: tuple[int | str, ...] = ()

    def add_organisation(self, title: str | None, *, is_item: bool = False) -> None:
        """Add the name of an organisation.

        Args:
            title: As written; null or empty for none.
            is_item: Whether it has an item of its own.
        """
        if title:
            self._organisations.add(_row(title))
            if is_item:
                self._companies.add(_row(title))

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
        if is_written_as_name(named) or (match and _is_in_lower_case(named) and _agree(match[1] or match[2], named)):
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
        for kind, name in plugin_names.within(told):
            if kind == "organisation":
                self.add_organisation(name)
            elif kind == "site":
                self._labels.add(_row(name).replace(" ", ""))
            elif kind == "human":
                self._persons.add(_row(name))
            elif kind == "profile":
                self._profiles.add(_row(name))
            else:
                self._add_written(name)

    def _add_written(self, name: str) -> None:
        """Add what stands under an author's key, where it is written as a name is."""
        # Posts say the same again and again.
        if name in self._written:
            return
        self._written.add(name)
        for each in bylines.names(name):
            if is_written_as_name(each):
                self.add(each, None)
        name = " ".join(name.split())
        if is_written_as_name(name) or ("-" in name and " " not in name) or _is_in_lower_case(name):
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
        yield from (("profile", row.strip(), None) for row in sorted(self._profiles))

    def recall(self, kind: str, name: str, owner: Hashable) -> None:
        """Add what an earlier state told.

        What was an organisation or the site's title then is nobody among the names of then, and no reason to show a
        name of now.

        Args:
            kind: `name`, `login`, `organisation`, `human`, `profile`, `title`, or `freed` for what is no person's ever.
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
        elif kind == "profile":
            self._profiles.add(_row(name))
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
        # Whoever runs a firm of the own name is a person to plugins, too; but Yoast has a person for each account.
        persons = self._persons | (self._profiles - self._companies)

        def is_own(name: str, owner: Hashable) -> bool:
            row = _row(name)
            if not row.strip() or row in self._freed or row.replace(" ", "") in self._labels:
                return True
            if row in organisations and row not in persons:
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


def _row(title: str) -> str:
    """The words of a title between spaces, so that only whole words match."""
    return f" {' '.join(words_of(title) or [token.word for token in tokens(fold(title))])} "


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
    letters = letters_of(fold(unquote(slug or "")))
    words = [token.word for token in tokens(fold(name))]
    initials = "".join(word[0] for word in words)
    return letters.rstrip("0123456789") == initials or any(
        len(word) >= _SHORTEST_LABEL and word in letters for word in words
    )


def _is_called(slug: str, name: str) -> bool:
    """Whether a slug is made of all words of a name, none of which is ordinary."""
    words = [token.word for token in tokens(fold(name))]
    letters = letters_of(fold(unquote(slug)))
    named = len(words) in _OF_NAME and not ORDINARY & set(words) and is_written_as_name(name)
    return named and all(word in letters for word in words)
