"""Check a proof of presscorpus, or the folder of a release, with Python alone.

`python verify.py FILE [--ca AUTHORITY.pem]` checks a proof of one row, its time stamps with openssl; `python verify.py
[FOLDER]` a release. Written from docs/explanation/evidence.md of presscorpus, with which it shares no code.
"""

import base64
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile
from typing import Any

STATEMENT = "address authenticated crawl ended_at format outcome previous records root site started_at"
ROW, PLACE = "table number rows value path", " number path"
RELEASE = "dataset entries format previous root version"
BASE64 = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
CONTENT = "categories content date_gmt excerpt featured_media link slug status tags title"


class RefusedError(Exception):
    """What is wrong with a file."""


def need(condition: object, text: str) -> None:
    """Refuse the file unless a condition holds."""
    if not condition:
        raise RefusedError(text)


def sha(data: bytes) -> bytes:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(data).digest()


def canonical(value: object) -> bytes:
    """Return the canonical JSON of a value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass")


def digest(value: object) -> str:
    """Return the digest of a statement, in hex."""
    return sha(canonical(value)).hex()


def keys(value: Any, names: str, what: str) -> Any:
    """Refuse a value that is no object with exactly these keys."""
    need(isinstance(value, dict) and sorted(value) == sorted(names.split()), f"other keys in {what}")
    return value


def octets(text: object, what: str) -> bytes:
    """Return the bytes of a hash."""
    need(isinstance(text, str) and re.fullmatch("[0-9a-f]{64}", text), f"no hash in {what}")
    return bytes.fromhex(str(text))


def climb(data: bytes, at: Any, what: str, *, number: Any, size: Any) -> str:
    """Return the root that a path leads to, computed from the top down."""
    need(type(number) is int and type(size) is int and 0 <= number < size, f"no place of the {what}")
    need(isinstance(at, list), f"no path of the {what}")
    steps = [octets(step, what) for step in at]

    def subtree(place: int, leaves: int, left: int) -> bytes:
        need((leaves == 1) == (left == 0), f"a path of the {what} that cannot be")
        if leaves == 1:
            return sha(b"\x00" + data)
        half = 1 << ((leaves - 1).bit_length() - 1)
        if place < half:
            return sha(b"\x01" + subtree(place, half, left - 1) + steps[left - 1])
        return sha(b"\x01" + steps[left - 1] + subtree(place - half, leaves - half, left - 1))

    return subtree(number, size, len(steps)).hex()


def read(data: bytes) -> Any:
    """Return the value of what has to be canonical JSON and a line end."""
    try:
        value = json.loads(data.decode("utf-8"))
        same = canonical(value) + b"\n" == data
    except (ValueError, RecursionError):
        raise RefusedError("no JSON") from None
    need(same, "not in canonical form")
    return value


def content_of(part: Any, head: Any, row: Any) -> str:
    """Check the item that a part is (step 5); return its digest (step 6)."""
    kind = "text" if isinstance(part, dict) and "text" in part else "base64"
    keys(part, f"number salt path {kind}", "part")
    try:
        data = part["text"].encode("utf-8") if kind == "text" else base64.b64decode(part["base64"], validate=True)
        text = data.decode("utf-8").lstrip(" \t\r\n")
        item = json.loads(text[1:] if text.startswith(("[", ",")) else text)
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise RefusedError("a part that is no item") from None
    leaf = octets(part["salt"], "part") + sha(data)
    root = climb(leaf, part["path"], "part", number=part["number"], size=head["parts"])
    need(root == head["body"], "a part of another record")
    need(isinstance(item, dict) and item.get("id") == row.get("id"), "another item")
    return digest({name: item.get(name) for name in CONTENT.split()})


def proof(data: bytes) -> tuple[str, list[Any]]:
    """Check a proof but for its time stamps; return what it shows, and these."""
    value = keys(read(data), "format checksum release row table crawl record part later timestamps", "the proof")
    need(value.pop("checksum") == digest(value), "another checksum")
    release, table = keys(value["release"], RELEASE, "release"), keys(value["table"], "number path", "table")
    row, crawl = (keys(value[name], names, name) for name, names in (("row", ROW), ("crawl", STATEMENT + PLACE)))
    formats = (value["format"], release["format"], crawl["format"])
    need(formats == tuple(f"presscorpus {of} 1" for of in ("proof", "release", "crawl")), "another format")
    columns, record, part = row["value"], value["record"], value["part"]
    root = climb(canonical(columns), row["path"], "row", number=row["number"], size=row["rows"])
    entry: dict[str, Any] = {"root": root, "rows": row["rows"], "table": row["table"]}
    found = climb(canonical(entry), table["path"], "table", number=table["number"], size=release["entries"])
    need(found == release["root"], "a row that is not in the release")
    statement = {name: crawl[name] for name in STATEMENT.split()}
    entry = {"crawl": crawl["crawl"], "digest": digest(statement), "root": crawl["root"], "site": crawl["site"]}
    found = climb(canonical(entry), crawl["path"], "crawl", number=crawl["number"], size=release["entries"])
    need(found == release["root"], "a crawl that is not in the release")
    need(isinstance(columns, dict), "no row")
    need((columns.get("site"), columns.get("crawl")) == (crawl["site"], crawl["crawl"]), "the crawl of another row")
    said = f"the row is in {release['dataset']} {release['version']}"
    need(record or part is None, "a part without a record")
    if record is not None:
        keys(record, "number salt head path", "record")
        head = keys(record["head"], "record_id url date status parts body", "head")
        leaf = octets(record["salt"], "record") + sha(canonical(head))
        root = climb(leaf, record["path"], "record", number=record["number"], size=crawl["records"])
        need(root == crawl["root"], "a record that is not in the crawl")
        need(columns.get("record_id") == head["record_id"], "the record of another row")
        said += f", its record ({head['url']}, {head['date']}) in crawl {crawl['crawl']}"
        if part is not None:
            is_same = content_of(part, head, columns) == columns.get("digest") and row["table"] == "posts"
            said += f", the item in the record{', with the digest of the row' if is_same else ''}"
    digests = [digest(release), digest(statement)]
    need(isinstance(value["later"], list) and isinstance(value["timestamps"], list), "no lists")
    for each in value["later"]:
        before = keys(keys(each, STATEMENT, "later")["previous"], "crawl digest", "a link")
        need((before["digest"], each["site"]) == (digests[-1], crawl["site"]), "a later crawl that does not follow")
        digests.append(digest(each))
    for each in value["timestamps"]:
        need(keys(each, "statement token", "a time stamp")["statement"] in digests, "a time stamp of something else")
        need(isinstance(each["token"], str) and re.fullmatch(BASE64, each["token"]), "a time stamp that is not base64")
    return f"proved: {said}. Release {digests[0]}, crawl {digests[1]}", value["timestamps"]


def stamped(each: Any, authority: str | None) -> str:
    """Check one time stamp with openssl; return what it says."""
    if authority is None:
        return f"not checked: a time stamp of {each['statement']}; --ca names the certificate of its authority"
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "response.tsr")
        path.write_bytes(base64.b64decode(each["token"]))
        verify = ["openssl", "ts", "-verify", "-digest", each["statement"], "-in", str(path), "-CAfile", authority]
        need(subprocess.run(verify, capture_output=True, check=False).returncode == 0, "a wrong time stamp")
        shown = subprocess.run([*verify[:2], "-reply", "-in", str(path), "-text"], capture_output=True, check=True)
    time = re.search(r"Time stamp: (.*)", shown.stdout.decode("utf-8", "replace"))
    return f"time stamp of {time[1] if time else 'no time'}, of {each['statement']}"


def whole(path: pathlib.Path) -> str:
    """Check the files of a release and evidence.jsonl; return what was found."""
    lines = (path / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sums = {name: told for told, _, name in (line.partition("  ") for line in lines)}
    there = {each.relative_to(path).as_posix() for each in path.rglob("*") if each.is_file()} - {"SHA256SUMS"}
    need(there == set(sums), f"other files than SHA256SUMS names: {sorted(there ^ set(sums))}")
    for name, told in sums.items():
        need(sha((path / name).read_bytes()).hex() == told, f"{name} is another file")
    first, *rest = (path / "evidence.jsonl").read_bytes().splitlines(keepends=True)
    statement = keys(read(first), RELEASE, "evidence.jsonl")
    level = [sha(b"\x00" + canonical(read(line))) for line in rest]
    while len(level) > 1:  # in pairs; the last of an odd number moves up
        pairs = [sha(b"\x01" + level[at] + level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[2 * len(pairs) :]
    root = (level or [sha(b"")])[0].hex()
    need((root, len(rest)) == (statement["root"], statement["entries"]), "evidence.jsonl has other entries")
    return f"whole: {len(sums)} files are as SHA256SUMS says, and the entries of release {digest(statement)}"


def main(arguments: list[str]) -> int:
    """Print what was found; return the exit code."""
    authority = arguments.pop(arguments.index("--ca") + 1) if "--ca" in arguments[:-1] else None
    path = pathlib.Path(next((each for each in arguments if each != "--ca"), "."))
    try:
        said, stamps = (whole(path), []) if path.is_dir() else proof(path.read_bytes())
        for line in [*(stamped(each, authority) for each in stamps), said]:
            print(line)
    except (RefusedError, OSError) as error:
        print(f"refused: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
