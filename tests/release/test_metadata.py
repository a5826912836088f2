"""One source, six standards: each file is valid by its own standard's validator, and all say the same."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import datacite.schema45  # type: ignore[import-untyped]  # published without types
import dplib
import jsonschema  # type: ignore[import-untyped]  # its stubs are not in the lock
import mlcroissant
import msgspec
import polars as pl
import pytest
import yaml
from huggingface_hub import DatasetCard

from presscorpus.archive.receipt import Receipt, statement_digest
from presscorpus.config import schema
from presscorpus.config.params import Creator, Funding, Params, Policy, Previous, Publishing, Rights
from presscorpus.privacy.policy import ReleasePolicy
from presscorpus.release import writer
from presscorpus.release.credits import gather
from tests.release import cff
from tests.release.conftest import ROOT, Laid, parameters

if TYPE_CHECKING:
    from pathlib import Path

CFF = cff.schema()
# What Zenodo takes: names and values of its legacyrecord.json (github.com/zenodo/zenodo), stated here anew.
ZENODO = {
    "title", "upload_type", "description", "creators", "version", "publication_date", "keywords", "access_right",
    "access_conditions", "license", "related_identifiers", "notes", "doi",
}  # fmt: skip
RELATIONS = {"isDerivedFrom", "isNewVersionOf", "isIdenticalTo"}
ADA = Creator(
    name="Ada Lovelace", given="Ada", family="Lovelace", affiliation="Engine & Co",
    orcid="https://orcid.org/0000-0002-1825-0097",
)  # fmt: skip
GROUP = Creator(name="The builders", url="https://example.org")
FUNDING = Funding(funder="A funder", award="12", title="Machines", url="https://example.org/12")


def published(*, licensed: bool = True) -> Params:
    """Parameters that say everything which metadata can say."""
    previous = Previous("v2026.11.20", "0" * 64)
    params = parameters(
        repository="my-lab/small",
        doi="10.5281/zenodo.1234567",
        previous=previous,
        creators=(GROUP, ADA),
        funding=(FUNDING,),
    )
    rights = Rights("Free.", "CC-BY-4.0") if licensed else Rights('Ask the "editors".\nThey answer.')
    sites = tuple(msgspec.structs.replace(site, rights=rights) for site in params.sites)
    gate = Publishing("manual", "Say who you are.", {"Affiliation": "text", "I agree": "checkbox"})
    return msgspec.structs.replace(params, sites=sites, publish=gate)


AT = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
CRAWL = Receipt("a", "20261123T123000Z", "wordpress", "https://a.example.org/", AT, AT, "complete", [])


@pytest.fixture(scope="module", params=[True, False], ids=["licensed", "site by site"])
def folder(
    request: pytest.FixtureRequest, package: schema.Package, tables: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A release that has an address, a DOI, a predecessor, a person and a group for its creators, and a gate."""
    out = tmp_path_factory.mktemp("metadata") / "release"
    settled = published(licensed=request.param)
    policy = ReleasePolicy({site.name: settled.policy_of(site) for site in settled.sites})
    beside = writer.Beside(policy, crawls=(CRAWL,))
    return writer.write(package, settled, tables, out, report=None, beside=beside).folder


def document(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_bytes())


def test_datacite_is_valid_by_its_schema(folder: Path) -> None:
    found = document(folder, "datacite.json")
    errors = list(datacite.schema45.validator.iter_errors(found))
    assert errors == []
    # It becomes the XML that DataCite registers, which has rules of its own.
    assert b"<titles>" in datacite.schema45.tostring(found).encode()
    assert datacite.schema45.validate(found | {"publicationYear": 2026}) is False


def test_the_descriptor_and_its_schemas_are_valid_by_the_profiles_of_data_package(folder: Path) -> None:
    profiles = files(dplib).joinpath("profiles/2.0")
    whole = json.loads(profiles.joinpath("datapackage.json").read_bytes())
    table = json.loads(profiles.joinpath("tableschema.json").read_bytes())
    assert [
        e.message for e in jsonschema.Draft7Validator(whole).iter_errors(document(folder, "datapackage.json"))
    ] == []
    for path in (folder / "schemas").glob("*.json"):
        found = json.loads(path.read_bytes())
        assert [error.message for error in jsonschema.Draft7Validator(table).iter_errors(found)] == [], path.name
    broken = document(folder, "datapackage.json") | {"contributors": "nobody"}
    assert list(jsonschema.Draft7Validator(whole).iter_errors(broken))


def test_the_citation_is_valid_by_the_schema_of_cff(folder: Path) -> None:
    found = yaml.safe_load((folder / "CITATION.cff").read_text())
    validator = jsonschema.Draft7Validator(CFF, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)
    assert [error.message for error in validator.iter_errors(found)] == []


