"""Commitments: trees against their definition, the vectors of the specification, salts, and what erasing leaves."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

from presscorpus.archive.commitment import check
from presscorpus.archive.receipt import Erasure, Receipt, statement, statement_digest
from presscorpus.archive.receipt_file import read_receipt, receipt_path
from presscorpus.archive.writer import CrawlWriter, Exchange, Original
from presscorpus.commitments import canonical, merkle, records, rows
from presscorpus.config.schema import Field, Schema
from presscorpus.errors import ArchiveError

PAGE = (Path(__file__).parents[2] / "docs/explanation/evidence.md").read_text()
VECTORS: dict[str, Any] = json.loads(PAGE.split("```json\n")[1].split("```")[0])
AT = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162 section 2.1.1, word for word, over hashes of leaves."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + by_definition(leaves[:k]) + by_definition(leaves[k:])).digest()


def test_trees_are_those_of_the_rfc_and_paths_lead_to_their_root_only() -> None:
    for size in range(40):
        leaves = [merkle.leaf(bytes([number])) for number in range(size)]
        root = by_definition(leaves)
        assert merkle.root(leaves) == root
        for number in range(size):
            path = merkle.path(leaves, number)
            assert merkle.climbed(leaves[number], number, size, path) == root
            assert merkle.climbed(leaves[number], number, size, [*path, root]) is None
            assert all(merkle.climbed(leaves[number], n, size, path) != root for n in range(size) if n != number)
            for step in range(len(path)):
                assert merkle.climbed(leaves[number], number, size, path[:step] + path[step + 1 :]) != root
    assert merkle.climbed(merkle.EMPTY, 0, 0, []) is None


def test_a_tree_grows_as_one_that_is_made_at_once() -> None:
    tree, leaves = merkle.Tree(), [merkle.leaf(str(number).encode()) for number in range(100)]
    for start, end in ((0, 1), (1, 1), (1, 38), (38, 100)):
        tree.extend(leaves[start:end])
        assert tree.root() == by_definition(leaves[:end])
    assert tree.size == 100


def test_the_vectors_of_the_specification_hold() -> None:
    leaves = [merkle.leaf(bytes([number])) for number in range(8)]
    assert VECTORS["tree"] == [merkle.root(leaves[:size]).hex() for size in range(9)]
    assert VECTORS["path"] == [step.hex() for step in merkle.path(leaves[:7], 4)]
    told = VECTORS["record"]
    payload = "".join(told["parts"][2:]).encode()
    assert [part.decode() for part in records.cut(payload)] == told["parts"][2:]
    for parts in VECTORS["cuts"]:
        assert [part.decode() for part in records.cut("".join(parts).encode())] == parts
    head, found = json.loads(told["head"]), records.Records()
    for number in (0, 1, 2, 3):
        said = (head["record_id"], head["type"], head["url"], head["date"], head["status"])
        bodies = (payload, payload) if number == 3 else (b"", b"")
        found.add(records.Recorded(*said, told["parts"][0].encode(), *bodies))
    tree = found.tree(bytes(range(32)))
    assert tree.heads[3].decode() == told["head"]
    assert [each.hex() for each in tree.leaves(3)] == told["leaves"]
    assert tree.hashes()[3].hex() == told["leaf"]


def test_a_row_is_the_same_bytes_whatever_file_it_was_in(tmp_path: Path) -> None:
    told = VECTORS["row"]
    schema = Schema("table", "", "", tuple(_field(name, kind) for name, kind in told["columns"].items()), ())
    values = {
        "seen": AT.replace(microsecond=1), "local": datetime(2026, 11, 23, 13, 30),  # noqa: DTZ001 - the site's clock
        "share": 1.0, "count": 2**53 + 1, "text": '"x"\n/', "tags": ["a", "Köln"], "none": None,
    }  # fmt: skip
    frame = pl.DataFrame([values] * 3, schema=schema.polars, orient="row")
    frame.write_parquet(tmp_path / "rows.parquet", row_group_size=1, compression="gzip")
    for each in (frame, pl.read_parquet(tmp_path / "rows.parquet")):
        assert rows.texts(each, schema).to_list() == [told["text"]] * 3
        assert [leaf.hex() for leaf in rows.leaves(each, schema)] == [told["leaf"]] * 3
    assert rows.leaf(told["text"]).hex() == told["leaf"]


def test_fractions_are_as_canonical_json_and_texts_that_look_like_them_stay() -> None:
    schema = Schema("table", "", "", (_field("share", "number"), _field("text", "string")), ())
    frame = pl.DataFrame(
        {"share": [0.5, 1.0, 0.0, 0.875, None], "text": ['"share":1.0,', "{share:1.0}", '","share":1.0}', None, "1.0"]},
        schema=schema.polars,
    )
    for row, text in zip(frame.iter_rows(named=True), rows.texts(frame, schema), strict=True):
        share = row["share"]
        whole = int(share) if share is not None and share.is_integer() else share
        assert text == canonical.encode({"share": whole, "text": row["text"]}).decode()


def _field(name: str, kind: str) -> Field:
    base, _, zone = kind.partition(", ")
    item = {"type": base.removeprefix("list of ").removesuffix("s")} if base.startswith("list") else None
    timezone = "UTC" if zone == "UTC" else None
    return Field(name, "array" if item else base, "", "", "public", timezone=timezone, item=item)


@pytest.mark.parametrize(
    ("payload", "parts"),
    [
        (b"", 1), (b"[]", 1), (b"{}", 1), (b"[1", 1), (b"[1]]", 1), (b"\xef\xbb\xbf[1]", 1), (b"[1]", 2),
        (b' [ [1] , [[2]],{"a":"],["} ]\n', 4), (b'["[", "[["]', 3), (b"[[],[[]]]", 3),
        (b'\xef\xbb\xbf {"a":"<item>"}\n\n{"b":1}', 2), (b'{\n"a":{}}', 1), (b"{1\n{", 2), (b"{\n{\n{", 3),
        (b"<a><item>b</item>c<item>d</item>", 3), (b"<item></item> <item>", 2), (b"<a></item>", 1), (b"<", 1),
        (b"<![CDATA[<item>]]>", 1), (b"\n<a>\n{", 1),
    ],
)  # fmt: skip
def test_a_payload_is_cut_between_its_items(payload: bytes, parts: int) -> None:
    found = records.cut(payload)
    assert (b"".join(found), len(found)) == (payload, parts or 1)
    if parts > 1 and payload.lstrip().startswith(b"["):
        assert [json.loads(part.lstrip(b" \t\r\n")[1:]) for part in found[:-1]] == json.loads(payload)


def test_canonical_json_is_read_in_one_form_only() -> None:
    value = {"b": [1, None, True], "a": 'Köln "\\\n\u2028'}
    assert canonical.decode(canonical.encode(value)) == value
    twice, spaced, unsorted = b'{"a":1,"a":1}', b'{"a": 1}', b'{"b":1,"a":1}'
    for data in (twice, spaced, unsorted, b'"\\u0041"', b"[1]\n", b"\xff", b"[" * 10**5, b"1.0e0"):
        with pytest.raises(ValueError, match="canonical"):
            canonical.decode(data)


def crawl(root: Path, name: str, bodies: list[bytes], **more: Any) -> Path:
    """A closed crawl of lists, of an import and of a capture with an odd address."""
    with CrawlWriter(root / "raw", root / "work", "example", name) as writer:
        for number, body in enumerate(bodies):
            headers = (("Content-Encoding", "gzip"), ("Date", "Mon"))
            packed = gzip.compress(body, mtime=0)
            asked = Exchange(f"https://example.org/?page={number}", AT, (), 200, "OK", headers, packed)
            writer.exchange(asked)
            writer.captured(msgspec.structs.replace(asked, url="https://x.org/中?é"), Original("f", 1, None, "2", None))
        writer.imported("posts/é.json", AT, b'[{"id":1}]')
        return writer.close(Receipt("example", name, "files", "https://example.org/", AT, AT, "complete", [], **more))


def test_a_crawl_commits_to_its_records_and_to_the_crawl_before(tmp_path: Path) -> None:
    first, second = (crawl(tmp_path, f"2026010{day}T000000Z", [b'[{"id":1},{"id":2}]']) for day in (1, 2))
    one, two = read_receipt(first), read_receipt(second)
    for warc, receipt in ((first, one), (second, two)):
        committed = check(warc, receipt)
        assert committed is not None
        assert committed.records == receipt.records == 5
    assert one.commitment != msgspec.UNSET != two.commitment
    assert one.commitment.previous is None
    assert msgspec.to_builtins(two.commitment.previous) == {"crawl": one.crawl, "digest": statement_digest(one)}
    told = PAGE.split("**Statement.**")[1].split(". `root` is")[0]
    assert set(statement(one)) == set(re.findall(r"`(\w+)`", told)) - {"digest"}


def test_a_crawl_that_was_killed_and_resumed_has_the_same_commitment(tmp_path: Path) -> None:
    asked = [Exchange(f"https://example.org/?page={n}", AT, (), 200, "OK", (), b"[%d]" % n) for n in range(4)]
    found = []
    for kills in range(4):
        folder = tmp_path / str(kills)
        for exchanges, is_last in ((asked[:kills], False), (asked[kills:], True)):
            with CrawlWriter(folder / "raw", folder / "work", "a", "20260101T000000Z", resume=True) as writer:
                for exchange in exchanges:
                    writer.exchange(exchange)
                if is_last:
                    receipt = Receipt("a", writer.crawl, "wordpress", "https://a.org/", AT, AT, "complete", [])
                    found.append(read_receipt(writer.close(receipt)).commitment)
    assert len(found) == 4
    assert found == found[:1] * 4


def test_a_receipt_from_before_commitments_is_read_and_chained(tmp_path: Path) -> None:
    old = crawl(tmp_path, "20260101T000000Z", [b"[1]"])
    told = json.loads(receipt_path(old).read_text())
    del told["commitment"], told["own_digest"]
    receipt_path(old).write_text(json.dumps(told))
    receipt = read_receipt(old)
    assert check(old, receipt) is None
    assert statement(receipt)["root"] is None
    new = read_receipt(crawl(tmp_path, "20260102T000000Z", [b"[1]"]))
    assert new.commitment != msgspec.UNSET
    assert new.commitment.previous is not None
    assert new.commitment.previous.digest == statement_digest(receipt)


def test_no_hash_can_be_tested_against_a_guess_without_the_secret(tmp_path: Path) -> None:
    body = b'[{"id":1},{"id":2}]'
    warc = crawl(tmp_path, "20260101T000000Z", [body])
    committed = check(warc, read_receipt(warc))
    assert committed is not None
    known = {*committed.tree.hashes(), *(leaf for n in range(5) for leaf in committed.tree.leaves(n))}
    for part in (*records.cut(body), b'{"id":2}', b"", body, *committed.tree.heads):
        digest = hashlib.sha256(part).digest()
        assert not known & {digest, merkle.leaf(part), merkle.leaf(digest), hashlib.sha256(digest).digest()}


def test_every_change_of_an_archive_and_its_digests_is_refused_by_the_root(tmp_path: Path) -> None:
    """Whoever may write archive and receipt, but not the commitment, is found out."""
    warc = crawl(tmp_path, "20260101T000000Z", [b'[{"id":1},{"id":2}]'])
    receipt, seeded = read_receipt(warc), random.Random(21)
    assert receipt.commitment != msgspec.UNSET
    plain = bytearray(gzip.decompress(warc.read_bytes()))
    passed = 0
    for place in seeded.sample(range(len(plain)), 400):
        changed = plain.copy()
        changed[place] ^= 1 << seeded.randrange(7)
        warc.write_bytes(changed)
        try:
            check(warc, receipt)
        except ArchiveError:
            continue
        passed += 1
        # What says how records are packed: nothing commits to it, and `file_digest` guards it.
        line = bytes(plain[: place + 1]).rsplit(b"\n", 1)[-1] + bytes(plain[place + 1 :]).split(b"\n", 1)[0]
        assert line.startswith((b"WARC/", b"WARC-Block-Digest", b"Content-Length")) or plain[place] in b" \r\n", line
    assert passed < 30


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"WARC-Type: response", b"WARC-Type: request"),
        (b"WARC-Type: resource", b"WARC-Type: metadata"),
        (b"WARC-Payload-Digest", b"WARC-Truncated: length\r\nWARC-Payload-Digest"),
        (b"X-Presscorpus-Origin-File: f", b"X-Presscorpus-Origin-File: g"),
        (b"X-Presscorpus-Origin-Offset: 1\r\n", b""),
    ],
)
def test_a_record_cannot_be_turned_into_another_kind(tmp_path: Path, old: bytes, new: bytes) -> None:
    warc = crawl(tmp_path, "20260101T000000Z", [b'[{"id":1},{"id":2}]'])
    plain = gzip.decompress(warc.read_bytes())
    assert old in plain
    warc.write_bytes(plain.replace(old, new, 1))
    with pytest.raises(ArchiveError, match=r"damaged|other records than its receipt commits to"):
        check(warc, read_receipt(warc))


def test_erasing_needs_an_erasure_in_the_receipt(tmp_path: Path) -> None:
    warc = crawl(tmp_path, "20260101T000000Z", [b'[{"id":1},{"id":2}]'])
    receipt = read_receipt(warc)
    committed = check(warc, receipt)
    assert committed is not None
    assert receipt.commitment != msgspec.UNSET
    kept = msgspec.structs.replace(receipt.commitment, kept=[committed.tree.keep(0)])
    claimed = msgspec.structs.replace(receipt, commitment=kept)
    with pytest.raises(ArchiveError, match="other records than its receipt commits to"):
        check(warc, claimed)
    erasure = Erasure(str(committed.tree.says(0)["record_id"]), "post", 1, "asked", "", "")
    assert check(warc, msgspec.structs.replace(claimed, erasures=[erasure])) is not None
