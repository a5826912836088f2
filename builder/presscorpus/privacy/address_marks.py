"""Addresses that may not be published, and the mark of the reason. Pure.

An address is read as what it means (`addresses`). It goes as a whole or stays as it is.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from presscorpus.privacy import accounts, addresses, contacts, mailboxes

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from presscorpus.privacy.known_numbers import KnownNumbers
    from presscorpus.privacy.name_forms import Names

EMAIL, PHONE, NAME, TAKEN = "[e-mail redacted]", "[phone redacted]", "[name withheld]", "[taken down]"
MARKS: Final = {contacts.EMAIL: EMAIL, contacts.PHONE: PHONE}
"""What stands in the place of what was redacted, by rule."""

_REMEMBERED: Final = 1 << 14


class Authors(NamedTuple):
    """The people of a site who are not named.

    `logins` are names of accounts, by which WordPress makes the address of an author's page, `hosts` the site's own.
    `own` says whether names are known that stay, such as the site's own; `strangers` are entries of `policy.not_people`
    that match nobody.
    """

    names: Names
    logins: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    own: bool = False
    strangers: tuple[int | str, ...] = ()


class TakenDown(NamedTuple):
    """What was taken down: its distinctive words, and whether an address leads to it.

    `signs` are folded strings of which each address that leads to it holds one.
    """

    words: Names
    leads_to: Callable[[str], bool]
    signs: frozenset[str]


class Strikes:
    """How often names of authors were taken out.

    Attributes:
        times: How often each author's name was, by whose it is.
        documents: In how many documents (posts) it stood.
    """

    def __init__(self) -> None:
        self.times: Counter[Hashable] = Counter()
        self.documents: Counter[Hashable] = Counter()
        self._met: set[Hashable] = set()

    def add(self, owner: Hashable) -> None:
        """Count a name.

        Args:
            owner: Whose it is.
        """
        self.times[owner] += 1
        self._met.add(owner)

    def begin(self) -> None:
        """Begin a document."""
        self._met.clear()

    def end(self) -> None:
        """Count the document for each author whose name stood in it."""
        self.documents.update(self._met)


class AddressMarks:
    """Which addresses of one site may not be published."""

    def __init__(
        self,
        rules: frozenset[str],
        authors: Authors | None,
        taken: TakenDown | None,
        numbers: KnownNumbers,
        strikes: Strikes,
    ) -> None:
        self._rules, self._authors, self._taken, self._numbers = rules, authors, taken, numbers
        self._strikes, self._sought = strikes, sought(authors, taken)
        self._known: dict[str, tuple[str | None, Hashable]] = {}

    def mark(self, written: str) -> str | None:
        """Find out why an address may not be published.

        Args:
            written: An address, relative or not.

        Returns:
            The mark of the reason; null where it may be.
        """
        if written not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[written] = self._judged(written)
        mark, owner = self._known[written]
        if mark == NAME:
            self._strikes.add(owner)
        return mark

    def _judged(self, written: str) -> tuple[str | None, Hashable]:
        """The mark of an address, and whose name stands in it."""
        read = addresses.read(written)
        if self._taken is not None and self._taken.leads_to(written):
            return TAKEN, None
        rule = addresses.reaches(read, self._rules)
        if rule is not None:
            return MARKS[rule], None
        if self._numbers.stand_in(read.rest):
            return PHONE, None
        for names, mark in self._sought:
            if (found := self._named(names, read, mark)) is not None:
                return mark, found[0]
        owned = self._authors is not None and accounts.is_byline(read, self._authors.logins, self._authors.hosts)
        return NAME if owned else None, None

    def _named(self, names: Names, read: addresses.Address, mark: str) -> tuple[Hashable] | None:
        """Whose name stands in an address; null for none."""
        if mark == TAKEN:
            # Words of a title are a slug only as a whole segment; in what is shared they may stand anywhere.
            segments = [segment for segment in read.path.split("/") if segment]
            if any(is_whole(names, each) for segment in segments for each in (segment, _without_ending(segment))):
                return (None,)
            said = [value for _, value in read.query] + [read.fragment]
        else:
            said = [f"{read.login} {read.rest}"]
        return next(((found.owner,) for text in said for found in names.find(text, hosts=False)), None)


def sought(authors: Authors | None, taken: TakenDown | None) -> tuple[tuple[Names, str], ...]:
    """List what is searched for in texts and addresses.

    Args:
        authors: Who is not named; null for nobody.
        taken: What was taken down; null for nothing.

    Returns:
        Names and words, each with its mark.
    """
    both = ((authors.names if authors else None, NAME), (taken.words if taken else None, TAKEN))
    return tuple((names, mark) for names, mark in both if names)


def is_whole(names: Names, segment: str) -> bool:
    """Whether a segment of a path is what is searched for, and nothing else.

    Args:
        names: What is searched for.
        segment: Part of a path, decoded.

    Returns:
        Whether it is found there from end to end.
    """
    return any((each.start, each.end) == (0, len(segment)) for each in names.find(segment, hosts=False))


def _without_ending(segment: str) -> str:
    """The name of a file without its ending; another segment as it is."""
    name, _, ending = segment.rpartition(".")
    return name if ending in mailboxes.FILES else segment
