"""Check a proof of presscorpus, or the folder of a release, with Python alone.

`python verify.py FILE [--ca AUTHORITY.pem] [--signers KEYS]` checks a proof, with time stamps (openssl) and signatures
(ssh-keygen, minisign); `python verify.py [FOLDER]` a release. The specification is docs/explanation/evidence.md.
"""

import base64
import json
import pathlib
import re
import subprocess
import sys
import tempfile
from hashlib import sha256
from typing import Any

STATEMENT = "address authenticated crawl ended_at format outcome previous records root site started_at"
RELEASE = "dataset entries format previous root version"
PROOF = "checksum crawl format later part record release row signatures table timestamps"
HEAD = "record_id type url date status parts body"
CONTENT = "categories content date_gmt excerpt featured_media link slug status tags title"
MALFORMED = (ValueError, TypeError, LookupError, AttributeError, RecursionError, OSError)  # what checks may raise


class RefusedError(ValueError):
    """What is wrong with a file."""


def need(condition: object, text: str) -> None:
    """Refuse the file unless a condition holds."""
    if not condition:
        raise RefusedError(text)


def canonical(value: object) -> bytes:
    """Return the canonical JSON of a value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass")


def digest(value: object) -> str:
    """Return the digest of a statement, in hex."""
    return sha256(canonical(value)).hexdigest()


def keys(value: Any, names: str, what: str) -> Any:
    """Refuse a value that is no object with exactly these keys."""
    need(isinstance(value, dict) and sorted(value) == sorted(names.split()), f"other keys in {what}")
    return value


def lead(data: bytes, at: Any, size: Any, root: str | None, what: str) -> str:
    """Refuse a leaf whose path leads to another root than this (null for any); return where it leads, from the top."""
    need(type(at["number"]) is type(size) is int and 0 <= at["number"] < size, f"no place of the {what}")
    steps = base64.b64decode(at["path"], validate=True)
    is_salt = re.fullmatch("[0-9a-f]{64}", at.get("salt", "0" * 64))
    need(is_salt and base64.b64encode(steps).decode() == at["path"] and len(steps) % 32 == 0, "no hashes")

    def subtree(place: int, leaves: int, left: int) -> bytes:
        need((leaves == 1) == (left == 0), f"a path of the {what} that cannot be")
        if leaves == 1:
            return sha256(b"\x00" + bytes.fromhex(at.get("salt", "")) + data).digest()
        half, beside = 1 << ((leaves - 1).bit_length() - 1), steps[32 * left - 32 : 32 * left]
        if place < half:
            return sha256(b"\x01" + subtree(place, half, left - 1) + beside).digest()
        return sha256(b"\x01" + beside + subtree(place - half, leaves - half, left - 1)).digest()

    found = subtree(at["number"], size, len(steps) // 32).hex()
    need(root is None or root == found, f"a {what} that is not where it should be")
    return found


def read(data: bytes) -> Any:
    """Return the value of what has to be canonical JSON and a line end."""
    value = json.loads(data.decode("utf-8"))
    need(canonical(value) + b"\n" == data, "not in canonical form")
    return value


def content_of(part: Any, head: Any, row: Any) -> str:
    """Check the item that a part is (step 5); return its digest (step 6)."""
    kind = "text" if "text" in part else "base64"
    keys(part, f"number salt path {kind}", "part")
    data = part["text"].encode("utf-8") if kind == "text" else base64.b64decode(part["base64"], validate=True)
    lead(sha256(data).digest(), part, head["parts"], str(head["body"]), "part")
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if data.startswith(b"<"):
        mark = b"<wp:post_id>%d</wp:post_id>" % row["id"]
        need(mark in data if data.startswith(b"<item>") else (part["number"], head["parts"]) == (2, 3), "another item")
        return ""
    item = json.loads(data[data[:1] in {b"[", b","} :].decode("utf-8"))
    need(isinstance(item, dict) and item.get("id") == row.get("id"), "another item")
    return digest({name: item.get(name) for name in CONTENT.split()})


def proof(data: bytes) -> tuple[str, list[tuple[Any, str]], list[tuple[Any, str]]]:
    """Check a proof but for its time stamps and signatures; return what it shows, and these."""
    value = keys(read(data), PROOF, "the proof")
    need(value.pop("checksum") == digest(value), "another checksum")
    release, table = keys(value["release"], RELEASE, "release"), keys(value["table"], "number path", "table")
    row, crawl = keys(value["row"], "table number rows value path", "row"), value["crawl"]
    keys(crawl, f"{STATEMENT} number path", "crawl")
    for of, each in (("proof", value), ("release", release), ("crawl", crawl)):
        need(each["format"] == f"presscorpus {of} 1", f"another format of the {of}")
    columns, record = row["value"], value["record"]
    root = lead(canonical(columns), row, row["rows"], None, "row")
    entry: dict[str, Any] = {"root": root, "rows": row["rows"], "table": row["table"]}
    lead(canonical(entry), table, release["entries"], str(release["root"]), "row")
    statement = {name: crawl[name] for name in STATEMENT.split()}
    entry = {"crawl": crawl["crawl"], "digest": digest(statement), "root": crawl["root"], "site": crawl["site"]}
    lead(canonical(entry), crawl, release["entries"], str(release["root"]), "crawl")
    need((columns.get("site"), columns.get("crawl")) == (crawl["site"], crawl["crawl"]), "the crawl of another row")
    said = f"the row is in {release['dataset']} {release['version']}"
    need(record or (record is value["part"] is None), "a part without a record")
    if record:
        head = keys(keys(record, "number salt head path", "record")["head"], HEAD, "head")
        lead(sha256(canonical(head)).digest(), record, crawl["records"], str(crawl["root"]), "record")
        need(columns.get("record_id") == head["record_id"], "the record of another row")
        need(head["type"] in {"response", "revisit", "resource", "continuation"}, "a record that is no answer")
        said += f", its record ({head['url']}, {head['date']}) in crawl {crawl['crawl']}"
        if value["part"] is not None:
            is_same = content_of(value["part"], head, columns) == columns.get("digest") and row["table"] == "posts"
            said += f", the item in the record{', with the digest of the row' if is_same else ''}"
    told = {digest(each): canonical(each) for each in (release, statement)}
    need(all(isinstance(value[name], list) for name in ("later", "timestamps", "signatures")), "no lists")
    for each in value["later"]:
        link = keys(keys(each, STATEMENT, "later")["previous"], "crawl digest", "a link")
        need((link["digest"], each["site"]) == ([*told][-1], crawl["site"]), "a later crawl that does not follow")
        told[digest(each)] = canonical(each)
    for names, listed in (("statement token", value["timestamps"]), ("statement text", value["signatures"])):
        for each in listed:
            need(all(isinstance(text, str) for text in keys(each, names, names).values()), f"no texts in {names}")
            need(each["statement"] in told, "a time stamp or signature of something else")
            base64.b64decode(each.get("token", ""), validate=True)
    said = f"proved: {said}. Release {digest(release)}, crawl {digest(statement)}"
    stamps = [(each["statement"], each["token"]) for each in value["timestamps"]]
    return said, stamps, [(told[each["statement"]], each["text"]) for each in value["signatures"]]


def run(*command: object, given: bytes = b"") -> str:
    """Return what another program prints; refuse the file where it fails."""
    done = subprocess.run(list(map(str, command)), input=given, capture_output=True, check=False)
    need(done.returncode == 0, f"a wrong time stamp or signature, says {command[0]}")
    return done.stdout.decode("utf-8", "replace")


def attested(each: Any, text: str, trusted: str | None, path: pathlib.Path) -> str:
    """Check a time stamp with openssl, a signature with minisign or ssh-keygen; return what it says."""
    if trusted is None:
        return "not checked: a time stamp or signature; --ca and --signers name whose count"
    path.write_bytes(base64.b64decode(text) if isinstance(each, str) else text.encode("utf-8"))
    if isinstance(each, str):
        run("openssl", "ts", "-verify", "-digest", each, "-in", path, "-CAfile", trusted)
        times = re.findall(r"Time stamp: (.*)", run("openssl", "ts", "-reply", "-in", path, "-text"))
        return f"time stamp of {times[0]}, of {each}"
    path.with_suffix(".json").write_bytes(each)
    if text.startswith("untrusted comment:"):
        run("minisign", "-V", "-p", trusted, "-m", path.with_suffix(".json"), "-x", path)
        return f"signed with the minisign key, of {sha256(each).hexdigest()}"
    options = ("-s", path, "-f", trusted)
    who = run("ssh-keygen", "-Y", "find-principals", *options).splitlines()[0]
    run("ssh-keygen", "-Y", "verify", *options, "-n", "presscorpus", "-I", who, given=each)
    return f"signed by {who}, of {sha256(each).hexdigest()}"


def whole(path: pathlib.Path) -> str:
    """Check the files of a release and evidence.jsonl; return what was found."""
    lines = (path / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sums = {name: told for told, _, name in (line.partition("  ") for line in lines)}
    there = {each.relative_to(path).as_posix() for each in path.rglob("*") if each.is_file()} - {"SHA256SUMS"}
    need(there == set(sums), f"other files than SHA256SUMS names: {sorted(there ^ set(sums))}")
    for name, told in sums.items():
        need(sha256((path / name).read_bytes()).hexdigest() == told, f"{name} is another file")
    first, *rest = (path / "evidence.jsonl").read_bytes().splitlines(keepends=True)
    statement = keys(read(first), RELEASE, "evidence.jsonl")
    level = [sha256(b"\x00" + canonical(read(line))).digest() for line in rest] or [sha256(b"").digest()]
    while len(level) > 1:  # in pairs; the last of an odd number moves up
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [sha256(b"\x01" + b"".join(pair)).digest() if pair[1:] else pair[0] for pair in pairs]
    need([level[0].hex(), len(rest)] == [statement["root"], statement["entries"]], "evidence.jsonl has other entries")
    return f"whole: {len(sums)} files are as SHA256SUMS says, and the entries of release {digest(statement)}"


def main(given: list[str]) -> int:
    """Print what was found; return the exit code."""
    trusted: Any = {name: given.pop(given.index(name) + 1) for name in ("--ca", "--signers") if name in given}
    path = pathlib.Path(next((each for each in given if each not in trusted), "."))
    try:
        said, stamps, signatures = (whole(path), [], []) if path.is_dir() else proof(path.read_bytes())
        with tempfile.TemporaryDirectory() as folder:
            file, pairs = pathlib.Path(folder, "attested"), (("--ca", stamps), ("--signers", signatures))
            print(*(attested(*each, trusted.get(name), file) for name, all_ in pairs for each in all_), said, sep="\n")
    except MALFORMED as error:
        print(f"refused: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
