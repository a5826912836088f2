"""Publishing, with the real client, over real sockets, to the loopback Hub of tests/hub/server.py."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from presscorpus.errors import HubError, UsageError
from presscorpus.release.hub import Plan, Publication, plan, publish, responses
from tests.hub.server import READER, WRITER, Fault, File, Hub, Repo, Request, blob

if TYPE_CHECKING:
    from collections.abc import Callable

REPO = "my-lab/my-corpus"
V1, V2 = "v2026.11.23", "v2026.11.24"
CARD = """---
configs:
- config_name: posts
  data_files: "posts/*.parquet"
  default: true
---
# A corpus
"""
ROOT = Path(__file__).parents[2]

# huggingface_hub 2.4 uploads with an argument that httpx2 wants renamed: its affair, and the only warning let through.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


def write(release: Path, titles: list[str]) -> Path:
    """A release as small as one can be: a card, a descriptor and a table."""
    (release / "posts").mkdir(parents=True, exist_ok=True)
    (release / "README.md").write_text(CARD, encoding="utf-8")
    (release / "datapackage.json").write_text("{}\n", encoding="utf-8")
    table = pa.table({"id": list(range(len(titles))), "title": titles})
    pq.write_table(table, release / "posts" / "part-00000.parquet")
    return release


@pytest.fixture
def release(tmp_path: Path) -> Path:
    return write(tmp_path / "release", ["one", "two"])


def holds(hub: Hub, repo: Repo, release: Path) -> bool:
    """Whether the head is the release, byte for byte, and the Hub's own file."""
    files = {path: hub.objects[f.sha256] if f.sha256 else f.content for path, f in repo.commits[repo.head].items()}
    mine = {p.relative_to(release).as_posix(): p.read_bytes() for p in release.rglob("*") if p.is_file()}
    return files.pop(".gitattributes") is not None and files == mine


def path_is(part: str, method: str = "POST") -> Callable[[int, Request], bool]:
    return lambda _number, request: request.method == method and part in request.path


@pytest.mark.case(34)
def test_first_publication_is_one_commit_and_the_tag_comes_last(hub: Hub, release: Path) -> None:
    done = publish(release, REPO, version=V1)
    repo = hub.repos[REPO]
    assert repo.messages == ["initial commit", f"Release {V1}"]
    assert holds(hub, repo, release)
    assert repo.private
    assert repo.tags == {V1: repo.head}
    names = ("README.md", "datapackage.json", "posts/part-00000.parquet")
    size = sum((release / name).stat().st_size for name in names)
    assert done == Publication(REPO, repo.head, V1, names, (), (), size, done=False)
    assert (hub.requests[-1].method, hub.requests[-1].path) == ("POST", f"/api/datasets/{REPO}/tag/{repo.head}")
    # What the tag stands on was read back before it was set.
    assert [request.path.split("/")[5].split("?")[0] for request in hub.requests[-3:]] == ["commit", "tree", "tag"]
    assert len(hub.sent("POST", "/commit/")) == 1


def test_a_public_one_is_made_public(hub: Hub, release: Path) -> None:
    publish(release, REPO, version=V1, private=False)
    assert not hub.repos[REPO].private


@pytest.mark.case(35)
def test_with_nothing_changed_nothing_is_written(hub: Hub, release: Path) -> None:
    first = publish(release, REPO, version=V1)
    hub.requests.clear()
    again = publish(release, REPO, version=V1)
    assert again == Publication(REPO, first.commit, V1, (), (), (), 0, done=True)
    assert {request.method for request in hub.requests} == {"GET"}


