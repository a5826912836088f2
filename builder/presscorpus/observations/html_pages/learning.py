"""Where the pages of a site have the content of posts.

It is learned from posts whose content is known.

The API, a feed or an export gives the content of some posts. On the page of such a post the container is the deepest
element that has all of its words. Its tag and class, where most pages agree on them, are the container of the site's
other pages; what stands in it and is not the post's is learned alike. Half of the posts teach, the other half has to
confirm it, else nothing is learned.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from presscorpus.content.html import Unreadable, read
from presscorpus.observations.html_pages import container
from presscorpus.observations.html_pages.container import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from selectolax.lexbor import LexborNode

MOST: Final = 40
"""Posts of a site to learn from."""

_WORD: Final = re.compile(r"\w+")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z_-]*")
FEWEST: Final = 3
"""Posts that have to teach a rule, and as many that have to confirm it."""

_TOO_FEW, _ALL, _AGREED, _CONFIRMED, _BETTER, _HALF = 12, 0.97, 0.8, 0.9, 0.01, 0.5
# Feeds show these shortcodes of core without their captions (gallery_shortcode, wp_playlist_shortcode: is_feed).
_IN_FEEDS: Final = frozenset({"gallery", "wp-playlist"})
_DEEPEST: Final = 64


class Lesson(NamedTuple):
    """The parsed page of a post, and its content from another source."""

    page: LexborHTMLParser
    number: int
    content: str


class _Pupil(NamedTuple):
    """A page, its post, and the words of the content.

    How often each word and each pair of neighbouring words is in it.
    """

    page: LexborHTMLParser
    number: int
    words: Counter[str]
    pairs: Counter[tuple[str, ...]]


def learn(lessons: Sequence[Lesson]) -> Rule | None:
    """Learn where a site's pages have their content.

    Args:
        lessons: Pages of posts whose content is known, in an order that depends on nothing else.

    Returns:
        The rule; null where too few posts have words enough, where pages disagree, or where it would be no better than
        what is known of themes.
    """
    pupils = [
        _Pupil(each.page, each.number, Counter(words), _pairs(words))
        for each in lessons
        if len(words := _words_of(each.content)) >= _TOO_FEW
    ]
    taught, others = pupils[::2], pupils[1::2]
    if len(others) < FEWEST:
        return None
    path = _agreed(taught, (_selectors(node) for each in taught for node in _deepest(each)))
    if path is None:
        return None
    rule = Rule(path, tuple(sorted(_added(taught, path))))
    score = _score(others, rule)
    return rule if score >= _CONFIRMED and score > _score(others, None) + _BETTER else None


def _words_of(html: str) -> list[str]:
    """The words of a text in their order; none of HTML that is refused."""
    try:
        return _WORD.findall((read(html).text or "").lower())
    except Unreadable:
        return []


def _pairs(words: list[str]) -> Counter[tuple[str, ...]]:
    """How often each pair of neighbouring words is in a text, and each word.

    A label may have one only.
    """
    return Counter([*pairwise(words), *((each,) for each in words)])


def _of(node: LexborNode) -> Counter[str]:
    return Counter(_words_of(node.inner_html or ""))


def _share(node: LexborNode, pairs: Counter[tuple[str, ...]]) -> float | None:
    """How much of what an element says is in the content.

    Null stands for an element without words.

    Words alone would not tell: every text has those of "Subscribe to the newsletter" that are frequent.
    """
    words = _words_of(node.inner_html or "")
    has = Counter(pairwise(words) if len(words) > 1 else [(each,) for each in words])
    return (has & pairs).total() / has.total() if has else None


def _deepest(pupil: _Pupil) -> Iterator[LexborNode]:
    """The deepest element that has all words of the content."""
    node, found, least = pupil.page.body, None, _ALL * pupil.words.total()
    for _ in range(_DEEPEST):
        if node is None or (_of(node) & pupil.words).total() < least:
            break
        found = node
        inner = sorted(node.iter(), key=lambda each: -len(each.text()))
        node = next((each for each in inner[:3] if (_of(each) & pupil.words).total() >= least), None)
    if found is not None:
        yield found


def _selectors(node: LexborNode) -> list[str]:
    """Selectors for an element by what does not change from page to page."""
    names = (node.attributes.get("class") or "").split()
    made = [f"{node.tag}.{name}" for name in names if _NAME.fullmatch(name)]
    identity = node.attributes.get("id") or ""
    return [*made, *([f"{node.tag}#{identity}"] if _NAME.fullmatch(identity) else [])]


def _agreed(taught: Sequence[_Pupil], found: Iterator[list[str]]) -> str | None:
    """The selector that most pages agree on.

    It finds one element on each of them.
    """
    votes = Counter(each for selectors in found for each in dict.fromkeys(selectors))
    for path, count in sorted(votes.items(), key=lambda each: (-each[1], each[0])):
        if count >= max(FEWEST, _AGREED * len(taught)) and all(len(each.page.css(path)) <= 1 for each in taught):
            return path
    return None


def _added(taught: Sequence[_Pupil], path: str) -> set[str]:
    """Selectors of elements in the container that are not the post's.

    On several pages they are not, and on none they are.
    """
    foreign: Counter[str] = Counter()
    own: set[str] = set()
    for each in taught:
        node = each.page.css_first(path)
        for inner, is_own in _judged(node, each.pairs) if node is not None else ():
            if is_own:
                own.update(path for part in inner.css("*") for path in _selectors(part))
            else:
                foreign.update(dict.fromkeys(_selectors(inner), 1))
    return {path for path, count in foreign.items() if count >= FEWEST} - own


def _judged(node: LexborNode, pairs: Counter[tuple[str, ...]], depth: int = 0) -> Iterator[tuple[LexborNode, bool]]:
    """The largest elements that are as a whole the post's or not."""
    for child in node.iter() if depth < _DEEPEST else ():
        share = _share(child, pairs)
        if share is None:
            continue
        if share >= _ALL or not _IN_FEEDS.isdisjoint((child.attributes.get("class") or "").split()):
            yield child, True
        elif share <= 1 - _AGREED:
            yield child, False
        else:
            inner = list(_judged(child, pairs, depth + 1))
            if any(is_own for _, is_own in inner):
                yield from inner
            else:
                yield child, not inner and share > _HALF


def _score(pupils: Sequence[_Pupil], rule: Rule | None) -> float:
    """How well the words of the container are those of the content: the mean F1."""
    scores = []
    for each in pupils:
        page = LexborHTMLParser(each.page.html or "")
        shown = container.find(container.article_of(page, each.number), page, rule)
        has = Counter(_words_of(shown.own() or shown.html()) if shown is not None else ())
        both = has.total() + each.words.total()
        scores.append(2 * (has & each.words).total() / both)
    return sum(scores) / len(scores)
