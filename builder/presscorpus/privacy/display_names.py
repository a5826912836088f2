"""The names in what a user is displayed as ("Anna Berg & Bo Lund"). Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from presscorpus.content import bylines
from presscorpus.privacy.folding import fold
from presscorpus.privacy.mailboxes import is_top_level
from presscorpus.privacy.name_words import is_name, tokens, words_of
from presscorpus.privacy.ordinary_words import ORDINARY, PARTICLES, TITLES

if TYPE_CHECKING:
    from collections.abc import Iterator

# What parts two people, or two names of one.
_AND: Final = r" ?/ ?| (?:aka|a\.k\.a\.|alias|née|geb\.) | & "
_PEOPLE: Final = re.compile(_AND, re.IGNORECASE)
# And a person from an office; a hyphen does between spaces alone.
_PARTS: Final = re.compile(rf"{_AND}| ?[|•·–—;] ?| [-~] ", re.IGNORECASE)
_TURNED: Final = re.compile(r"([^,\d@]+),\s*([^,\d@]+)")
# https://github.com/Automattic/Co-Authors-Plus (update_author_term): ajax_search_fields
_CO_AUTHOR: Final = re.compile(r"(\S+(?: +\S+)*) +\S+ +\d+(?P<mail> +\S+@\S+)?")
_MOST_GIVEN: Final = 3
_LONGEST: Final = 200
# What stands behind a name without a comma: seats in parliaments, degrees, orders, numbers of generations.
_BEHIND: Final = frozenset((
    "mdb", "mdl", "mdep", "mep", "mp", "mla", "msp", "mba", "phd", "jr", "sr", "esq", "llm", "cpa", "obe", "cbe", "mbe",
    "ii", "iii", "iv", "bsc", "msc", "dds",
))  # fmt: skip
# What people are, before or behind their names.
_OFFICES: Final = frozenset((
    "author", "blogger", "chief", "columnist", "contributing", "contributor", "correspondent", "editor", "guest",
    "he", "her", "him", "intern", "journalist", "managing", "photographer", "reporter", "senior", "she", "staff",
    "them", "they", "writer", "autor", "autora", "autorin", "auteur", "autore", "gast", "gastautor", "gastautorin",
    "invitado", "invitada", "journaliste", "periodista", "redakteur", "redakteurin", "redactor", "redactora",
))  # fmt: skip
# Some are given names as well, so that the name is looked for with and without them.
_TITLES: Final = frozenset((
    "adv", "alhaja", "alhaji", "alh", "amb", "ambassador", "arch", "barr", "barrister", "bro", "brother", "capt",
    "captain", "cllr", "coach", "col", "comr", "comrade", "chef", "dato", "datuk", "deacon", "elder", "eng", "engr",
    "evang", "evangelist", "gen", "haji", "hajia", "hajiya", "hon", "imam", "kumari", "lic", "lt", "maj", "mallam",
    "md", "mohamad", "mohamed", "mohammad", "mohammed", "mohd", "mst", "muhamad", "muhammad", "muhammed",
    "pastor", "pharm", "pst", "rabbi", "sgt", "sheikh", "shaikh", "shri", "sis", "sister", "smt", "sri", "surv",
    "ustad", "ustadz", "ustaz",
))  # fmt: skip
# Ng is a family name.
_DEGREE: Final = re.compile(r"(?!NG$)[B-DF-HJ-NP-TV-XZ]{2,5}[®™.,]*")
# Words of countries, of whose correspondents the rest is no name ("Middle East Editor").
_PLACES: Final = frozenset((
    "africa", "america", "americas", "arabia", "asia", "bay", "central", "east", "eastern", "europe", "european",
    "gulf", "hong", "island", "islands", "kingdom", "kong", "korea", "lanka", "middle", "new", "north", "northern",
    "pacific", "san", "saudi", "south", "southern", "states", "sudan", "united", "valley", "west", "western",
    "york", "zealand",
))  # fmt: skip
_FEWEST: Final = 2
# What stands before a place or a newspaper, where an `@` has no letters, and behind a genitive.
_BEFORE_PLACES: Final = frozenset(("", "at", "for", "from", "in"))
_WRITINGS: Final = frozenset((
    "blog", "column", "corner", "diary", "journal", "newsletter", "notebook", "page", "site", "substack", "website",
))  # fmt: skip
_GENITIVE: Final = re.compile("['’]s?$")


def names(displayed: str) -> list[str]:
    """Return the names in what a user is displayed as.

    Args:
        displayed: As the list of users has it.

    Returns:
        The whole first, then each name in it once. Not all need be names.
    """
    return list(dict.fromkeys((displayed, *_within(displayed))))


def of_co_author(description: str) -> list[str]:
    """Return the names in the description of a term of Co-Authors Plus.

    Args:
        description: The name as displayed, first and last name, account, number and e-mail address of a user.

    Returns:
        What may be the name as displayed, and the first and last name; nothing where the rest is missing. Guests may
        have no address.
    """
    if (found := _CO_AUTHOR.fullmatch(description.strip()[:_LONGEST])) is None:
        return []
    words = found[1].split()
    half = len(words) // 2
    if words[:half] == words[half:]:
        return [" ".join(words[:half])]
    if found["mail"] is None:
        return []
    # Where one name ends and the other begins is not told; most have one given name.
    return [each for each in (" ".join(words[:-2]), " ".join(words[-2:]), " ".join(words)) if " " in each]


def _within(displayed: str) -> Iterator[str]:
    whole = " ".join(displayed.split())[:_LONGEST]
    if " " not in whole:
        if (account := _of_account(whole)) is not None:
            yield account
        return
    parts = [part for part in _PARTS.split(whole) if part]
    people = _PEOPLE.split(whole)
    # Behind the first name offices and newspapers stand, unless all are people.
    told = people if len(people) == len(parts) else [next((part for part in parts if is_name(words_of(part))), whole)]
    for part in told:
        for each in bylines.names(part):
            if " " in each:
                yield each
        if (turned := _TURNED.fullmatch(part)) is not None and len(turned[2].split()) <= _MOST_GIVEN:
            yield f"{turned[2]} {turned[1]}"
        words = part.split()
        while len(words) > 1 and (words[-1].isdecimal() or fold(words[-1]).strip(".,()") in _BEHIND):
            del words[-1]
        yield " ".join(words)
        if bare := _without_office(words):
            yield bare


def _without_office(words: list[str]) -> str | None:
    """A name without offices around it; null where it has none."""
    plain = [re.sub(r"[^\w]", "", fold(word)) for word in words]
    first, last = (
        0,
        next((place for place in range(_FEWEST, len(words)) if _is_behind(place, plain, words)), len(words)),
    )
    if plain[0] == "the" and plain[1] in TITLES | _TITLES:
        first = 1
    while last - first > _FEWEST and (plain[last - 1] in _OFFICES or _DEGREE.fullmatch(words[last - 1])):
        last -= 1
    while last - first > _FEWEST and plain[first] in _OFFICES | _TITLES | (TITLES if first else frozenset()):
        first += 1
    left = plain[first:last]
    ordinary = {left[0], left[-1]} & (ORDINARY | _PLACES)
    if (first, last) == (0, len(words)) or left[0] in PARTICLES or ordinary:
        return None
    return " ".join([*words[first : last - 1], _GENITIVE.sub("", words[last - 1])])


def _is_behind(place: int, plain: list[str], words: list[str]) -> bool:
    """Whether a word stands behind a name."""
    of_writing = plain[place] in _WRITINGS and _GENITIVE.search(words[place - 1]) is not None
    return of_writing or plain[place] in _BEFORE_PLACES


def _of_account(written: str) -> str | None:
    """The words of an account or mailbox (anna.berg@b.org); null for a host."""
    account, at, _ = written.partition("@")
    if not at and ("/" in account or is_top_level(fold(account).rpartition(".")[2])):
        return None
    words = [token.word for token in tokens(fold(account)) if not token.word.isdecimal()]
    return " ".join(words) if len(words) > 1 else None
