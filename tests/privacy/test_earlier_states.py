from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from presscorpus.archive.reader import read_at
from presscorpus.errors import UsageError
from presscorpus.observations import portions
from presscorpus.privacy import earlier_states, former_names
from tests.leaks.judge import Release
from tests.leaks.steps import captures_terms, command, post, write

if TYPE_CHECKING:
    from pathlib import Path

    from presscorpus.archive.reader import Capture

_HOST = "former.example.org"


def _built(work: Path, name: str, as_of: str) -> Path:
    """A build of one user, called so, and of a post that another calls by the first name."""
    user = {"id": 1, "name": name, "slug": "desk", "avatar_urls": {}}
    items: list[dict[str, Any]] = [*captures_terms(), user, post(2, _HOST, "<p>by Annelise Brockhurst</p>", author=1)]
    source = write(work / as_of, {"items.json": json.dumps(items).encode()})
    ran = command("build", source, "--out", work / "out", "--as-of", as_of, "--workers", "1")
    assert (work / "out/release/README.md").is_file(), ran
    return work / "out"


def test_a_crawl_is_read_once_for_the_names_of_its_earlier_states(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _built(tmp_path, "Annelise Brockhurst", "2026-01-05")
    _built(tmp_path, "Anne Neuling", "2026-02-05")
    before = sorted((tmp_path / "out/.presscorpus/names").rglob("*.json"))
    assert len(before) == 1

    def read(*_: object) -> list[former_names.Told]:
        raise AssertionError

    monkeypatch.setattr(earlier_states, "_read", read)
    out = _built(tmp_path, "Anne Neuling", "2026-02-05")
    told = former_names.read(out / "tables")["former-example-org"]
    assert former_names.Told("name", "Annelise Brockhurst", 1) in told
    assert sorted((out / ".presscorpus/names").rglob("*.json")) == before


def test_a_record_is_read_once_however_many_portions_its_items_are_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portions, "ROWS", 1)
    names = ("Annelise Brockhurst", "Theodora Wallenfels", "Ludovika Sternbach", "Emmerich Falkenau")
    read: list[int] = []

    def counted(warc: Path, offset: int) -> Capture:
        read.append(offset)
        return read_at(warc, offset)

    monkeypatch.setattr(earlier_states, "read_at", counted)
    for month, told in ((1, names), (2, ("Desk",) * 4)):
        items = [post(n * 1024 + 1, _HOST, "<p>x</p>", yoast_head_json={"author": name}) for n, name in enumerate(told)]
        source = write(tmp_path / str(month), {"items.json": json.dumps([*captures_terms(), *items]).encode()})
        command("build", source, "--out", tmp_path / "out", "--as-of", f"2026-0{month}-05", "--workers", "1")
    found = former_names.read(tmp_path / "out/tables")["former-example-org"]
    assert {told.name for told in found if told.kind == "name"} == set(names)
    assert len(read) == 1


def test_a_number_that_is_no_person_never_was_one(tmp_path: Path) -> None:
    _built(tmp_path, "Annelise Brockhurst", "2026-01-05")
    out = _built(tmp_path, "Anne Neuling", "2026-02-05")
    assert _text(out) == "by [name withheld]"
    params = out / "params.yaml"
    params.write_text(params.read_text().replace("not_people: []", "not_people:\n  - 1"))
    _built(tmp_path, "Anne Neuling", "2026-02-05")
    assert _text(out) == "by Annelise Brockhurst"


def _text(out: Path) -> str:
    return str(Release(out / "release").cell("posts", "text", site="former-example-org", id=2))


_CALLS = (
    '<a href="tel:+13179511102">x</a>',
    '<script type="application/ld+json">{"telephone": "(317) 951-1102"}</script>',
    '<i data-phone="+1 317 951 1102">x</i>',
)


@pytest.mark.parametrize("authors", ["withheld", "named"])
@pytest.mark.parametrize("call", _CALLS)
def test_a_number_that_an_earlier_state_called_is_taken_out(tmp_path: Path, call: str, authors: str) -> None:
    out = tmp_path / "out"
    for month, html in enumerate((call, "<p>x</p>", "<p>x</p>"), 1):
        told = post(2, _HOST, "<p>call 317.951.1102</p>")
        items = [*captures_terms(), post(1, _HOST, html), told | {"slug": "called-317-951-1102"}]
        source = write(tmp_path / str(month), {"items.json": json.dumps(items).encode()})
        ran = command("build", source, "--out", out, "--as-of", f"2026-0{month}-05", "--workers", "1")
        assert (out / "release/README.md").is_file(), ran
        params = out / "params.yaml"
        params.write_text(params.read_text().replace("authors: withheld", f"authors: {authors}"))
    assert _text(out) == "call [phone redacted]"
    assert Release(out / "release").holds("3179511102") == []


def test_tables_without_the_names_of_earlier_states_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"not built by this version\n.*`presscorpus build`"):
        former_names.read(tmp_path)
