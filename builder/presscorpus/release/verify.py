"""Check a proof or a release. The rules: docs/explanation/evidence.md."""

import base64
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

MALFORMED = (ValueError, OSError, RecursionError, MemoryError, subprocess.SubprocessError)
PROOF = "checksum crawl format later part record release row signatures table timestamps"
RELEASE = "dataset entries format previous root version"
CRAWL = "address authenticated crawl ended_at format outcome previous records root site started_at"
TEN = "categories content date_gmt excerpt featured_media link slug status tags title".split()
# What the canonical JSON of the value of a key (or of the key of one object) has to match; of any other key, a text.
HASH, B64 = '"[0-9a-f]{64}"', '"(?:[A-Za-z0-9+/]{4})*+(|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=|[A-Za-z0-9+/][AQgw]==)"'
KINDS = dict.fromkeys("entries number parts records rows".split(), "[0-9]+") | {"status": "null|[0-9]+"}
KINDS |= dict.fromkeys("body checksum digest root salt statement".split(), HASH) | {"authenticated": "true|false"}
KINDS |= {"crawl.root": f"null|{HASH}", "release.previous": f"null|{HASH}", "value": r"\{.*\}"}
KINDS |= dict.fromkeys("base64 path token".split(), B64) | {"head.type": '"(response|revisit|resource|continuation)"'}
KINDS |= {"crawl.previous": rf'null|\{{"crawl":"([^"\\]|\\.)*+","digest":{HASH}\}}'}
KINDS |= dict.fromkeys("later signatures timestamps".split(), r"\[.*\]")
KINDS |= dict.fromkeys("proof.crawl head part record release row proof.table".split(), r"null|\{.*\}")
canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def need(holds: bool, why: str) -> None:
    """Refuse, unless something holds."""
    if not holds:
        raise ValueError(why)


def sha256(*parts: Any) -> bytes:
    """Hash bytes, or texts as UTF-8, one after the other."""
    return hashlib.sha256(b"".join(p.encode(errors="surrogatepass") if type(p) is str else p for p in parts)).digest()


def read(raw: bytes) -> Any:
    """Read canonical JSON, without NaN and fractions that RFC 8785 writes otherwise."""
    held = json.loads(raw.decode(), parse_float=lambda n: n[-1] > "0" and "e" not in n and float(n), parse_constant=int)
    need(canonical(held) == raw.decode(), "this is not canonical JSON")
    return held


def shape(name: str, value: Any, keys: str) -> Any:
    """Refuse what is not an object with exactly these keys, each of its kind."""
    need(isinstance(value, dict) and sorted(value) == sorted(keys.split()), f"the {name} is no object with {keys}")
    for key in value:
        kind = f'"presscorpus {name} 1"' if key == "format" else KINDS.get(f"{name}.{key}", KINDS.get(key, '".*"'))
        need(re.fullmatch(kind, canonical(value[key])) is not None, f"{key} of the {name} is not {kind}")
    return value


def climb(name: str, data: bytes | str, place: Any, count: int, root: str | None = "") -> str:
    """Go from a leaf along its audit path to the root; refuse one that is not given."""
    here = sha256(b"\x00", bytes.fromhex(place["salt"]), sha256(data)) if "salt" in place else sha256(b"\x00", data)
    number, last, path, at = place["number"], count - 1, base64.b64decode(place["path"]), 0
    while last > 0:
        if number & 1 or number < last:  # otherwise it is the last, has no neighbour and goes up as it is
            beside, at = path[at : at + 32], at + 32
            here = sha256(b"\x01", beside, here) if number & 1 else sha256(b"\x01", here, beside)
        number, last = number >> 1, last >> 1
    need(place["number"] < count and at == len(path) and root in ("", here.hex()), f"the {name} is not in its tree")
    return here.hex()


