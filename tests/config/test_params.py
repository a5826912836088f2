"""params.yaml: what it says is taken, what it cannot mean is told in one line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from presscorpus.config import params
from presscorpus.errors import ParamsError

SHIPPED = Path(__file__).parents[2] / "params.yaml"

pytestmark = pytest.mark.fast


def document() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    return loaded


def read(tmp_path: Path, value: Any) -> params.Params:
    path = tmp_path / "params.yaml"
    (tmp_path / "dvc.yaml").touch()
    path.write_text(yaml.safe_dump(value), encoding="utf-8")
    return params.load(path)


def test_what_ships_is_read() -> None:
    shipped = params.load(SHIPPED)
    assert [(site.name, site.crawl) for site in shipped.sites] == [
        ("uyghurmovement", "20261123T000000Z"),
        ("kervan", "20261101T080000Z"),
    ]
    assert [site.rights.publishable for site in shipped.sites] == [False, True]
    assert {shipped.policy_of(site).authors for site in shipped.sites} == {"withheld"}


def test_defaults_are_those_that_ship(tmp_path: Path) -> None:
    sparse = {key: value for key, value in document().items() if key in {"dataset", "sites"}}
    shipped = params.load(SHIPPED)
    assert read(tmp_path, sparse) == shipped


def test_times_are_taken_to_utc(tmp_path: Path) -> None:
    given = document()
    given["sites"][0]["as_of"] = "2026-11-23T03:00:00+03:00"
    assert read(tmp_path, given).sites[0].as_of == datetime(2026, 11, 23, tzinfo=UTC)
    assert read(tmp_path, given).sites[0].as_of.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sites": []}, "names no site"),
        ({"polcy": {}}, "has a field 'polcy' that is not known; 'policy' is"),
        ({"policy": {"text": "all"}}, "policy.text: 'all' is none of 'excerpt', 'full', 'none'"),
        ({"limits": {"delay_seconds": -1}}, "limits.delay_seconds: is not at least 0"),
        ({"limits": {"timeout_seconds": 0}}, "limits.timeout_seconds: is not more than 0"),
        ({"limits": {"concurrency": 0}}, "limits.concurrency"),
        ({"dataset": {"name": "A/b", "title": "t", "version": "v2026.11.23"}}, "dataset.name"),
        ({"dataset": {"name": "a", "title": "t", "version": "1.0"}}, "dataset.version"),
    ],
)
def test_what_cannot_be_meant_is_told(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(ParamsError) as caught:
        read(tmp_path, document() | change)
    assert message in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    assert str(caught.value).count("\n") <= 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "../up"}, "a name is made of"),
        ({"address": "ftp://example.org/"}, "no http(s) address"),
        ({"address": "https://user:secret@example.org/"}, "holds a password"),
        ({"as_of": "2026-11-23T00:00:00"}, "no time zone"),
        ({"files": "x", "observed_at": "2026-11-22T00:00:00"}, "observed_at has no time zone"),
        ({"files": "x", "observed_at": "2099-11-22T00:00:00Z"}, "observed_at is after as_of"),
        ({"files": None, "observed_at": "2020-11-22T00:00:00Z"}, "observed_at belongs to files"),
        ({"rights": {"statement": " "}}, "rights.statement is empty"),
        ({"country": "UK"}, "no telephone numbers are known of a country 'UK'\nWrite its two letters"),
        ({"country": False}, "country: has true or false where text or nothing is expected\nYAML takes NO, no, off"),
        ({"country": "tr"}, "no telephone numbers are known of a country 'tr'"),
        ({"country": "Turkey"}, "no telephone numbers are known of a country 'Turkey'"),
        ({"files": "/etc"}, "leaves the repository"),
        ({"files": "data/../../x"}, "leaves the repository"),
    ],
)
def test_what_a_site_cannot_be_is_told(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    given = document()
    given["sites"][0] |= change
    with pytest.raises(ParamsError) as caught:
        read(tmp_path, given)
    assert message in str(caught.value)


def test_a_country_with_telephone_numbers_is_taken(tmp_path: Path) -> None:
    given = document()
    given["sites"][0]["country"] = "TR"
    assert read(tmp_path, given).sites[0].country == "TR"


def test_a_password_is_not_repeated_in_the_message(tmp_path: Path) -> None:
    given = document()
    given["sites"][0]["address"] = "https://user:secret@example.org/"
    with pytest.raises(ParamsError) as caught:
        read(tmp_path, given)
    assert "secret" not in str(caught.value)


def test_two_sites_of_one_name_are_told(tmp_path: Path) -> None:
    given = document()
    given["sites"] *= 2
    with pytest.raises(ParamsError, match="stands there twice"):
        read(tmp_path, given)


@pytest.mark.parametrize("text", ["a: [", "\tx", "!!python/object:os.system {}"])
def test_what_is_no_yaml_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "params.yaml").write_text(text)
    with pytest.raises(ParamsError, match="is not YAML"):
        params.load(tmp_path / "params.yaml")
    with pytest.raises(ParamsError, match="is missing"):
        params.load(tmp_path / "none.yaml")