def test_only_what_changed_is_sent(hub: Hub, release: Path) -> None:
    pq.write_table(pa.table({"slug": ["news"] * 9}), release / "terms.parquet")
    (release / "old.txt").write_text("x", encoding="utf-8")
    first = publish(release, REPO, version=V1)
    hub.requests.clear()
    write(release, ["one", "two", "three"])
    (release / "old.txt").unlink()
    (release / "new.txt").write_text("y", encoding="utf-8")
    second = publish(release, REPO, version=V2)
    changed = (release / "posts" / "part-00000.parquet").read_bytes()
    assert second[3:6] == (("new.txt",), ("posts/part-00000.parquet",), ("old.txt",))
    assert second.bytes == len(changed) + 1
    assert [request.body for request in hub.sent("PUT", "/")] == [changed]
    lines = [json.loads(line) for line in hub.sent("POST", "/commit/")[0].body.splitlines()]
    assert lines[0]["value"]["parentCommit"] == first.commit
    assert [(line["key"], line["value"]["path"]) for line in lines[1:]] == [
        ("deletedFile", "old.txt"),
        ("file", "new.txt"),
        ("lfsFile", "posts/part-00000.parquet"),
    ]
    repo = hub.repos[REPO]
    assert holds(hub, repo, release)
    assert repo.tags == {V1: first.commit, V2: second.commit}


def test_a_new_version_of_the_same_files_is_only_a_tag(hub: Hub, release: Path) -> None:
    first = publish(release, REPO, version=V1)
    second = publish(release, REPO, version=V2)
    assert not second.done
    assert hub.repos[REPO].tags == {V1: first.commit, V2: first.commit}
    assert len(hub.repos[REPO].messages) == 2


def test_a_published_version_stays_published_when_main_goes_on(hub: Hub, release: Path) -> None:
    publish(release, REPO, version=V1)
    head = hub.put(hub.repos[REPO], "NOTES.md", b"by hand")
    assert publish(release, REPO, version=V1).done
    assert hub.repos[REPO].head == head


def test_a_tag_on_something_else_is_never_moved(hub: Hub, release: Path) -> None:
    first = publish(release, REPO, version=V1)
    write(release, ["other"])
    with pytest.raises(HubError, match=rf"tag {V1} stands on commit {first.commit}, which holds something else"):
        publish(release, REPO, version=V1)
    assert hub.repos[REPO].tags == {V1: first.commit}
    assert hub.repos[REPO].head == first.commit


@pytest.mark.case(36)
def test_a_head_that_moved_is_not_written_over(hub: Hub, release: Path) -> None:
    publish(release, REPO, version=V1)
    repo = hub.repos[REPO]
    hub.stale = repo.head
    moved = hub.put(repo, "NOTES.md", b"by hand")
    write(release, ["one", "three"])
    with pytest.raises(HubError, match=r"the repository moved; nothing was changed \(412") as caught:
        publish(release, REPO, version=V2)
    assert caught.value.exit_code == 12
    assert (repo.head, list(repo.tags)) == (moved, [V1])
    hub.stale = None
    assert publish(release, REPO, version=V2).deleted == ("NOTES.md",)
    assert holds(hub, repo, release)


@pytest.mark.case(36, 38)
@pytest.mark.parametrize(
    ("token", "says"),
    [
        ("hf_wrongwrongwrongwrongwrong", r"does not accept the token, or there is none \(401"),
        (READER, r"the token may not do this \(403"),
        ("hf_pasted\u00e9wrongwrongwrong", "characters that no token has"),
        ("", "there is no token for the Hub"),
    ],
)
def test_a_refused_token_changes_nothing_and_is_never_shown(
    hub: Hub, release: Path, monkeypatch: pytest.MonkeyPatch, token: str, says: str
) -> None:
    monkeypatch.setenv("HF_TOKEN", token)
    with pytest.raises(HubError, match=says) as caught:
        publish(release, REPO, version=V1)
    assert hub.repos == {}
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    frames = [frame for frame in shown.stack if frame.filename != __file__]  # this one names the token
    assert frames
    assert token == "" or token not in f"{caught.value!r} {[(frame.line, frame.locals) for frame in frames]}"
    assert caught.value.__context__ is None


