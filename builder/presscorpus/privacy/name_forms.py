"""Names as people write them, found in folded text. Pure.

A name is searched for in all forms in which it may be written: with more or other spaces, dots and hyphens between its
words, with all words joined, family name first, given names as initials or left out, without titles and brackets. It is
found as whole words only. In scripts that write no spaces its characters are searched for in a row.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from presscorpus.privacy.folding import fold
from presscorpus.privacy.host_names import within_host
from presscorpus.privacy.name_words import Token, is_name, is_spaceless, splitter, tokens, words_of
from presscorpus.privacy.ordinary_words import AMBIGUOUS, IN_AS, ORDINARY, PARTICLES, SHORT_WORDS, TITLES

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

_WHITE: Final = re.compile(r"\s+")
# What may stand between two words of a name; white space of any length counts as one sign.
_GAP: Final = re.compile(r"[\s.'`_+·,-]{0,4}")
_INITIAL_GAP: Final = re.compile(r"\.[\s.'_+·-]{0,3}")
# Before a letter that is a unit and no initial, as in "49 g. Hill Street".
_MEASURED: Final = re.compile(r"[0-9]\s$")
_UNITS: Final = frozenset("acfghlmstvw")
# A year or the minutes of an hour measures nothing.
_DATED: Final = re.compile(r"(?:(?<![0-9])(?:19|20)[0-9]{2}|[0-9]:[0-9]{2})\s$")
# A nickname within a name: Zuzana (Zuzi) Brantkova.
_NICKNAME: Final = re.compile(r"(?<=\S)\s+[(\[\"]([^\W\d_]{3,})[)\]\"]\s+(?=\S)")
_SPACE: Final = re.compile(r"\s")
_TURNED_GAP: Final = re.compile(r"\s?,\s{0,2}")
_TURNED_OR_SPACE: Final = re.compile(r"\s?,\s{0,2}|[\s_.+-]{1,2}")
_ANY_GAP: Final = re.compile(r"[\W_]{0,8}")
_SLUG_GAP: Final = re.compile("-{1,3}")
_UMLAUTS: Final = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"}
MARK: Final = "mark"
NAME: Final = "name"
ANYTHING: Final = "anything"
_FEWEST_SIGNS: Final = 3
_LONGEST: Final = 200
_JOINED: Final = 8
# Initials in a row, as in "RK Narayan", which no word reads as.
_INITIALS: Final = range(2, 4)
_NO_INITIALS: Final = SHORT_WORDS | ORDINARY | PARTICLES | TITLES
_CAPITALS: Final = re.compile(r"\A[A-Z]{2,3}(?=\s+[A-Z][a-z])")
# Two given names and two family names, of which the second may be left out.
_OF_TWO_FAMILIES: Final = 4


class Found(NamedTuple):
    """A part of a folded text that is a name, and whose."""

    start: int
    end: int
    owner: Hashable


class Pair(NamedTuple):
    """Two words that follow each other in a folded text.

    `between` says what stands there: MARK is more than white space, a dot or comma, NAME what may part a name, and
    ANYTHING any signs.
    """

    first: str
    second: str
    between: str


class _Form(NamedTuple):
    """Words in a row, and what may be between the first two.

    `owner` is whose they are, `more` the words that may follow of the same.
    """

    words: tuple[str, ...]
    gap: re.Pattern[str]
    owner: Hashable
    more: tuple[str, ...] = ()


class Names:
    """Names and words that are searched for together."""

    def __init__(self) -> None:
        self._known: set[tuple[tuple[str, ...], re.Pattern[str]]] = set()
        # By the first word and the second; of a single word by the first and nothing.
        self._forms: defaultdict[str, dict[str, list[_Form]]] = defaultdict(dict)

    def __bool__(self) -> bool:
        return bool(self._known)

    def add(self, name: str, owner: Hashable) -> bool:
        """Add a person's name in all its forms.

        Args:
            name: As written.
            owner: Whose it is, for `find`.

        Returns:
            Whether it is a name.
        """
        if not is_name(words_of(name)):
            return False
        parted = _CAPITALS.sub(lambda found: " ".join(found[0]), name[:_LONGEST])
        for spelt in sorted({name, parted, re.sub("['`]", "", fold(name)), _transliterated(name)}):
            for words, gap in _forms(words_of(spelt)):
                self._add(_Form(words, gap, owner))
        self._add_nickname(fold(name)[:_LONGEST], owner)
        return True

    def _add_nickname(self, name: str, owner: Hashable) -> None:
        """Add a name with the nickname in it, and the nickname with the last word."""
        nickname = _NICKNAME.search(name)
        words = words_of(_NICKNAME.sub(r" \1 ", name))
        if nickname is not None and nickname[1] not in ORDINARY and words:
            self._add(_Form(words, _ANY_GAP, owner))
            self._add(_Form((nickname[1], words[-1]), _GAP, owner))

    def add_words(self, words: tuple[str, ...], owner: Hashable, *, beginning: int | None = None) -> None:
        """Add words that are searched for in this order, with any signs between them.

        Args:
            words: Folded words.
            owner: Whose they are.
            beginning: How many of them are enough; as many more as follow are found with them. Null means all.
        """
        if words:
            self._add(_Form(words[:beginning], _ANY_GAP, owner, words[beginning:] if beginning else ()))

    def add_slug(self, slug: str, owner: Hashable) -> None:
        """Add a slug: words between hyphens, and not part of a longer one.

        Args:
            slug: Folded.
            owner: Whose it is.
        """
        words = tuple(token.word for token in tokens(slug))
        if words:
            self._add(_Form(words, _SLUG_GAP, owner))

    def _add(self, form: _Form) -> None:
        if (form.words, form.gap) not in self._known:
            self._known.add((form.words, form.gap))
            self._forms[form.words[0]].setdefault(form.words[1] if len(form.words) > 1 else "", []).append(form)

    def signs(self) -> tuple[set[str], set[Pair]]:
        """What a cheap search looks for.

        Returns:
            Words and pairs, of which a folded text holds at least one wherever something is found.
        """
        singles = {words[0] for words, _ in self._known if len(words) == 1}
        return singles, {_rarest(words, gap) for words, gap in self._known if len(words) > 1}

    def find(self, text: str, *, hosts: bool = True) -> Iterator[Found]:
        """Find the names in a folded text.

        Args:
            text: The text.
            hosts: Whether the text may hold host names, whose parts name no person.

        Yields:
            Names in order; of several that begin at one place the longest.
        """
        words = splitter(text).findall(text)
        firsts = self._forms.keys() & set(words)
        told: list[Token] = []
        for place, word in enumerate(words) if firsts else ():
            forms = self._beginning(words, place) if word in firsts else []
            if not forms:
                continue
            told = told or tokens(text)
            start = told[place].start
            ends = [
                (end, form.owner)
                for form in forms
                if (end := _matched(text, told, place, form)) and not (hosts and within_host(text, start, end))
            ]
            if ends:
                end, owner = max(ends, key=itemgetter(0))
                yield Found(start, end, owner)

    def _beginning(self, words: list[str], place: int) -> list[_Form]:
        """The forms whose first two words stand at a place among those of a text."""
        forms = self._forms[words[place]]
        second = words[place + 1] if place + 1 < len(words) else ""
        found = [*forms.get("", ())]
        third = words[place + 2 : place + 3] if len(second) == 1 else []  # behind a middle name as an initial
        for word in filter(None, (second, *third)):
            found += forms.get(word, ())
            if word[-1] in {"s", "a"} and len(word) > _FEWEST_SIGNS:  # `_end`
                found += [*forms.get(word[:-1], ()), *(forms.get(word[:-2], ()) if word.endswith("as") else ())]
        return found


def _rarest(words: tuple[str, ...], gap: re.Pattern[str]) -> Pair:
    """Of the words of a form those two in a row whose letters are the most."""
    between = ANYTHING if gap in _STRICT else NAME
    pairs = [Pair(*two, between) for two in pairwise(words)]
    if gap in _MARKED:
        pairs[0] = pairs[0]._replace(between=MARK)
    return max(pairs, key=lambda pair: (min(map(len, pair[:2])), max(map(len, pair[:2]))))


def _forms(words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], re.Pattern[str]]]:
    """The forms of a name, each with what may be between its first two words.

    Between the others anything of `_GAP` may be.
    """
    if not words:
        return
    yield words, _GAP
    if any(is_spaceless(word) for word in words):
        return
    if sum(map(len, words)) >= _JOINED and not any(word.isdecimal() for word in words):
        yield ("".join(words),), _GAP
    given, family = words[:-1], words[-1]
    if not given or len(family) == 1 or family.isdecimal():
        return
    parted = len(given) > 1 or given[0] in AMBIGUOUS
    yield (family, *given), _TURNED_GAP if parted else _TURNED_OR_SPACE
    joined = "".join(word[0] for word in given)
    if len(joined) in _INITIALS and len(family) >= _FEWEST_SIGNS and joined not in _NO_INITIALS:
        yield (joined, family), _GAP
    if len(given[0]) > 1:
        yield (given[0][0], *words[1:]), _INITIAL_GAP
        yield (*(word[0] for word in given), family), _INITIAL_GAP
        yield (family, given[0][0]), _TURNED_GAP
        if len(given) > 1:
            yield (given[0], family), _GAP
            yield (*(word[0] for word in given), family), _SPACE
        if len(words) == _OF_TWO_FAMILIES and len(given[-1]) > 2 and given[-1] not in ORDINARY | PARTICLES:  # noqa: PLR2004
            yield given, _GAP


def _transliterated(name: str) -> str:
    """A name with the letters that German and Nordic spelling writes for umlauts."""
    return "".join(_UMLAUTS.get(sign, sign) for sign in unicodedata.normalize("NFC", name).lower())


def _parts(gap: re.Pattern[str], between: str) -> bool:
    """Whether what is between two words may part those of a name."""
    return gap.fullmatch(between if len(between) == 1 else _WHITE.sub(" ", between)) is not None


def _matched(text: str, told: list[Token], place: int, form: _Form) -> int:
    """Where a form that begins at `place` ends; 0 where it does not match."""
    end, number = told[place].end, place
    if form.gap is _INITIAL_GAP and _is_measured(text, told[place]):
        return 0
    for order, word in enumerate(form.words[1:], 1):
        number += 1
        if order == 1 and form.gap is _GAP and number < len(told) and len(told[number].word) == 1 != len(word):
            if not _parts(_GAP, text[end : told[number].start]):
                return 0
            end, number = told[number].end, number + 1  # a middle name as an initial
        between = form.gap if order == 1 or form.gap in _STRICT else _GAP
        if number >= len(told) or not _parts(between, text[end : told[number].start]):
            return 0
        last = order == len(form.words) - 1 and form.gap not in _STRICT
        end = _end(text, told[number], word, inflected=last)
        if not end:
            return 0
    if form.gap is _SLUG_GAP and "-" in {text[told[place].start - 1 : told[place].start], text[end : end + 1]}:
        return 0
    for word in form.more:
        number += 1
        if number >= len(told) or told[number].word != word:
            break
        end = told[number].end
    return end


def _is_measured(text: str, letter: Token) -> bool:
    """Whether a letter is a unit behind a number."""
    before = text[max(letter.start - 6, 0) : letter.start]
    return letter.word in _UNITS and _MEASURED.search(before) is not None and _DATED.search(before) is None


def _end(text: str, told: Token, word: str, *, inflected: bool) -> int:
    """Where a word of a name ends; 0 where it is another word.

    The last one may have a genitive, as in "anna-bergs-letter". An "a" with a sign of money or an "s" behind it is
    an apostrophe that was decoded wrongly, of whose signs two may be lost.
    """
    if told.word == word:
        return told.end
    if not inflected or len(word) < _FEWEST_SIGNS or not told.word.startswith(word):
        return 0
    behind = told.word[len(word) :]
    if behind in {"s", "as"} and told.word not in IN_AS:
        return told.end
    return told.end - 1 if behind == "a" and text.startswith("€", told.end) else 0


_STRICT: Final = (_ANY_GAP, _SLUG_GAP)
_MARKED: Final = (_INITIAL_GAP, _TURNED_GAP)
