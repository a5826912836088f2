"""Who made the dataset, what it is called and what may be done with it: read once, for all that cites it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from builder.errors import ParamsError, SchemaError
from builder.release.markdown import sound

if TYPE_CHECKING:
    from collections.abc import Iterable

    from builder.params import Dataset, Site

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

    `released` is the date in `version`. `creators` are those of the `contributors` who are cited. `contributors` and
    `licenses` (those of code and layout; the rights in the content stand with the sites) are as Data Package has them.
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
