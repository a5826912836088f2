"""A site of params.yaml: where it is, its sources, and its release policy."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import msgspec

from presscorpus.config.settings import Positive, Strict

# Name of a crawl, from the time that it was asked for, UTC.
CRAWL_NAME = "%Y%m%dT%H%M%SZ"


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