def item(shown: bytes, parts: int, table: str, row: dict[str, Any]) -> str:
    """Refuse a part that is not the item of the row; say what it is."""
    body, number, same = shown.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n"), row.get("id"), False
    if body.startswith(b"<"):
        named = [each.startswith(b"%a</wp:post_id>" % number) for each in body.split(b"<wp:post_id>")[1:]]
        fits = table in ("posts", "media") and (named == [True] if body.startswith(b"<item>") else parts == 3)
    else:  # an object with a key twice becomes null
        once = lambda pairs: dict(pairs) if len(dict(pairs)) == len(pairs) else None  # noqa: E731
        value = json.loads(body[body[:1] in (b"[", b",") :].decode(), object_pairs_hook=once, parse_constant=int)
        fits = isinstance(value, dict) and type(number) is type(value.get("id")) is int and value["id"] == number
        kind = row.get("type", "attachment" if table == "media" else None)
        fits = fits and (value.get("type", kind), value.get("taxonomy")) == (kind, row.get("taxonomy"))
        digest = sha256(canonical({key: value.get(key) for key in TEN})).hex() if fits else None
        same = table == "posts" and digest == row.get("digest")
    need(fits, "the part is not the item of the row")
    return ", the item in the record" + ", with the digest of the row" * same


def proof(data: bytes) -> tuple[str, list[tuple[str, str]], list[tuple[bytes, str]]]:
    """Check a proof; give its sentence, and time stamps and signatures with theirs."""
    given = shape("proof", read(data[:-1] if data[-1:] == b"\n" else b""), PROOF)
    need(given.pop("checksum") == sha256(canonical(given)).hex(), "the checksum is another: the proof is damaged")
    release, table = shape("release", given["release"], RELEASE), shape("table", given["table"], "number path")
    row, place = shape("row", given["row"], "number path rows table value"), given["crawl"]
    crawl = {key: held for key, held in shape("crawl", place, CRAWL + " number path").items() if key in CRAWL.split()}
    stated = {sha256(each).hex(): each.encode() for each in map(canonical, (release, crawl))}
    value, record, part, (digest, link) = row["value"], given["record"], given["part"], stated
    entry = {"root": climb("row", canonical(value), row, row["rows"]), "rows": row["rows"], "table": row["table"]}
    climb("table", canonical(entry), table, release["entries"], release["root"])
    entry = {"crawl": crawl["crawl"], "digest": link, "root": crawl["root"], "site": crawl["site"]}
    climb("crawl", canonical(entry), place, release["entries"], release["root"])
    need(all(value.get(key) == crawl[key] for key in ("crawl", "site")), "the row is of another crawl")
    said = f"proved: the row is in {release['dataset']} {release['version']}"
    if record is not None:
        head = shape("record", record, "head number path salt")["head"]
        shape("head", head, "body date parts record_id status type url")
        climb("record", canonical(head), record, crawl["records"], crawl["root"])
        need(value.get("record_id") == head["record_id"], "the row is from another record")
        said += f", its record ({head['url']}, {head['date']}) in crawl {crawl['crawl']}"
    if part is not None:
        text = shape("part", part, "number path salt " + ("base64" if "base64" in part else "text")).get("text")
        shown = base64.b64decode(part["base64"]) if text is None else text.encode()
        in_form = (text is None) is (shown.decode(errors="ignore").encode() != shown)
        need(record is not None and part["number"] > 1 and in_form, "the part is none that can be shown")
        climb("part", shown, part, head["parts"], head["body"])
        said += item(shown, head["parts"], row["table"], value)
    said += f". Release {digest}, crawl {link}"
    for each in given["later"]:
        previous, crawl = {"crawl": crawl["crawl"], "digest": link}, shape("crawl", each, CRAWL)
        need(crawl["previous"] == previous and crawl["site"] == value["site"], "a later crawl does not follow")
        link = sha256(canonical(crawl)).hex()
        stated[link] = canonical(crawl).encode()
    stamps = [shape("time stamp", each, "statement token") for each in given["timestamps"]]
    signed = [shape("signature", each, "statement text") for each in given["signatures"]]
    need({each["statement"] for each in stamps + signed} <= stated.keys(), "something signed is not in the proof")
    return said, [(e["statement"], e["token"]) for e in stamps], [(stated[e["statement"]], e["text"]) for e in signed]


