"""Telephone numbers that were left for want of a country: which are counted, and when that is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import polars as pl
import pytest

from presscorpus.pipeline import stages
from presscorpus.release import national_numbers
from tests.corpus import PACKAGE, Corpus, post

if TYPE_CHECKING:
    from pathlib import Path

LEFT = (
    "Call 317-555-1102.", "(317) 555-1102", "Tél. : 03 86 55 01 02", "Điện thoại: 0243 555 102", "电话：010-65550102",
    "Fax 0804445550", "Телефон: 8-495-555-01-02", "teléfono (605) 5550102", "TELEFON: 0212 555 01 02", "☎ 5550102",
)  # fmt: skip
NONE = (
    "2019-2024, 1 000 000 people", "978-3-16-148410-0", "2026-11-23 12:00", "call 911", "phone [phone redacted]",
    "Hotel 12345678", "order 1234567890", "a recall 20241102", "telegraph 1876 1877 1878 1", "tel 12 3", "+1 2",
    "1.234.567,00 EUR", "https://x.example/317-555/1102", "117-555-1102", "10.0.0.1 192.168.100.100",
)  # fmt: skip


@pytest.mark.parametrize("text", LEFT)
def test_what_people_write_at_home_is_counted(text: str) -> None:
    rows = pl.DataFrame({"site": ["a", "b"], "text": [text, text]})
    assert national_numbers.count(rows, ["a"]) == {"a": 1}


@pytest.mark.parametrize("text", NONE)
def test_other_numbers_are_not(text: str) -> None:
    rows = pl.DataFrame({"site": ["a"], "text": [text]})
    assert national_numbers.count(rows, ["a"]) == {}


@pytest.mark.parametrize(("country", "told"), [(None, True), ("US", False)])
def test_a_build_says_so_once(tmp_path: Path, country: str | None, *, told: bool) -> None:
    built = Corpus(tmp_path, a=[post(1, content={"rendered": "<p>Call 317-951-1102</p>"})])
    settled = built.params()
    settled = msgspec.structs.replace(
        settled, sites=tuple(msgspec.structs.replace(each, country=country) for each in settled.sites)
    )
    built.build(settled)
    said = [line for line in stages.package.run(PACKAGE, settled, built.layout).withheld if "without a country" in line]
    assert [line.partition(". ")[0].partition(": ")[2] for line in said] == ["at least 1 of a"] * told


def test_nothing_is_said_of_nothing() -> None:
    assert list(national_numbers.lines({})) == []
    (line,) = national_numbers.lines({f"s{number}": number for number in range(1, 10)})
    assert ": at least 9 of s9, 8 of s8" in line
    assert " and 3 more sites. Those of one country" in line