def test_zenodo_is_told_what_it_takes(folder: Path) -> None:
    found = document(folder, "zenodo.json")
    assert found.keys() <= ZENODO
    assert {each["relation"] for each in found["related_identifiers"]} == RELATIONS
    assert found["access_right"] == "restricted"  # readers have to ask
    assert [each.keys() for each in found["creators"]] == [{"name"}, {"name", "affiliation", "orcid"}]
    assert re.fullmatch(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", found["creators"][1]["orcid"])


def test_croissant_says_from_which_sites_and_crawls_in_terms_of_prov(folder: Path) -> None:
    found = document(folder, "croissant.json")
    assert found["prov:wasDerivedFrom"] == [{"@id": address} for address in found["isBasedOn"]]
    (activity,) = found["prov:wasGeneratedBy"]
    assert activity["@type"] == "prov:Activity"
    assert activity["identifier"] == f"sha256:{statement_digest(CRAWL)}"
    assert activity["identifier"].removeprefix("sha256:") in (folder / "evidence.jsonl").read_text()
    assert activity["prov:used"] == {"@id": CRAWL.address}
    assert found["@context"]["prov"] == "http://www.w3.org/ns/prov#"


@pytest.mark.filterwarnings("ignore")  # mlcroissant's own libraries warn of theirs
def test_croissant_reads_every_record_of_every_table(folder: Path, package: schema.Package) -> None:
    dataset = mlcroissant.Dataset(jsonld=folder / "croissant.json", mapping={"repo": folder})
    assert dataset.metadata.ctx.issues.errors == set()
    assert {each.id for each in dataset.metadata.record_sets} == set(package.resources)
    for name, resource in package.resources.items():
        rows = pl.read_parquet(folder / name / "*.parquet")
        found = list(dataset.records(name))
        assert len(found) == rows.height, name
        assert [record[f"{name}/site"].decode() for record in found] == rows["site"].to_list()
        if found:
            assert {key.removeprefix(f"{name}/") for key in found[0]} == set(resource.schema.names)


@pytest.mark.filterwarnings("ignore")
def test_croissant_finds_a_column_that_is_missing(laid: Laid, tmp_path: Path) -> None:
    text = (laid.folder / "croissant.json").read_text().replace('"column": "slug"', '"column": "slugs"')
    (tmp_path / "croissant.json").write_text(text)
    dataset = mlcroissant.Dataset(jsonld=tmp_path / "croissant.json", mapping={"repo": laid.folder})
    with pytest.raises(Exception, match=r"operation Read\w*\(posts"):
        list(dataset.records("posts"))


def test_croissant_answers_the_questions_of_rai(folder: Path) -> None:
    found = document(folder, "croissant.json")
    assert found["conformsTo"] == ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]
    answers = {key: text for key, text in found.items() if key.startswith("rai:")}
    assert len(answers) == 11
    assert all(isinstance(text, str) and text for text in answers.values())
    assert "authors withheld" in answers["rai:personalSensitiveInformation"]


def test_all_of_them_say_the_same(folder: Path) -> None:
    cff = yaml.safe_load((folder / "CITATION.cff").read_text())
    bib = (folder / "CITATION.bib").read_text()
    found, croissant, package, zenodo = (
        document(folder, f"{name}.json") for name in ("datacite", "croissant", "datapackage", "zenodo")
    )
    readme = (folder / "README.md").read_text()
    card = DatasetCard(readme).data.to_dict()  # type: ignore[no-untyped-call]
    licensed = "license" in cff
    assert bib in readme
    assert croissant["citeAs"] == bib
    assert {cff["title"], found["titles"][0]["title"], croissant["alternateName"], package["title"], zenodo["title"],
            card["pretty_name"]} == {"A small dataset"}  # fmt: skip
    assert "title = {{A small dataset}}" in bib
    assert {cff["version"], found["version"], package["version"], zenodo["version"], croissant["identifier"][0]} == {
        "v2026.11.23.2"
    }  # fmt: skip
    assert "version = {v2026.11.23.2}" in bib
    assert croissant["version"] == "2026.11.23+2"
    days = {cff["date-released"], found["dates"][0]["date"], croissant["datePublished"], zenodo["publication_date"]}
    assert days == {"2026-11-23"}
    assert {found["publicationYear"], re.findall(r"year = {(\d+)}", bib)[0]} == {"2026"}
    dois = {cff["doi"], found["doi"], zenodo["doi"], croissant["identifier"][1].removeprefix("https://doi.org/")}
    assert {*dois, re.findall(r"doi = {(.*)}", bib)[0]} == {"10.5281/zenodo.1234567"}
    address = "https://huggingface.co/datasets/my-lab/small"
    assert {cff["url"], found["url"], croissant["url"], zenodo["related_identifiers"][-1]["identifier"]} == {address}
    assert f"url = {{{address}/tree/v2026.11.23.2}}" in bib
    assert croissant["distribution"][0]["contentUrl"] == f"{address}/tree/v2026.11.23.2"
    abstracts = {cff["abstract"], found["descriptions"][0]["description"], croissant["description"]}
    (abstract,) = {*abstracts, package["description"]}
    assert abstract.endswith(schema.load_package(ROOT).descriptor["description"])
    assert re.match(
        r"\d+ posts and pages of site-0\.example, .* and \d+ more, published in November 2026, in ", abstract
    )
    assert "Funded by A funder (Machines, 12)" in zenodo["notes"]
    assert "Funded by A funder (Machines, 12)" in bib
    assert found["fundingReferences"] == [
        {"funderName": "A funder", "awardNumber": "12", "awardTitle": "Machines", "awardUri": "https://example.org/12"}
    ]
    assert croissant["funder"] == [{"@type": "sc:Organization", "name": "A funder"}]
    assert "Funded by A funder (Machines, 12)." in readme
    words = [each["subject"] for each in found["subjects"]]
    assert (
        words == cff["keywords"] == croissant["keywords"] == package["keywords"] == zenodo["keywords"] == card["tags"]
    )
    people = [
        ["The builders", "Ada Lovelace"], [each["name"] for each in croissant["creator"]],
        [each["title"] for each in package["contributors"] if "creator" in each["roles"]],
        [each.get("name") or f"{each['given-names']} {each['family-names']}" for each in cff["authors"]],
        [" ".join(reversed(each["name"].split(", "))) for each in found["creators"]],
        [" ".join(reversed(each["name"].split(", "))) for each in zenodo["creators"]],
    ]  # fmt: skip
    assert all(names == people[0] for names in people)
    assert "author = {{The builders} and Lovelace, Ada}" in bib
    assert {found["publisher"]["name"], croissant["publisher"]["name"]} == {"The builders"}
    before = {each["relationType"]: each["relatedIdentifier"] for each in found["relatedIdentifiers"]}
    assert before["IsNewVersionOf"] == f"{address}/tree/v2026.11.20"
    derived = [
        each["relatedIdentifier"] for each in found["relatedIdentifiers"] if each["relationType"] == "IsDerivedFrom"
    ]
    assert derived == croissant["isBasedOn"] == [each["path"] for each in package["sources"]]
    if licensed:
        assert (cff["license"], found["rightsList"][0]["rightsIdentifier"]) == ("CC-BY-4.0", "CC-BY-4.0")
        assert (croissant["license"], zenodo["license"], card["license"]) == (
            "https://spdx.org/licenses/CC-BY-4.0.html", "cc-by-4.0", "cc-by-4.0",
        )  # fmt: skip
    else:
        assert (croissant["license"], card["license"], "license" in zenodo) == ("LICENSE.md", "other", False)
        assert found["rightsList"] == [{"rights": 'Ask the "editors". They answer.', "lang": "en"}]
    assert card["extra_gated_prompt"] == "Say who you are."
    assert card["extra_gated_fields"] == {"Affiliation": "text", "I agree": "checkbox"}


