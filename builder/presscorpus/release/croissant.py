"""`croissant.json`: the release described for machine learning.

It follows Croissant 1.1 (https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html) with its terms for
responsible AI, RAI 1.0 (https://docs.mlcommons.org/croissant/docs/croissant-rai-spec.html), and says in terms of PROV
(https://www.w3.org/TR/prov-o/) from which sites and by which crawls the dataset came. The files are found below
`repo`, the repository; a reader of a copy says so: `mlcroissant.Dataset(..., mapping={"repo": folder})`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from presscorpus.archive.receipt import statement_digest
from presscorpus.release import citation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from presscorpus.archive.receipt import Receipt
    from presscorpus.config.dataset import Creator
    from presscorpus.config.params import Site
    from presscorpus.config.schema import Field, Schema
    from presscorpus.release.credits import Credits
    from presscorpus.release.descriptor import Table

CONFORMS_TO = ("http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0")
_REPOSITORY = "repo"
_TYPES = {
    "string": "sc:Text",
    "integer": "cr:Int64",
    "number": "cr:Float64",
    "boolean": "sc:Boolean",
    "datetime": "sc:DateTime",
}
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "prov": "http://www.w3.org/ns/prov#",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    **{
        name: f"cr:{name}"
        for name in (
            "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileObject",
            "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5",
            "parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate",
            "separator", "source", "subField", "transform",
        )
    },
}  # fmt: skip


def croissant(
    credits_: Credits,
    sites: Sequence[Site],
    license_: str | None,
    tables: Mapping[str, Table],
    said: Mapping[str, str],
    crawls: Sequence[Receipt],
) -> str:
    """Write the text of `croissant.json`.

    Args:
        credits_: The dataset, as it is to be cited.
        sites: The sites that it is derived from.
        license_: The SPDX identifier that holds for all content, null where none does.
        tables: All tables of the release, by name.
        said: Answers to the questions of RAI, by the names of its properties; empty ones are left out.
        crawls: The receipts of all crawls that it is made of.

    Returns:
        JSON-LD.
    """
    document: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "@id": credits_.url or credits_.name,
        "name": credits_.name,
        "alternateName": credits_.title,
        "description": credits_.description,
        "conformsTo": list(CONFORMS_TO),
        "version": credits_.semver,
        "identifier": [credits_.version, *([f"https://doi.org/{credits_.doi}"] if credits_.doi else [])],
        "datePublished": credits_.released.isoformat(),
        "keywords": list(credits_.keywords),
        "license": f"https://spdx.org/licenses/{license_}.html" if license_ else "LICENSE.md",
        "creator": [_creator(creator) for creator in credits_.creators],
        "publisher": {"@type": "sc:Organization", "name": credits_.publisher},
        "funder": [{"@type": "sc:Organization", "name": each.funder} for each in credits_.funding],
        "inLanguage": list(credits_.language),
        "isBasedOn": [site.address for site in sites],
        "prov:wasDerivedFrom": [{"@id": site.address} for site in sites],
        "prov:wasGeneratedBy": [_activity(receipt) for receipt in crawls],
        "citeAs": citation.bibtex(credits_),
        **{f"rai:{name}": text for name, text in said.items()},
        "distribution": [_repository(credits_), *(_files(table) for table in tables.values())],
        "recordSet": [_records(table.schema) for table in tables.values()],
    }
    if credits_.url:
        document["url"] = credits_.url
    return json.dumps({key: value for key, value in document.items() if value}, ensure_ascii=False, indent=2) + "\n"


def _activity(receipt: Receipt) -> dict[str, Any]:
    """A crawl as an activity of PROV (https://www.w3.org/TR/prov-o/#Activity).

    With the digest of its statement.
    """
    return {
        "@type": "prov:Activity",
        "@id": f"crawl/{receipt.site}/{receipt.crawl}",
        "name": f"{receipt.site} {receipt.crawl}",
        "identifier": f"sha256:{statement_digest(receipt)}",
        "prov:used": {"@id": receipt.address},
        "prov:startedAtTime": receipt.started_at.isoformat(),
        "prov:endedAtTime": receipt.ended_at.isoformat(),
    }


def _creator(creator: Creator) -> dict[str, str]:
    kind = "sc:Person" if creator.given or creator.family else "sc:Organization"
    address = creator.orcid or creator.url
    return {"@type": kind, "name": creator.name} | ({"url": address} if address else {})


def _repository(credits_: Credits) -> dict[str, str]:
    return {
        "@type": "cr:FileObject",
        "@id": _REPOSITORY,
        "name": _REPOSITORY,
        "description": "The repository at the tag of this version. SHA256SUMS has the digests of its files.",
        "contentUrl": credits_.tagged_url or ".",
        "encodingFormat": "git+https",
        # A repository has no digest of its own; this address is what Croissant itself puts there.
        "sha256": "https://github.com/mlcommons/croissant/issues/80",
    }


def _files(table: Table) -> dict[str, Any]:
    name = table.schema.name
    return {
        "@type": "cr:FileSet",
        "@id": f"{name}-files",
        "name": f"{name}-files",
        "description": f"{table.schema.title}: {table.rows:,} rows.",
        "containedIn": {"@id": _REPOSITORY},
        "encodingFormat": "application/x-parquet",
        "includes": f"{name}/*.parquet",
    }


def _records(schema: Schema) -> dict[str, Any]:
    # No `references`: Croissant has them for single fields, ours are of three; and mlcroissant 1.1 fails to read a
    # table that points at one of several files. datapackage.json states the foreign keys.
    return {
        "@type": "cr:RecordSet",
        "@id": schema.name,
        "name": schema.name,
        "description": schema.description,
        "key": [{"@id": f"{schema.name}/{name}"} for name in schema.primary_key],
        "field": [_field(schema.name, field) for field in schema.fields],
    }


def _field(table: str, field: Field) -> dict[str, Any]:
    described: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table}/{field.name}",
        "name": field.name,
        "description": field.description,
        "dataType": _TYPES[field.item["type"] if field.item else field.type],
        "source": {"fileSet": {"@id": f"{table}-files"}, "extract": {"column": field.name}},
    }
    return described | ({"isArray": True, "arrayShape": "-1"} if field.item else {})
