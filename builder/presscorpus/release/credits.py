"""Who made the dataset, its name and licences, read once for all that cites it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from presscorpus.config.dataset import Creator
from presscorpus.errors import ParamsError, SchemaError
from presscorpus.release.markdown import sound

if TYPE_CHECKING:
    from collections.abc import Iterable

    from presscorpus.config.params import Dataset, Funding, Site

KEYWORDS = ("wordpress", "web archive")
"""What a dataset is found by whose params.yaml names no keywords."""

_HUB = "https://huggingface.co/datasets"
_VERSION = re.compile(r"v(\d{4})\.(\d{2})\.(\d{2})(?:\.\d+)?")


class Credits(NamedTuple):
    """What a citation needs, from the section `dataset` of params.yaml.

    `released` is the date in `version`. `creators` are never empty: where params.yaml names none, there is one that
    says so, and `named` is false. `licenses` are those of code and layout; the rights in the content are those of the
    sites. `repository` is where the dataset is published on the Hub, `doi` its identifier, `previous` the version
    before it, each null where there is none. `language` has BCP 47 tags.
    """

    name: str
    title: str
    version: str
    released: date
    language: tuple[str, ...]
    description: str
    keywords: tuple[str, ...]
    creators: tuple[Creator, ...]
    publisher: str
    licenses: tuple[dict[str, str], ...]
    funding: tuple[Funding, ...] = ()
    named: bool = True
    repository: str | None = None
    doi: str | None = None
    previous: str | None = None

    @property
    def url(self) -> str | None:
        """The address of the dataset on the Hub; null where it has no repository there."""
        return f"{_HUB}/{self.repository}" if self.repository else None

    @property
    def tagged_url(self) -> str | None:
        """The address of this version on the Hub; null where the dataset has none."""
        return self._at(self.version)

    @property
    def previous_url(self) -> str | None:
        """The address of the version before this one; null where there is none."""
        return self._at(self.previous)

    @property
    def contributors(self) -> list[dict[str, Any]]:
        """Creators, publisher and funders as Data Package has them.

        https://datapackage.org/standard/data-package/#contributors
        """
        made = [_contributor(each, self.publisher) for each in self.creators]
        if self.publisher not in {each.name for each in self.creators}:
            made.append({"title": self.publisher, "roles": ["publisher"]})
        return made + [
            {"title": each.funder, "roles": ["funder"]} | ({"path": each.url} if each.url else {})
            for each in self.funding
        ]

    @property
    def semver(self) -> str:
        """The version as Semantic Versioning has it: v2026.11.23.2 is 2026.11.23+2.

        Croissant asks for it. Its numbers have no leading zeros, and a fourth one is build metadata
        (https://semver.org/#spec-item-10).
        """
        first, *rest = self.version[1:].split(".")
        numbers = ".".join([first, *(str(int(part)) for part in rest[:2])])
        return f"{numbers}+{rest[2]}" if len(rest) > 2 else numbers  # noqa: PLR2004 - month, day, and a second release

    def _at(self, version: str | None) -> str | None:
        return f"{self.url}/tree/{version}" if self.url and version else None


def gather(descriptor: dict[str, Any], dataset: Dataset) -> Credits:
    """Collect the credits that params.yaml states.

    Args:
        descriptor: `datapackage.json`, for the licences of the layout and a description where params.yaml has none.
        dataset: The section `dataset` of params.yaml.

    Returns:
        The credits; a dataset without creators has one that says so.

    Raises:
        SchemaError: The descriptor has no description.
        ParamsError: The version holds no date of the calendar.
    """
    if not descriptor.get("description"):
        raise SchemaError("has no description", where="datapackage.json")
    creators = dataset.creators or (Creator(f"Unnamed creators of {dataset.name}"),)
    return Credits(
        name=dataset.name,
        title=sound(dataset.title).strip() or dataset.name,
        version=dataset.version,
        released=_date(dataset.version),
        language=tuple(dataset.language),
        description=dataset.description or descriptor["description"],
        keywords=tuple(dict.fromkeys(dataset.keywords or KEYWORDS)),
        creators=creators,
        publisher=dataset.publisher or creators[0].name,
        licenses=tuple(descriptor.get("licenses", [])),
        funding=dataset.funding,
        named=bool(dataset.creators),
        repository=dataset.repository,
        doi=dataset.doi,
        previous=dataset.previous.version if dataset.previous else None,
    )


def _contributor(creator: Creator, publisher: str) -> dict[str, Any]:
    roles = ["creator", "publisher"] if creator.name == publisher else ["creator"]
    named = {
        "title": creator.name,
        "givenName": creator.given,
        "familyName": creator.family,
        "organization": creator.affiliation,
        "path": creator.orcid or creator.url,
    }
    return {key: value for key, value in named.items() if value} | {"roles": roles}


def funded(funding: Funding) -> str:
    """Write a funder with its award.

    Args:
        funding: An entry of `dataset.funding`.

    Returns:
        A clause without a full stop.
    """
    award = ", ".join(filter(None, (funding.title, funding.award)))
    return f"Funded by {funding.funder}" + (f" ({award})" if award else "")


def common_license(sites: Iterable[Site]) -> str | None:
    """The one licence that all sites state.

    Args:
        sites: The sites of params.yaml.

    Returns:
        Its SPDX identifier; null where sites differ, or state none.
    """
    stated = {site.rights.license for site in sites}
    return stated.pop() if len(stated) == 1 else None


def _date(version: str) -> date:
    found = _VERSION.fullmatch(version)
    try:
        if found is not None:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise ParamsError(
        f"dataset.version {version!r} holds no date", where="params.yaml", advice="Write it like v2026.11.23."
    )
