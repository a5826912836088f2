"""The media files that go when an item is erased: those that nothing else has."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import msgspec

from presscorpus.observations import files
from presscorpus.observations.items import observe

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from presscorpus.archive.reader import Capture
    from presscorpus.observations.items import Item

    Key = tuple[str, int]

_decode = msgspec.json.Decoder(dict[str, Any])


def owned(captures: Iterable[Capture], wanted: Collection[Key]) -> dict[str, Key]:
    """Return the media files that belong to some items alone.

    The files of an attachment are its own, whoever shows them. A post has those that it shows or links to and no other
    item names, and the files of attachments that were uploaded to it, or are its featured picture, and that no other
    post shows.

    Args:
        captures: The captures of all crawls of a site.
        wanted: The items, by type and number.

    Returns:
        The item that each file belongs to, by address.
    """
    seen = _Seen()
    for capture in captures:
        for item in observe(capture.payload, capture.url, capture.http_status, capture.link).items:
            seen.add(item)
    return seen.owned(wanted)


class _Seen:
    """Which items name which files, in any observation of them."""

    def __init__(self) -> None:
        self._named_by: defaultdict[str, set[Key]] = defaultdict(set)
        self._of_attachment: defaultdict[int, set[str]] = defaultdict(set)
        self._posts: defaultdict[int, set[Key]] = defaultdict(set)
        self._parents: dict[int, int] = {}
        self._types: defaultdict[int, set[Key]] = defaultdict(set)

    def add(self, item: Item) -> None:
        """Add an observation of an item."""
        key = (item.type or "", item.id)
        for name in files.names(item):
            if name.url is None and name.attachment is not None:
                self._posts[name.attachment].add(key)
            elif name.url is not None:
                self._named_by[name.url].add(key)
                if name.attachment is not None:
                    self._of_attachment[name.attachment].add(name.url)
        if item.table == "posts":
            self._types[item.id].add(key)
        elif item.table == "media" and item.state == "published":
            parent = _decode.decode(item.body).get("post")
            self._parents[item.id] = parent if isinstance(parent, int) else 0

    def owned(self, wanted: Collection[Key]) -> dict[str, Key]:
        """Return what the function `owned` returns."""
        found: dict[str, Key] = {}
        going = {key: key for key in wanted}
        for number, urls in self._of_attachment.items():
            itself = ("attachment", number)
            users = {each for url in urls for each in self._named_by[url]} - {itself} | self._posts[number]
            users |= self._types.get(self._parents.get(number, 0), set())
            if itself in going:
                found |= dict.fromkeys(urls, itself)
            elif users and users <= set(wanted):
                going[itself] = min(users)
        for url, users in self._named_by.items():
            if url not in found and users <= going.keys():
                found[url] = going[min(users)]
        return found
