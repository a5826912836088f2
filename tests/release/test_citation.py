"""Who is cited, and how: one source, and each format by its own rules."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # its stubs are not in the lock
import pytest
import yaml

from presscorpus.config.params import Creator, Dataset, Funding, Params, Rights, Site, judge
from presscorpus.errors import ParamsError, SchemaError
from presscorpus.release import citation
from presscorpus.release.credits import common_license, gather
from tests.release import cff
from tests.release.conftest import Laid, parameters

ROOT = Path(__file__).parents[2]
CFF = cff.schema()
CREATORS = (
    Creator(name="The builders", url="https://example.org"),
    Creator(
        name="Ada Lovelace", given="Ada", family="Lovelace", affiliation="Engine & Co",
        orcid="https://orcid.org/0000-0002-1825-0097",
    ),
)  # fmt: skip
DATASET = Dataset(
    name="small", title="Small", version="v2026.11.23", creators=CREATORS, keywords=("one", "two", "one"),
    funding=(Funding(funder="A funder", award="12"),),
)  # fmt: skip
DESCRIPTOR: dict[str, Any] = {"description": "A description.", "licenses": [{"name": "MIT"}]}
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
    assert document["authors"] == [{"name": "The builders"}]


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
    assert "A funder" not in document["authors"]
    assert "note = {Funded by A funder (12)}," in citation.bibtex(credits_)


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
        "  note = {Funded by A funder (12)},\n"
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


def test_a_descriptor_that_describes_nothing_is_an_error() -> None:
    with pytest.raises(SchemaError, match=r"datapackage\.json"):
        gather(DESCRIPTOR | {"description": ""}, DATASET)


def test_without_creators_nobody_is_credited_and_that_is_said() -> None:
    credits_ = gather(DESCRIPTOR, Dataset(name="small", title="Small", version="v2026.11.23"))
    assert not credits_.named
    assert check(citation.cff(credits_, None))["authors"] == [{"name": "Unnamed creators of small"}]
    assert credits_.keywords == ("wordpress", "web archive")


def judged(**said: Any) -> Dataset:
    """A dataset as params.yaml is read."""
    site = Site("a", "https://a.example/", datetime(2026, 11, 23, tzinfo=UTC), Rights("Ours."))
    return judge(Params(Dataset("small", "Small", "v2026.11.23", **said), (site,)), where="params.yaml").dataset


@pytest.mark.parametrize("orcid", ["0000-0002-1825-0097", "https://orcid.org/0000-0002-1694-233X"])
def test_an_orcid_is_an_address_however_it_is_written(orcid: str) -> None:
    (creator,) = judged(creators=(Creator("Ada", orcid=orcid),)).creators
    assert creator.orcid == f"https://orcid.org/{orcid[-19:]}"


@pytest.mark.parametrize(
    ("creator", "message"),
    [
        (Creator("Ada", orcid="0000-0002-1825-0098"), "0000-0002-1825-0098"),
        (Creator("Ada", orcid="ada@example.org"), "ada@example.org"),
        (Creator(" "), "no name"),
        (Creator("Ada Lovelace", family="Lovelace"), "alone"),
    ],
)
def test_a_creator_that_no_bibliography_could_print_is_an_error(creator: Creator, message: str) -> None:
    with pytest.raises(ParamsError, match=message):
        judged(creators=(creator,))


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
