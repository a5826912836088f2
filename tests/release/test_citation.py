"""Who is cited, and how: one source, and each format by its own rules."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # its stubs are not in the lock
import pytest
import yaml

from presscorpus.config.params import Dataset
from presscorpus.errors import ParamsError, SchemaError
from presscorpus.release import citation
from presscorpus.release.credits import common_license, gather
from tests.release import cff
from tests.release.conftest import Laid, parameters

ROOT = Path(__file__).parents[2]
CFF = cff.schema()
DATASET = Dataset(name="small", title="Small", version="v2026.11.23")
DESCRIPTOR: dict[str, Any] = {
    "description": "A description.",
    "keywords": ["one", "two", "one"],
    "contributors": [
        {"title": "The builders", "roles": ["creator", "maintainer"], "path": "https://example.org"},
        {
            "title": "Ada Lovelace", "givenName": "Ada", "familyName": "Lovelace", "roles": ["creator"],
            "organization": "Engine & Co", "path": "https://orcid.org/0000-0002-1825-0097",
        },
        {"title": "A funder", "roles": ["funder"]},
    ],
    "licenses": [{"name": "MIT"}],
}  # fmt: skip
HOSTILE = 'A --- title: {with} $5 & 100% #1 _x_ ~ ^ \\ "quotes"\n---\n- !!python/object:os.system\u2028end ئۇيغۇر'


def check(text: str) -> dict[str, Any]:
    """The document, which CFF's own schema accepts."""
    document: dict[str, Any] = yaml.safe_load(text)
    validator = jsonschema.Draft7Validator(CFF, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)
    assert [error.message for error in validator.iter_errors(document)] == []
    return document


def test_the_release_s_file_is_valid_and_says_what_the_parameters_say(laid: Laid) -> None:
    document = check((laid.folder / "CITATION.cff").read_text())
    assert document["type"] == "dataset"
    assert document["title"] == "A small dataset"
    assert document["version"] == "v2026.11.23.2"
    assert document["date-released"] == "2026-11-23"
    assert document["authors"] == [{"name": "The presscorpus developers"}]


def test_the_schema_of_cff_is_in_force() -> None:
    text = citation.cff(gather(DESCRIPTOR, DATASET), "CC-BY-4.0")
    check(text)
    for wrong in (text.replace("date-released", "released"), text.replace("type: dataset", "type: data")):
        with pytest.raises(AssertionError):
            check(wrong)
    with pytest.raises(AssertionError):
        check(citation.cff(gather(DESCRIPTOR, DATASET), "no such licence"))


def test_groups_and_people_are_credited_each_in_their_way() -> None:
    credits_ = gather(DESCRIPTOR, DATASET)
    document = check(citation.cff(credits_, "CC-BY-4.0"))
    assert document["authors"] == [
        {"name": "The builders", "website": "https://example.org"},
        {
            "given-names": "Ada", "family-names": "Lovelace", "affiliation": "Engine & Co",
            "orcid": "https://orcid.org/0000-0002-1825-0097",
        },
    ]  # fmt: skip
    assert document["license"] == "CC-BY-4.0"
    assert document["keywords"] == ["one", "two"]
    assert "author = {{The builders} and Lovelace, Ada}," in citation.bibtex(credits_)
    assert "funder" not in citation.bibtex(credits_)


@pytest.mark.case(23)
@pytest.mark.parametrize("title", [HOSTILE, "null", "- x", "2026", "\ud800 lone", "", "''"])
def test_a_hostile_title_is_text_in_every_format(title: str) -> None:
    credits_ = gather(DESCRIPTOR, Dataset(name="small", title=title, version="v2026.11.23"))
    document = check(citation.cff(credits_, None))
    assert document["title"] == (title.replace("\ud800", "\ufffd") or "small")
    entry = citation.bibtex(credits_)
    assert len(entry.splitlines()) == 8
    assert re.sub(r"\\[{}]", "", entry).count("{") == re.sub(r"\\[{}]", "", entry).count("}")
    (line,) = re.findall(r"^  title = \{\{(.*)\}\},$", entry, re.MULTILINE)
    assert not re.search(r"(?<!\\)[$&#_%]", line)


def test_a_bibtex_entry_reads_as_one() -> None:
    assert citation.bibtex(gather(DESCRIPTOR, DATASET)) == (
        "@misc{small-v2026.11.23,\n"
        "  author = {{The builders} and Lovelace, Ada},\n"
        "  title = {{Small}},\n"
        "  year = {2026},\n"
        "  month = nov,\n"
        "  version = {v2026.11.23},\n"
        "  howpublished = {Dataset},\n"
        "}\n"
    )


@pytest.mark.parametrize(
    ("version", "released"), [("v2026.11.23", date(2026, 11, 23)), ("v2024.02.29.12", date(2024, 2, 29))]
)
def test_the_date_is_in_the_version(version: str, released: date) -> None:
    assert gather(DESCRIPTOR, Dataset(name="a", title="b", version=version)).released == released


@pytest.mark.parametrize("version", ["v2026.13.01", "v2026.02.30", "2026.11.23", "v2026.11.23.", ""])
def test_a_version_without_a_date_is_an_error(version: str) -> None:
    with pytest.raises(ParamsError, match="holds no date"):
        gather(DESCRIPTOR, Dataset(name="a", title="b", version=version))


@pytest.mark.parametrize(
    "change", [{"contributors": []}, {"contributors": [{"roles": ["creator"]}]}, {"description": ""}]
)
def test_a_descriptor_that_credits_nobody_is_an_error(change: dict[str, Any]) -> None:
    with pytest.raises(SchemaError, match=r"datapackage\.json"):
        gather(DESCRIPTOR | change, DATASET)


def test_a_licence_is_common_only_where_all_sites_state_it() -> None:
    assert common_license(parameters().sites) is None


def test_the_software_has_a_citation_of_its_own_and_names_the_version_of_the_package() -> None:
    said = yaml.load((ROOT / "CITATION.cff").read_text(), yaml.BaseLoader)  # plain strings, as CFF wants
    jsonschema.validate(said, CFF)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert (said["title"], said["version"], said["license"]) == (
        project["name"],
        project["version"],
        project["license"],
    )
    assert said["authors"] == [{"name": each["name"]} for each in project["authors"]]
    assert said["repository-code"] == project["urls"]["Source"]
