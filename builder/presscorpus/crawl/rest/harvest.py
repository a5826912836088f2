"""The live harvest: everything public on a WordPress site, over its REST API, with a receipt.

Every complete answer goes into the archive as received, errors included; what is in them is judged later. The walk
itself is in `walk.py`, the search for the API in `discovery.py`, the manners in `http.py`.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from presscorpus.archive.receipts import Receipt
from presscorpus.config.params import Limits, Policy
from presscorpus.crawl.http.client import Client, Pace
from presscorpus.crawl.http.context import Circumstances
from presscorpus.crawl.http.credentials import Access, origin_of
from presscorpus.crawl.rest.collection import FEW, Times, Walk
from presscorpus.crawl.rest.discovery import NAMESPACE, collections, discover
from presscorpus.crawl.rest.requests import PAGE, Asking
from presscorpus.errors import AccessError, SourceError
from presscorpus.tables.sites import permalink_form

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

    from presscorpus.archive.writer import Exchange
    from presscorpus.config.params import Site
    from presscorpus.crawl.rest.baseline import Earlier
    from presscorpus.crawl.rest.collection import Finding
    from presscorpus.crawl.rest.discovery import Api, Collection

_OK, _UNAUTHORIZED = 200, 401


class Crawl(Protocol):
    """Where exchanges go: `presscorpus.archive.CrawlWriter`."""

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
    around: Circumstances | None = None,
    began: datetime | None = None,
) -> Harvest:
    """Harvest a site into `crawl`. Raises nothing for what the site does: that is in the result.

    Users are asked for only where `policy` names authors, comments only where it has them. `known` is what earlier
    crawls told, by collection; a collection that is not in it is read as a whole. `began` is when a crawl that was
    killed had begun, which goes on now. `progress` is called from any thread with a collection's name, how many of its
    items are there, and how many the site says it has.
    """
    started_at = began or datetime.now(UTC)
    findings: list[Finding] = []
    error: SourceError | None = None
    known = known or {}
    limits = limits or Limits()
    times = Times(site.as_of, started_at, timedelta(days=limits.full_sweep_days))
    around = around or Circumstances.alone()

    def client_with(access: Access) -> Client:
        private = site.allow_private
        here = around._replace(access=access)
        return Client(crawl.exchange, limits, contact=site.contact, allow_private=private, pace=pace, around=here)

    def walk(api: Api, collection: Collection, times: Times) -> Finding:
        asking, earlier = Asking(client, api, collection), known.get(collection.name)
        return Walk(asking, pool, progress, earlier=earlier, times=times).run()

    with client_with(around.access) as client:
        tasks: list[Future[Finding]] = []
        pool, walks = (
            ThreadPoolExecutor(limits.concurrency, thread_name_prefix=f"{what}-{site.name}") for what in ("get", "walk")
        )
        try:
            api = discover(client, site.address)
            if client.access.is_login:
                _verify_login(client, lambda: client_with(Access()), api, site)
            # Walks through several collections at once keep every connection busy: a sweep alone needs but one.
            wanted = _wanted(client, api, policy)
            tasks = [walks.submit(walk, api, collection, times) for collection in wanted]
            findings.extend(task.result() for task in tasks)
            _look_again(findings, known, lambda place: walk(api, wanted[place], times._replace(full_sweep=timedelta())))
        except SourceError as problem:
            error = problem
        finally:
            client.halt()
            # First the walks: one that waits for a cancelled task would wait for ever. Halted, tasks fail at once.
            walks.shutdown(wait=True, cancel_futures=True)
            pool.shutdown(wait=True, cancel_futures=True)
        receipt = _receipt(site, started_at, findings, client, error)
    return Harvest(receipt, error)


def _look_again(findings: list[Finding], known: Mapping[str, Earlier], walk: Callable[[int], Finding]) -> None:
    """Compare the whole list of media where a post moved, or one may have brought its hidden attachments to light.

    The address and the visibility of an attachment are its post's (get_attachment_link,
    WP_REST_Posts_Controller::check_read_permission): of that, a list of what was modified since says nothing.
    """
    for place, media in enumerate(findings):
        earlier = known.get(media.receipt.collection)
        if media.receipt.collection != "media" or media.receipt.sweep != "modified" or earlier is None:
            continue
        others = [each for each in findings if each is not media]
        hidden = (earlier.total or 0) > len(earlier.items)
        if any(each.moved or (each.grew and hidden) for each in others):
            again = walk(place)
            asked = {
                name: getattr(media.receipt, name) + getattr(again.receipt, name) for name in ("requests", "bytes")
            }
            findings[place] = again._replace(receipt=msgspec.structs.replace(again.receipt, **asked))


def _verify_login(client: Client, bare: Callable[[], Client], api: Api, site: Site) -> None:
    """See whether user and password open something; `bare` is a client without. Raises AccessError where they do not.

    WordPress ignores a wrong application password on public routes, and says so at /users/me only. A password that the
    web server itself asks for is proved where the API answers, and does not without it.
    """
    # Of the answer only the number is asked for: who the user is, is nobody's business.
    told = client.get(api.url(f"{NAMESPACE}/users/me", _fields="id"))
    if told.status == _OK:
        return
    with bare() as other:
        if other.get(api.root).status == _UNAUTHORIZED:
            return
    reach = origin_of(api.root) == client.access.origin
    raise AccessError(
        "does not take the user and password" if reach else f"its API lies at {api.root}, to where no password goes",
        where=site.address,
        advice="Check both variables." if reach else "Name that address in params.yaml, if it is the site meant.",
    )


def _wanted(client: Client, api: Api, policy: Policy | None) -> list[Collection]:
    policy = policy or Policy()
    return list(collections(client, api, users=policy.authors == "named", comments=policy.comments))


def _receipt(
    site: Site,
    started_at: datetime,
    findings: list[Finding],
    client: Client,
    error: SourceError | None,
) -> Receipt:
    found = [finding.receipt for finding in findings]
    whole = error is None and all(each.balanced for each in found)
    reasons = [*([str(error)] if error else []), *(remark for finding in findings for remark in finding.remarks)]
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
        requests=client.total.requests,
        bytes=client.total.bytes,
        discarded=client.total.discarded,
        authenticated=bool(client.access.headers),
        clocks_differ=True if client.clocks_differ else msgspec.UNSET,
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
    many a whole crawl takes, and `seconds` how long, by the time that the site took for these answers; `delay` is what
    its robots.txt asks for between two. `time_zone` is its name or offset as the site gives it, `permalink_form` how
    the API is reached (plain, pretty, index), null where it has an address of its own.
    """

    address: str
    root: str
    permalink_form: str | None
    title: str
    home: str
    time_zone: str
    namespaces: list[str]
    modified_after: bool
    offers: list[Offer]
    requests: int
    seconds: float
    delay: float


