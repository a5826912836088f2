"""What comes of the harvest of a collection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import msgspec

if TYPE_CHECKING:
    from presscorpus.archive.receipt import CollectionReceipt
    from presscorpus.crawl.rest.requests import Requests
    from presscorpus.errors import SourceError

COUNTED: Final = "the site counts"
"""How a remark begins that is about items that nobody can see: they are no fault of the crawl."""


class CollectionResult(NamedTuple):
    """The outcome of a collection.

    `receipt` is its receipt, `remarks` what the reason of the crawl has to say of it. `moved` says that an item has
    another permalink than before, `grew` that one is there that was not. `error` ended it early; null for none.
    `listed` are the ids that its lists hold, `links` the addresses of the items. `lacks` says that its list is closed
    or broken; null where it is neither. `refused` says that the site refused it, which is to be asked again.
    """

    receipt: CollectionReceipt
    remarks: list[str]
    moved: bool = False
    grew: bool = False
    error: SourceError | None = None
    listed: frozenset[int] = frozenset()
    links: frozenset[str] = frozenset()
    lacks: Literal["closed", "broken"] | None = None
    refused: bool = False


def result_of(requests: Requests, receipt: CollectionReceipt, remarks: list[str]) -> CollectionResult:
    """The result of a collection.

    Its receipt says what it cost and how the site had to be asked.

    Args:
        requests: The requests that were made.
        receipt: The balance.
        remarks: What a reader has to know.

    Returns:
        The result.
    """
    collection = requests.collection.name
    done = msgspec.structs.replace(
        receipt,
        requests=requests.tally.requests,
        bytes=requests.tally.bytes,
        request=requests.described,
        note="; ".join(remarks) or None,
    )
    return CollectionResult(done, [f"{collection}: {each}" for each in remarks if not each.startswith(COUNTED)])
