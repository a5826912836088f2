"""RO-Crate metadata of what is handed over.

https://www.researchobject.org/ro-crate/specification/1.1/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rocrate import rocrate
    from rocrate.model import contextentity, person

    from presscorpus.archive.receipt import Receipt
    from presscorpus.config.dataset import Creator
    from presscorpus.release.credits import Credits
else:
    rocrate = lazy("rocrate.rocrate")
    contextentity = lazy("rocrate.model.contextentity")
    person = lazy("rocrate.model.person")

_VERSION: Final = "1.1"
_PROGRAM: Final = "#presscorpus"
# https://www.iana.org/assignments/media-types/, and PRONOM's or a specification's address where there is no type.
_KINDS: Final = {
    ".gz": "application/gzip", ".warc.gz": "application/warc", ".json": "application/json",
    ".jsonl": "application/jsonl", ".md": "text/markdown", ".html": "text/html", ".png": "image/png",
    ".parquet": "application/vnd.apache.parquet", ".yaml": "application/yaml", ".cff": "application/yaml",
    ".py": "text/x-python", ".bib": "application/x-bibtex", ".tsr": "application/timestamp-reply",
    ".svg": "image/svg+xml",
}  # fmt: skip


class Entry(NamedTuple):
    """A file of the crate.

    Its path relative to the crate, its size in bytes and its SHA-256 in hex.
    """

    path: str
    size: int
    digest: str


def write(
    folder: Path, credits_: Credits, entries: Sequence[Entry], crawls: Mapping[str, Receipt], rights: str
) -> None:
    """Write `ro-crate-metadata.json`, which names every file of a folder.

    Nothing in it depends on the clock: the crate is published on the date of the dataset's version.

    Args:
        folder: The folder of the crate.
        credits_: Who made the dataset, and when its version is of.
        entries: Its files, in order.
        crawls: The receipts of its crawls, by the path of their archive files.
        rights: What may be done with it, in a sentence.
    """
    crate = rocrate.ROCrate(version=_VERSION)
    crate.name, crate.description = credits_.title, credits_.description
    crate.datePublished = credits_.released.isoformat()
    crate.keywords = list(credits_.keywords)
    crate.root_dataset["version"] = credits_.version
    crate.license = crate.add(_entity(crate, "#rights", "CreativeWork", name="Rights", description=rights))
    crate.creator = [crate.add(_creator(crate, each, number)) for number, each in enumerate(credits_.creators, 1)]
    crate.publisher = crate.add(_entity(crate, "#publisher", "Organization", name=credits_.publisher))
    program = crate.add(
        _entity(
            crate, _PROGRAM, "SoftwareApplication", name="presscorpus",
            url="https://github.com/presscorpus/presscorpus",
        )
    )  # fmt: skip
    for each in entries:
        told = {"name": each.path.rpartition("/")[2], "contentSize": str(each.size), "sha256": each.digest,
                "encodingFormat": _kind(each.path)}  # fmt: skip
        file = crate.add_file(dest_path=each.path, properties=told)
        if each.path in crawls:
            crate.add(_crawled(crate, crawls[each.path], file, program))
    crate.metadata.write(folder)


def _crawled(crate: Any, receipt: Receipt, file: Any, program: Any) -> Any:
    """The crawl that made an archive file."""
    made = _entity(
        crate, f"#crawl-{receipt.site}-{receipt.crawl}", "CreateAction",
        name=f"crawl {receipt.crawl} of {receipt.site}", description=f"{receipt.address}: {receipt.verdict}",
        startTime=receipt.started_at.isoformat(), endTime=receipt.ended_at.isoformat(),
    )  # fmt: skip
    made["instrument"], made["result"] = program, file
    return made


def _creator(crate: Any, creator: Creator, number: int) -> Any:
    if not creator.given:
        return _entity(crate, f"#creator-{number}", "Organization", name=creator.name)
    told = {"name": creator.name, "givenName": creator.given, "familyName": creator.family,
            "affiliation": creator.affiliation}  # fmt: skip
    named = {name: value for name, value in told.items() if value}
    return person.Person(crate, creator.orcid or f"#creator-{number}", properties=named)


def _entity(crate: Any, identifier: str, kind: str, **properties: str) -> Any:
    return contextentity.ContextEntity(crate, identifier, properties={"@type": kind, **properties})


def _kind(path: str) -> str:
    """The media type of a file that presscorpus itself named."""
    name = path.rpartition("/")[2]
    found = [kind for ending, kind in _KINDS.items() if name.endswith(ending)]
    return found[-1] if found else "text/plain" if "." not in name else "application/octet-stream"