def probe(
    address: str,
    *,
    limits: Limits | None = None,
    policy: Policy | None = None,
    contact: str | None = None,
    allow_private: bool = False,
    pace: Pace | None = None,
) -> Probe:
    """Ask a site what it has: one request a collection and two to take the time, nothing stored.

    Users and comments are asked for as `harvest` does. Raises NotWordPressError, TooOldError, BlockedError,
    NetworkError.
    """
    limits = limits or Limits()
    with Client(lambda _: None, limits, contact=contact, allow_private=allow_private, pace=pace) as client:
        api = discover(client, address)
        offers, sweeps = [], 0
        for collection in _wanted(client, api, policy):
            answer = client.get(api.url(collection.route, per_page=1, _fields="id"))
            items = answer.total if answer.status == _OK else None
            pages = -(-(items or 1) // (PAGE - 1))
            short = (items or 0) > FEW and collection.states("modified_after")
            sweeps += pages + 2 if short else 2 * pages
            offers.append(Offer(collection.name, collection.route, items, answer.status))
        asked = client.total.requests - len(offers)
        bodies = sum(-(-(offer.items or 0) // PAGE) for offer in offers)
        longest = max(offers, key=lambda offer: offer.items or 0, default=None)
        route = longest.route if longest else f"{NAMESPACE}/posts"
        listing = _seconds(client, api.url(route, per_page=PAGE, orderby="id", _fields="id,modified_gmt,link"))
        reading = _seconds(client, api.url(route, per_page=PAGE, orderby="id"))
        delay = client.spacing(api.root)
        # The ids come one page after the other, the bodies several at once.
        seconds = max(sweeps * listing + bodies * reading / limits.concurrency, delay * (sweeps + bodies + asked))
        return Probe(
            address=address,
            root=api.root,
            permalink_form=permalink_form(api.root),
            title=_said(api, "name"),
            home=_said(api, "home"),
            time_zone=_said(api, "timezone_string") or _said(api, "gmt_offset"),
            namespaces=[name for name in api.index["namespaces"] if isinstance(name, str)],
            modified_after="modified_after" in api.parameters("wp/v2/posts"),
            offers=offers,
            requests=sweeps + bodies + asked,
            seconds=seconds,
            delay=delay,
        )


def _seconds(client: Client, url: str) -> float:
    begun = time.monotonic()
    client.get(url)
    return time.monotonic() - begun


def _said(api: Api, key: str) -> str:
    value = api.index.get(key)
    return "" if value is None else str(value)
