"""Metadata for a deposit with a DOI: DataCite 4 and Zenodo.

DataCite: the JSON form of https://schema.datacite.org/meta/kernel-4.5/. Zenodo: the object `metadata` of a deposition
(https://developers.zenodo.org/#representation). RELEASING.md says how the two are used.
"""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any

from presscorpus.release.credits import funded
from presscorpus.release.markdown import sound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from presscorpus.config.dataset import Creator, Funding
    from presscorpus.config.params import Site
    from presscorpus.release.credits import Credits

_ORCID = "https://orcid.org/"
_RIGHTS = "The rights in the content are stated site by site in LICENSE.md."


def datacite(credits_: Credits, sites: Sequence[Site], license_: str | None, sizes: Sequence[str]) -> str:
    """Write the text of `datacite.json`.

    Args:
        credits_: The dataset, as it is to be cited.
        sites: The sites that it is derived from, with their rights.
        license_: The SPDX identifier that holds for all content, null where none does.
        sizes: Sizes as a reader wants to know them, as "1,234 posts".

    Returns:
        JSON.
    """
    rights = [{"rights": " ".join(sound(site.rights.statement).split()), "lang": "en"} for site in sites]
    if license_ is not None:
        rights = [
            {
                "rights": license_,
                "rightsIdentifier": license_,
                "rightsIdentifierScheme": "SPDX",
                "schemeUri": "https://spdx.org/licenses/",
                "rightsUri": f"https://spdx.org/licenses/{license_}.html",
            }
        ]
    document: dict[str, Any] = {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Dataset"},
        "creators": [_creator(creator) for creator in credits_.creators],
        "titles": [{"title": credits_.title}],
        "publisher": {"name": credits_.publisher},
        "publicationYear": str(credits_.released.year),
        "dates": [{"date": credits_.released.isoformat(), "dateType": "Issued"}],
        "version": credits_.version,
        "descriptions": [{"description": credits_.description, "descriptionType": "Abstract"}],
        "subjects": [{"subject": keyword} for keyword in credits_.keywords],
        "rightsList": list({json.dumps(each): each for each in rights}.values()),
        "formats": ["application/vnd.apache.parquet"],
        "sizes": list(sizes),
        "relatedIdentifiers": _related(credits_, sites),
    }
    if credits_.language:
        document["language"] = credits_.language[0]
    if credits_.funding:
        document["fundingReferences"] = [_funding(each) for each in credits_.funding]
    if credits_.doi:
        prefix, _, suffix = credits_.doi.partition("/")
        document |= {"doi": credits_.doi, "prefix": prefix, "suffix": suffix}
    if credits_.url:
        document["url"] = credits_.url
    return _text(document)


def zenodo(credits_: Credits, sites: Sequence[Site], license_: str | None, *, gated: bool) -> str:
    """Write the text of `zenodo.json`.

    A dataset whose readers have to ask for access, or without a common licence, is deposited as restricted.

    Args:
        credits_: The dataset, as it is to be cited.
        sites: The sites that it is derived from.
        license_: The SPDX identifier that holds for all content, null where none does.
        gated: Whether readers have to ask for access.

    Returns:
        JSON.
    """
    creators = [
        {"name": f"{each.family}, {each.given}" if each.family and each.given else each.name}
        | ({"affiliation": each.affiliation} if each.affiliation else {})
        | ({"orcid": each.orcid.removeprefix(_ORCID)} if each.orcid else {})
        for each in credits_.creators
    ]
    related = [
        {"identifier": each["relatedIdentifier"], "relation": _lower(each["relationType"]), "scheme": "url"}
        for each in _related(credits_, sites)
    ]
    if credits_.url:
        related.append({"identifier": credits_.url, "relation": "isIdenticalTo", "scheme": "url"})
    document: dict[str, Any] = {
        "title": credits_.title,
        "upload_type": "dataset",
        "description": f"<p>{html.escape(credits_.description)}</p>",
        "creators": creators,
        "version": credits_.version,
        "publication_date": credits_.released.isoformat(),
        "keywords": list(credits_.keywords),
        "access_right": "restricted" if gated or license_ is None else "open",
        "related_identifiers": related,
        "notes": " ".join([_RIGHTS, *(f"{funded(each)}." for each in credits_.funding)]),
    }
    if license_ is not None:
        document["license"] = license_.lower()
    if document["access_right"] == "restricted":
        document["access_conditions"] = f"<p>{_RIGHTS}</p>"
    if credits_.doi:
        document["doi"] = credits_.doi
    return _text(document)


def _related(credits_: Credits, sites: Sequence[Site]) -> list[dict[str, str]]:
    """The sites that the dataset is derived from, and the version before it."""
    related = [
        {"relatedIdentifier": site.address, "relatedIdentifierType": "URL", "relationType": "IsDerivedFrom"}
        for site in sites
    ]
    if credits_.previous_url:
        related.append({
            "relatedIdentifier": credits_.previous_url,
            "relatedIdentifierType": "URL",
            "relationType": "IsNewVersionOf",
        })  # fmt: skip
    return related


def _creator(creator: Creator) -> dict[str, Any]:
    named: dict[str, Any] = {"name": creator.name, "nameType": "Organizational"}
    if creator.given and creator.family:
        named = {
            "name": f"{creator.family}, {creator.given}",
            "nameType": "Personal",
            "givenName": creator.given,
            "familyName": creator.family,
        }
    if creator.affiliation:
        named["affiliation"] = [{"name": creator.affiliation}]
    if creator.orcid:
        named["nameIdentifiers"] = [
            {"nameIdentifier": creator.orcid, "nameIdentifierScheme": "ORCID", "schemeUri": _ORCID.rstrip("/")}
        ]
    return named


def _funding(funding: Funding) -> dict[str, str]:
    named = {
        "funderName": funding.funder,
        "awardNumber": funding.award,
        "awardTitle": funding.title,
        "awardUri": funding.url,
    }
    return {key: value for key, value in named.items() if value}


def _lower(relation: str) -> str:
    return relation[0].lower() + relation[1:]


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
