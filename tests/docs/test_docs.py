"""Every command of the documentation is run: against a real WordPress and the loopback Hub, in one working folder.

The pages are run in the order in which a reader who works through them would: the tutorial makes the repository that
the how-to pages go on with. Made-up addresses stand for servers on this machine. CI runs of all that the way to a first
published dataset (`SHORT`), and reads every other command as the program would; .ci/long runs all.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
import yaml

from presscorpus import command_line
from tests.docs import reference
from tests.docs.pages import RUN, Block, blocks, commands, headings
from tests.hub.server import WRITER, Hub
from tests.wordpress.packages import THEMES
from tests.wordpress.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.wordpress.server import WordPress

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BIN = Path(sys.executable).parent
ORDER = [
    "tutorial.md",
    *(
        f"howto/{name}.md"
        for name in ("many-sites", "private-sites", "closed-sites", "archives", "takedowns", "citing")
    ),
]
# The sections of the tutorial that CI runs: a dataset is begun, built, kept and published.
SHORT = {"2. A dataset of your own", "3. Publish"}
TODAY = "$(date -u +%F)"
LONG = bool(os.environ.get("PRESSCORPUS_LONG"))
# No Slurm can be had here; what the page says of schedulers and workers is shown by tests/cluster. The examples of
# using.md are run by tests/docs/test_using.py.
ELSEWHERE = {"howto/clusters.md", "howto/using.md"}
PAGES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))


class Workshop(NamedTuple):
    """The working folder, what stands for made-up addresses, and the environment of commands."""

    folder: Path
    addresses: dict[str, str]
    environment: dict[str, str]
    magazine: WordPress | None

    def real(self, text: str) -> str:
        """The same with addresses that lead somewhere, and the leave to go to this machine that they need."""
        for made_up, address in self.addresses.items():
            text = text.replace(made_up, address)
        text = re.sub(r"^( +)(address: http://127\..*)$", r"\1\2\n\1allow_private: true", text, flags=re.MULTILINE)
        return re.sub(r"(presscorpus (?:build|probe|init \S+) http://127\.\S+)", r"\1 --allow-private", text)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    folder = tmp_path_factory.mktemp("docs")
    home = folder / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[user]\nname = A Reader\nemail = reader@example.org\n")
    magazine: WordPress | None = None
    with ExitStack() as stack:
        hub = stack.enter_context(Hub())
        addresses = {"https://news.example/": stack.enter_context(running(posts=30)).url}
        if LONG:  # the tutorial has one site
            magazine = stack.enter_context(running(posts=12, prefix="/blog"))
            addresses |= dict.fromkeys(("https://magazine.example/", "https://closed.example/"), magazine.url)
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("HF_", "DVC_", "GIT_"))}
        environment = kept | {
            "PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(home), "HF_HOME": str(home / "hf"), "HF_TOKEN": WRITER,
            "HF_ENDPOINT": hub.endpoint, "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
        }  # fmt: skip
        yield Workshop(folder, addresses, environment, magazine)


@pytest.mark.timeout(1800)  # a page builds a dataset or two, on a machine that may have other things to do
@pytest.mark.parametrize("name", [ORDER[0], *(pytest.param(name, marks=pytest.mark.long) for name in ORDER[1:])])
def test_every_command_of_the_page_works(workshop: Workshop, name: str) -> None:
    if name == "howto/closed-sites.md" and workshop.magazine is not None:
        with workshop.magazine.themed(THEMES[0]), workshop.magazine.switched(block=401):
            _run(workshop, name)
    else:
        _run(workshop, name)


def _run(workshop: Workshop, name: str) -> None:
    place = workshop.folder
    if name != "tutorial.md":
        place /= "news"
        assert place.is_dir(), "the tutorial did not get that far"
    for block in blocks(DOCS / name):
        if not LONG and block.section not in SHORT:
            continue
        if block.file is not None:
            _write(place / block.file, workshop.real(block.text), block.parts)
        elif block.kind == "console":
            place = _shell(workshop, place, name, block)
        elif block.kind == "python":
            program = [sys.executable, "-c", workshop.real(block.text)]
            _done(
                subprocess.run(
                    program, cwd=place, env=workshop.environment, capture_output=True, text=True, check=False
                ),
                name,
                block,
            )


def _write(path: Path, text: str, parts: tuple[str, ...]) -> None:
    if parts:
        said = yaml.safe_load(text)
        assert set(said) == set(parts)
        text = yaml.safe_dump(yaml.safe_load(path.read_text()) | said, sort_keys=False, allow_unicode=True)
    path.write_text(text)


def _shell(workshop: Workshop, place: Path, name: str, block: Block) -> Path:
    """Run the commands of a block as one shell would, and return the folder that it ends in."""
    program = f"set -e\n{workshop.real(block.text)}\npwd > {workshop.folder}/place"
    done = subprocess.run(
        ["bash", "-c", program], cwd=place, env=workshop.environment, capture_output=True, text=True, check=False
    )
    _done(done, name, block)
    return Path((workshop.folder / "place").read_text().strip())


def _done(done: subprocess.CompletedProcess[str], name: str, block: Block) -> None:
    assert done.returncode == 0, f"docs/{name}:{block.line}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"


@pytest.mark.parametrize("name", [*ORDER, *sorted(ELSEWHERE)])
def test_every_command_of_the_page_is_one_that_the_program_takes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for block in blocks(DOCS / name):
        for words in commands(block) if block.kind == "console" else ():
            if words[0] == "presscorpus":
                try:
                    command_line.parser().parse_args([word.replace(TODAY, "2026-11-23") for word in words[1:]])
                except SystemExit:
                    pytest.fail(f"docs/{name}:{block.line} {' '.join(words)}\n{capsys.readouterr().err}")


def test_the_sections_that_ci_runs_are_there() -> None:
    assert {block.section for block in blocks(DOCS / ORDER[0])} >= SHORT


@pytest.mark.parametrize("name", PAGES)
def test_no_command_stands_where_it_is_not_run(name: str) -> None:
    for block in blocks(DOCS / name):
        if block.kind in RUN:
            assert name in {*ORDER, *ELSEWHERE}, f"docs/{name}:{block.line} is not run by any test"
        elif not name.startswith("decisions/"):
            assert not re.search(r"^\s*(presscorpus|dvc|frictionless) ", block.text, re.MULTILINE), (name, block.line)


@pytest.mark.parametrize("name", [*PAGES, "../README.md", "../CONTRIBUTING.md"])
def test_links_lead_somewhere(name: str) -> None:
    page = DOCS / name
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        far = (page.parent / path).resolve() if path else page
        assert far.exists(), f"{name}: {target}"
        assert not anchor or far.suffix != ".md" or anchor in headings(far), f"{name}: {target}"


def test_addresses_of_the_documentation_in_the_program_lead_to_pages() -> None:
    for path in (ROOT / "builder").rglob("*"):
        if path.suffix in {".py", ".yaml", ".md", ".txt", ".json"}:
            site = "https://presscorpus.github.io/presscorpus/"
            for page in re.findall(rf"{site}([a-z/-]+)/", path.read_text(encoding="utf-8")):
                assert (DOCS / f"{page}.md").exists(), (path.name, page)


def test_every_command_that_is_spoken_of_exists() -> None:
    known = re.findall(r"^## presscorpus (\S+)", reference.pages()["commands.md"], re.MULTILINE)
    spoken = [*DOCS.rglob("*.md"), *ROOT.glob("*.md"), *(ROOT / "builder").rglob("*.py")]
    for path in spoken:
        for name in re.findall(r"`presscorpus (?:--repository \S+ )?([a-z-]+)", path.read_text(encoding="utf-8")):
            assert name in known or name.startswith("--"), (path.name, name)


@pytest.mark.parametrize("name", list(reference.pages()))
def test_the_reference_is_current(name: str) -> None:
    assert (reference.FOLDER / name).read_text() == reference.pages()[name], "run `python -m tests.docs.reference`"


def test_every_page_is_named_in_the_contents() -> None:
    contents = (DOCS / "README.md").read_text()
    for name in PAGES:
        if name != "README.md" and not name.startswith("decisions/"):
            assert f"({name})" in contents, name