def test_a_dataset_without_address_and_doi_states_none(laid: Laid) -> None:
    for name in ("CITATION.cff", "CITATION.bib", "datacite.json", "croissant.json", "zenodo.json"):
        text = (laid.folder / name).read_text()
        assert "doi" not in text.lower().replace("doing", ""), name
        assert "huggingface.co" not in text, name
    assert list(datacite.schema45.validator.iter_errors(document(laid.folder, "datacite.json"))) == []
    assert "OWNER/small" in (laid.folder / "README.md").read_text()


@pytest.mark.parametrize(
    ("version", "semantic"),
    [("v2026.11.03", "2026.11.3"), ("v2026.01.23.12", "2026.1.23+12"), ("v0999.10.10", "0999.10.10")],
)
def test_the_version_as_semantic_versioning_has_it(package: schema.Package, version: str, semantic: str) -> None:
    dataset = msgspec.structs.replace(parameters().dataset, version=version)
    assert gather(package.descriptor, dataset).semver == semantic


def test_the_card_shows_the_pictures_that_are_there_with_words(
    package: schema.Package, tables: Path, tmp_path: Path
) -> None:
    made = []
    for name in ("posts_over_time.png", "linked_domains.png", "secret.png"):
        made.append(tmp_path / name)
        made[-1].write_bytes(b"\x89PNG" + name.encode())
    beside = writer.Beside(
        ReleasePolicy({site.name: Policy() for site in parameters().sites}), (*made, tmp_path / "languages.png")
    )
    out = writer.write(package, parameters(), tables, tmp_path / "out", report=None, beside=beside).folder
    assert {path.name for path in (out / "report").iterdir()} == {"posts_over_time.png", "linked_domains.png"}
    assert (out / "report/posts_over_time.png").read_bytes() == made[0].read_bytes()
    card = (out / "README.md").read_text()
    shown = re.findall(r"^!\[(.+)\]\((.+)\)$", card, re.MULTILINE)
    assert [path for _, path in shown] == ["report/posts_over_time.png", "report/linked_domains.png"]
    assert re.fullmatch(r"Posts by the time of their publication, in November 2026", shown[0][0])
    assert "report/posts_over_time.png" in (out / "SHA256SUMS").read_text()


def test_the_card_counts_languages_and_scripts(laid: Laid) -> None:
    card = (laid.folder / "README.md").read_text()
    section = card.split("## Languages and scripts")[1].split("\n## ")[0]
    posts = pl.read_parquet(laid.folder / "posts/*.parquet")
    counts = posts.group_by("language", "script").len()
    assert section.count("\n| `") + section.count("\n|  |") == counts.height
    assert sum(int(n) for n in re.findall(r"\| (\d+) \|$", section, re.MULTILINE)) == posts.height
