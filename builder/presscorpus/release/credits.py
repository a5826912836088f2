"""Who made the dataset, what it is called and what may be done with it: read once, for all that cites it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from presscorpus.errors import ParamsError, SchemaError
from presscorpus.release.markdown import sound

if TYPE_CHECKING:
    from collections.abc import Iterable

    from presscorpus.config.params import Dataset, Site

_HUB = "https://huggingface.co/datasets"
_VERSION = re.compile(r"v(\d{4})\.(\d{2})\.(\d{2})(?:\.\d+)?")


class Creator(NamedTuple):
    """Somebody to whom the dataset is credited; `given` and `family` are null for a group."""

    title: str
    given: str | None = None
    family: str | None = None
    organization: str | None = None
    path: str | None = None


class Credits(NamedTuple):
    """What a citation needs.

    `released` is the date in `version`. `repository` is where it is published on the Hub, `doi` its identifier,
    `previous` the version before it, each null where there is none. `creators` are those of the `contributors` who are
    cited. `contributors` and `licenses` (those of code and layout; the rights in the content stand with the sites) are
    as Data Package has them.
    """

    name: str
    title: str
    version: str
    released: date
    language: tuple[str, ...]
    description: str
    keywords: tuple[str, ...]
    creators: tuple[Creator, ...]
    contributors: tuple[dict[str, Any], ...]
    licenses: tuple[dict[str, str], ...]
    repository: str | None = None
    doi: str | None = None
    previous: str | None = None

    @property
    def url(self) -> str | None:
        """The address of the dataset on the Hub; null where it is published nowhere."""
        return f"{_HUB}/{self.repository}" if self.repository else None

    @property
    def tagged_url(self) -> str | None:
        """The address of this very version."""
        return self._at(self.version)

    @property
    def previous_url(self) -> str | None:
        """The address of the version before this one."""
        return self._at(self.previous)

    @property
    def publisher(self) -> str:
        """Who publishes: the contributor with that role, else the first creator."""
        named = [each.get("title") for each in self.contributors if "publisher" in each.get("roles", [])]
        return named[0] or self.creators[0].title if named else self.creators[0].title

    @property
    def semver(self) -> str:
        """The version as Semantic Versioning has it, which Croissant asks for: v2026.11.23.2 is 2026.11.23+2.

        Its numbers have no leading zeros, and a fourth one is build metadata (https://semver.org/#spec-item-10).
        """
        first, *rest = self.version[1:].split(".")
        numbers = ".".join([first, *(str(int(part)) for part in rest[:2])])
        return f"{numbers}+{rest[2]}" if len(rest) > 2 else numbers  # noqa: PLR2004 - month, day, and a second release

    def _at(self, version: str | None) -> str | None:
        return f"{self.url}/tree/{version}" if self.url and version else None


def gather(descriptor: dict[str, Any], dataset: Dataset) -> Credits:
    """The credits that `datapackage.json` and `params.dataset` give together.

    Creators are the contributors with the role creator (https://datapackage.org/standard/data-package/#contributors).
    Raises SchemaError where the descriptor credits nobody or describes nothing, ParamsError where the version holds no
    date of the calendar.
    """
    creators = tuple(
        Creator(
            title=entry.get("title") or " ".join(filter(None, (entry.get("givenName"), entry.get("familyName")))),
            given=entry.get("givenName"),
            family=entry.get("familyName"),
            organization=entry.get("organization"),
            path=entry.get("path"),
        )
        for entry in descriptor.get("contributors", [])
        if "creator" in entry.get("roles", [])
    )
    if not all(creator.title for creator in creators) or not creators:
        raise SchemaError(
            "names no contributor with the role creator, or one without a title", where="datapackage.json"
        )
    if not descriptor.get("description"):
        raise SchemaError("has no description", where="datapackage.json")
    return Credits(
        name=dataset.name,
        title=sound(dataset.title).strip() or dataset.name,
        version=dataset.version,
        released=_date(dataset.version),
        language=tuple(dataset.language),
        description=descriptor["description"],
        keywords=tuple(dict.fromkeys(descriptor.get("keywords", []))),
        creators=creators,
        contributors=tuple(descriptor["contributors"]),
        licenses=tuple(descriptor.get("licenses", [])),
        repository=dataset.repository,
        doi=dataset.doi,
        previous=dataset.previous.version if dataset.previous else None,
    )


def common_license(sites: Iterable[Site]) -> str | None:
    """The SPDX identifier of the one licence that all sites state, null where they differ or one states none."""
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
