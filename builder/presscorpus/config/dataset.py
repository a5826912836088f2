"""The `dataset` section of params.yaml: name, makers, place of publication."""

from __future__ import annotations

import re

import msgspec

from presscorpus.config.settings import Strict
from presscorpus.errors import ParamsError

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_VERSION = re.compile(r"v[0-9]{4}\.[0-9]{2}\.[0-9]{2}(\.[0-9]{1,9})?")
_ORDERED = re.compile(r"v[0-9]{1,9}(\.[0-9]{1,9})*")
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ORCID = re.compile(r"(?:https://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])")


class Previous(Strict, frozen=True):
    """The release before this one, which the changelog of the data compares with.

    The parameters say all of what a build compares with; `presscorpus advance` writes this.

    Attributes:
        version: The version of that release.
        sha256: The SHA-256 of its receipt, `releases/<version>.json`.
    """

    version: str
    sha256: str


class Creator(Strict, frozen=True):
    """A person or group to whom the dataset is credited.

    Attributes:
        name: The whole name.
        given: Given name of a person, by which bibliographies sort with `family`; null for a group.
        family: Family name of a person; null for a group.
        orcid: An identifier like 0000-0002-1825-0097 (https://orcid.org), null where there is none.
        affiliation: Institution, as a reader should see it; null where there is none.
        url: A home page, null where there is none.
    """

    name: str
    given: str | None = None
    family: str | None = None
    orcid: str | None = None
    affiliation: str | None = None
    url: str | None = None


class Funding(Strict, frozen=True):
    """Who paid for the dataset.

    Attributes:
        funder: The name of who paid.
        award: The number of the award, null where there is none.
        title: Its title, null where there is none.
        url: Its address, null where there is none.
    """

    funder: str
    award: str | None = None
    title: str | None = None
    url: str | None = None


class Dataset(Strict, frozen=True):
    """What the dataset is called, who made it and where it is published.

    Attributes:
        name: The last part of its name on the Hub.
        title: As readers see it.
        version: A calendar version (v2026.11.23, with .2 for a second one on that day).
        description: A paragraph that says what the dataset is; null leaves it to the counts of the release.
        creators: Who is cited, in this order; without any, `presscorpus publish` refuses.
        publisher: Who publishes it; null means the first creator.
        keywords: Words to find it by.
        funding: Who paid, in this order.
        language: The languages that its card declares (BCP 47); empty leaves them to what was found.
        task_categories: The Hub's words for its uses; empty leaves them to what was found.
        repository: Where it is published on the Hub (my-lab/my-corpus), null where nowhere yet.
        doi: Its identifier where one was reserved.
        previous: The release before, null for the first one.
    """

    name: str
    title: str
    version: str
    description: str | None = None
    creators: tuple[Creator, ...] = ()
    publisher: str | None = None
    keywords: tuple[str, ...] = ()
    funding: tuple[Funding, ...] = ()
    language: list[str] = []  # noqa: RUF012 - msgspec copies it
    task_categories: tuple[str, ...] = ()
    repository: str | None = None
    doi: str | None = None
    previous: Previous | None = None


def judge(dataset: Dataset, where: str) -> Dataset:
    """Check the section beyond what types can, and write ORCIDs as addresses.

    Args:
        dataset: The section as it was read.
        where: The file, for error messages.

    Returns:
        The section with `https://orcid.org/...` in place of bare ORCIDs.

    Raises:
        ParamsError: A name, version, repository, DOI, ORCID or the release before it is malformed.
    """
    patterns = {
        "name": (_NAME, "presscorpus-sample"),
        "version": (_VERSION, "v2026.11.23"),
        "repository": (_REPOSITORY, "my-lab/my-corpus"),
        "doi": (_DOI, "10.5281/zenodo.1234567"),
    }
    for name, (pattern, example) in patterns.items():
        value = getattr(dataset, name)
        if value is not None and not pattern.fullmatch(value):
            raise ParamsError(f"dataset.{name} {value!r} is not like {example}", where=where)
    _judge_previous(dataset, where)
    return msgspec.structs.replace(dataset, creators=tuple(_judge_creator(each, where) for each in dataset.creators))


def _judge_previous(dataset: Dataset, where: str) -> None:
    previous = dataset.previous
    if previous is None:
        return
    if not _VERSION.fullmatch(previous.version) or not _SHA256.fullmatch(previous.sha256):
        raise ParamsError(
            "dataset.previous is no version with the SHA-256 of its receipt",
            where=where,
            advice="`presscorpus advance` writes it.",
        )
    if order(previous.version) >= order(dataset.version):
        raise ParamsError(f"dataset.previous {previous.version} does not come before {dataset.version}", where=where)


def _judge_creator(creator: Creator, where: str) -> Creator:
    if not creator.name.strip():
        raise ParamsError("a creator has no name", where=where)
    if bool(creator.given) != bool(creator.family):
        raise ParamsError(
            f"creator {creator.name!r} has a given name or a family name alone",
            where=where,
            advice="Write both for a person, and neither for a group.",
        )
    if creator.orcid is None:
        return creator
    found = _ORCID.fullmatch(creator.orcid)
    if found is None or not _has_check_digit(found[1].replace("-", "")):
        raise ParamsError(f"orcid {creator.orcid!r} of {creator.name!r} is not like 0000-0002-1825-0097", where=where)
    return msgspec.structs.replace(creator, orcid=f"https://orcid.org/{found[1]}")


def _has_check_digit(digits: str) -> bool:
    """Tell whether the last character is the ISO 7064 MOD 11-2 check digit.

    ORCID requires it.
    """
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11] == digits[-1]


def is_version(text: str) -> bool:
    """Whether a tag or the name of a file is a version that `order` reads.

    Args:
        text: Any text.

    Returns:
        True for a v with numbers after it.
    """
    return _ORDERED.fullmatch(text) is not None


def order(version: str) -> tuple[int, ...]:
    """Return the sort key of a version: v2026.11.23 comes before v2026.11.23.2.

    Args:
        version: A calendar version that `judge` accepts.

    Returns:
        Year, month, day and, where there is one, the number within the day.
    """
    return tuple(int(part) for part in version[1:].split("."))
