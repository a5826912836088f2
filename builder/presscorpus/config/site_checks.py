"""What a site of params.yaml must say beyond its types."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from presscorpus.config.sites import Import, Part, Site
from presscorpus.errors import ParamsError
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    import phonenumbers
else:
    phonenumbers = lazy("phonenumbers")

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def judge_site(site: Site, where: str) -> Site:
    """Check a site, and put its times in UTC.

    Args:
        site: The site as it was read.
        where: The file, for error messages.

    Returns:
        The site with times in UTC to the second.

    Raises:
        ParamsError: Its name, address, time, country or statement of rights is malformed, or two of its sources have
            one `as_of`.
    """
    where = f"{where}: site {site.name!r}"
    if not _NAME.fullmatch(site.name):
        raise ParamsError("a name is made of a-z, 0-9 and -, 63 at most", where=where)
    try:
        parts = urlsplit(site.address)
        is_web = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 80) > 0
    except ValueError:
        is_web = False
    if not is_web:
        raise ParamsError(f"address {site.address!r} is no http(s) address", where=where)
    if "@" in parts.netloc:
        raise ParamsError(
            "the address holds a password", where=where, advice="Credentials come from the environment only."
        )
    if site.country is not None and site.country not in phonenumbers.SUPPORTED_REGIONS:
        raise ParamsError(
            f"no telephone numbers are known of a country {site.country!r}",
            where=where,
            advice="Write its two letters of ISO 3166, as TR, or GB of the United Kingdom.",
        )
    for part in site.parts():
        if part.as_of.tzinfo is None:
            raise ParamsError("as_of has no time zone", where=where, advice="Write it like 2026-11-23T00:00:00Z.")
        _judge_observed(part, where)
    _judge_words(site, where)
    asked = _judge_part(site, where)
    settled = msgspec.structs.replace(
        site,
        **_moments(site),
        part=asked,
        imports=tuple(msgspec.structs.replace(each, **_moments(each)) for each in site.imports),
    )
    crawls = [part.crawl for part in settled.parts()]
    if len(set(crawls)) < len(crawls):
        raise ParamsError(
            "two of its sources have one as_of",
            where=where,
            advice="A second between them is enough; where they are of one moment, name it as their observed_at.",
        )
    return settled


def _judge_observed(part: Site, where: str) -> None:
    """Raise ParamsError where a source cannot have been observed then."""
    if part.observed_at is None:
        return
    if part.files is None:
        raise ParamsError("observed_at belongs to files, not to a site that is asked", where=where)
    if part.observed_at.tzinfo is None:
        raise ParamsError("observed_at has no time zone", where=where, advice="Write it like 2026-11-23T00:00:00Z.")
    if part.observed_at > part.as_of:
        raise ParamsError("observed_at is after as_of", where=where)


def _judge_words(site: Site, where: str) -> None:
    """Raise ParamsError where a text that has to say something is blank."""
    if site.permission is not None and not site.permission.strip():
        raise ParamsError(
            "permission names nobody",
            where=where,
            advice="Write who allowed it and when, as in a letter of 1 May 2026.",
        )
    if not site.rights.statement.strip():
        raise ParamsError("rights.statement is empty", where=where)


def _judge_part(site: Site, where: str) -> Part | None:
    """The part that is asked for, its moment in UTC.

    Null for one that narrows nothing.
    """
    part = site.part
    if site.files is not None and site.media != "none":
        raise ParamsError("media files are fetched of a site that is asked, not of files", where=where)
    if part is None or part == Part():
        return None
    if site.files is not None:
        raise ParamsError("a part can be taken of a site that is asked, not of files", where=where)
    if part.since is not None and part.since.tzinfo is None:
        raise ParamsError("part.since has no time zone", where=where, advice="Write it like 2026-11-23T00:00:00Z.")
    return part if part.since is None else msgspec.structs.replace(part, since=_settled(part.since))


def _moments(source: Site | Import) -> dict[str, Any]:
    """The moments of a source in UTC, to the second."""
    observed = None if source.observed_at is None else _settled(source.observed_at)
    return {"as_of": _settled(source.as_of), "observed_at": observed}


def _settled(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
