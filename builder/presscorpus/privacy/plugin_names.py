"""The names in fields of plugins: of authors, organisations and sites. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeGuard

import msgspec

from presscorpus.content import bylines
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from selectolax import lexbor
else:
    lexbor = lazy("selectolax.lexbor")

# The head of a page as HTML, in which Yoast and Rank Math name its author.
_HEADS: Final = ("yoast_head", "rank_math_head", "aioseo_head")
_METAS: Final = 'meta[name="author"], meta[property="article:author"], meta[name="twitter:data1"]'


def letters_of(key: str) -> str:
    """The letters of a key, where those of authorName and "author name" are the same.

    Args:
        key: A key, or another text.

    Returns:
        Its letters and digits in lower case.
    """
    return re.sub(r"[\W_]+", "", key).lower()


# Keys under which plugins and themes put an author: Yoast, Rank Math, Co-Authors Plus, PublishPress, Molongui, Jetpack;
# those that sites choose themselves (ACF); and the one that has those of pages and feeds (content/bylines.py).
_KEY: Final = re.compile(
    r"(?!book|client|comment|customer|disable|display|enable|hide|plugin|quote|reply|review|show|testimonial|theme|use)[a-z]{0,24}?"
    r"(?:author|byline|columnist|contributor|creator|journalist|photographer|reporter|translator|writer"
    r"|aut(?:or(?:a|e|es|in)?|eur)|fotograf(?:[ao]|in)?|giornalista|journaliste|periodista|photographe|redakteur(?:in)?)s?"
    r"(?:data|details|displayname|html|info|links?|meta|names?|text)?"
    r"|(?:caption|featuredimage|featured|hero|image|media|photo|picture|video){1,2}credits?(?:line|name)?"
    r"|(?:images?|photographs?|photos?|pictures?|reported|text|translated|words|written)by"
    rf"|displayname|usernicename|{letters_of(bylines.KEY)}"
)
_TAG: Final = re.compile(r"<[^<>]{0,400}>")


@lru_cache(maxsize=4096)
def _is_of_author(key: str) -> bool:
    """Whether what stands under a key is an author."""
    return _KEY.fullmatch(letters_of(key)) is not None


# First and last name of one person.
_HALVES: Final = (("givenName", "familyName"), ("first_name", "last_name"), ("user_firstname", "user_lastname"))
_MISC: Final = "twitter_misc"
_OF_PERSON: Final = frozenset((
    "name", "display_name", "nickname", "slug", "user_nicename", "rendered", "label", "value",
))  # fmt: skip
# Members of an object that is a field of WordPress.
_FIELDS: Final = (("key", "value"), ("meta_key", "meta_value"))
_PERSON: Final = re.compile(r"\bPerson\b")
_ORGANISED: Final = re.compile(r"Organi[sz]ation|Corporation|NGO|WebSite|Brand|LocalBusiness")
_SITE: Final = "WebSite"
# In the identifier of what Yoast makes of each account.
_PROFILE: Final = "#/schema/person/"
_DEEPEST: Final = 12


def within(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the people, organisations and sites that fields name.

    Args:
        told: The fields by name.

    Yields:
        What each name is, and the name: `person` under an author's key or of a person, `human` what is said to be one,
        `profile` the same of an account, `organisation`, or `site`.
    """
    heads = [_of_head(told[key]) for key in _HEADS if isinstance(told.get(key), str)]
    for kind, name in _names_in([told, *heads], 0, inside=False):
        yield kind, _TAG.sub(" ", name).strip()


def _of_head(html: str) -> list[Any]:
    """The authors in the head of a page, and the objects of its JSON-LD."""
    page = lexbor.LexborHTMLParser(html)
    written = [node.attributes.get("content") for node in page.css(_METAS)]
    named = [name for each in written if _is_worded(each) for name in bylines.names(each)]
    found: list[Any] = [{"author": [each for each in named if is_written_as_name(each)]}]
    for script in page.css('script[type="application/ld+json"]'):
        try:
            found.append(msgspec.json.decode(script.text()))
        except (msgspec.DecodeError, RecursionError):
            continue
    return found


def _is_worded(said: Any) -> TypeGuard[str]:
    """Whether a value is a text without a number."""
    return isinstance(said, str) and not any(sign.isdecimal() for sign in said)


def is_written_as_name(text: str) -> bool:
    """Whether the first and the last word have capitals, in scripts that have them.

    Args:
        text: What may be a name.

    Returns:
        False also for more words than names have.
    """
    words = [word for word in re.split(r"[\s,]+", text.strip()) if word[:1].isalpha()]
    return bool(words) and len(words) <= _DEEPEST and not any(word[0].islower() for word in (words[0], words[-1]))


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
        of_human = "profile" if _PROFILE in str(value.get("@id")) and not _ORGANISED.search(kind) else "human"
        yield of_human if human else "site" if _SITE in kind else "organisation", value["name"]
    for first, last in _HALVES if person else ():
        if isinstance(value.get(first), str) and isinstance(value.get(last), str):
            yield "person", f"{value[first]} {value[last]}"
    for key, said in _FIELDS:
        if isinstance(named := value.get(key), str) and _is_of_author(named):
            yield from _names_in(value.get(said), depth + 1, inside=True)
    for key, each in value.items():
        if key == _MISC and isinstance(each, dict):
            # Yoast tells who wrote first, in the site's language; behind it minutes.
            firsts = (said for said in list(each.values())[:1] if _is_worded(said))
            yield from (("person", said) for said in firsts if is_written_as_name(said))
        own = person and key in _OF_PERSON
        yield from _names_in(each, depth + 1, inside=own or (not organised and _is_of_author(key)))