def whole(path: Path) -> str:
    """Check the release in a folder."""
    sums, lines = ((path / name).read_bytes().split(b"\n") for name in ("SHA256SUMS", "evidence.jsonl"))
    found, listed = [""], sorted(line.decode() for line in sums)
    for each in path.rglob("*"):
        name = each.relative_to(path).as_posix()
        if name != "SHA256SUMS" and (each.is_symlink() or not each.is_dir()):
            found.append(f"{sha256(each.read_bytes()).hex() if each.is_file() else 'no file'}  {name}")
    need(sorted(found) == listed, f"SHA256SUMS and the folder differ in {sorted(set(listed) ^ set(found))}")
    need(sums[-1] == lines.pop() == b"" and lines != [], "SHA256SUMS or evidence.jsonl does not end in a line end")
    level = [sha256(b"\x00", line) for line in lines[1:]] or [sha256()]
    while len(level) > 1:  # two become one; the last goes up as it is where it has no neighbour
        level = [sha256(b"\x01", *level[i : i + 2]) if level[i + 1 :] else level[i] for i in range(0, len(level), 2)]
    release = shape("release", [*map(read, lines)].pop(0), RELEASE)
    need(release["entries"] == len(lines) - 1 and release["root"] == level[0].hex(), "the entries are others")
    return f"whole: {len(found) - 1} files are as SHA256SUMS says, and the entries of release {sha256(lines[0]).hex()}"


def run(command: str, *more: str, held: bytes, message: bytes = b"") -> str:
    """Run a program beside two files; give what it says, and refuse what it refuses."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "held").write_bytes(held)
        Path(folder, "message").write_bytes(message)
        done = subprocess.run([*command.split(), *more], cwd=folder, input=message, capture_output=True, timeout=60)
    need(done.returncode == 0, f"{command[:26]}: {(done.stdout + done.stderr).decode(errors='replace')}")
    return done.stdout.decode(errors="replace")


def attested(data: bytes, ca: str, signers: str) -> list[str]:
    """Check a proof, its time stamps and its signatures; give the lines to print."""
    sentence, stamps, signatures = proof(data)
    minisign, lines = Path(signers).read_bytes().startswith(b"untrusted comment:") if signers else None, []
    for digest, token in stamps:
        times, held = ["not checked: a time stamp, without --ca,"], base64.b64decode(token)
        if ca:
            run(f"openssl ts -verify -digest {digest} -in held -CAfile", ca, held=held)
            times = re.findall("^Time stamp:.*", run("openssl ts -reply -in held -text", held=held), re.MULTILINE)
            need(len(times) == 1, "a time stamp has another time in its status, which nobody signs")
        lines.append(f"{times[0]} of {digest}")
    for message, held in ((each, text.encode()) for each, text in signatures):
        said = "not checked: a signature, without --signers for it,"
        if minisign and held.startswith(b"untrusted comment:"):
            said = run("minisign -V -m message -x held -p", signers, held=held, message=message)
        elif minisign is False and not held.startswith(b"untrusted comment:"):
            who = run("ssh-keygen -Y find-principals -s held -f", signers, held=held).split("\n")[0]
            said = run("ssh-keygen -Y verify -n presscorpus -s held -f", signers, "-I", who, held=held, message=message)
        lines.append(f"{said} of {sha256(message).hex()}")
    return [*lines, sentence]


def main(arguments: list[str]) -> int:
    """Check what is named, print what it says, and give the exit code."""
    options, files, code = {"--ca": "", "--signers": ""}, list(arguments), 0
    for option in options:
        if option in files[:-1]:
            options[option] = files.pop(files.index(option) + 1) or "-"
            files.remove(option)
    if (arguments and len(files) != 1) or "" in files or any(each[:1] == "-" for each in [*files, *options.values()]):
        print("usage: verify.py FILE [--ca AUTHORITY.pem] [--signers KEYS] | verify.py [FOLDER]", file=sys.stderr)
        return 2
    try:
        path, (ca, signers) = Path(*files), (each and str(Path(each).absolute()) for each in options.values())
        lines = [whole(path)] if path.is_dir() else attested(path.read_bytes(), ca, signers)
    except MALFORMED as error:
        lines, code = [f"refused: {str(error) or type(error).__name__}"], 1
    for line in (" ".join(line.split()) for line in lines):
        print("".join(c if " " <= c <= "~" else ascii(c)[1:-1] for c in line))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
