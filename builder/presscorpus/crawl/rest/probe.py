"""Find out with few requests what a site offers, and the cost of a crawl."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from presscorpus.config.params import Limits, Policy
from presscorpus.crawl.http.client import Client
from presscorpus.crawl.rest.api import NAMESPACE, as_list
from presscorpus.crawl.rest.catalogue import catalogue
from presscorpus.crawl.rest.discovery import discover
from presscorpus.crawl.rest.languages import languages
from presscorpus.crawl.rest.listing import FEW
from presscorpus.crawl.rest.pages import BrokenError, ClosedError, Pages
from presscorpus.crawl.rest.request_plan import LARGEST_PAGE
from presscorpus.crawl.rest.requests import Health, Requests
from presscorpus.errors import BlockedError, NetworkError
from presscorpus.tables.sites import permalink_form

if TYPE_CHECKING:
    from presscorpus.crawl.http.retries import Pace
    from presscorpus.crawl.rest.api import Api, Collection


class Offer(msgspec.Struct, frozen=True):
    """What a site offers in one collection.

    `items` is how many it counts, null where it does not say. `request` says how it has to be asked, null for the full
    request; `note` what a crawl would not get, null where nothing shows of that.
    """

    collection: str
    route: str
    items: int | None
    request: str | None = None
    note: str | None = None


class Probe(msgspec.Struct, frozen=True):
    """What can be learnt of a site with few requests.

    `modified_after` tells whether changed posts can be asked for by date (since WordPress 5.7). `requests` is about how
    many a whole crawl takes, and `seconds` how long, by the time that the site took for these answers; `delay` is the
    seconds that its robots.txt asks for between two. `time_zone` is its name or offset as the site gives it,
    `permalink_form` how the API is reached (plain, pretty, index), null where it has an address of its own.
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
    """Ask a site what it has: one request a collection, nothing stored.

    Users and comments are asked for as `harvest` does.

    Args:
        address: Any address of the site.
        limits: How to ask; null for the defaults.
        policy: Which collections are wanted; null for the default.
        contact: Contact for the site's owner, sent in the user agent.
        allow_private: Whether the site may lie on a private or loopback address.
        pace: How long to wait between attempts; null for the default.

    Returns:
        What was learnt.

    Raises:
        SourceError: There is no API that answers, or the site is closed.
    """
    limits = limits or Limits()
    policy = policy or Policy()
    with Client(lambda _: None, limits, contact=contact, allow_private=allow_private, pace=pace) as client:
        found = discover(client, address)
        api = found.api
        offered = catalogue(client, api, users=policy.authors == "named", comments=policy.comments)
        health = Health(client, api.control)
        wanted = languages(client, found, offered.collections).collections
        looked = [_looked_at(Requests(client, api, each, health)) for each in wanted]
        asked = client.total.requests - len(looked)
        sweeps, bodies = sum(each.sweeps for each in looked), sum(each.bodies for each in looked)
        longest = max((each.offer for each in looked), key=lambda offer: offer.items or 0, default=None)
        route = longest.route if longest else f"{NAMESPACE}/posts"
        listing = _seconds(client, api.url(route, per_page=LARGEST_PAGE, orderby="id", _fields="id,modified_gmt,link"))
        reading = _seconds(client, api.url(route, per_page=LARGEST_PAGE, orderby="id"))
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
            namespaces=[name for name in as_list(api.index.get("namespaces")) if isinstance(name, str)],
            modified_after=api.collection("posts:post", f"{NAMESPACE}/posts").states("modified_after"),
            offers=[each.offer for each in looked],
            requests=sweeps + bodies + asked,
            seconds=seconds,
            delay=delay,
        )


class _Look(NamedTuple):
    """A collection that was asked for, and the requests for its lists and items."""

    offer: Offer
    sweeps: int
    bodies: int


def _looked_at(requests: Requests) -> _Look:
    collection: Collection = requests.collection
    try:
        first = Pages(requests).first()
    except (ClosedError, BrokenError) as error:
        kind = "closed" if isinstance(error, ClosedError) else "fails"
        return _Look(Offer(collection.name, collection.route, None, note=f"{kind}, {error}"), 1, 0)
    except (BlockedError, NetworkError) as error:
        return _Look(Offer(collection.name, collection.route, None, note=error.what), 1, 0)
    size, items = requests.plan.size, first.total
    capped = 0 < first.shown < min(size, items or 0)
    note = f"shows {first.shown} of {items} at once" if capped else None
    step = max((first.shown if capped else size) - int(requests.plan.offset), 1)
    pages = max(-(-((items or first.shown or 1) - int(requests.plan.offset)) // step), 1)
    short = (items or 0) > FEW and collection.states("modified_after")
    offer = Offer(collection.name, collection.route, items, requests.described, note)
    bodies = -(-(items or 0) // (requests.plan.batch or size))
    return _Look(offer, pages + 2 if short else 2 * pages, bodies)


def _seconds(client: Client, url: str) -> float:
    begun = time.monotonic()
    client.get(url)
    return time.monotonic() - begun


def _said(api: Api, key: str) -> str:
    value = api.index.get(key)
    return "" if value is None else str(value)
