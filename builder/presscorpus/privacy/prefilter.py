"""Find, at little cost, the values that `redaction` may take something out of.

What `redaction` changes is suspected here, whatever way it is written in. What is looked for are literals, such as
`mailto:`, words of names in pairs that follow each other, and contacts, which hold an `@`, a `+` or two noughts, words
for "at" and "dot", or the digits of a number that is known. They are looked for in a value with all that has another
meaning replaced by that (accented letters, references, escapes, percent-encoding), with that alone replaced which
texts, scripts or addresses decode, and in each without tags (`decoder`). Contacts are looked for in the value as it
stands, too. Where the shape of a document leaves open where its tags end the value is suspected at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from presscorpus.content.urls import CALL_SCHEMES, MAIL_SCHEMES
from presscorpus.privacy import contacts, plugin_data
from presscorpus.privacy.addresses import CALLED, PHONE_KEYS, SERVICES
from presscorpus.privacy.decoder import LONGEST, Decoder, none, replaced
from presscorpus.privacy.described import TELEPHONE
from presscorpus.privacy.name_pairs import following
from presscorpus.privacy.number_index import Index
from presscorpus.privacy.units import HTML, JSON, MARKS, SLUG, TAG, TEXT, UNCLEAR, URL
from presscorpus.privacy.written_signs import BESIDE, LABELLED, MAILERS, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from presscorpus.privacy.name_forms import Pair

# Between two digits of a number stand no more than four signs, of which white space is one however long, as references
# or not, and tags.
_TAGS: Final = "\x1f"
_BETWEEN: Final = rf"(?:&[#0-9A-Za-z]+;?|[^\p{{L}}\p{{N}}&]|[{MARKS}])*"
_MAIL: Final = "|".join((r"[^\s\"(,/@{}]@", r"\"@[\pL\pN-]+[.]", *BESIDE))
_ENCODED: Final = "%(?:25)*40"
_PLUS: Final = rf"[+](?:{_BETWEEN}[0-9]){{7}}|[0-9]{_TAGS}*[+]"
# Noughts do not begin a number behind a letter, but behind a line break that a script writes as one.
_BEFORE_ZEROS: Final = rf"(?:^|[^\p{{L}}\p{{N}}_.,#&%+:-]|[{MARKS}]|[^0-9]:|<!--|[/\\][nrt])"
_ZEROS: Final = rf"{_BEFORE_ZEROS}0{_TAGS}*0"
_NOUGHTS: Final = rf"{_BEFORE_ZEROS}00"
_ZEROS_BEFORE_DIGITS: Final = rf"0{_TAGS}*0{_BETWEEN}[1-9](?:{_BETWEEN}[0-9]){{6}}"
_NATIONAL: Final = rf"[0-9](?:{_BETWEEN}[0-9]){{4}}"
_OF_CONTACTS: Final = "@+%0123456789()[]{}"
_SIGNS: Final = (*plugin_data.SIGNS, "email-protection", "avatar", "t.me/", "telegram.", "//tel.")
# Pages of authors, and classes and data of themes (privacy/accounts.py).
_BYLINES: Final = ("/author/", "author_", "author-", "author=")

_LINE_BREAKS: Final = r"\\[tnr]|[\t\n\r]"
# A value over several lines: an address is read without its line breaks.
_BROKEN_VALUE: Final = r"=\s*(?:\"[^\"<]*[\t\n\r]|'[^'<]*[\t\n\r])"
_MOST_WORDS: Final = 4000  # of all pairs, which patterns look for
# Of more literals the automaton is another, which takes three times as long: then two of the faster take less.
_AT_ONCE: Final = 100


class Prefilter:
    """What is looked for in the values of a dataset.

    Args:
        rules: `email` and `phone`, or one of them.
        national: Whether telephone numbers without a country's code are looked for.
        needles: Folded strings, one of which or a pair each value holds that names somebody.
        pairs: Words of names that follow each other.
        bylines: Whether addresses of authors' pages are looked for.
        numbers: Digits of telephone numbers that are looked for in every spelling.
    """

    def __init__(
        self,
        rules: frozenset[str],
        *,
        national: bool,
        needles: Iterable[str],
        pairs: Iterable[Pair],
        bylines: bool,
        numbers: Iterable[str] = (),
    ) -> None:
        self._rules, self._national, self._known = rules, national, Index(numbers)
        self._needles = sorted({*needles, *(_BYLINES if bylines else ())})
        self._signs = _signs() if rules else []
        self._of_slugs, self._of_others = _groups(self._needles), _groups([*self._needles, *self._signs])
        self._pairs = sorted(pairs)
        self._longer = sorted({max(pair[:2], key=len) for pair in self._pairs})
        words = sorted({word for pair in self._pairs for word in pair[:2]})
        few = len(words) <= _MOST_WORDS and all(len(word) <= LONGEST for word in words)
        self._whole, self._within = (following(self._pairs, whole=each) if few else [] for each in (True, False))
        self._decoded = Decoder(
            [*self._needles, *self._signs, *words], _OF_CONTACTS if rules else "", counts=bool(self._known)
        )
        signs = "".join(rf"\x{{{ord(sign):x}}}" for sign in sorted(self._decoded.signs))
        self._beside = f"[{signs}]"

    def suspects(self, values: pl.Series, syntax: str) -> pl.Series:
        """Find the values that may hold something to redact.

        Args:
            values: Strings, none of them null.
            syntax: How they are read: html, url, slug, json or text.

        Returns:
            Whether each may.
        """
        sought = self._needles or self._pairs or self._known or (syntax != SLUG and self._signs)
        if not sought:
            return none(values)
        found = self._seen(values, syntax)
        if syntax not in {HTML, JSON, URL}:
            return found
        places = (~found & values.str.contains(_BROKEN_VALUE if syntax == HTML else _LINE_BREAKS)).arg_true()
        if len(places):
            whole = values.gather(places).str.replace_all(_LINE_BREAKS, "")
            found = found.scatter(places, self._seen(whole, syntax))
        return found

    def _seen(self, values: pl.Series, syntax: str) -> pl.Series:
        """Which values hold something, however written and whatever tags are within."""
        read = self._decoded(values, syntax)
        found = read.unclear | self._sought(read.values, syntax)
        if syntax != SLUG:
            found |= self._contacts(values)
        found = self._called(found, values)
        changed = (read.changed & ~found).arg_true()
        if len(changed) and syntax != SLUG:
            found = found.scatter(changed, self._contacts(read.values.gather(changed)))
        found = self._called(found, read.values, read.counted)
        if syntax == JSON and contacts.PHONE in self._rules:
            found |= read.values.str.contains(TELEPHONE)
        if syntax in {HTML, JSON}:
            found |= values.str.contains(UNCLEAR)
            found = self._across(found, read.values, syntax)
        for other in read.others:
            places = (read.hidden & ~found).arg_true()
            if len(places):
                found = found.scatter(places, self._in_context(replaced(values.gather(places), other), syntax))
        return found

    def _in_context(self, values: pl.Series, syntax: str) -> pl.Series:
        """Which values hold something where less is decoded."""
        found = self._sought(values, syntax)
        if syntax != SLUG:
            found |= self._contacts(values)
        found = self._called(found, values)
        return self._across(found, values, syntax) if syntax in {HTML, JSON} else found

    def _sought(self, values: pl.Series, syntax: str) -> pl.Series:
        return self._literals(values, syntax) | self._follow(values, syntax, self._whole)

    def _across(self, found: pl.Series, values: pl.Series, syntax: str) -> pl.Series:
        """What was found, and which values hold something across tags."""
        places = (~found & self._may_stand_across(values)).arg_true()
        if not len(places):
            return found
        marked = values.gather(places).str.replace_all(TAG, _TAGS)
        bare = marked.str.replace_all(_TAGS, "", literal=True)
        across = self._literals(bare, syntax) | self._follow(bare, syntax, self._within)
        return found.scatter(places, across | self._addresses(bare) | self._numbers(marked))

    def _literals(self, values: pl.Series, syntax: str) -> pl.Series:
        found = none(values)
        for group in self._of_slugs if syntax == SLUG else self._of_others:
            found |= values.str.contains_any(group, ascii_case_insensitive=True)
        return found

    def _follow(self, values: pl.Series, syntax: str, patterns: list[str]) -> pl.Series:
        """Which values hold two words of a name in a row; where order is another, one."""
        if not self._longer:
            return none(values)
        found = values.str.contains_any(self._longer, ascii_case_insensitive=True)
        places = found.arg_true()
        if syntax not in {HTML, TEXT} or not patterns or not len(places):
            return found
        those = values.gather(places)
        follow = none(those)
        for pattern in patterns:
            follow |= those.str.contains(pattern)
        return found.scatter(places, follow)

    def _contacts(self, values: pl.Series) -> pl.Series:
        """Which values hold a contact as they stand."""
        return self._addresses(values) | self._numbers(values)

    def _called(self, found: pl.Series, values: pl.Series, among: pl.Series | None = None) -> pl.Series:
        """What was found, and which values, of all or `among` some, hold a called number."""
        if not self._known:
            return found
        places = (~found if among is None else ~found & among).arg_true()
        return found.scatter(places, self._known.suspects(values.gather(places))) if len(places) else found

    def _addresses(self, values: pl.Series) -> pl.Series:
        if contacts.EMAIL not in self._rules:
            return none(values)
        found = _matched(values, "@", _MAIL) | _matched(values, *LABELLED)
        for pattern in (_ENCODED, *WORDS):
            found |= values.str.contains(pattern)
        return found

    def _numbers(self, values: pl.Series) -> pl.Series:
        if contacts.PHONE not in self._rules:
            return none(values)
        found = _matched(values, r"\+", _PLUS) | _matched(values, _NOUGHTS, _ZEROS_BEFORE_DIGITS)
        found |= _matched(values, f"0{_TAGS}", _ZEROS, _ZEROS_BEFORE_DIGITS)
        return found | values.str.contains(_NATIONAL) if self._national else found

    def _may_stand_across(self, values: pl.Series) -> pl.Series:
        """Which values may hold across tags what they do not hold within one text.

        The signs of a literal before and behind the tags, or a number's beginning, whose digits may be anywhere.
        """
        tagged = values.str.contains("<", literal=True)
        if self._national:
            return tagged
        beside = self._beside
        found = _matched(values, f">{beside}", f"{beside}(?:{TAG})+{beside}")
        for each in (_TAGS, r"\+", _NOUGHTS) if contacts.PHONE in self._rules else (_TAGS,):
            found |= values.str.contains(each)
        return found & tagged


def _matched(values: pl.Series, *patterns: str) -> pl.Series:
    """Which values match all of some patterns, each asked where the one before did."""
    found = values.str.contains(patterns[0])
    for pattern in patterns[1:]:
        places = found.arg_true()
        if not len(places):
            break
        found = found.scatter(places, values.gather(places).str.contains(pattern))
    return found


def _signs() -> list[str]:
    """What every address that reaches somebody holds, where no pattern finds it."""
    keys = (*(f"{key}=" for key in sorted(PHONE_KEYS)), *(f"/{key}/" for key in sorted(CALLED)))
    mailers = (f"{each}." for each in MAILERS)
    return [*_SIGNS, *SERVICES, *mailers, *keys, *(f"{scheme}:" for scheme in sorted(MAIL_SCHEMES | CALL_SCHEMES))]


def _groups(literals: list[str]) -> list[list[str]]:
    """Literals in groups to search for; of few, without those that hold another."""
    if len(literals) > 2 * _AT_ONCE:
        return [literals]
    least = [each for each in literals if not any(other in each for other in literals if other != each)]
    return [least[start : start + _AT_ONCE] for start in range(0, len(least), _AT_ONCE)]
