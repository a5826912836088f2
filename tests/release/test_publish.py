"""Publishing as a user does it: real releases, the real client, the loopback Hub; and everything that is refused."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fsspec
import msgspec
import polars as pl
import pytest
from fsspec.implementations.local import LocalFileSystem
from moto.server import ThreadedMotoServer

from presscorpus.config import takedown
from presscorpus.config.params import Policy, Previous
from presscorpus.errors import FindingsError, HubError, ParamsError, RefusedError, StorageError, UsageError
from presscorpus.privacy import dataset_policy, leak_scan
from presscorpus.privacy.leak_scan import Withheld
from presscorpus.privacy.pseudonyms import VARIABLE
from presscorpus.release.hub import is_storage, storage
from presscorpus.release.ledger import fates, tallies
from presscorpus.release.publish import PublishRequest, publish
from presscorpus.release.receipt import LEDGER, Tally
from tests.corpus import PACKAGE, Corpus, post
from tests.hub.server import READER, WRITER, Fault, Hub

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from presscorpus.config.params import Params

ROOT = Path(__file__).parents[2]
REPO = "my-lab/my-corpus"
V1, V2, V3 = "v2026.01.01", "v2026.01.02", "v2026.01.03"
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


LINKED: Any = {"categories": [3], "content": {"rendered": "<p>Words <a href='https://b.org/'>b</a></p>"}}
TERM = {"id": 3, "taxonomy": "category", "slug": "news", "name": "News"}


def corpus(root: Path, posts: int = 3) -> Corpus:
    root.mkdir(exist_ok=True)
    return Corpus(root, a=[*items(*range(1, posts + 1), **LINKED), TERM])


def later(built: Corpus, version: str, items: list[dict[str, Any]], **more: Any) -> Params:
    """The next release of a corpus, a day on, with the last receipt for its predecessor."""
    built.day += 1
    built.write("a", items)
    return built.build(built.params(version=version, previous=last(built), **more))


def last(built: Corpus) -> Previous:
    path = max((built.layout.root / "releases").glob("*.json"))
    return Previous(path.stem, hashlib.sha256(path.read_bytes()).hexdigest())


def receipt(built: Corpus, version: str) -> Any:
    return json.loads((built.layout.root / f"releases/{version}.json").read_bytes())


def items(*numbers: int, **more: Any) -> list[dict[str, Any]]:
    return [post(n, **more) for n in numbers]


def test_first_second_and_third_publication(hub: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    built = corpus(tmp_path)
    settled = built.build_first()
    said = publish(PACKAGE, settled, built.layout, PublishRequest(REPO))
    repo = hub.repos[REPO]
    assert said.startswith(f"{REPO}: {V1} stands on commit {repo.head}: ")
    assert (repo.private, repo.tags, len(repo.messages)) == (True, {V1: repo.head}, 2)
    first = receipt(built, V1)
    assert (first["commit"], first["target"], first["previous"]) == (repo.head, REPO, None)
    assert first["rows"]["posts"] == {"a": 3}
    assert first["sums"] == hashlib.sha256((built.layout.release / "SHA256SUMS").read_bytes()).hexdigest()
    whole = sum(len(request.body) for request in hub.requests)

    # Nothing changed: nothing is asked but what is there, and the receipt is the same one.
    before = (tmp_path / f"releases/{V1}.json").read_bytes()
    hub.requests.clear()
    assert "nothing was sent" in publish(PACKAGE, settled, built.layout, PublishRequest(REPO))
    assert {request.method for request in hub.requests} == {"GET"}
    assert len(repo.messages) == 2
    assert (tmp_path / f"releases/{V1}.json").read_bytes() == before

    # New posts: one commit, on top of the first, and less than the whole is sent.
    hub.requests.clear()
    settled = later(built, V2, [*items(1, 2, 3, **LINKED), post(4), TERM])
    said = publish(PACKAGE, settled, built.layout, PublishRequest(REPO))
    sent = sum(len(request.body) for request in hub.requests)
    assert len(repo.messages) == 3
    assert set(repo.tags) == {V1, V2}
    with capsys.disabled():
        sys.stdout.write(f"\n{said.splitlines()[0]}; in all requests {sent:,} bytes, {whole:,} the first time\n")
    assert receipt(built, V2)["history"][0] == {
        "version": V2, "against": V1, "columns": [], "sites": [],
        "posts": [dict.fromkeys(Tally.__struct_fields__, 0) | {"site": "a", "new": 1}],
    }  # fmt: skip
    assert "| `a` | 1 | 0 | 0 | 0 | 0 | 0 | 0 |" in (built.layout.release / "CHANGES.md").read_text()


LOAD = """
import json, os, sys
import datasets
name, old = sys.argv[1:]
found = {}
for config in datasets.get_dataset_config_names(name):
    whole = datasets.load_dataset(name, config, split="train")
    streamed = list(datasets.load_dataset(name, config, split="train", streaming=True))
    assert list(whole) == streamed, config
    found[config] = whole.num_rows
