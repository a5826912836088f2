"""What `presscorpus build` was asked for, as params.yaml."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from presscorpus.archive.receipt_file import closed_crawls, read_receipt
from presscorpus.config import params
from presscorpus.crawl import typed_address
from presscorpus.crawl.imports import site_address
from presscorpus.crawl.imports.closed_crawls import are_in, folders
from presscorpus.errors import SourceError, UsageError
from presscorpus.pipeline import own_output
from presscorpus.storage.location import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from presscorpus.config.params import Params, Site

_OF_DAY = re.compile(r"v\d{4}\.\d\d\.\d\d")  # the version of a dataset whose user has named none

UNSETTLED = params.Rights(
    "Not settled. Whoever built this dataset has not said what may be done with the site's content.", publishable=False
)
"""The rights of a site of which nobody has said anything."""


class BuildRequest(msgspec.Struct, frozen=True):
    """What the user asked for.

    Attributes:
        sources: Addresses as people type them, files or folders.
        as_of: The time that imported files count as observed and that names the crawls, in UTC.
        address: That of the site, where files do not show it.
        title: That of the dataset; null means the hosts of its sites.
        allow_private: Whether addresses of private networks may be asked.
        contact: Who crawls, for the User-Agent; required to ask a live site.
        permission: Who allowed in writing to fetch what robots.txt forbids, and when; null for nobody.
        workers: Processes of the build; 0 means as many as the machine has cores for.
        part: What alone of live sites is asked for; null for everything.
        look: Whether every address is asked whether a WordPress site is there, also one that needs no finding.
    """

    sources: list[str]
    as_of: datetime
    address: str | None = None
    title: str | None = None
    allow_private: bool = False
    contact: str | None = None
    permission: str | None = None
    workers: int = 0
    part: params.Part | None = None
    look: bool = False


def to_params(request: BuildRequest, out: Path) -> Params:
    """Convert a request to the params.yaml that the user would have written.

    Args:
        request: What the user asked for.
        out: The folder to build in; its name becomes that of the dataset.

    Returns:
        Parameters without fault, with one site for each name.

    Raises:
        UsageError: An address cannot be told, a source is neither file nor address, or a site is named twice.
        SourceError: Files cannot be read, or a typed address leads to no WordPress site.
        ParamsError: What follows from the request is no valid params.yaml.
    """
    _check_since(request)
    by_name: dict[str, list[Site]] = {}
    for source in request.sources:
        for site in _sites(source, request):
            by_name.setdefault(site.name, []).append(site)
    sites = tuple(_merged(of_one) for of_one in by_name.values())
    if request.part and not any(site.part for site in sites):
        raise UsageError(
            "--limit, --since and --types take a part of a site that is asked, not of files",
            where=", ".join(request.sources),
        )
    made = params.Params(
        dataset=params.Dataset(
            name=slug(out.resolve().name) or "dataset",
            title=request.title or _hosts(sites),
            version=f"v{request.as_of:%Y.%m.%d}",
        ),
        sites=sites,
        engine=params.Engine(request.workers),
    )
    return params.judge(made, where="the command line")


def as_settled(made: Params, earlier: Params, request: BuildRequest) -> Params:
    """Keep what the user settled in the params.yaml of an earlier build.

    Rights, policies, creators and all else that no option of the command says stay as they stand there.

    Args:
        made: What follows from the request alone.
        earlier: The params.yaml of the folder.
        request: What the user asks for now.

    Returns:
        Parameters with the sites and moments of `made`.

    Raises:
        ParamsError: The two contradict each other.
    """
    before = {site.name: site for site in earlier.sites}
    dataset = msgspec.structs.replace(
        earlier.dataset,
        title=made.dataset.title
        if request.title or earlier.dataset.title == _hosts(earlier.sites)
        else earlier.dataset.title,
        # What is older than what is there adds history, and makes nothing older.
        version=max(made.dataset.version, earlier.dataset.version)
        if _OF_DAY.fullmatch(earlier.dataset.version)
        else earlier.dataset.version,
    )
    settled = msgspec.structs.replace(
        earlier,
        dataset=dataset,
        sites=tuple(_as_before(site, before[site.name]) if site.name in before else site for site in made.sites),
        engine=msgspec.structs.replace(earlier.engine, workers=request.workers or earlier.engine.workers),
    )
    return params.judge(settled, where=params.FILE)


def _as_before(site: Site, before: Site) -> Site:
    asked = {
        name: getattr(site, name)
        for name in ("address", "as_of", "files", "observed_at", "imports", "part", "allow_private")
    } | {name: getattr(site, name) or getattr(before, name) for name in ("contact", "permission")}
    return msgspec.structs.replace(before, **asked)


def _hosts(sites: Iterable[Site]) -> str:
    return ", ".join(sorted(urlsplit(site.address).hostname or site.name for site in sites))


def _check_since(request: BuildRequest) -> None:
    since = request.part.since if request.part else None
    if since is not None and since >= request.as_of:
        raise UsageError(
            f"--since {since:%Y-%m-%d %H:%M} UTC is not before {request.as_of:%Y-%m-%d %H:%M} UTC, when the site is "
            "asked: nothing was published since",
            where=", ".join(request.sources),
        )


def _sites(source: str, request: BuildRequest) -> Iterator[Site]:
    """The site of a source; several for a folder of closed crawls of several sites."""
    path = Path(source)
    if not source.strip():
        raise UsageError("the name of a source is blank", advice="Name a file or folder, `.` for this one.")
    if path.exists():
        found = folders(path)
        yield from (_crawled(folder, request) for folder in found)
        if not found:
            own_output.refuse(path)
            said = typed_address.named(request.address) if request.address else _shown(path)
            yield _site(said, request, files=str(path.resolve()))
    elif typed_address.is_address(source):
        settled = typed_address.settle(
            source,
            contact=request.contact,
            allow_private=request.allow_private,
            permission=request.permission,
            look=request.look,
        )
        yield _site(settled, request, files=None)
    else:
        raise UsageError(
            "there is no such file, and it is no address", where=shown(source), advice="Check its spelling."
        )


def _site(address: str, request: BuildRequest, *, files: str | None) -> Site:
    return params.Site(
        name=site_name(address),
        address=address,
        as_of=request.as_of,
        rights=UNSETTLED,
        files=files,
        allow_private=request.allow_private,
        contact=request.contact,
        permission=request.permission,
        part=request.part if files is None else None,
    )


def _crawled(folder: Path, request: BuildRequest) -> Site:
    """The site of a folder of closed crawls, up to the newest of them."""
    warc = list(closed_crawls(folder.parent, folder.name))[-1]
    newest = read_receipt(warc)
    site = _site(newest.address, request, files=str(folder.resolve()))
    as_of = params.moment_of(newest.crawl)
    if as_of is None:
        raise SourceError(f"its receipt names no crawl: {newest.crawl!r}", where=str(warc))
    return msgspec.structs.replace(site, name=newest.site, as_of=as_of)


def site_name(address: str) -> str:
    """The short name of a site: its host, port and path, as `example-org-blog`.

    Args:
        address: The site's address.

    Returns:
        A slug; empty where the address has no host and no path.

    Raises:
        UsageError: The address cannot be read.
    """
    try:
        parts = urlsplit(address)
        port = f"-{parts.port}" if parts.port else ""
    except ValueError:
        raise UsageError("is no address: its host or port cannot be read", where=shown(address)) from None
    return slug((parts.hostname or "").removeprefix("www.") + port + parts.path)


def _merged(sources: list[Site]) -> Site:
    """One site of several sources, its files as imports of one moment.

    Their crawls are named a second apart. A live site is asked last, after them.
    """
    *imports, last = sorted(sources, key=lambda site: site.files is None)
    if any(site.files is None for site in imports):
        raise UsageError("is named twice", where=last.address)
    step = timedelta(seconds=1)
    taken = tuple(
        params.Import(str(site.files), site.as_of + number * step, _at(site) if number else None)
        for number, site in enumerate(imports)
    )
    observed = _at(last) if imports else None
    return msgspec.structs.replace(last, imports=taken, as_of=last.as_of + len(imports) * step, observed_at=observed)


def _at(site: Site) -> datetime | None:
    """The moment that files were observed.

    Null for a live site, and for crawls, which have moments of their own.
    """
    is_crawls = site.files is not None and are_in(Path(site.files))
    return None if site.files is None or is_crawls else site.as_of


def _shown(source: Path) -> str:
    address = site_address.address(source, params.Limits().max_bytes)
    if address is None:
        raise UsageError(
            "does not show which site it is of", where=str(source), advice="Name it: --address https://..."
        )
    return address


def slug(text: str) -> str:
    """Reduce a text to a name of a dataset or site.

    Args:
        text: A name in any script.

    Returns:
        At most 63 characters of a-z, 0-9 and -; empty where the text has no such letter or digit.
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:63].strip("-")
