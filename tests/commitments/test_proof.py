"""Proofs of rows: two programs that share no code agree, and both refuse what was changed by as little as a bit."""

from __future__ import annotations

import base64
import copy
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from presscorpus import dataset_commands
from presscorpus.archive.receipt_file import as_file, closed_crawls, read_receipt, receipt_path
from presscorpus.command_line import parser
from presscorpus.commitments import canonical, proof
from presscorpus.commitments.item import item_of
from presscorpus.config.takedown import Takedown
from presscorpus.errors import ArchiveError, RefusedError, UsageError
from presscorpus.pipeline import prove, stages, verify
from presscorpus.pipeline.edit import add_takedown
from presscorpus.pipeline.prove import Wanted
from presscorpus.release import verify as second
from tests.commitments.test_commitments import VECTORS
from tests.corpus import PACKAGE, Corpus, post, quiet
from tests.crawl.imports.test_warc import ADDRESS, warc_of
from tests.crawl.imports.test_warc_pages import page
from tests.observations import test_exports

if TYPE_CHECKING:
    from collections.abc import Callable

    from presscorpus.config.params import Params

CHANGES = 150
TERM = {"id": 3, "taxonomy": "category", "slug": "news", "name": "News", "link": "https://a.example.org/news/"}
Made = tuple[Corpus, "Params"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Twelve posts and a term; one is of a list with a neighbour's secret."""
    items = [post(n, content={"rendered": f"<p>Köln \\ \u2028 {n}</p>", "protected": False}) for n in range(1, 13)]
    built = Corpus(tmp_path_factory.mktemp("proved"), a=[*items, TERM])
    return built, built.build()


def proved(made: Made, number: int = 5, kind: str | None = None, *, with_item: bool = True) -> bytes:
    built, settled = made
    return prove.prove(PACKAGE, settled, built.layout, Wanted("a", number, kind), with_item=with_item)


def both(data: bytes) -> tuple[bool, bool]:
    """Whether each program takes a proof."""
    taken = []
    for check in (proof.check, second.proof):
        try:
            check(data)
            taken.append(True)
        except second.MALFORMED:
            taken.append(False)
    return taken[0], taken[1]


def again(value: dict[str, Any]) -> bytes:
    """A proof that somebody changed who can compute a checksum."""
    return proof.write({name: each for name, each in value.items() if name != "checksum"})


def test_a_proof_holds_row_and_item_and_no_neighbour(made: Made) -> None:
    data = proved(made)
    found = proof.check(data)
    assert (found.row["id"], found.item["id"], found.same) == (5, 5, True)
    assert found.head is not None
    assert found.head["record_id"] == found.row["record_id"]
    assert both(data) == (True, True)
    assert b"Title 5" in data
    assert not any(f"Title {n}".encode() in data for n in (4, 6, 7))
    value = json.loads(data)
    beside = len(data) - len(canonical.encode(value["row"]["value"])) - len(canonical.encode(value["part"]["text"]))
    assert beside <= 4096
    assert "not proved" in prove.sentence(found)
    assert second.proof(data)[0].startswith("proved: the row is in my-corpus v2026.01.01")
    assert proof.check(proved(made, with_item=False)).item is None


def test_the_proof_in_the_specification_is_taken_by_both() -> None:
    data = canonical.encode(VECTORS["proof"]) + b"\n"
    assert both(data) == (True, True)
    assert proof.check(data).item["id"] == 3
    assert both(data.replace(b"News", b"Olds", 1)) == (False, False)


def test_rows_of_all_tables_of_items_are_proved(made: Made) -> None:
    found = proof.check(proved(made, 3, "category"))
    assert (found.table, found.row["slug"], found.item["slug"], found.same) == ("terms", "news", "news", None)
    for number in range(1, 13):
        assert both(proved(made, number)) == (True, True)


def test_changes_of_single_bytes_are_refused_by_both(made: Made) -> None:
    data, seeded = proved(made), random.Random(21)
    for place in seeded.sample(range(len(data)), CHANGES):
        changed = bytearray(data)
        changed[place] ^= 1 << seeded.randrange(8)
        assert both(bytes(changed)) == (False, False), place
    assert both(data[:-1]) == both(data + b"\n") == (False, False)


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        named = value.items() if isinstance(value, dict) else enumerate(value)
        return [found for name, each in named for found in _leaves(each, (*path, name))]
    return [path]


def test_changes_of_single_values_with_a_right_checksum_are_refused_by_both(made: Made) -> None:
    """What nothing below it commits to is the statement of the release, whose digest is told."""
    value = json.loads(proved(made))
    free = {("release", "dataset"), ("release", "version"), ("checksum",)}
    for path in _leaves(value):
        changed = copy.deepcopy(value)
        within = changed
        for name in path[:-1]:
            within = within[name]
        old = within[path[-1]]
        within[path[-1]] = (old + 1) if type(old) is int else (not old) if isinstance(old, bool) else f"{old}0"
        wanted = path in free
        # Another number of entries can give the same path; the digest of the release tells.
        if path != ("release", "entries"):
            assert both(again(changed)) == (wanted, wanted), path


@pytest.mark.parametrize(
    "change",
    [
        lambda v: v.pop("later"),
        lambda v: v.update(other=1),
        lambda v: v.update(record=None),
        lambda v: v["part"].update(base64="e30="),
        lambda v: v["row"].update(number=True),
        lambda v: v["row"].update(number=-1),
        lambda v: v["row"].update(rows=10**400),
        lambda v: v["row"].update(path=["0" * 64]),
        lambda v: v["row"].update(path=None),
        lambda v: v["row"].update(path=v["row"]["path"] + "A" * 43 + "="),
        lambda v: v["row"].update(path=base64.b64encode(base64.b64decode(v["row"]["path"]) + b"0" * 32).decode()),
        lambda v: v["row"].update(path=v["row"]["path"] + "\n"),
        lambda v: v["record"].update(salt=v["record"]["salt"].upper()),
        lambda v: v.update(row=[]),
        lambda v: v["row"].update(value=[]),
        lambda v: v["release"].update(entries="3"),
        lambda v: v["release"].update(root=None),
        lambda v: v["crawl"].update(root=None),
        lambda v: v["record"]["head"].update(body=None),
        lambda v: v["part"].update(text="[" * 100_000),
        lambda v: v.update(later=[v["crawl"]]),
        lambda v: v.update(timestamps=[{"statement": "0" * 64, "token": ""}]),
        lambda v: v.update(timestamps={}),
    ],
)
def test_what_is_no_proof_is_refused_by_both(made: Made, change: Callable[[dict[str, Any]], object]) -> None:
    value = json.loads(proved(made))
    change(value)
    assert both(again(value)) == (False, False)


def test_a_part_that_is_text_has_one_form(made: Made) -> None:
    value = json.loads(proved(made))
    value["part"]["base64"] = base64.b64encode(value["part"].pop("text").encode()).decode()
    assert both(again(value)) == (False, False)


def test_a_part_of_another_kind_with_the_same_number_is_refused(made: Made) -> None:
    """Post 3 and category 3 lie in one record."""
    by_kind = {kind: json.loads(proved(made, 3, kind)) for kind in ("post", "category")}
    assert by_kind["post"]["record"] == by_kind["category"]["record"]
    for kind, other in (("post", "category"), ("category", "post")):
        assert both(again(by_kind[kind])) == (True, True)
        assert both(again(by_kind[kind] | {"part": by_kind[other]["part"]})) == (False, False)


@pytest.mark.parametrize(
    ("part", "table", "is_it"),
    [
        (b'[{"id":3}', "posts", True), (b' ,\n{"id":3,"type":"post"}', "posts", True), (b'{"id":3.0}', "posts", False),
        (b'{"id":"3"}', "posts", False), (b'{"id":true}', "posts", False), (b'{"id":3,"type":"page"}', "posts", False),
        (b'{"id":3,"id":3}', "posts", False), (b'{"id":3,"a":NaN}', "posts", False), (b"[3]", "posts", False),
        (b'{"id":3,"taxonomy":"category"}', "posts", False), (b'{"id":3,"type":null}', "posts", False),
        (b'{"id":3}\xff', "posts", False), (b"[" * 9999, "posts", False), (b"", "posts", False),
        (b'{"id":3,"type":"attachment"}', "media", False),
        (b"<item><wp:post_id>3</wp:post_id></item>", "posts", True),
        (b"<item><wp:post_id>3</wp:post_id></item>", "terms", False),
        (b"<item><wp:post_id>4</wp:post_id><a><wp:post_id>3</wp:post_id></a></item>", "posts", False),
        (b"\xef\xbb\xbf <p>\xff", "media", True), (b"<p>", "authors", False),
    ],
)  # fmt: skip
def test_both_tell_the_item_of_a_row_alike(part: bytes, table: str, is_it: bool) -> None:  # noqa: FBT001
    row = {"id": 3, "type": "post"}
    assert (item_of(row, table, part, 3) is not None) == is_it
    try:
        second.item(part, 3, table, row)
    except second.MALFORMED:
        assert not is_it
    else:
        assert is_it
    if part.lstrip(b"\xef\xbb\xbf ").startswith(b"<p>"):
        assert item_of(row, table, part, 4) is None


def test_a_later_crawl_has_to_follow(made: Made) -> None:
    value = json.loads(proved(made))
    crawl = {name: each for name, each in value["crawl"].items() if name not in {"number", "path"}}
    following = crawl | {"crawl": "later", "previous": {"crawl": crawl["crawl"], "digest": canonical.digest(crawl)}}
    stamp = {"statement": canonical.digest(following), "token": "AAAA"}
    assert both(again(value | {"later": [following], "timestamps": [stamp]})) == (True, True)
    assert both(again(value | {"later": [following | {"site": "b"}]})) == (False, False)
    assert both(again(value | {"later": [following, following]})) == (False, False)


def test_the_second_program_checks_a_release_by_itself(made: Made, tmp_path: Path) -> None:
    release = made[0].layout.release
    path = tmp_path / "p.json"
    path.write_bytes(proved(made))
    for argument in (path, release):
        done = subprocess.run(
            [sys.executable, "-I", release / "verify.py", argument], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
    path.write_bytes(path.read_bytes().replace(b"Title 5", b"Title 6"))
    assert second.main([str(path)]) == 1
    assert second.main([str(tmp_path / "missing")]) == 1
    text = Path(second.__file__).read_text()
    assert "import presscorpus" not in text
    assert len(text.splitlines()) < 200


def test_what_is_withheld_or_taken_down_is_not_proved(tmp_path: Path) -> None:
    built = Corpus(tmp_path, a=[post(1), post(2)])
    made = built, built.build()
    with pytest.raises(UsageError, match="no user 7 is in the release, or the policy withholds it"):
        proved(made, 7, "user")
    with pytest.raises(UsageError, match="no post 9"):
        proved(made, 9)
    add_takedown(tmp_path, Takedown("asked", site="a", id=2, type="post"))
    with pytest.raises(RefusedError, match=r"takedown\.yaml has entries"):
        proved(made, 1)
    settled = built.build()
    with pytest.raises(RefusedError, match="2 was taken down: asked"):
        proved((built, settled), 2)
    assert both(proved((built, settled), 1)) == (True, True)


def test_the_commands_write_a_proof_and_say_what_it_shows(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    built, settled = made
    monkeypatch.setattr(dataset_commands, "opened", lambda _: (PACKAGE, settled, built.layout))
    path = tmp_path / "p.json"
    for options in ([], ["--with-item"]):
        arguments = parser().parse_args(["prove", "a", "5", "--out", str(path), *options])
        arguments.run(arguments)
        said = capsys.readouterr()
        assert said.out == f"{path}\n"
        assert ("it holds the item" in said.err) == bool(options)
        arguments = parser().parse_args(["verify", str(path)])
        arguments.run(arguments)
        assert capsys.readouterr().out.startswith("proved: a post 5 is a row of posts in my-corpus v2026.01.01")
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(ArchiveError, match="refused: has no line end"):
        arguments.run(arguments)


def test_a_crawl_from_before_commitments_proves_the_row_alone(tmp_path: Path) -> None:
    built = Corpus(tmp_path, a=[post(1), post(2)])
    settled = built.params()
    stages.fetch.run(settled, built.layout, quiet)
    (warc,) = closed_crawls(built.layout.raw, "a")
    old = msgspec.structs.replace(read_receipt(warc), commitment=msgspec.UNSET)
    receipt_path(warc).write_bytes(as_file(old))
    data = proved((built, built.build()), 1)
    found = proof.check(data)
    assert (found.head, found.item, both(data)) == (None, None, (True, True))
    assert "which commits to no records" in prove.sentence(found)
    (tmp_path / "p.json").write_bytes(data)
    assert verify.proof_in(tmp_path / "p.json") == found


PERSON = "jane.roe@example.net"


def test_a_proof_says_by_default_no_more_than_the_release(tmp_path: Path) -> None:
    """The policy redacts addresses and withholds authors; the item, and the name of the file, would say them."""
    built = Corpus(tmp_path, a=[post(1, content={"rendered": f"<p>Write to {PERSON}.</p>"}, author=4711)])
    (tmp_path / "a.json").rename(tmp_path / "jane-roe.json")
    settled = built.params()
    sites = (msgspec.structs.replace(settled.sites[0], files="jane-roe.json"),)
    made = built, built.build(msgspec.structs.replace(settled, sites=sites))
    data = proved(made, 1, with_item=False)
    assert both(data) == (True, True)
    assert not any(each in data for each in (PERSON.encode(), b"jane", b"4711"))
    found = proof.check(data)
    assert (found.head, found.item, found.row["id"]) == (None, None, 1)
    assert "from a record that the proof leaves out" in prove.sentence(found)
    whole = proved(made, 1)
    assert PERSON.encode() in whole
    assert proof.check(whole).head is not None


@pytest.mark.parametrize(
    ("url", "is_told"),
    [
        ("https://a.org/wp-json/wp/v2/posts?include=1,2&per_page=100&_fields[]=id", True),
        ("https://a.org/?rest_route=/wp/v2/books/7", True),
        ("https://public-api.wordpress.com/wp/v2/sites/a.org/posts", True),
        ("https://a.org/2026/1/", True),
        ("https://a.org/wp-json/wp/v2/posts?search=jane", False),
        ("https://a.org/wp-json/wp/v2/posts?slug=jane", False),
        ("https://jane:x@a.org/wp-json/wp/v2/posts", False),
        ("https://a.org/wp-json/wp/v2/posts#jane", False),
        ("https://a.org/wp-json/jane/v1/posts", False),
        ("https://a.org/author/jane/", False),
        ("https://a.org/?rest_route=/wp/v2/users/jane", False),
        ("https://[/", False),
        ("file:///wp/v2/posts", False),
    ],
)
def test_the_address_of_a_record_is_told_where_it_cannot_name_anybody(url: str, is_told: bool) -> None:  # noqa: FBT001
    assert prove._says_nothing(url, {"url": "https://a.org/2026/1/", "id": 1}) == is_told


def _of_files(root: Path, name: str, data: bytes, address: str) -> Made:
    built = Corpus(root, a=[])
    (root / "a.json").unlink()
    (root / name).write_bytes(data)
    settled = built.params()
    sites = (msgspec.structs.replace(settled.sites[0], files=name, address=address),)
    return built, built.build(msgspec.structs.replace(settled, sites=sites))


def test_items_of_lines_exports_and_pages_are_proved(tmp_path: Path) -> None:
    lines = b"".join(json.dumps(post(n)).encode() + b"\r\n" for n in (1, 2, 3))
    export = test_exports.HEAD + test_exports.item(4) + test_exports.item(5) + test_exports.TAIL
    pages = warc_of([page(number, date="2025-11-20T10:00:00Z") for number in (6, 7)])
    for name, data, number, address, says in (
        ("a.jsonl", lines, 2, "https://a.example.org/", b'"id": 2,'),
        ("a.xml", export.encode(), 5, "https://valley.example/", b"<item>"),
        ("a.warc.gz", pages, 7, ADDRESS, b"<!DOCTYPE html>"),
    ):
        folder = tmp_path / name
        folder.mkdir()
        made = _of_files(folder, name, data, address)
        proof_ = proved(made, number)
        assert both(proof_) == (True, True), name
        found, value = proof.check(proof_), json.loads(proof_)
        assert found.item is not None, name
        assert says in value["part"]["text"].encode()
        assert value["part"]["text"].count("valley.example/?p=") < 2
        # The same part for another row.
        other = proved(made, number - 1)
        moved = json.loads(other) | {"part": value["part"], "record": value["record"]}
        assert both(again(moved)) == (False, False), name
    foreign = json.loads(proved(made, number)) | {"part": None}
    assert both(again(foreign)) == (True, True)
