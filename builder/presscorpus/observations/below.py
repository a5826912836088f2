"""Items that are as public as what they hang below: pictures, and comments.

A picture has the status `inherit`: it can be read where its parent can, and that one where its own can (WordPress core
WP_REST_Posts_Controller::check_read_permission). A reply is shown below a comment that is shown, and no comment of a
post with a password is (WP_REST_Comments_Controller::check_read_post_permission). The API shows no other; exports and
dumps hold all, and what an item hangs below may stand anywhere in them. An export that lacks the parent of a picture
does not say whether the picture is public: then it is not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

import msgspec

from presscorpus.observations.publicness import STATUS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from presscorpus.observations.items import Item

_Key = tuple[str, int]
Place = TypeVar("Place")
"""Where items were observed, as the caller says it."""
_POSTS: Final = "posts"
_COMMENTS: Final = "comments"
# What is said below a post, which a password closes though the post is shown.
_TALKS: Final = "talks"
_LOCKED: Final = re.compile(rb'"protected"\s*+:\s*+true')


class _Links(msgspec.Struct):
    """What an item may hang below."""

    post: Any = None
    parent: Any = None


class _Waiting(NamedTuple, Generic[Place]):
    """An item that waits, with its row.

    `own` is its key, `above` are those of what it hangs below; `strict` where these have to be there.
    """

    own: _Key
    above: list[_Key]
    strict: bool
    origin: Place
    row: dict[str, Any]


_decode = msgspec.json.Decoder(_Links).decode


class Below(Generic[Place]):
    """Pictures and comments of one crawl.

    They wait until all that they hang below was seen. In memory are keys, and the rows that wait.
    """

    def __init__(self) -> None:
        self._shown: defaultdict[str, set[int]] = defaultdict(set)
        self._closed: defaultdict[str, set[int]] = defaultdict(set)
        self._waiting: list[_Waiting[Place]] = []

    def ready(self, origin: Place, rows: list[tuple[Item, dict[str, Any]]]) -> Iterator[dict[str, Any]]:
        """Yield the rows of which it is known whether they are public.

        The others wait for `settled`.

        Args:
            origin: Where the items were observed.
            rows: The items of one record, each with its row of the index.
        """
        for item, row in rows:
            above = _above(item) if row["hidden"] is None else []
            if all(self._is_shown(key) for key in above):
                self._note(item, row)
                yield row
            else:
                strict = item.origin == "export" and item.table == "media"
                self._waiting.append(_Waiting(_key(item), above, strict, origin, row))

    def settled(self) -> Iterator[tuple[Place, dict[str, Any]]]:
        """Yield the items that waited, with their rows.

        Those below a closed item are closed.
        """
        children: defaultdict[_Key, list[_Key]] = defaultdict(list)
        for each in self._waiting:
            for key in each.above:
                children[key].append(each.own)
        reached = _spread((key for key in children if self._is_shown(key)), children)
        closed = [(place, number) for place, numbers in self._closed.items() for number in numbers]
        shown = {each.own for each in self._waiting if self._is_shown(each.own)}
        roots = [key for key in closed if not self._is_shown(key)]
        roots += [each.own for each in self._waiting if each.strict and each.own not in reached | shown]
        hidden = _spread(roots, children)
        for each in self._waiting:
            reason = STATUS if each.own in hidden else None
            yield each.origin, each.row | {"hidden": each.row["hidden"] or reason}

    def _is_shown(self, key: _Key) -> bool:
        place, number = key
        if place == _TALKS:
            return number in self._shown[_POSTS] and number not in self._closed[_TALKS]
        return number in self._shown[place]

    def _note(self, item: Item, row: dict[str, Any]) -> None:
        if item.table not in {"posts", "media", "comments"} or item.state != "published":
            return
        place, number = _key(item)
        (self._closed if row["hidden"] else self._shown)[place].add(number)
        if is_locked(item):
            self._closed[_TALKS].add(number)


def is_locked(item: Item) -> bool:
    """Tell whether an item is a post behind a password.

    Args:
        item: An item of any table.

    Returns:
        False for what is no post.
    """
    return item.table == "posts" and _LOCKED.search(item.body) is not None


def _key(item: Item) -> _Key:
    return (_COMMENTS if item.table == "comments" else _POSTS), item.id


def _above(item: Item) -> list[_Key]:
    """What an item hangs below."""
    if item.table not in {"media", "comments"} or item.state != "published":
        return []
    try:
        links = _decode(item.body)
    except msgspec.DecodeError:
        return []
    if item.table == "media":
        return _keys((_POSTS, links.post))
    return _keys((_TALKS, links.post), (_COMMENTS, links.parent))


def _keys(*found: tuple[str, Any]) -> list[_Key]:
    return [(place, number) for place, number in found if isinstance(number, int) and number > 0]


def _spread(roots: Iterable[_Key], children: dict[_Key, list[_Key]]) -> set[_Key]:
    """All keys that hang below others, the others included."""
    found: set[_Key] = set()
    waiting = [*roots]
    while waiting:
        key = waiting.pop()
        if key in found:
            continue
        found.add(key)
        waiting += children.get(key, ())
        if key[0] == _POSTS:
            waiting.append((_TALKS, key[1]))
    return found
