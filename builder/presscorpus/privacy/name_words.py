"""The words of texts and of names, and whether words are a name. Pure."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from presscorpus.privacy.folding import SPACELESS, fold
from presscorpus.privacy.ordinary_words import FACULTIES, ORDINARY, PLACES, TITLES

# Vowel signs of Indic scripts are no letters to a regular expression, and yet parts of words.
_TOKEN: Final = rf"(?:[^\W\d_{SPACELESS}]|[\u0300-\u036f\u0900-\u0963\u0970-\u0dff])+|[0-9]+|[{SPACELESS}]"
_ASCII_WORD: Final = "[a-zA-Z]+|[0-9]+"
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_SPACELESS: Final = f"[{SPACELESS}]"
_BRACKETS: Final = re.compile(r"[(\[{][^)\]}]*[)\]}]")
_BEHIND_COMMA: Final = re.compile(
    r",\s*(?:ph\.?\s?d|m\.?\s?d|m\.?\s?a|b\.?\s?a|m\.?\s?sc|b\.?\s?sc|mba|jr|sr|esq|llm|rn|phd|md|ma|cpa|ii|iii|iv)\b.*$"
)
_LEAD: Final = re.compile(
    r"^(?:by|von|par|por|di|yazar|автор|posted by|written by|view all posts by|author)\s*:?\s+(?=\S+\s)"
)
_FEWEST_LETTERS: Final = 5
_FEWEST_SIGNS: Final = 3
_MOST_WORDS: Final = 16


class Token(NamedTuple):
    """A word of a folded text (in scripts without spaces a character), and its place."""

    word: str
    start: int
    end: int


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern when names are looked for."""
    # It takes 3 ms, and a command may look for none.
    return re.compile(pattern)


def tokens(text: str) -> list[Token]:
    """Split a folded text into words.

    Args:
        text: The text.

    Returns:
        The words in order; letters and digits are separate words, and so are the parts around an apostrophe.
    """
    return [Token(match[0], match.start(), match.end()) for match in splitter(text).finditer(text)]


def splitter(text: str) -> re.Pattern[str]:
    """Choose the pattern of a text's words; that of ASCII takes a third of the time.

    Args:
        text: A folded text.

    Returns:
        The pattern.
    """
    odd = "" if text.isascii() else "".join(set(_NOT_ASCII.findall(text)))
    return _compiled(_TOKEN if odd and _compiled(_TOKEN).search(odd) else _ASCII_WORD)


def is_spaceless(word: str) -> bool:
    """Whether a word is a character of a script without spaces.

    Args:
        word: Folded.

    Returns:
        False for more than one.
    """
    return _compiled(_SPACELESS).fullmatch(word) is not None


def words_of(name: str) -> tuple[str, ...]:
    """Split a name into words, without titles and brackets.

    Args:
        name: As written.

    Returns:
        Folded words; empty for an address, or for more words than names have.
    """
    folded = fold(name).strip()
    bare = _LEAD.sub("", _BEHIND_COMMA.sub("", _BRACKETS.sub(" ", folded)).strip())
    if " " not in bare and re.search(r"[@/]|\w\.[a-z]{2,}$", bare):
        return ()
    words = [token.word for token in tokens(bare)]
    titled = TITLES
    # A title before one word is part of how a person is told from others.
    while len(words) > 2 and words[0] in titled:  # noqa: PLR2004
        titled = TITLES | FACULTIES
        del words[0]
    return tuple(words) if len(words) <= _MOST_WORDS else ()


def is_name(words: tuple[str, ...]) -> bool:
    """Whether words are distinctive enough to be searched for as a name.

    Args:
        words: Folded words.

    Returns:
        True for two words or more (in scripts without spaces three characters) that are not too short and not all
        ordinary ("editorial team", "human rights") or a place ("Hong Kong").
    """
    signs = [word for word in words if is_spaceless(word)]
    if signs:
        return len(signs) >= _FEWEST_SIGNS
    letters = [word for word in words if not word.isdecimal()]
    if sum(map(len, letters)) < _FEWEST_LETTERS or set(words) <= ORDINARY:
        return False
    if {" ".join(letters), " ".join(word for word in letters if word not in ORDINARY)} & PLACES:
        return False
    return len(words) > 1 and any(len(word) > 2 for word in letters)  # noqa: PLR2004 - an initial has no more
