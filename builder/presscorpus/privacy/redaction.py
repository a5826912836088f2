"""Redact what names or reaches a person, in texts, HTML, addresses, JSON. Pure.

All are read as what they mean (`folding`, `markup`, `addresses`), so that a text and the HTML that it came from
lose the same. In a text a mark replaces what was taken out. An address goes as a whole or stays as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from presscorpus.content.urls import CALL_SCHEMES, MAIL_SCHEMES
from presscorpus.privacy import accounts, addresses, contacts, json_values, markup, plugin_data
from presscorpus.privacy.address_marks import (
    EMAIL,
    MARKS,
    NAME,
    PHONE,
    TAKEN,
    AddressMarks,
    Strikes,
    is_whole,
    sought,
)
from presscorpus.privacy.folding import SPACELESS, Folded, plain, unspaced
from presscorpus.privacy.known_numbers import KnownNumbers

if TYPE_CHECKING:
    from presscorpus.privacy.address_marks import Authors, TakenDown

_CALLS: Final = "|".join(sorted(CALL_SCHEMES, key=len, reverse=True))
_CALLING: Final = re.compile(rf"(?<![\w@./:-])(?:{_CALLS}):(\+?[0-9(][0-9 ()./-]{{3,18}}[0-9])")
_CALLED: Final = re.compile(r":\+?[0-9(]")
_URL: Final = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,24}://|(?<![\w@./-])www\.(?=\w)"
    r"|(?<![\w@./:-])(?:[a-z0-9-]+\.)+[a-z]{2,24}/(?=[^\s/]))"
    rf"[^\s<>\"'“”«»（）。，、；：！？【】《》\x00{SPACELESS}]*"
)
_IN_URL: Final = re.compile(r"://|www\.|\.[a-z]{2,24}/[^\s/]")
_BEHIND: Final = ".,;:!?)]}…*|"
_IS_ADDRESS: Final = re.compile(r"\s*(?:[a-zA-Z][a-zA-Z0-9+.-]*:\S|//|\.{0,2}/|[?#]\S)\S*\s*")
_WORDS: Final = frozenset((
    "alt", "title", "aria-label", "placeholder", "label", "summary", "content", "value", "datetime", "class", "id",
))  # fmt: skip
_ADDRESSES: Final = frozenset((
    "href", "src", "action", "cite", "poster", "data", "formaction", "longdesc", "background", "xlink:href", "ping",
))  # fmt: skip
_CANDIDATE: Final = re.compile(r"[\s,]*([^\s,]\S*[^\s,]|[^\s,])")
_REMEMBERED: Final = 1 << 14
_SHORT: Final = 200
# Comments within comments, which are markup to nobody.
_DEEPEST: Final = 8


class Treatment:
    """What is taken out of the texts of one site.

    Attributes:
        rules: `email` and `phone`, or one of them.
        authors: Who is not named; null where everybody is.
        taken: What was taken down; null for nothing.
        country: Where the site's readers are, ISO 3166; null finds international telephone numbers alone.
        numbers: Telephone numbers that links of the site call, found in every spelling.
        sought: Names and words that are searched for, each with its mark.
        strikes: How often names of authors were taken out.
        address: Finds the mark of the reason why an address may not be published; null where it may be.
    """

    def __init__(
        self,
        rules: frozenset[str] = frozenset(),
        authors: Authors | None = None,
        taken: TakenDown | None = None,
        country: str | None = None,
        numbers: KnownNumbers | None = None,
    ) -> None:
        self.rules, self.authors, self.taken, self.country = rules, authors, taken, country
        self.numbers = numbers if numbers is not None and contacts.PHONE in rules else KnownNumbers()
        self.sought, self.strikes = sought(authors, taken), Strikes()
        self.address = AddressMarks(rules, authors, taken, self.numbers, self.strikes).mark
        # Names and values of attributes of which nothing is taken out: classes and sizes are the same in all posts.
        self._clean: set[tuple[str, str]] = set()

    # Texts

    def text(self, source: str) -> str:
        """Redact a text.

        Args:
            source: A text without markup.

        Returns:
            The text with marks in the place of what may not be published.
        """
        folded = plain(source)
        found = self._found(folded.text)
        if not found:
            return source
        return markup.edited(source, [change for each in found for change in _change(folded, *each)])

    def _found(self, text: str, *, within: bool = False) -> list[tuple[int, int, str]]:
        """The parts of a folded text to take out, with their marks.

        Addresses `within` a script or an unknown attribute leave no mark.
        """
        found, rest = self._addresses(text, within=within)
        if contacts.PHONE in self.rules and _CALLED.search(rest):
            found += [(*match.span(1), PHONE) for match in _CALLING.finditer(rest)]
        found += [(each.start, each.end, MARKS[each.rule]) for each in contacts.found(rest, self.rules, self.country)]
        found += [(*place, PHONE) for place in self.numbers.find(rest)]
        for names, mark in self.sought:
            for each in names.find(rest):
                found.append((each.start, each.end, mark))
                if mark == NAME:
                    self.strikes.add(each.owner)
        return markup.apart(found)

    def _addresses(self, text: str, *, within: bool) -> tuple[list[tuple[int, int, str]], str]:
        """The addresses of a folded text to take out, and the text without any address.

        The digits and words of an address are judged with it.
        """
        found: list[tuple[int, int, str]] = []
        rest: list[str] = []
        place = 0
        for first, last in unspaced(text, _IN_URL):
            for match in _URL.finditer(text, first, last):
                url = match[0].rstrip(_BEHIND)
                mark = self.address(url if "://" in url else f"//{url}")
                end = match.start() + len(url)
                if mark is not None:
                    found.append((match.start(), end, "" if within else mark))
                rest += [text[place : match.start()], "\x00" * len(url)]
                place = end
        return found, "".join([*rest, text[place:]]) if rest else text

    # Documents

    def html(self, source: str) -> str:
        """Redact a document, in its texts, attributes, comments and scripts.

        Args:
            source: HTML.

        Returns:
            The document with marks in the place of what may not be published; its tags stay as they are.
        """
        self.strikes.begin()
        if len(self._clean) >= _REMEMBERED:
            self._clean.clear()
        changed = self._html(source)
        self.strikes.end()
        return changed

    def _html(self, source: str, depth: int = 0) -> str:
        changes: list[tuple[int, int, str]] = []
        stretches = markup.stretches(source)
        for stretch in stretches:
            if stretch.kind == markup.COMMENT and depth < _DEEPEST:
                inner = source[stretch.start : stretch.end]
                if (changed := self._comment(inner, depth + 1)) != inner:
                    changes.append((stretch.start, stretch.end, changed))
            elif stretch.kind == markup.ATTRIBUTE:
                written = stretch.name, source[stretch.start : stretch.end]
                if written in self._clean:
                    continue
                found = self._attribute(source, stretch)
                changes += found
                if not found and len(written[1]) <= _SHORT:
                    self._clean.add(written)
                if found and stretch.name == "href" and self.taken is not None and self.address(stretch.text) == TAKEN:
                    # The words of a link to what was taken down say what that is.
                    words = markup.within_link(source, stretch, stretches[0])
                    changes += [(start, end, "" if number else TAKEN) for number, (start, end) in enumerate(words)]
            else:
                folded = Folded(stretch.runs)
                within = stretch.kind != markup.TEXT
                for each in self._found(folded.text, within=within):
                    changes += _change(folded, *each)
        return markup.edited(source, changes) if changes else source

    def _comment(self, source: str, depth: int) -> str:
        """A comment, which holds HTML or the source of a script."""
        changed = self._html(source, depth)
        if "\\" not in changed:
            return changed
        folded = Folded(markup.escaped(changed).runs)
        found = self._found(folded.text, within=True)
        return markup.edited(changed, [change for each in found for change in _change(folded, *each)])

    def _attribute(self, source: str, stretch: markup.Stretch) -> list[tuple[int, int, str]]:
        """The changes to the value of an attribute."""
        name, value = stretch.name, stretch.address(source)
        if name in plugin_data.MAILBOXES:
            return [_value(stretch, EMAIL)] if contacts.EMAIL in self.rules else []
        if name in _ADDRESSES or (name not in _WORDS and _IS_ADDRESS.fullmatch(value)):
            mark = self.address(value)
            return [] if mark is None else [_value(stretch, _left(value, mark))]
        if name.endswith("srcset"):
            marked = any(self.address(match[1]) for match in _CANDIDATE.finditer(value))
            return [_value(stretch, "")] if marked else []
        folded = Folded(stretch.runs)
        found = self._found(folded.text, within=name not in _WORDS)
        if contacts.PHONE in self.rules:
            told = plugin_data.numbers(name, folded.text)
            found = markup.apart([*found, *((start, end, PHONE if quoted else "0") for start, end, quoted in told)])
        if self.authors is not None:
            named = accounts.within(name, folded.text, self.authors.logins)
            found = markup.apart([*found, *((start, end, "") for start, end in named)])
        changes = [change for each in found for change in _change(folded, *each)]
        if changes and stretch.bare:
            inner = [(start - stretch.start, end - stretch.start, text) for start, end, text in changes]
            return [_value(stretch, markup.edited(source[stretch.start : stretch.end], inner))]
        return changes

    # Other values

    def url(self, written: str) -> str | None:
        """An address as it is, or what stays of one that may not be published (or null).

        Args:
            written: An address as a column has it, or null.

        Returns:
            Null also where nothing of it may stay.
        """
        mark = self.address(written)
        if mark is None:
            return written
        return mark if _left(written, mark) or addresses.read(written).path.startswith("/cdn-cgi/l/email") else None

    def slug(self, written: str) -> str | None:
        """A slug or path as it is; null for a person, a number, or what was taken down.

        Args:
            written: A slug, a path, or null.

        Returns:
            The same text, or null.
        """
        segments = [addresses.decoded(segment) for segment in written.split("/")]
        if self.numbers.stand_in("/".join(segments)):
            return None
        for names, mark in self.sought:
            if mark == TAKEN and any(is_whole(names, segment) for segment in segments):
                return None
            for each in () if mark == TAKEN else names.find("/".join(segments), hosts=False):
                self.strikes.add(each.owner)
                return None
        return written

    def json(self, source: str) -> str:
        """JSON with its strings and keys redacted as addresses, documents or texts.

        Args:
            source: A JSON document.

        Returns:
            JSON of the same shape.
        """
        number = PHONE if contacts.PHONE in self.rules else None
        how = json_values.How(self._string, self.text, self.numbers.find, number, NAME)
        return json_values.redacted(source, how)

    def _string(self, value: str) -> str:
        if _IS_ADDRESS.fullmatch(value):
            mark = self.address(value)
            return value if mark is None else _left(value, mark)
        return self._html(value) if "<" in value or "&" in value else self.text(value)


def _left(written: str, mark: str) -> str:
    """What stays of an address that is not published: scheme and mark, or nothing."""
    scheme = addresses.read(written).scheme
    known = MAIL_SCHEMES | CALL_SCHEMES
    return f"{scheme}:{mark}" if scheme in known and mark in {EMAIL, PHONE} else ""


def _value(stretch: markup.Stretch, text: str) -> tuple[int, int, str]:
    """The change of a whole value, in quotes where it had none."""
    return stretch.start, stretch.end, f'"{text}"' if stretch.bare else text


def _change(folded: Folded, start: int, end: int, mark: str) -> list[tuple[int, int, str]]:
    """The changes to the source of a folded text: the mark once, else nothing."""
    spans = folded.spans(start, end)
    return [(first, last, mark if number == 0 else "") for number, (first, last) in enumerate(spans)]
