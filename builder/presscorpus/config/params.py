"""The parameters of a dataset: params.yaml, read and checked.

Times and versions that stand in tables come from here and never from the clock, so that the same raw archive and the
same parameters give the same bytes.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import msgspec

from presscorpus.config.dataset import Creator, Dataset, Funding, Previous, order
from presscorpus.config.dataset import judge as judge_dataset
from presscorpus.config.misfits import misfit, read_yaml
from presscorpus.config.settings import (
    Engine,
    Limits,
    Packaging,
    Positive,
    Publishing,
    Strict,
    Timestamping,
    Validation,
)
from presscorpus.errors import ParamsError
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from pathlib import Path

    import phonenumbers
else:
    phonenumbers = lazy("phonenumbers")

__all__ = [
    "CRAWL_NAME", "FILE", "Creator", "Dataset", "Engine", "Funding", "Import", "Limits", "Packaging", "Params",
    "Part", "Policy", "Previous", "Publishing", "Rights", "Site", "Timestamping", "Validation", "judge", "load",
    "moment_of", "order",
]  # fmt: skip

FILE = "params.yaml"
_WHERE = (
    "Run presscorpus in the folder of the dataset, or name it: `presscorpus --repository DIR ...`. "
    "`presscorpus init DIR` begins one."
)
# Name of a crawl, from the time that it was asked for, UTC.
CRAWL_NAME = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class Rights(Strict, frozen=True):
    """What may be done with a site's content.

    Attributes:
        statement: A sentence or more for readers.
        license: An SPDX identifier, as CC-BY-4.0; null where there is none.
        publishable: False makes `presscorpus publish` refuse the dataset.
    """

    statement: str
    license: str | None = None
    publishable: bool = True


class Policy(Strict, frozen=True):
    """The release policy of a dataset or site.

    What of it is published (`privacy/policy.py`).

    Attributes:
        text: How much of what people wrote: all, titles and excerpts, or nothing.
        authors: Whether people who wrote are named, stand under a pseudonym, or are left out.
        comments: Whether comments are asked for and published.
        media_files: Whether the media files that the table `media` names leave with a release, as they came: nothing in
            a picture is redacted, neither faces nor where it was taken, and its rights may be another's.
        redact: What a mark replaces wherever text is published (`privacy/redaction.py`): e-mail addresses, telephone
            numbers.
        pseudonym_key: The id of the key that pseudonyms are made with (`privacy/pseudonyms.py`); the key itself comes
            from the environment variable PRESSCORPUS_PSEUDONYM_KEY only.
        extra: Keys of plugins that are published though authors are not named, because they name nobody.
        not_people: Authors that are no persons, such as an organisation that has an account, by number, or by name as
            a byline has it: their names stay in texts.
    """

    text: Literal["full", "excerpt", "none"] = "full"
    authors: Literal["withheld", "pseudonym", "named"] = "withheld"
    comments: bool = False
    media_files: bool = False
    redact: tuple[Literal["email", "phone"], ...] = ("email", "phone")
    pseudonym_key: str | None = None
    extra: tuple[str, ...] = ()
    not_people: tuple[int | str, ...] = ()


class Import(Strict, frozen=True):
    """More captures of a site.

    Attributes:
        files: A file or folder of captures, relative to the repository.
        as_of: When they were taken, UTC, to the second; no two sources of a site have one.
        observed_at: When they count as observed, where that is before `as_of`; null for `as_of`. Sources of one moment
            are one import: the newest `modified_gmt` of an item holds, whichever source it stands in.
    """

    files: str
    as_of: datetime
    observed_at: datetime | None = None


class Part(Strict, frozen=True):
    """The part of a site that is asked for, for a first look.

    What is null or empty narrows nothing.

    Attributes:
        limit: The most items of each collection: the newest, of terms the most used.
        since: Only what was published since then, in UTC, where the site's lists know such a bound; terms have none.
        types: Only these post types, as `post`; `attachment` stands for media. Terms are asked for in any case.
    """

    limit: Positive | None = None
    since: datetime | None = None
    types: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The part in words.

        As "the newest 100 items of each collection, of the types post and page".
        """
        said = [f"the newest {self.limit:,} items of each collection" if self.limit else ""]
        said += [f"what was published since {self.since:%Y-%m-%d %H:%M} UTC" if self.since else ""]
        said += [f"the post types {', '.join(self.types)}" if self.types else ""]
        return "; ".join(filter(None, said))


class Site(Strict, frozen=True):
    """A site of the dataset.

    Attributes:
        name: Its short name in the tables.
        address: Its http(s) address, without credentials.
        as_of: When it was last asked, UTC, to the second.
        rights: What may be done with its content.
        files: A file or folder of captures, relative to the repository; null means that the site is asked over the
            network.
        observed_at: When these captures count as observed, where that is before `as_of`, as that of an import.
        imports: More captures of it, such as another tool's dump; what was observed last holds, whichever they come
            from.
        policy: Its own release policy; null means that of the dataset.
        allow_private: Whether it may have a private or loopback address.
        contact: Contact for the site's owner, sent in the user agent; null sends none.
        permission: Who allowed in writing to fetch what robots.txt forbids, and when; null means that robots.txt holds.
        country: Where its readers are (ISO 3166, as TR): telephone numbers are redacted as people there write them.
        part: What alone of it is asked for, for a first look; null for everything. A crawl of a part is never complete.
        media: Which media files a crawl takes: none; linked, those that posts show or link to, and their featured
            pictures; or all, every attachment of the site as well. `limits` says how much of them.
    """

    name: str
    address: str
    as_of: datetime
    rights: Rights
    files: str | None = None
    observed_at: datetime | None = None
    imports: tuple[Import, ...] = ()
    policy: Policy | None = None
    allow_private: bool = False
    contact: str | None = None
    permission: str | None = None
    country: str | None = None
    part: Part | None = None
    media: Literal["none", "linked", "all"] = "none"

    @property
    def crawl(self) -> str:
        """The name of the crawl that `as_of` asks for, as 20261123T000000Z."""
        return self.as_of.strftime(CRAWL_NAME)

    def parts(self) -> list[Site]:
        """Split the site by source.

        Returns:
            The site once for each of its imports, then once for itself, each with one source and no `imports`.
        """
        alone = msgspec.structs.replace(self, imports=())
        taken = msgspec.structs.replace(alone, part=None, media="none")
        return [*(msgspec.structs.replace(taken, **msgspec.structs.asdict(each)) for each in self.imports), alone]

    @property
    def observed(self) -> datetime:
        """The moment that its files count as observed."""
        return self.observed_at or self.as_of