print(json.dumps(found))
print(datasets.load_dataset(name, "posts", split="train")["id"][:])
print(datasets.load_dataset(name, "posts", split="train", revision=old)["id"][:])
import pandas
print(pandas.read_parquet(f"hf://datasets/{name}@{old}/posts")["id"].to_list())
# Threads that datasets streams with may abort an interpreter that ends while they do; all has been said.
sys.stdout.flush()
os._exit(0)
"""


def test_users_load_every_table_by_name_revision_and_streaming(hub: Hub, tmp_path: Path) -> None:
    built = corpus(tmp_path / "corpus")
    publish(PACKAGE, built.build_first(), built.layout, PublishRequest(REPO))
    publish(PACKAGE, later(built, V2, [*items(1, 2, 3, **LINKED), post(4), TERM]), built.layout, PublishRequest(REPO))
    done = run([sys.executable, "-c", LOAD, REPO, V1], hub, tmp_path, HF_TOKEN=READER)
    assert done.returncode == 0, done.stderr[-3000:]
    tables, now, then, by_pandas = done.stdout.splitlines()[-4:]
    filled = {name for name in PACKAGE.resources if built.table(name).height}
    assert set(json.loads(tables)) == filled
    assert len(filled) >= 6
    assert (now, then, by_pandas) == ("[1, 2, 3, 4]", "[1, 2, 3]", "[1, 2, 3]")


def run(command: Sequence[str | Path], hub: Hub, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A process with a home of its own and nothing of ours in its environment."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("HF_", "HUGGING", "DATASETS"))}
    env |= {"HF_ENDPOINT": hub.endpoint, "HF_HOME": str(home / "hf"), "HOME": str(home / "home"), **more}
    return subprocess.run(
        command, env=env | {"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_XET": "1"}, cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


# Looks at every process of this machine while a publication runs, as another user of it could.
WATCH = """
import pathlib, subprocess, sys, time
token, command = sys.argv[1], sys.argv[2:]
child, seen, looks = subprocess.Popen(command), [], 0
while child.poll() is None:
    looks += 1
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().decode("utf-8", "replace").split("\\0")
        except OSError:
            continue
        if token in " ".join(line) and "WATCHER" not in line[:6]:
            seen.append(line)
    time.sleep(0.02)