@pytest.mark.case(38)
@pytest.mark.parametrize("token", [WRITER, "a-token-of-another-form"])
def test_the_token_in_an_answer_is_not_repeated(
    hub: Hub, release: Path, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("HF_TOKEN", token)
    hub.fault = Fault("status", lambda *_: True, 400, message=f"what is {token}, {READER}, and Bearer abc?")
    with pytest.raises(HubError, match=r"refused \(400: what is <token>, <token>, and Bearer <token>") as caught:
        publish(release, REPO, version=V1)
    assert token not in "".join(traceback.format_exception(caught.value))


@pytest.mark.case(38)
def test_the_storage_is_not_told_the_token(hub: Hub, release: Path) -> None:
    publish(release, REPO, version=V1)
    uploads = hub.sent("PUT", "/storage/")
    assert [request.authorization for request in uploads] == [None]
    assert {r.authorization for r in hub.requests if r not in uploads} == {f"Bearer {WRITER}"}


@pytest.mark.case(36)
@pytest.mark.parametrize(
    "headers",
    [
        (("Retry-After", "1"),),
        (("RateLimit", '"api";r=0;t=1'),),
        # There is room left in this window, so that what it says of its end is nothing to wait for.
        (("RateLimit", '"api";r=5;t=99'), ("Retry-After", "1")),
    ],
)
def test_a_429_waits_as_told(hub: Hub, release: Path, headers: tuple[tuple[str, str], ...]) -> None:
    refused: list[float] = []

    def once(_number: int, request: Request) -> bool:
        if "/commit/" in request.path:
            refused.append(time.monotonic())
        return len(refused) == 1 and "/commit/" in request.path

    hub.fault = Fault("status", once, 429, headers)
    publish(release, REPO, version=V1)
    assert len(refused) == 2
    assert 1 <= refused[1] - refused[0] < 60
    assert len(hub.sent("PUT", "/storage/")) == 1  # what is up stays up
    assert hub.repos[REPO].tags == {V1: hub.repos[REPO].head}


def test_patience_has_an_end(hub: Hub, release: Path, slept: list[float]) -> None:
    hub.fault = Fault("status", path_is("/commit/"), 429, (("Retry-After", "7"),))
    with pytest.raises(HubError, match=r"asks for patience; nothing was changed \(429") as caught:
        publish(release, REPO, version=V1)
    assert caught.value.advice == "Publish again in 7 seconds."
    assert slept == [7.0] * 4
    assert len(hub.sent("POST", "/commit/")) == 5


@pytest.mark.case(36)
def test_a_day_is_not_waited_for(hub: Hub, release: Path, slept: list[float]) -> None:
    hub.fault = Fault("status", path_is("/commit/"), 429, (("Retry-After", "86400"),))
    with pytest.raises(HubError, match="asks for patience") as caught:
        publish(release, REPO, version=V1)
    assert caught.value.advice == "Publish again in 86400 seconds."
    assert slept == []


@pytest.mark.case(34)
@pytest.mark.parametrize("kind", ["lost", "unanswered"])
@pytest.mark.parametrize("again", [False, True], ids=["first", "second"])
@pytest.mark.usefixtures("slept")
def test_cut_at_any_request_a_rerun_ends_right(hub: Hub, release: Path, kind: str, *, again: bool) -> None:
    def clean() -> None:
        hub.fault, hub.repos, hub.objects = None, {}, {}
        if again:
            write(release, ["earlier"])
            publish(release, REPO, version=V1)
            write(release, ["earlier", "later"])
        hub.requests.clear()

    version = V2 if again else V1
    clean()
    publish(release, REPO, version=version)
    total, broke = len(hub.requests), 0
    assert total > 8
    for n in range(1, total + 1):
        clean()
        hub.fault = Fault(kind, lambda number, _request, n=n: number == n)  # type: ignore[misc]
        try:
            publish(release, REPO, version=version)
        except HubError:
            broke += 1
            before = hub.repos.get(REPO)
            assert before is None or version not in before.tags or kind == "unanswered"
        hub.fault = None
        publish(release, REPO, version=version)
        repo = hub.repos[REPO]
        assert repo.messages == ["initial commit", *([f"Release {V1}"] if again else []), f"Release {version}"], n
        assert holds(hub, repo, release), n
        assert repo.tags[version] == repo.head, n
    assert broke > 0


@pytest.mark.case(35)
@pytest.mark.parametrize("part", ["/commit/", "/tag/"])
def test_a_lost_answer_is_looked_up(hub: Hub, release: Path, part: str) -> None:
    hub.fault = Fault("unanswered", path_is(part))
    publish(release, REPO, version=V1)
    repo = hub.repos[REPO]
    assert len(repo.messages) == 2
    assert repo.tags == {V1: repo.head}


@pytest.mark.case(35)
def test_a_lost_commit_says_that_nothing_was_changed(hub: Hub, release: Path) -> None:
    hub.fault = Fault("lost", path_is("/commit/"))
    with pytest.raises(HubError, match=r"sending the commit: no answer \(.*\); nothing was changed\nRun it again"):
        publish(release, REPO, version=V1)


def test_a_commit_by_somebody_else_is_not_taken_for_ours(hub: Hub, release: Path) -> None:
    def meanwhile(_number: int, request: Request) -> bool:
        if "/commit/" in request.path:
            hub.put(hub.repos[REPO], "NOTES.md", b"by hand")
        return "/commit/" in request.path

    hub.fault = Fault("lost", meanwhile)
    with pytest.raises(HubError, match=r"does not hold what was sent: NOTES\.md, README\.md"):
        publish(release, REPO, version=V1)
    assert hub.repos[REPO].tags == {}


def test_a_silent_hub_is_given_up(hub: Hub, release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(responses._PATIENCE.values())
    monkeypatch.setitem(responses._PATIENCE, "read", 0.3)
    hub.fault = Fault("silent", path_is("/commit/"))
    start = time.monotonic()
    with pytest.raises(HubError, match=r"no answer \(.*\); nothing was changed"):
        publish(release, REPO, version=V1)
    assert time.monotonic() - start < 250  # the Hub itself holds out for 300 seconds


def test_a_failing_hub_is_no_answer_either(hub: Hub, release: Path) -> None:
    hub.fault = Fault("status", path_is("/commit/"), 502)
    with pytest.raises(HubError, match=r"the Hub failed \(502: .*\); nothing was changed"):
        publish(release, REPO, version=V1)


def test_what_the_hub_holds_otherwise_gets_no_tag(hub: Hub, release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = hub.commit

    def damaged(repo: Repo, files: dict[str, File], message: str) -> str:
        if "README.md" in files:
            files["README.md"] = File(blob(b"x"), files["README.md"].size, b"x")
        return whole(repo, files, message)

    monkeypatch.setattr(hub, "commit", damaged)
    with pytest.raises(HubError, match=r"does not hold what was sent: README.md"):
        publish(release, REPO, version=V1)
    assert hub.repos[REPO].tags == {}


@pytest.mark.parametrize("ours", [True, False])
def test_a_tag_that_appears_meanwhile_will_do_if_it_stands_on_this_commit(
    hub: Hub, release: Path, monkeypatch: pytest.MonkeyPatch, *, ours: bool
) -> None:
    whole = hub.commit

    def tagging(repo: Repo, files: dict[str, File], message: str) -> str:
        before = repo.head
        sha = whole(repo, files, message)
        if message.startswith("Release"):
            repo.tags[V1] = sha if ours else before
        return sha

    monkeypatch.setattr(hub, "commit", tagging)
    if ours:
        assert publish(release, REPO, version=V1).commit == hub.repos[REPO].tags[V1]
    else:
        with pytest.raises(HubError, match=r"setting the tag .*: something else stands .* \(409"):
            publish(release, REPO, version=V1)


def test_a_public_repository_gets_nothing_private(hub: Hub, release: Path) -> None:
    head = hub.create(REPO, private=False).head
    with pytest.raises(HubError, match="is public, and this release was to stay private; nothing was changed"):
        publish(release, REPO, version=V1)
    assert hub.repos[REPO].head == head
    publish(release, REPO, version=V1, private=False)
    assert hub.repos[REPO].tags


@pytest.mark.parametrize("kind", ["auto", "manual"])
def test_a_gate_stands_before_anything_is_sent(hub: Hub, release: Path, kind: str) -> None:
    assert f"readers will have to ask for access ({kind})" in str(plan(release, REPO, version=V1, gated=kind))
    publish(release, REPO, version=V1, private=False, gated=kind)
    assert hub.repos[REPO].gated == kind
    asked = [request.path.partition(f"{REPO}/")[2].partition("/")[0] for request in hub.requests]
    assert asked.index("settings") < asked.index("preupload") < asked.index("commit")
    hub.requests.clear()
    assert publish(release, REPO, version=V1, private=False, gated=kind).done
    assert publish(release, REPO, version=V1, private=False).done  # what is not said stays as it is
    assert {request.method for request in hub.requests} == {"GET"}
    hub.repos[REPO].gated = False
    assert not publish(release, REPO, version=V1, private=False, gated=kind).done
    assert (hub.repos[REPO].gated, len(hub.repos[REPO].messages)) == (kind, 2)


def test_what_the_plan_shows_may_be_refused_before_anything_is_changed(hub: Hub, release: Path) -> None:
    def judge(planned: Plan) -> None:
        raise UsageError(f"no: {planned.versions}")

    with pytest.raises(UsageError, match=r"no: \(\)"):
        publish(release, REPO, version=V1, judge=judge)
    assert hub.repos == {}
    publish(release, REPO, version=V1)
    with pytest.raises(UsageError, match=V1):
        publish(release, REPO, version=V2, judge=judge)
    assert len(hub.repos[REPO].messages) == 2


def test_long_listings_come_in_pages(hub: Hub, release: Path) -> None:
    hub.page_size = 2
    for number in range(5):
        (release / f"old-{number}.txt").write_text(str(number), encoding="utf-8")
    publish(release, REPO, version=V1)
    for path in release.glob("old-*"):
        path.unlink()
    assert publish(release, REPO, version=V2).deleted == tuple(f"old-{number}.txt" for number in range(5))


def test_a_folder_takes_the_name_of_a_file(hub: Hub, release: Path) -> None:
    (release / "terms").write_text("a file", encoding="utf-8")
    publish(release, REPO, version=V1)
    (release / "terms").unlink()
    (release / "terms").mkdir()
    (release / "terms" / "a.txt").write_text("in a folder", encoding="utf-8")
    publish(release, REPO, version=V2)
    assert holds(hub, hub.repos[REPO], release)


def test_a_card_that_the_hub_refuses(hub: Hub, release: Path) -> None:
    (release / "README.md").write_text("no metadata", encoding="utf-8")
    with pytest.raises(HubError, match=r"refused \(400: .*the card has no metadata\)"):
        publish(release, REPO, version=V1)
    assert len(hub.repos[REPO].messages) == 1


def test_a_dry_run_says_what_would_change_and_changes_nothing(hub: Hub, release: Path) -> None:
    assert plan(release, REPO, version=V1).head is None
    assert hub.repos == {}
    first = publish(release, REPO, version=V1)
    hub.requests.clear()
    write(release, ["one", "two", "three"])
    (release / "datapackage.json").unlink()
    (release / "new.txt").write_text("y", encoding="utf-8")
    size = (release / "posts" / "part-00000.parquet").stat().st_size
    expected = f"""{REPO} (private dataset, on top of {first.commit})
  + new.txt (1 bytes)
  ~ posts/part-00000.parquet ({size:,} bytes)
  - datapackage.json (3 bytes)
1 new, 1 changed, 1 deleted, 1 unchanged: one commit of {size + 1:,} bytes, then tag {V2}"""
    assert str(plan(release, REPO, version=V2)) == expected
    dry = plan(release, REPO, version=V2)
    assert {request.method for request in hub.requests} == {"GET"}
    wet = publish(release, REPO, version=V2)
    assert dry.publication(first.commit) == wet._replace(commit=first.commit)
    assert str(plan(release, REPO, version=V2)).endswith("nothing to do")


@pytest.mark.usefixtures("hub")
def test_a_dry_run_of_what_nobody_may_see(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(release, REPO, version=V1)
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(HubError, match="does not accept the token, or there is none"):
        plan(release, REPO, version=V1)


def test_what_cannot_be_meant(hub: Hub, release: Path, tmp_path: Path) -> None:
    for repo in ["corpus", "a/b/c", "", "my lab/x", "-/-"]:
        with pytest.raises(UsageError, match="is no dataset on the Hub"):
            publish(release, repo, version=V1)
    for version in ["", "v1/2", "../up", "v 1", "v1..2", "-f"]:
        with pytest.raises(UsageError, match="is no version"):
            publish(release, REPO, version=version)
    with pytest.raises(UsageError, match="holds no release"):
        publish(tmp_path / "nowhere", REPO, version=V1)
    assert hub.requests == []


def test_no_hub_at_all(hub: Hub, release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(HubError, match="looking at the repository: no answer"):
        publish(release, REPO, version=V1)
    assert hub.requests == []


def test_importing_it_is_cheap() -> None:
    heavy = {"huggingface_hub", "httpx2", "tenacity", "pyarrow"}
    code = f"import sys, presscorpus.release.hub; print({heavy!r} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


USER = """
import os, sys
from datasets import load_dataset
name, old, new = sys.argv[1:]
print(load_dataset(name, "posts", split="train")["title"][:])
print(load_dataset(name, "posts", split="train", revision=old)["title"][:])
print([row["title"] for row in load_dataset(name, "posts", split="train", revision=new, streaming=True)])
# Threads that datasets streams with may abort an interpreter that ends while they do; all has been said.
sys.stdout.flush()
os._exit(0)
"""

PUBLISHER = """
import logging, pathlib, sys
logging.basicConfig(level=logging.DEBUG)
from presscorpus.errors import HubError
from presscorpus.release.hub import publish
release, repo, version = sys.argv[1:]
try:
    print(publish(pathlib.Path(release), repo, version=version))
except HubError:
    logging.exception("publish")
    sys.exit(HubError.exit_code)
"""


def run(code: str, *arguments: str, hub: Hub, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A Python of its own, with a home of its own and nothing of ours in its environment."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("HF_", "HUGGING", "DATASETS"))}
    env |= {"HF_ENDPOINT": hub.endpoint, "HF_HOME": str(home), "HOME": str(home), "HF_HUB_DISABLE_TELEMETRY": "1"}
    env |= {"HF_TOKEN": WRITER, **more}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_users_load_it_by_name_by_tag_and_streaming(hub: Hub, release: Path, tmp_path: Path) -> None:
    publish(release, REPO, version=V1)
    write(release, ["one", "two", "three"])
    publish(release, REPO, version=V2)
    hub.requests.clear()
    user = run(USER, REPO, V1, V2, hub=hub, home=tmp_path / "home", HF_TOKEN=READER)
    assert user.returncode == 0, user.stderr
    new = "['one', 'two', 'three']"
    assert user.stdout.splitlines() == [new, "['one', 'two']", new]
    repo = hub.repos[REPO]
    for version in (V1, V2):
        assert hub.sent("GET", f"/storage/{repo.commits[repo.tags[version]]['posts/part-00000.parquet'].sha256}")
    assert any("range" in request.headers for request in hub.sent("GET", "/storage/"))  # streaming reads in parts


@pytest.mark.case(38)
@pytest.mark.parametrize("fault", [False, True])
def test_the_token_is_in_no_output_of_a_talkative_run(hub: Hub, release: Path, tmp_path: Path, *, fault: bool) -> None:
    hub.fault = Fault("status", path_is("/commit/"), 403) if fault else None
    home = tmp_path / "home"
    publisher = run(PUBLISHER, str(release), REPO, V1, hub=hub, home=home, HF_DEBUG="1", HF_HUB_DISABLE_XET="1")
    assert publisher.returncode == (12 if fault else 0), publisher.stderr
    assert "/commit/main" in publisher.stderr  # it does talk
    assert WRITER not in publisher.stdout + publisher.stderr
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in written if WRITER.encode() in path.read_bytes()] == []


def test_xet_storage_takes_it_too(release: Path, tmp_path: Path) -> None:
    with Hub(xet=str(tmp_path / "cas")) as hub:
        publisher = run(PUBLISHER, str(release), REPO, V1, hub=hub, home=tmp_path / "home")
        assert publisher.returncode == 0, publisher.stderr
        repo = hub.repos[REPO]
        assert repo.tags == {V1: repo.head}
        assert hub.sent("GET", "/xet-write-token/")
        assert hub.sent("PUT", "/") == []
        assert WRITER not in publisher.stdout + publisher.stderr
        assert publish_says_done(hub, release, tmp_path)
        assert hub.unknown == []


def publish_says_done(hub: Hub, release: Path, tmp_path: Path) -> bool:
    again = run(PUBLISHER, str(release), REPO, V1, hub=hub, home=tmp_path / "home")
    return "done=True" in again.stdout
