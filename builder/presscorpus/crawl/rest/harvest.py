"""The live harvest: everything public on a WordPress site, with a receipt.

Every complete response is archived as received, errors included; the later stages read what is in them.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from presscorpus.archive.receipt import Receipt
from presscorpus.config.params import Limits, Policy
from presscorpus.crawl.html_pages.earlier_posts import EarlierPosts
from presscorpus.crawl.http.client import Client
from presscorpus.crawl.http.context import CrawlContext
from presscorpus.crawl.http.credentials import Credentials, origin_of
from presscorpus.crawl.rest.api import NAMESPACE
from presscorpus.crawl.rest.catalogue import catalogue
from presscorpus.crawl.rest.collection import CollectionHarvest, Times
from presscorpus.crawl.rest.discovery import discover
from presscorpus.crawl.rest.languages import languages
from presscorpus.crawl.rest.refusals import ask_again
from presscorpus.crawl.rest.requests import Health, Requests
from presscorpus.crawl.rest.unoffered import unoffered
from presscorpus.crawl.rest.without_api import NO_API, WithoutApi
from presscorpus.errors import AccessError, SourceError
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from presscorpus.archive.writer import Exchange
    from presscorpus.config.params import Site
    from presscorpus.crawl.http.retries import Pace
    from presscorpus.crawl.rest import media_files
    from presscorpus.crawl.rest.api import Api, Collection
    from presscorpus.crawl.rest.baseline import Baseline
    from presscorpus.crawl.rest.discovery import Found
    from presscorpus.crawl.rest.media_files import Earlier
    from presscorpus.crawl.rest.result import CollectionResult
else:
    media_files = lazy("presscorpus.crawl.rest.media_files")

_OK, _UNAUTHORIZED = 200, 401


class Crawl(Protocol):
    """Where exchanges are stored: `presscorpus.archive.CrawlWriter`."""

    def exchange(self, exchange: Exchange) -> str:
        """Store one exchange.

        Args:
            exchange: A request with its complete response.

        Returns:
            The id of its record.
        """


class Harvest(NamedTuple):
    """The receipt of a harvest, and the error that ended it (null for none).

    A receipt without an error may still be incomplete: some item could not be fetched.
    """

    receipt: Receipt
    error: SourceError | None


def harvest(  # noqa: PLR0913 - what to ask, how, and whom to tell
    site: Site,
    crawl: Crawl,
    *,
    limits: Limits | None = None,
    policy: Policy | None = None,
    known: Mapping[str, Baseline] | None = None,
    routes: Callable[[str], Iterable[str]] = lambda _: (),
    before: Callable[[], EarlierPosts] = EarlierPosts,
    progress: Callable[[str, int, int | None], None] = lambda *_: None,
    pace: Pace | None = None,
    context: CrawlContext | None = None,
    began: datetime | None = None,
    media: Earlier | None = None,
) -> Harvest:
    """Harvest a site into `crawl`.

    Args:
        site: What to ask, from params.yaml.
        crawl: Where exchanges are stored.
        limits: How to ask; null for the defaults.
        policy: Users are asked for only where it names authors, comments only where it has them.
        known: What earlier crawls observed, by collection; a collection that is missing is read as a whole.
        routes: The routes that showed a collection to earlier crawls, by its name.
        before: Makes what earlier crawls saw of posts, for a site whose API is closed.
        progress: Called from any thread with a collection, how many of its items are there, and how many it has.
        pace: How long to wait between attempts; null for the default.
        context: What this crawl shares with others; null for nothing.
        began: When a crawl that was killed and goes on now had begun; null for now.
        media: What is known of the site's media files; null where none are wanted.

    Returns:
        The receipt, and the error that ended the harvest early. Whatever the site does is in there: nothing is raised.
    """
    started_at, limits, context = began or datetime.now(UTC), limits or Limits(), context or CrawlContext.alone()

    def client_with(access: Credentials) -> Client:
        return Client(
            crawl.exchange,
            limits,
            contact=site.contact,
            allow_private=site.allow_private,
            pace=pace,
            context=context._replace(credentials=access),
            permitted=site.permission is not None,
        )

    times = Times(site.as_of, started_at, timedelta(days=limits.full_sweep_days), site.part)
    with client_with(context.credentials) as client:
        run = _Run(site, client, times, known or {}, progress)
        run.routes, run.without_api = routes, WithoutApi(site, client, progress, before)
        error: SourceError | None = None
        try:
            error = run.harvest(lambda: client_with(Credentials()), policy or Policy(), limits, media)
        except SourceError as problem:
            error = problem
        finally:
            client.halt()
            run.shutdown()
        return Harvest(_receipt(site, started_at, run, client, error), error)


class _Run:
    """The collections of one site, harvested side by side."""

    def __init__(
        self,
        site: Site,
        client: Client,
        times: Times,
        known: Mapping[str, Baseline],
        progress: Callable[[str, int, int | None], None],
    ) -> None:
        self.results: list[CollectionResult] = []
        self.remarks: list[str] = []
        self.notes: list[str] = []
        self._site, self._client, self._times, self._known, self._progress = site, client, times, known, progress
        self._pools: list[ThreadPoolExecutor] = []
        self._control: str | None = None
        self.routes: Callable[[str], Iterable[str]] = lambda _: ()
        self.without_api = WithoutApi(site, client, progress)

    def harvest(
        self, bare: Callable[[], Client], policy: Policy, limits: Limits, media: Earlier | None
    ) -> SourceError | None:
        """Harvest all that is wanted of the site; the first error that ended any of it.

        `bare` makes a client without credentials.
        """
        return self._items(bare, policy, limits.concurrency) or self._files(media, limits)

    def _items(self, bare: Callable[[], Client], policy: Policy, concurrency: int) -> SourceError | None:
        """Harvest what the API shows, and as pages what it does not."""
        try:
            found = discover(self._client, self._site.address)
        except NO_API as closed:
            if not self.without_api.may_be_asked:
                raise
            return self._pages_instead(closed, concurrency)
        self._control = found.api.control
        if self._client.credentials.is_login:
            _verify_login(self._client, bare, found.api, self._site)
        return self.collect(found, policy, concurrency)

    def _pages_instead(self, closed: SourceError, concurrency: int) -> SourceError | None:
        results, error = self.without_api.instead(closed, self._pool("get", concurrency))
        self.results += results
        self.remarks += self.without_api.remarks
        if self._site.part is not None:
            self.remarks.append(f"only a part was asked for: {self._site.part}")
        return error

    def _pool(self, what: str, concurrency: int) -> ThreadPoolExecutor:
        self._pools.append(ThreadPoolExecutor(concurrency, thread_name_prefix=f"{what}-{self._site.name}"))
        return self._pools[-1]

    def collect(self, found: Found, policy: Policy, concurrency: int) -> SourceError | None:
        """Harvest every collection in every language; the first error that ended one."""
        api, client = found.api, self._client
        offered = catalogue(client, api, users=policy.authors == "named", comments=policy.comments)
        missed = unoffered(api, offered.collections, self._known, self.routes)
        spoken = languages(client, found, [*offered.collections, *missed.collections])
        self.remarks += offered.remarks
        self.notes += [*offered.notes, *missed.notes]
        wanted, health = _of_types(spoken.collections, self._site), Health(client, api.control)
        lists, gets = self._pool("list", concurrency), self._pool("get", concurrency)
        kinds = frozenset(each.kind for each in wanted if each.kind)

        def harvest_of(collection: Collection, times: Times) -> CollectionHarvest:
            requests = Requests(client, api, collection, health, kinds)
            baseline = self._known.get(collection.name)
            return CollectionHarvest(requests, gets, self._progress, baseline=baseline, times=times)

        # Several collections at once keep every connection busy: a sweep needs only one.
        harvests = [harvest_of(collection, self._times) for collection in wanted]
        tasks = [lists.submit(each.run) for each in harvests]
        self.results.extend(task.result() for task in tasks)
        if not any(each.error for each in self.results):
            ask_again(harvests, self.results, client.rest)
        self.results += missed.lost if self._site.part is None else []
        error = next((each.error for each in self.results if each.error), None)
        if error is None:
            error = self.without_api.besides(self.results, gets, types_unknown=offered.types_unknown)
            self.remarks += self.without_api.remarks
        if self._site.part is not None:
            self.remarks.append(f"only a part was asked for: {self._site.part}")
        elif error is None:
            at_once = self._times._replace(full_sweep=timedelta())
            _look_again(self.results, self._known, lambda place: harvest_of(wanted[place], at_once).run())
            posts = next((each.listed for each in self.results if each.receipt.collection == "posts:post"), frozenset())
            self.remarks += spoken.missing(client, posts)
        return error

    def _files(self, media: Earlier | None, limits: Limits) -> SourceError | None:
        """Fetch the media files that the items name, where they are wanted."""
        if media is None:
            return None
        media.named.add(media.captures())
        wanted = media.named.wanted(everything=self._site.media == "all")
        pool = self._pool("file", limits.concurrency)
        taking = media_files.MediaFiles(self._site, limits, self._client, Health(self._client, self._control), pool)
        self.results.append(taking.run(wanted, media.before, self._progress))
        return self.results[-1].error

    def shutdown(self) -> None:
        """End the threads, the lists first: they wait for tasks of the others."""
        for pool in self._pools:
            pool.shutdown(wait=True, cancel_futures=True)


def _of_types(collections: list[Collection], site: Site) -> list[Collection]:
    """Leave out the post types that are not asked for.

    Raises SourceError where the site has none of that name.
    """
    asked = site.part.types if site.part else ()
    if not asked:
        return collections
    types = {each: "attachment" if each == "media" else each.removeprefix("posts:") for each in (
        collection.name for collection in collections) if each.startswith("posts:") or each == "media"}  # fmt: skip
    unknown = sorted(set(asked) - set(types.values()))
    if unknown:
        raise SourceError(
            f"has no post type {', '.join(map(repr, unknown))}",
            where=site.address,
            advice=f"It has: {', '.join(sorted(set(types.values())))}.",
        )
    return [each for each in collections if types.get(each.name, asked[0]) in asked]


def _look_again(
    results: list[CollectionResult], known: Mapping[str, Baseline], again: Callable[[int], CollectionResult]
) -> None:
    """List all media again where a post moved, or may have made attachments visible.

    The address and the visibility of an attachment are its post's (get_attachment_link,
    WP_REST_Posts_Controller::check_read_permission): of that, a list of what was modified since says nothing.
    """
    for place, media in enumerate(results):
        baseline = known.get(media.receipt.collection)
        if media.receipt.collection != "media" or media.receipt.sweep != "modified" or baseline is None:
            continue
        others = [each for each in results if each is not media]
        hidden = (baseline.total or 0) > len(baseline.items)
        if any(each.moved or (each.grew and hidden) for each in others):
            repeated = again(place)
            asked = {
                name: getattr(media.receipt, name) + getattr(repeated.receipt, name) for name in ("requests", "bytes")
            }
            results[place] = repeated._replace(receipt=msgspec.structs.replace(repeated.receipt, **asked))


def _verify_login(client: Client, bare: Callable[[], Client], api: Api, site: Site) -> None:
    """Check that user and password are accepted; `bare` is a client without them.

    Raises AccessError where they are not. WordPress ignores a wrong application password on public routes, and says so
    at /users/me only. A password that the web server itself asks for is proved where the API answers, and does not
    without it.
    """
    # Only the number is asked for, no other data of the user.
    told = client.get(api.url(f"{NAMESPACE}/users/me", _fields="id"))
    if told.status == _OK:
        return
    with bare() as other:
        if other.get(api.root).status == _UNAUTHORIZED:
            return
    reach = origin_of(api.root) == client.credentials.origin
    raise AccessError(
        "does not take the user and password" if reach else f"its API lies at {api.root}, to where no password goes",
        where=site.address,
        advice="Check both variables." if reach else "Name that address in params.yaml, if it is the site meant.",
    )


def _receipt(
    site: Site,
    started_at: datetime,
    run: _Run,
    client: Client,
    error: SourceError | None,
) -> Receipt:
    found = [result.receipt for result in run.results]
    whole = error is None and not run.remarks and all(each.balanced for each in found)
    told = [remark for result in run.results for remark in result.remarks]
    reasons = [*([str(error)] if error else []), *run.without_api.says, *run.remarks, *run.notes, *told]
    return Receipt(
        site=site.name,
        crawl=site.crawl,
        source="wordpress",
        address=site.address,
        started_at=started_at,
        ended_at=datetime.now(UTC),
        outcome="incomplete" if not whole else "complete" if run.without_api.is_listed else "unknown",
        collections=found,
        reason="; ".join(reasons) or None,
        requests=client.total.requests,
        bytes=client.total.bytes,
        discarded=client.total.discarded,
        authenticated=bool(client.credentials.headers),
        clocks_differ=True if client.clocks_differ else msgspec.UNSET,
        permission=site.permission or msgspec.UNSET,
    )
