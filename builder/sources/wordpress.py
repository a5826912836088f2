"""The live harvest: everything public on a WordPress site, over its REST API, with a receipt.

Every complete answer goes into the archive as received, errors included; what is in them is judged later. The walk
itself is in `walk.py`, the search for the API in `discovery.py`, the manners in `http.py`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from builder.archive import CollectionReceipt, Exchange, Receipt
from builder.errors import SourceError
from builder.params import Limits, Policy
from builder.sources.asking import PAGE, Asking
from builder.sources.discovery import collections, discover
from builder.sources.http import Client, Pace, Tally
from builder.sources.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from builder.params import Site
    from builder.sources.discovery import Api, Collection
    from builder.sources.earlier import Earlier

_OK = 200


class Crawl(Protocol):
    """Where exchanges go: `builder.archive.CrawlWriter`."""

    def exchange(self, exchange: Exchange) -> str:
        """Store one exchange. Returns its record id."""


class Harvest(NamedTuple):
    """What a harvest came to: the receipt, and the error that ended it early (null for none).

    A receipt without an error may still be incomplete: some item could not be had.
    """

    receipt: Receipt
    error: SourceError | None


def harvest(  # noqa: PLR0913 - what to ask, how, and whom to tell
    site: Site,
    crawl: Crawl,
    *,
    limits: Limits | None = None,
    policy: Policy | None = None,
    known: Mapping[str, Earlier] | None = None,
    progress: Callable[[str, int, int | None], None] = lambda *_: None,
    pace: Pace | None = None,
) -> Harvest:
    """Harvest a site into `crawl`. Raises nothing for what the site does: that is in the result.

    Users are asked for only where `policy` names authors, comments only where it has them. `known` is what earlier
    crawls told, by collection; a collection that is not in it is read as a whole. `progress` is called from
    this thread with a collection's name, how many of its items are there, and how many the site says it has.
    """
    started_at = datetime.now(UTC)
    found: list[CollectionReceipt] = []
    remarks: list[str] = []
    error: SourceError | None = None
    limits = limits or Limits()
    full_sweep = timedelta(days=limits.full_sweep_days)
    with Client(crawl.exchange, limits, contact=site.contact, allow_private=site.allow_private, pace=pace) as client:
        pool = ThreadPoolExecutor(limits.concurrency, thread_name_prefix=f"harvest-{site.name}")
        try:
            api = discover(client, site.address)
            for collection in _wanted(client, api, policy):
                asking = Asking(client, api, collection)
                earlier = known.get(collection.name) if known else None
                finding = Walk(asking, pool, progress, earlier=earlier, at=site.as_of, full_sweep=full_sweep).run()
                found.append(finding.receipt)
                remarks += finding.remarks
        except SourceError as problem:
            error = problem
        finally:
            client.halt()
            pool.shutdown(wait=True, cancel_futures=True)
        total = client.total
    return Harvest(_receipt(site, started_at, found, total, error=error, remarks=remarks), error)


def _wanted(client: Client, api: Api, policy: Policy | None) -> list[Collection]:
    policy = policy or Policy()
    return list(collections(client, api, users=policy.authors == "named", comments=policy.comments))


def _receipt(
    site: Site,
    started_at: datetime,
    found: list[CollectionReceipt],
    total: Tally,
    *,
    error: SourceError | None,
    remarks: list[str],
) -> Receipt:
    whole = error is None and all(each.balanced for each in found)
    reasons = [*([str(error)] if error else []), *remarks]
    return Receipt(
        site=site.name,
        crawl=site.crawl,
        source="wordpress",
        address=site.address,
        started_at=started_at,
        ended_at=datetime.now(UTC),
        outcome="complete" if whole else "incomplete",
        collections=found,
        reason="; ".join(reasons) or None,
        requests=total.requests,
        bytes=total.bytes,
        discarded=total.discarded,
    )


class Offer(msgspec.Struct, frozen=True):
    """What a site offers in one collection: how many items (null where it does not say), and the status it gave."""

    collection: str
    route: str
    items: int | None
    status: int


class Probe(msgspec.Struct, frozen=True):
    """What can be learnt of a site with few requests.

    `modified_after` tells whether changed posts can be asked for by date (since WordPress 5.7). `requests` is about how
    many a whole crawl takes. `time_zone` is its name or offset as the site gives it.
    """

    address: str
    root: str
    title: str
    home: str
    time_zone: str
    namespaces: list[str]
    modified_after: bool
    offers: list[Offer]
    requests: int


def probe(
    address: str,
    *,
    limits: Limits | None = None,
    policy: Policy | None = None,
    contact: str | None = None,
    allow_private: bool = False,
    pace: Pace | None = None,
) -> Probe:
    """Ask a site what it has: one request a collection, nothing stored; users and comments as `harvest` does.

    Raises NotWordPressError, TooOldError, BlockedError, NetworkError.
    """
    with Client(lambda _: None, limits or Limits(), contact=contact, allow_private=allow_private, pace=pace) as client:
        api = discover(client, address)
        offers = []
        for collection in _wanted(client, api, policy):
            answer = client.get(api.url(collection.route, per_page=1, _fields="id"))
            items = answer.total if answer.status == _OK else None
            offers.append(Offer(collection.name, collection.route, items, answer.status))
        # Two sweeps, whose pages overlap by one, and the bodies.
        pages = sum(2 * -(-(offer.items or 1) // (PAGE - 1)) + -(-(offer.items or 0) // PAGE) for offer in offers)
        return Probe(
            address=address,
            root=api.root,
            title=_said(api, "name"),
            home=_said(api, "home"),
            time_zone=_said(api, "timezone_string") or _said(api, "gmt_offset"),
            namespaces=[name for name in api.index["namespaces"] if isinstance(name, str)],
            modified_after="modified_after" in api.parameters("wp/v2/posts"),
            offers=offers,
            requests=pages + client.total.requests - len(offers),
        )


def _said(api: Api, key: str) -> str:
    value = api.index.get(key)
    return "" if value is None else str(value)
