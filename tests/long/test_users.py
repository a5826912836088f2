"""Three users: from the wheel in an empty folder to a published version, and to a second one a month later.

A social scientist looks first and exports CSV. An engineer works from the dataset's own folder and loads from the Hub.
An archivist has captures as files. Each against the real WordPress and the Hub on the loopback, with the program as
pip installs it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.hub.server import WRITER, Hub
from tests.wordpress.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.wordpress.server import WordPress

ROOT = Path(__file__).parents[2]
REPOSITORY = "my-lab/news-corpus"
SAID = ("--title", "Posts of News Example", "--creator", "Lovelace, Ada", "--hub", REPOSITORY)
RIGHTS = ("--rights", "News Example allows research on it.", "--license", "CC-BY-4.0")
LOAD = """
import datasets, sys
posts = datasets.load_dataset(sys.argv[1], "posts", split="train", revision=sys.argv[2])
print(posts.num_rows, sum(row["state"] == "published" for row in posts))
"""
pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]


class User(NamedTuple):
    """A user: a folder, an environment with the installed program, and a site to collect."""

    folder: Path
    bin: Path
    environment: dict[str, str]
    site: WordPress

    def does(self, *words: str | Path, within: str = ".") -> str:
        """Run a command as it is typed; it has to succeed. Returns what it printed."""
        name, *rest = map(str, words)
        program = self.bin / name if (self.bin / name).exists() else name
        done = subprocess.run(
            [program, *rest],
            cwd=self.folder / within,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(map(str, words))}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        return done.stdout

    def rows(self, version: str) -> tuple[int, int]:
        """How many posts a version on the Hub has, and how many of them were there when last asked for."""
        rows, published = self.does("python", "-c", LOAD, REPOSITORY, version).split()
        return int(rows), int(published)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment of its own, into which the wheel was installed by pip.

    PRESSCORPUS_PROGRAMS names such a folder where it was done before, as by uv.
    """
    if given := os.environ.get("PRESSCORPUS_PROGRAMS"):
        return Path(given)
    folder = tmp_path_factory.mktemp("installed")
    build = ("-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder, ROOT)
    subprocess.run([sys.executable, *build], check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    (wheel,) = folder.glob("*.whl")
    program = folder / "venv/bin/python"
    subprocess.run([program, "-m", "pip", "install", "-q", wheel], check=True, capture_output=True)
    return folder / "venv/bin"


@pytest.fixture
def user(installed: Path, tmp_path: Path) -> Iterator[User]:
    (tmp_path / "home").mkdir()
    (tmp_path / "home/.gitconfig").write_text("[user]\nname = A Reader\nemail = reader@example.org\n")
    with running(posts=30) as site, Hub() as hub:
        site.set_permalinks("pretty")
        kept = {
            key: value for key, value in os.environ.items() if not key.startswith(("HF_", "DVC_", "GIT_", "PYTHON"))
        }
        environment = kept | {
            "PATH": f"{installed}:{os.environ['PATH']}", "HOME": str(tmp_path / "home"), "HF_ENDPOINT": hub.endpoint,
            "HF_HOME": str(tmp_path / "home/hf"), "HF_TOKEN": WRITER, "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
        }  # fmt: skip
        yield User(tmp_path, installed, environment, site)


def kept(user: User) -> None:
    """Commit what is in the folder of the dataset."""
    user.does("git", "add", "--all", within="news")
    user.does("git", "commit", "--quiet", "--message", "A version", within="news")


def published(user: User) -> None:
    user.does("dvc", "repro", within="news")
    kept(user)
    user.does("presscorpus", "publish", within="news")
    kept(user)


def a_month_passes(user: User) -> None:
    """Do what an editor does meanwhile: edit one post, delete another, write a third."""
    edited, deleted = user.site.seeded.posts[:2]
    user.site.act("edit", edited)
    user.site.act("delete", deleted)
    user.site.act("insert")


def begun(user: User, *words: str) -> None:
    user.does("presscorpus", "init", "news", *words, *SAID, *RIGHTS, "--as-of", "2026-10-20")


def judged(user: User, before: tuple[int, int]) -> None:
    """The second version says what changed, and both load."""
    said = (user.folder / "news/data/release/CHANGES.md").read_text()
    assert "## v2026.11.20, against v2026.10.20" in said
    # One post is new, one edited, one gone; no other changed.
    assert re.search(r"^\| `\S+` \| 1 \| 1 \| 1 \| 0 \| 0 \| 0 \| 0 \|$", said, re.MULTILINE), said
    assert user.rows("v2026.10.20") == before
    assert user.rows("v2026.11.20") == (before[0] + 1, before[1])
    user.does("presscorpus", "verify", within="news")


def test_a_social_scientist(user: User) -> None:
    words = ("--allow-private", "--limit", "5", "--out", "first")
    said = user.does("presscorpus", "build", user.site.url, *words)
    assert "a part, not all: " in said
    assert "complete: all" not in said
    begun(user, user.site.url, "--allow-private")
    published(user)
    before = user.rows("v2026.10.20")
    a_month_passes(user)
    user.does("presscorpus", "advance", "2026-11-20", within="news")
    published(user)
    judged(user, before)
    user.does("presscorpus", "export", "--format", "csv", "--out", "csv", within="news")
    assert (user.folder / "news/csv/posts.csv").stat().st_size > 1000


def test_an_engineer(user: User) -> None:
    begun(user)
    user.does("presscorpus", "add", user.site.url, "--allow-private", "--as-of", "2026-10-20", *RIGHTS, within="news")
    published(user)
    before = user.rows("v2026.10.20")
    a_month_passes(user)
    user.does("presscorpus", "advance", "2026-11-20", within="news")
    published(user)
    judged(user, before)
    code = f'import polars as pl; print(pl.read_parquet("news/data/release/posts/*.parquet").height == {before[0] + 1})'
    assert user.does("python", "-c", code).strip() == "True"


def test_an_archivist(user: User) -> None:
    captured = ("presscorpus", "build", user.site.url, "--allow-private", "--out", "captured", "--as-of")
    user.does(*captured, "2026-10-20")
    begun(user)
    (site,) = (user.folder / "captured/raw").iterdir()
    shutil.copytree(site, user.folder / "news/sources" / site.name)
    user.does("presscorpus", "add", f"sources/{site.name}", *RIGHTS, within="news")
    published(user)
    before = user.rows("v2026.10.20")
    a_month_passes(user)
    user.does(*captured, "2026-11-20")
    shutil.copytree(site, user.folder / "news/sources" / site.name, dirs_exist_ok=True)
    said = user.folder / "news/params.yaml"
    user.does("presscorpus", "advance", "2026-11-20", within="news")
    said.write_text(said.read_text().replace("2026-10-20T00:00:00Z", "2026-11-20T00:00:00Z"))
    published(user)
    judged(user, before)
