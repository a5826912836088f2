"""Find out with few requests what a site offers, and the cost of a crawl."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from presscorpus.config.params import Limits, Policy
from presscorpus.crawl.html_pages import harvest as html_pages
from presscorpus.crawl.http.client import Client
from presscorpus.crawl.rest.api import NAMESPACE, as_list
from presscorpus.crawl.rest.catalogue import catalogue
from presscorpus.crawl.rest.discovery import discover
from presscorpus.crawl.rest.languages import languages
from presscorpus.crawl.rest.listing import FEW
from presscorpus.crawl.rest.pages import BrokenError, ClosedError, Pages
from presscorpus.crawl.rest.request_plan import LARGEST_PAGE
from presscorpus.crawl.rest.requests import Health, Requests
from presscorpus.crawl.rest.rows import is_answer, rows_in
from presscorpus.crawl.rest.without_api import NO_API
from presscorpus.errors import BlockedError, NetworkError
from presscorpus.tables.sites import permalink_form

if TYPE_CHECKING:
    from presscorpus.crawl.http.retries import Pace
    from presscorpus.crawl.rest.api import Api, Collection
    from presscorpus.crawl.rest.languages import Languages
    from presscorpus.crawl.rest.pages import Window
    from presscorpus.crawl.rest.verdicts import Listed


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
    `permalink_form` how the API is reached (plain, pretty, index), null where it has an address of its own. `remarks`
    say what a crawl would not get, beside what the offers note.
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
    remarks: list[str]


def probe(  # noqa: PLR0913 - what to ask, how, and in whose name
    address: str,
    *,
    limits: Limits | None = None,
    policy: Policy | None = None,
    contact: str | None = None,
    allow_private: bool = False,
    permission: str | None = None,
    pace: Pace | None = None,
) -> Probe:
    """Ask a site what it has: one or two requests a collection, nothing stored.

    Users and comments are asked for as `harvest` does, by the same ladder of plainer requests.

    Args:
        address: Any address of the site.
        limits: How to ask; null for the defaults.
        policy: Users are asked for only where it names authors, comments only where it has them.
        contact: Contact for the site's owner, sent in the user agent.
        allow_private: Whether the site may lie on a private or loopback address.
        permission: Who allowed in writing what robots.txt forbids; null where nobody did.
        pace: How long to wait between attempts; null for the default.

    Returns:
        What a crawl would find, how it would have to ask, and what it would not get.

    Raises:
        SourceError: There is no API that answers, or the site is closed.
    """
    limits = limits or Limits()
    policy = policy or Policy()
    with Client(
        lambda _: None,
        limits,
        contact=contact,
        allow_private=allow_private,
        pace=pace,
        permitted=permission is not None,
    ) as client:
        return _probed(client, address, policy, limits.concurrency)


def _probed(client: Client, address: str, policy: Policy, concurrency: int) -> Probe:
    try:
        found = discover(client, address)
    except NO_API as closed:
        if not (pages := html_pages.count_listed(address, client)):
            raise
        said = f"Its sitemaps list {pages} addresses: `presscorpus build` fetches these pages, one by one."
        raise type(closed)(closed.what, where=closed.where, advice=said) from None
    api = found.api
    offered = catalogue(client, api, users=policy.authors == "named", comments=policy.comments)
    health = Health(client, api.control)
    spoken = languages(client, found, offered.collections)
    looked = [_looked_at(Requests(client, api, each, health)) for each in spoken.collections]
    remarks = [*offered.remarks, *offered.notes, *_of_languages(client, spoken)]
    asked = client.total.requests - sum(each.spent for each in looked)
    sweeps, bodies = sum(each.sweeps for each in looked), sum(each.bodies for each in looked)
    longest = max((each.offer for each in looked), key=lambda offer: offer.items or 0, default=None)
    route = longest.route if longest else f"{NAMESPACE}/posts"
    listing = _seconds(client, api.url(route, per_page=LARGEST_PAGE, orderby="id", _fields="id,modified_gmt,link"))
    reading = _seconds(client, api.url(route, per_page=LARGEST_PAGE, orderby="id"))
    delay = client.spacing(api.root)
    # The ids come one page after the other, the bodies several at once.
    seconds = max(sweeps * listing + bodies * reading / concurrency, delay * (sweeps + bodies + asked))
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
        remarks=remarks,
    )


class _Look(NamedTuple):
    """A collection that was asked for, with its first list and items.

    `spent` is how many requests that took.
    """

    offer: Offer
    sweeps: int
    bodies: int
    spent: int


def _looked_at(requests: Requests) -> _Look:
    collection: Collection = requests.collection
    items: int | None = None
    try:
        first = Pages(requests).first()
        items = first.total
        note = _unreachable(requests, first, items or 0)
    except ClosedError as closed:
        note = f"closed, {closed}"
    except BrokenError as broken:
        note = f"fails, {broken}"
    except (BlockedError, NetworkError) as error:
        note = error.what
    else:
        sweeps, bodies = _foretold(requests, first)
        offer = Offer(collection.name, collection.route, items, requests.described, note)
        return _Look(offer, sweeps, bodies, requests.tally.requests)
    return _Look(Offer(collection.name, collection.route, items, note=note), 1, 0, requests.tally.requests)


def _foretold(requests: Requests, first: Window) -> tuple[int, int]:
    """How many requests the lists and the items of a collection take."""
    size, items = requests.plan.size, first.total or 0
    shown = first.shown if 0 < first.shown < min(size, items) else size
    step = max(shown - int(requests.plan.offset), 1)
    pages = max(-(-((items or first.shown or 1) - int(requests.plan.offset)) // step), 1)
    short = items > FEW and requests.collection.states("modified_after")
    return pages + 2 if short else 2 * pages, -(-items // (requests.plan.batch or size))


def _of_languages(client: Client, spoken: Languages) -> list[str]:
    """Languages whose newest posts are not among the newest of the list."""
    if not spoken.unproven and spoken.unnamed is None:
        return []
    newest = client.get(spoken.api.url(f"{NAMESPACE}/posts", per_page=LARGEST_PAGE, _fields="id"))
    rows = rows_in(newest.body) or [] if is_answer(newest) else []
    remarks = spoken.missing(client, frozenset(row.id for row in rows if row is not None))
    return [f"{remark}, as far as the newest {len(rows)} show" for remark in remarks]


def _unreachable(requests: Requests, first: Window, items: int) -> str | None:
    """What the last row of a list tells of those that no page would show.

    Null where it comes.
    """
    if items <= first.shown or not first.ids:
        return None
    capped = f"shows {first.shown} of {items} at once" if first.shown < min(requests.plan.size, items) else None
    size = 1 if requests.plan.per_page else None
    last = requests.page(items - 1, size)
    if last.verdict == "rows" and _ids(last)[:1] == first.ids[:1] and requests.plan.offset:
        requests.plan = requests.plan._replace(offset=False)
        last = requests.page(items - 1, size)
    if last.verdict not in {"rows", "end"}:
        return f"a part of its list fails: {last.why}"
    if _ids(last)[:1] == first.ids[:1]:
        return "answers each page with the same rows, so that a crawl gets no more than the first"
    if not _ids(last):
        return f"counts {items}, and its list ends before them: a crawl would look for the rest in other ways"
    return capped


def _ids(listed: Listed) -> list[int]:
    return [row.id for row in listed.rows if row is not None]


def _seconds(client: Client, url: str) -> float:
    begun = time.monotonic()
    client.get(url)
    return time.monotonic() - begun


def _said(api: Api, key: str) -> str:
    value = api.index.get(key)
    return "" if value is None else str(value)