print("looks", looks, "seen", seen)
sys.exit(child.returncode)
"""


@pytest.mark.case(38)
@pytest.mark.parametrize("fault", [None, 403, 500])
def test_the_token_is_in_no_file_log_traceback_or_process_list(hub: Hub, tmp_path: Path, fault: int | None) -> None:
    built = corpus(tmp_path / "corpus")
    settled = built.build_first()
    (tmp_path / "corpus/params.yaml").write_bytes(msgspec.yaml.encode(settled))
    if fault:
        hub.fault = Fault("status", lambda _n, request: "/commit/" in request.path, fault, message=f"no {WRITER}")
    command = [Path(sys.executable).parent / "presscorpus", "--repository", tmp_path / "corpus", "publish", REPO]
    watch = [sys.executable, "-c", WATCH, WRITER[3:], *map(str, command)]
    done = run(watch, hub, tmp_path, HF_TOKEN=WRITER, HF_DEBUG="1", PRESSCORPUS_TRACEBACK="1")
    assert done.returncode == (12 if fault else 0), done.stderr[-2000:]
    said = done.stdout + done.stderr
    assert "/commit/main" in said  # it is a talkative run
    looks, _, seen = done.stdout.splitlines()[-1].partition(" seen ")
    assert int(looks.split()[1]) > 5
    assert all(line[1:2] == ["-c"] and "cmdline" in line[2] for line in eval(seen))
    assert WRITER not in said
    files = [path for path in tmp_path.rglob("*") if path.is_file() and WRITER.encode() in path.read_bytes()]
    assert files == []


def test_a_dry_run_says_what_it_would_do_and_leaves_no_receipt(hub: Hub, tmp_path: Path) -> None:
    built = corpus(tmp_path)
    settled = built.build_first()
    said = publish(PACKAGE, settled, built.layout, PublishRequest(REPO, dry_run=True))
    files = [path for path in built.layout.release.rglob("*") if path.is_file()]
    assert said.startswith(f"{REPO} (private dataset, to be created)\n  + ")
    assert said.count("\n  + ") == len(files)
    assert f"{sum(path.stat().st_size for path in files):,} bytes, then tag {V1}" in said
    assert hub.repos == {}
    assert not (tmp_path / "releases").exists()


@pytest.mark.case(34, 35)
@pytest.mark.usefixtures("slept")
def test_cut_at_any_request_a_rerun_ends_right_with_its_receipt(hub: Hub, tmp_path: Path) -> None:
    built = corpus(tmp_path)
    settled = built.build_first()
    publish(PACKAGE, settled, built.layout, PublishRequest(REPO))
    total, whole = len(hub.requests), (tmp_path / f"releases/{V1}.json").read_bytes()
    kinds = ("lost", "unanswered")
    # At each request in turn where there is time (.ci/long); else at every seventh, so that both kinds take turns.
    for n in range(1, total + 1, 1 if os.environ.get("PRESSCORPUS_LONG") else 7):
        hub.repos, hub.objects = {}, {}
        hub.requests.clear()
        shutil.rmtree(tmp_path / "releases")
        hub.fault = Fault(kinds[n % 2], lambda number, _request, n=n: number == n)  # type: ignore[misc]
        try:
            publish(PACKAGE, settled, built.layout, PublishRequest(REPO))
        except HubError:
            assert not (tmp_path / "releases").exists(), n
        hub.fault = None
        publish(PACKAGE, settled, built.layout, PublishRequest(REPO))
        repo = hub.repos[REPO]
        assert (repo.messages, repo.tags) == (["initial commit", f"Release {V1}"], {V1: repo.head}), n
        assert (tmp_path / f"releases/{V1}.json").read_bytes() == whole, n


@pytest.mark.case(37)
def test_what_looks_wrong_beside_the_last_release_is_refused_by_name(hub: Hub, tmp_path: Path) -> None:
    built = corpus(tmp_path, posts=12)
    publish(PACKAGE, built.build_first(), built.layout, PublishRequest(REPO))
    head = hub.repos[REPO].head
    # A site that lost half of its posts: here the folder is another one, so that even their history is gone.
    shutil.rmtree(built.layout.raw)
    settled = later(built, V2, items(1, 2, 3, 4, 5))
    says = r"links fell from 12 to 0 rows \(and \d more\)\n.*--accept rows:links"
    with pytest.raises(RefusedError, match=says) as caught:
        publish(PACKAGE, settled, built.layout, PublishRequest(REPO, accept=("rows:crawls",)))
    assert caught.value.exit_code == 11
    others = ("rows:crawls", "rows:links", "rows:post_terms", "rows:terms")
    with pytest.raises(RefusedError, match="posts fell from 12 to 5 rows"):
        publish(PACKAGE, settled, built.layout, PublishRequest(REPO, accept=others))
    assert hub.repos[REPO].head == head
    labels = [*others, "rows:posts", "rows:posts:a", "rows:versions"]
    publish(PACKAGE, settled, built.layout, PublishRequest(REPO, accept=(*labels, "never:needed")))
    assert receipt(built, V2)["accepted"] == sorted(labels)
    assert "| `a` | 0 | 5 | 0 | 0 | 0 | 0 | 7 |" in (built.layout.release / "CHANGES.md").read_text()


@pytest.mark.case(37)
def test_a_vanished_column_table_or_takedown_is_refused(tmp_path: Path) -> None:
    built = corpus(tmp_path)
    (tmp_path / takedown.FILE).write_text("- {site: a, id: 2, reason: Theirs.}\n")
    target = (tmp_path / "out").as_uri()
    publish(PACKAGE, built.build_first(), built.layout, PublishRequest(target))
    path = tmp_path / f"releases/{V1}.json"
    known = json.loads(path.read_bytes())
    known["columns"]["posts"]["mood"] = "string"
    known["columns"]["moods"] = {"mood": "string"}
    path.write_text(json.dumps(known))
    settled = later(built, V2, [*items(1, 2, 3, **LINKED), TERM])
    assert "- `- posts.mood`" in (built.layout.release / "CHANGES.md").read_text()
    accept: tuple[str, ...] = ()
    for label, says in (
        ("column:posts.mood", "the column posts.mood vanished"),
        ("table:moods", "the table moods vanished"),
    ):
        with pytest.raises(RefusedError, match=says):
            publish(PACKAGE, settled, built.layout, PublishRequest(target, accept=accept))
        accept = (*accept, label)
    # The entry is gone from takedown.yaml, and with it the takedown.
    (tmp_path / takedown.FILE).write_text("")
    built.build(settled)
    with pytest.raises(RefusedError, match="a post 2 was taken down and has content again"):
        publish(PACKAGE, settled, built.layout, PublishRequest(target, accept=accept))
    publish(PACKAGE, settled, built.layout, PublishRequest(target, accept=(*accept, "restored:a/post/2")))
    assert [each["restored"] for each in receipt(built, V2)["history"][0]["posts"]] == [1]


def test_a_release_between_is_not_skipped(hub: Hub, tmp_path: Path) -> None:
    built = corpus(tmp_path)
    publish(PACKAGE, built.build_first(), built.layout, PublishRequest(REPO))
    built.day = 2
    settled = built.build(built.params(version=V2))
    with pytest.raises(RefusedError, match=rf"{V1} was published from here, and dataset.previous names none"):
        publish(PACKAGE, settled, built.layout, PublishRequest(REPO))
    # Somebody published from elsewhere: the Hub knows.
    shutil.rmtree(tmp_path / "releases")
    with pytest.raises(
        RefusedError, match=rf"{REPO} has {V1}, and dataset.previous names none\n.*--accept previous:{V1}"
    ):
        publish(PACKAGE, settled, built.layout, PublishRequest(REPO))
    assert len(hub.repos[REPO].messages) == 2
    publish(PACKAGE, settled, built.layout, PublishRequest(REPO, accept=(f"previous:{V1}",)))
    assert receipt(built, V2)["accepted"] == [f"previous:{V1}"]


def test_the_receipt_before_has_to_be_the_one_that_is_meant(tmp_path: Path) -> None:
    built = corpus(tmp_path)
    publish(PACKAGE, built.build_first(), built.layout, PublishRequest((tmp_path / "out").as_uri()))
    previous = last(built)
    built.day = 2
    for spoilt in (f"releases/{V1}.json", f"releases/{V1}.parquet"):
        whole = (tmp_path / spoilt).read_bytes()
        (tmp_path / spoilt).write_bytes(whole + b" ")
        with pytest.raises(RefusedError, match=r"is not the file that dataset\.previous means"):
            built.build(built.params(version=V2, previous=previous))
        (tmp_path / spoilt).unlink()
        with pytest.raises(RefusedError, match=r"is missing, and dataset\.previous names it"):
            built.build(built.params(version=V2, previous=previous))
        (tmp_path / spoilt).write_bytes(whole)
    built.build(built.params(version=V2, previous=previous))


SECRETS = {
    "a token of Hugging Face": "hf_" + "aB3" * 12,
    "a token of GitHub": "ghp_" + "aB3" * 12,
    "a key of Amazon": "AKIA" + "A1B2" * 4,
    "a private key": "-----BEGIN RSA PRIVATE KEY-----",
}


@pytest.mark.case(37)
def test_a_secret_in_a_post_is_refused_and_not_repeated(tmp_path: Path) -> None:
    said = [post(n, content={"rendered": f"<p>It is {secret}</p>"}) for n, secret in enumerate(SECRETS.values(), 1)]
    built = Corpus(tmp_path, a=said)
    settled = built.build_first()
    with pytest.raises(RefusedError, match=r"posts\.text, row a post 1: holds a token of Hugging Face\n") as caught:
        publish(PACKAGE, settled, built.layout, PublishRequest((tmp_path / "out").as_uri()))
    assert not any(secret in str(caught.value) for secret in SECRETS.values())
    assert not (tmp_path / "out").exists()
    report = [built.layout.release / "report.html"]
    assert {what for what, _ in leak_scan._found({}, report, {})} == set(SECRETS)


def test_secrets_of_this_machine_are_refused_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = Corpus(tmp_path, a=[post(1, title={"rendered": "The key is wombat-wombat-wombat"})])
    settled = built.build_first()
    monkeypatch.setenv(VARIABLE, "wombat-wombat-wombat")
    with pytest.raises(RefusedError, match=r"posts\.title, row a post 1: holds the value of an environment"):
        publish(PACKAGE, settled, built.layout, PublishRequest((tmp_path / "out").as_uri()))
    monkeypatch.setenv(VARIABLE, "My corpus")
    with pytest.raises(RefusedError, match=r"holds the value of an environment variable \(9 characters\)"):
        publish(PACKAGE, settled, built.layout, PublishRequest((tmp_path / "out").as_uri()))


@pytest.mark.case(37)
@pytest.mark.parametrize(
    ("said", "what"), [("a@example.org", "an e-mail address"), ("+90 555 123 45 67", "a telephone number")]
)
def test_what_should_have_been_blotted_out_is_refused(tmp_path: Path, said: str, what: str) -> None:
    built = Corpus(tmp_path, a=[post(1, title={"rendered": f"Ask {said}"})])
    built.build(built.params(policy=Policy(redact=())))
    leak_scan.scan(tables(built), [], {"a": Withheld(frozenset())})
    with pytest.raises(RefusedError, match=f"posts.title, row a post 1: holds {what}"):
        leak_scan.scan(tables(built), [], {"a": Withheld(frozenset(("email", "phone")))})
    with pytest.raises(RefusedError, match=r"params\.yaml: was changed after the build"):
        publish(PACKAGE, built.params(), built.layout, PublishRequest((tmp_path / "out").as_uri()))


@pytest.mark.case(37)
@pytest.mark.parametrize(
    "said", ["<b>Gulzira</b>\n\t\t\t\t\t\t<b>Khanbegim</b>", '<img src="/x.png" alt="Gulzira        Khanbegim">']
)
def test_a_name_with_any_white_space_within_is_seen_before_publishing(tmp_path: Path, said: str) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"<p>{said}</p>")
    leak_scan.scan({}, [page], {"a": Withheld(frozenset(), ("Gulzira Khan",))})
    with pytest.raises(RefusedError, match=r"page\.html: holds the name of an author"):
        leak_scan.scan({}, [page], {"a": Withheld(frozenset(), ("Gulzira Khanbegim",))})


@pytest.mark.case(37)
def test_a_handle_with_a_dot_is_published_and_a_mailbox_is_not() -> None:
    search = leak_scan._Search(Withheld(frozenset(("email",))), [])
    handles = "<p>in the lobby.@dr.zebrova</p><a href='https://x.example/?text=trend.@emma.zebrova'>x</a>"
    mailboxes = ("gk@emma.com", "<a href='https://x.example/?to=gk@emma.com'>x</a>", "gk@почта.рф")
    assert list(search.in_values([handles], markup=True)) == []
    assert [list(search.in_values([each], markup=True)) for each in mailboxes] == [[(0, "an e-mail address")]] * 3


@pytest.mark.case(37)
@pytest.mark.parametrize("said", ["+49  30\u00a0\u00a0  -  9174  6258", "(317)   -   951   -   1102"])
def test_a_number_with_any_white_space_within_is_refused(said: str) -> None:
    search = leak_scan._Search(Withheld(frozenset(("phone",)), called=("tel:+13179511102",)), [])
    for value, markup in ((f"call {said}", False), (f"<p>x <b>call {said}</b></p>", True)):
        assert len(list(search.in_values([value], markup=markup))) == 1


@pytest.mark.case(37)
def test_a_number_of_a_service_is_refused_and_a_group_is_not() -> None:
    search = leak_scan._Search(Withheld(frozenset(("phone",))), [])
    assert list(search.in_values(["https://zalo.me/3957472902380933736"], markup=False)) == []
    for said in ("zalo.me/0300550101", "wa.me/+49300550101?text=x", "https://api.whatsapp.com/send?phone=49300550101"):
        assert (0, "a telephone number") in search.in_values([said], markup=False)


@pytest.mark.case(37)
def test_a_number_that_a_link_calls_is_refused_in_all_spellings(tmp_path: Path) -> None:
    links = (
        "tel:+1-317-951-1102", "tel:030 5501 027", "https://wa.me/4930550102", "tel:555-01-02", "tel:20241102",
        "viber://chat?number=%2B49305501103", "https://t.me/+49305501104", "https://signal.me/#p/+49305501105",
        "sms:+13179511103,+49305501106", "tel:+5491155501107",
    )  # fmt: skip
    search = leak_scan._Search(Withheld(frozenset(("phone",)), called=links), [])
    markup = ("<p>Call (317)&nbsp;951-1102.</p>", "<b>1 317 951 1102</b>", "<li>5</li><li>317.951.1102 or</li>")
    texts = (
        "Tel: 030/55 01 027, or", "49 30 550102", "31&#55;-951-1102", "030 5501103", "030 5501104", "030 5501105",
        "(317) 951-1103", "030 5501106", "11 5550-1107",
    )  # fmt: skip
    left = (
        "<li>317</li><li>951-1102</li>", "$ 317 951 1102", "2,317 951 1102", "93179511102", "317 951 1102 €",
        "2024-11-02", "https://x.example/5550102", "5550102", "20241102", "3179511102.50", "317 951 110", "x5550102 y",
        "#5550102 y", "ask 555-0102",  # redaction takes this one, by its form
    )  # fmt: skip
    assert [each for each in (*markup, *texts) if not list(search.in_values([each], markup="<" in each))] == []
    assert [each for each in left if list(search.in_values([each], markup="<" in each))] == []
    said = '<a href="tel:+13179511102">Call</a> us, (317) 951-1102'
    built = Corpus(tmp_path, a=[post(1, content={"rendered": f"<p>{said}</p>"})])
    built.build(built.params(policy=Policy(redact=())))
    withheld = dataset_policy.withheld(built.params(), built.layout.tables)
    assert withheld["a"].called == ("tel:+13179511102",)
    with pytest.raises(RefusedError, match=r"posts\.text, row a post 1: holds a telephone number that a link calls"):
        leak_scan.scan(tables(built), [], withheld)


def tables(built: Corpus) -> Any:
    return {name: (r.schema, sorted((built.layout.release / name).glob("*"))) for name, r in PACKAGE.resources.items()}


@pytest.mark.case(37)
def test_what_was_taken_down_after_the_build_is_refused(tmp_path: Path) -> None:
    built = corpus(tmp_path)
    settled = built.build_first()
    for entry in (
        "{site: a, id: 2, reason: x}",
        "{site: a, type: post, id: 2, reason: x}",
        "{url: 'http://www.a.example.org/2026/2', reason: x}",
    ):
        (tmp_path / takedown.FILE).write_text(f"- {entry}\n")
        with pytest.raises(RefusedError, match="a: post 2 is taken down and still has content"):
            publish(PACKAGE, settled, built.layout, PublishRequest((tmp_path / "out").as_uri()))
    for entry in ("{site: b, id: 2, reason: x}", "{site: a, id: 2, type: Post, reason: x}"):
        (tmp_path / takedown.FILE).write_text(f"- {entry}\n")
        with pytest.raises(ParamsError, match="no such"):
            publish(PACKAGE, settled, built.layout, PublishRequest((tmp_path / "out").as_uri()))
    (tmp_path / takedown.FILE).write_text("- {site: a, type: page, id: 2, reason: x}\n")
    publish(PACKAGE, settled, built.layout, PublishRequest((tmp_path / "out").as_uri()))


def test_a_release_that_was_touched_is_refused(tmp_path: Path) -> None:
    built = corpus(tmp_path)
    settled = built.build_first()
    readme = built.layout.release / "README.md"
    whole = readme.read_bytes()
    for spoil in (
        lambda: readme.write_bytes(whole + b"!"),
        lambda: (readme.write_bytes(whole), (built.layout.release / "more.txt").write_text("x")),
    ):
        spoil()
        with pytest.raises(RefusedError, match=r"is not what it was made as: (README\.md|more\.txt)"):
            publish(PACKAGE, settled, built.layout, PublishRequest((tmp_path / "out").as_uri()))
    (built.layout.release / "more.txt").unlink()
    # What Python leaves when somebody ran frictionless in the release is no file of it.
    left = built.layout.release / "__pycache__/frictionless_presscorpus.cpython-311.pyc"
    left.parent.mkdir()
    left.write_bytes(b"compiled")
    publish(PACKAGE, settled, built.layout, PublishRequest((tmp_path / "kept").as_uri()))
    assert (tmp_path / f"kept/{V1}/SHA256SUMS").exists()
    assert not list((tmp_path / "kept").rglob("*.pyc"))
    with pytest.raises(RefusedError, match=rf"is {V1}, and dataset.version is {V2}"):
        publish(PACKAGE, built.params(version=V2), built.layout, PublishRequest((tmp_path / "out").as_uri()))
    (built.layout.reports / "validation.json").unlink()
    with pytest.raises(FindingsError, match="were not validated"):
        publish(PACKAGE, settled, built.layout, PublishRequest((tmp_path / "out").as_uri()))


def test_a_target_has_to_be_named_and_to_be_one(hub: Hub, tmp_path: Path) -> None:
    built = corpus(tmp_path)
    with pytest.raises(UsageError, match="no target is named"):
        publish(PACKAGE, built.build_first(), built.layout, PublishRequest(None))
    for target in ("s3://key:secret@host/x", "nonsense://x", "s3://key:secret@[host/x"):
        with pytest.raises(UsageError, match=r"holds a login|cannot be opened") as caught:
            publish(PACKAGE, built.params(), built.layout, PublishRequest(target))
        assert "secret" not in str(caught.value)
    settled = built.build(built.params(repository=REPO))
    publish(PACKAGE, settled, built.layout, PublishRequest(None))
    assert list(hub.repos) == [REPO]
    assert f'load_dataset("{REPO}", "posts"' in (built.layout.release / "README.md").read_text()


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket of an S3 on the loopback, which the real s3fs talks to."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in (
        ("AWS_ENDPOINT_URL", f"http://{host}:{port}"), ("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    fsspec.filesystem("s3", skip_instance_cache=True).mkdir("shelf")
    yield "s3://shelf/corpora"
    server.stop()


@pytest.mark.parametrize("scheme", ["file", "memory", "s3"])
def test_a_folder_or_bucket_holds_versions_side_by_side(
    tmp_path: Path, scheme: str, request: pytest.FixtureRequest
) -> None:
    built = corpus(tmp_path)
    places = {"file": (tmp_path / "shelf").as_uri(), "memory": f"memory://{tmp_path.name}/shelf"}
    target = places.get(scheme) or request.getfixturevalue("bucket")
    settled = built.build_first()
    dry = publish(PACKAGE, settled, built.layout, PublishRequest(target, dry_run=True))
    filesystem, root = fsspec.core.url_to_fs(target)
    assert not filesystem.exists(root)
    said = publish(PACKAGE, settled, built.layout, PublishRequest(target))
    count = sum(path.is_file() for path in built.layout.release.rglob("*"))
    assert f"would be sent: {count} files" in dry
    assert f"sent: {count} files" in said
    assert "nothing was sent" in publish(PACKAGE, settled, built.layout, PublishRequest(target))
    first = {
        path.relative_to(built.layout.release).as_posix(): path.read_bytes()
        for path in built.layout.release.rglob("*")
        if path.is_file()
    }
    publish(
        PACKAGE,
        later(built, V2, [*items(1, 2, 3, **LINKED), post(4), TERM]),
        built.layout,
        PublishRequest(target),
    )
    there = {path: filesystem.cat(path) for path in filesystem.find(f"{root}/{V1}")}
    assert {path.partition(f"{V1}/")[2]: data for path, data in there.items()} == first
    assert {path.rpartition("/")[2] for path in filesystem.ls(root, detail=False)} == {V1, V2}
    assert receipt(built, V1)["target"] == target
    assert receipt(built, V1)["commit"] is None


def test_a_version_in_a_folder_never_changes_and_a_cut_one_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = corpus(tmp_path)
    settled = built.build_first()
    target = (tmp_path / "shelf").as_uri()
    whole = storage._digest

    def failing(filesystem: Any, path: str) -> str | None:
        if path.endswith("posts-00000.parquet") and filesystem.exists(path):
            raise OSError(28, "No space left on device")
        return whole(filesystem, path)

    monkeypatch.setattr(storage, "_digest", failing)
    with pytest.raises(StorageError, match="No space left"):
        publish(PACKAGE, settled, built.layout, PublishRequest(target))
    assert not (tmp_path / f"shelf/{V1}/SHA256SUMS").exists()
    assert not (tmp_path / "releases").exists()
    monkeypatch.setattr(storage, "_digest", whole)
    (tmp_path / f"shelf/{V1}/README.md").write_text("cut")
    publish(PACKAGE, settled, built.layout, PublishRequest(target))
    assert (tmp_path / f"shelf/{V1}/README.md").read_bytes() == (built.layout.release / "README.md").read_bytes()
    built.day = 2
    built.write("a", items(1))
    other = built.build_first()
    with pytest.raises(RefusedError, match=rf"{V1} is there, with other files; nothing was changed"):
        publish(PACKAGE, other, built.layout, PublishRequest(target))
    assert is_storage(target)
    assert not is_storage(REPO)


@pytest.mark.parametrize("published", [False, True])
def test_a_version_in_a_folder_holds_nothing_else(tmp_path: Path, *, published: bool) -> None:
    built = corpus(tmp_path)
    settled = built.build()
    request = PublishRequest((tmp_path / "target").as_uri())
    if published:
        publish(PACKAGE, settled, built.layout, request)
    other = tmp_path / f"target/{V1}/posts/posts-00009.parquet"
    other.parent.mkdir(parents=True, exist_ok=True)
    other.write_bytes(b"of another build")
    with pytest.raises(RefusedError, match=r"1 files that are not of this release, as posts/posts-00009\.parquet"):
        publish(PACKAGE, settled, built.layout, request)
    assert other.exists()
    other.unlink()
    (tmp_path / f"target/{V1}/SHA256SUMS.partial").write_text("of a run that was cut off")
    if not published:
        publish(PACKAGE, settled, built.layout, request)
        assert not (tmp_path / f"target/{V1}/SHA256SUMS.partial").exists()


@pytest.mark.case(28, 29)
def test_a_mark_that_was_cut_off_is_no_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = corpus(tmp_path)
    settled = built.build_first()
    target = (tmp_path / "shelf").as_uri()
    whole = LocalFileSystem.put_file

    def full(filesystem: LocalFileSystem, source: str, place: str) -> None:
        if source.endswith("SHA256SUMS"):
            Path(place).write_bytes(Path(source).read_bytes()[:100])
            raise OSError(28, "No space left on device")
        whole(filesystem, source, place)

    with monkeypatch.context() as patch:
        patch.setattr(LocalFileSystem, "put_file", full)
        with pytest.raises(StorageError, match="No space left"):
            publish(PACKAGE, settled, built.layout, PublishRequest(target))
    assert not (tmp_path / f"shelf/{V1}/SHA256SUMS").exists()
    assert "SHA256SUMS last" in publish(PACKAGE, settled, built.layout, PublishRequest(target))
    there = tmp_path / f"shelf/{V1}"
    assert {path.relative_to(there) for path in there.rglob("*") if path.is_file()} == {
        path.relative_to(built.layout.release) for path in built.layout.release.rglob("*") if path.is_file()
    }


def test_what_becomes_of_posts_is_told_by_key() -> None:
    def ledger(*rows: tuple[int, str, str, str | None]) -> pl.DataFrame:
        columns = ["id", "digest", "state", "takedown_reason"]
        frame = pl.DataFrame(rows, schema=columns, orient="row").with_columns(pl.col("takedown_reason").cast(pl.String))
        return frame.with_columns(site=pl.lit("a"), type=pl.lit("post")).select(*LEDGER)

    shown, hidden = "published", "deleted"
    old = ledger(
        (1, "x", shown, None), (2, "x", shown, None), (3, "x", shown, None), (4, "x", hidden, None),
        (5, "x", shown, None), (6, "x", shown, "r"), (7, "x", shown, None), (8, "x", hidden, None),
    )  # fmt: skip
    new = ledger(
        (1, "x", shown, None), (2, "y", shown, None), (3, "x", hidden, None), (4, "z", shown, None),
        (5, "x", shown, "r"), (6, "x", shown, None), (9, "x", shown, None), (8, "x", hidden, None),
        (10, "x", shown, "r"),
    )  # fmt: skip
    assert fates(old, new).select("id", "fate").rows() == [
        (2, "edited"), (3, "gone"), (4, "back"), (5, "taken_down"), (6, "restored"), (7, "missing"), (9, "new"),
        (10, "new"),
    ]  # fmt: skip
    (tally,) = tallies(old, new)
    assert tally == Tally("a", new=2, edited=1, gone=1, back=1, taken_down=1, restored=1, missing=1)