class Params(Strict, frozen=True):
    """Everything that params.yaml says; `load` reads it.

    Attributes:
        dataset: What the dataset is called, who made it and where it is published.
        sites: What it is made of, one entry a site.
        policy: What of it is published, for each site that has no policy of its own.
        limits: How long, how much and how often sites are asked.
        engine: How many processes work, and where.
        validate: How the tables are checked.
        package: How the release is cut.
        publish: How it is published.
        timestamp: Who time-stamps crawls and releases.
    """

    dataset: Dataset
    sites: tuple[Site, ...]
    policy: Policy = Policy()
    limits: Limits = Limits()
    engine: Engine = Engine()
    validate: Validation = Validation()
    package: Packaging = Packaging()
    publish: Publishing = Publishing()
    timestamp: Timestamping = Timestamping()

    def site(self, name: str) -> Site:
        """Return the site of a name.

        Args:
            name: Its short name, as in the tables.

        Returns:
            The site.

        Raises:
            ParamsError: There is none of that name.
        """
        for site in self.sites:
            if site.name == name:
                return site
        known = ", ".join(site.name for site in self.sites)
        raise ParamsError("no such site", where=name, advice=f"{FILE} names: {known}")

    def policy_of(self, site: Site) -> Policy:
        """Return the release policy that holds for a site: its own, or the dataset's.

        Args:
            site: A site of these parameters.

        Returns:
            The policy, whole: nothing of the dataset's is mixed into a site's own.
        """
        return site.policy or self.policy


# Before any thread asks: see archive/receipt.py.
msgspec.json.Decoder(Params)


def load(path: Path, *, needs_sites: bool = True) -> Params:
    """Read and check a params.yaml.

    In a repository (a folder with a dvc.yaml) every source has to lie within, where DVC sees it change.

    Args:
        path: The file.
        needs_sites: Whether a file without a site is an error.

    Returns:
        The parameters with times in UTC to the second and ORCIDs as addresses.

    Raises:
        ParamsError: The file is missing, is not YAML, or is not valid.
    """
    try:
        document = read_yaml(path)
    except FileNotFoundError:
        raise ParamsError("is missing", where=str(path), advice=_WHERE) from None
    try:
        params = msgspec.convert(document, Params)
    except msgspec.ValidationError as error:
        # YAML reads an unquoted date as a date, and DVC takes no unquoted time.
        quotes = 'Write it in quotes, like "2026-11-23T00:00:00Z".' if "got date" in str(error) else None
        raise ParamsError(misfit(error, Params), where=str(path), advice=quotes) from None
    if path.with_name("dvc.yaml").exists():
        for site in params.sites:
            for part in site.parts():
                _check_inside(part, str(path))
    return judge(params, where=str(path), needs_sites=needs_sites)


def moment_of(crawl: str) -> datetime | None:
    """Return the `as_of` that a crawl is named after.

    Args:
        crawl: A name, as in the name of its file or in its receipt.

    Returns:
        The moment in UTC; null where it is no name of a crawl.
    """
    try:
        return datetime.strptime(crawl, CRAWL_NAME).replace(tzinfo=UTC)
    except ValueError:
        return None


def _check_inside(site: Site, where: str) -> None:
    if site.files is not None and (PurePosixPath(site.files).is_absolute() or ".." in PurePosixPath(site.files).parts):
        raise ParamsError(f"files {site.files!r} leaves the repository", where=f"{where}: site {site.name!r}")


def judge(params: Params, *, where: str, needs_sites: bool = True) -> Params:
    """Check parameters beyond what types can, and put times in UTC.

    Args:
        params: The parameters as they were read.
        where: The file, for error messages.
        needs_sites: Whether parameters without a site are an error.

    Returns:
        The parameters with times in UTC to the second and ORCIDs as addresses.

    Raises:
        ParamsError: A name, address, time, country or statement of rights is malformed, a site's name stands there
            twice, or two sources of a site have one `as_of`.
    """
    if needs_sites and not params.sites:
        raise ParamsError("names no site", where=where, advice="`presscorpus add URL` adds one.")
    named = judge_dataset(params.dataset, where)
    names = [site.name for site in params.sites]
    for name in names:
        if names.count(name) > 1:
            raise ParamsError("stands there twice", where=f"{where}: site {name!r}")
    return msgspec.structs.replace(
        params, dataset=named, sites=tuple(_judge_site(site, where) for site in params.sites)
    )


def _judge_site(site: Site, where: str) -> Site:
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
