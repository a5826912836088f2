"""Take each defence away, one after the other, in a copy of the sources, and see that a test of its case fails.

`python -m tests.hostile.mutate` tries all that tests/hostile/defences.toml lists, with numbers those of these cases.
A defence whose text is no longer there is an error: the list has to follow the code.
"""

from __future__ import annotations

import itertools
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.hostile.cases import COUNT, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

LIST = Path(__file__).with_name("defences.toml")
_PASSED, _FAILED = 0, 1
# A process that a test makes fail by dying may take pytest with it.
_ABORTED = (-6, 134)
_SECONDS = 180
# Python keeps what it compiled by whole seconds of the source's time.
_times = itertools.count(2_000_000_000)


class Defence(NamedTuple):
    """A defence of a case: its text in a file below builder/presscorpus/, what stands there without it, and tests that fail then."""

    case: int
    file: str
    text: str
    without: str
    tests: str


def defences() -> list[Defence]:
    """All that are listed, by case."""
    listed = tomllib.loads(LIST.read_text(encoding="utf-8"))["defence"]
    return [Defence(each["case"], each["file"], each["is"], each["without"], each["tests"]) for each in listed]


def missed(defence: Defence, folder: Path) -> str:
    """What the tests say without the defence: seen, hangs, UNSEEN, or what kept them from being run."""
    source = folder / "builder/presscorpus" / defence.file
    whole = source.read_text(encoding="utf-8")
    if defence.text not in whole:
        return "GONE: its text is not there"
    _write(source, whole.replace(defence.text, defence.without, 1))
    try:
        done = _tested(defence, folder)
    except subprocess.TimeoutExpired:
        return "hangs"  # what a defence against that looks like without it
    finally:
        _write(source, whole)
    if done.returncode == _PASSED:
        return "UNSEEN"
    if done.returncode == _FAILED or done.returncode in _ABORTED:
        return "seen"
    return f"ERROR {done.returncode}: {done.stdout[-300:]}{done.stderr[-300:]}"


def _write(source: Path, text: str) -> None:
    source.write_text(text, encoding="utf-8")
    moment = next(_times)
    os.utime(source, (moment, moment))


def _tested(defence: Defence, folder: Path) -> subprocess.CompletedProcess[str]:
    options = ["-q", "-x", "-p", "no:cacheprovider", "--timeout=60", "--case", str(defence.case)]
    command = [sys.executable, "-m", "pytest", *options, *shlex.split(defence.tests)]
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    # The copy goes before what is installed, which is the tree that it was copied from.
    env |= {"PYTHONPATH": f"{folder / 'builder'}{os.pathsep}{folder}"}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=_SECONDS)


def _copied(folder: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)  # fmt: skip
    for path in filter(None, listed.stdout.split("\n")):
        if (ROOT / path).is_file():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, folder / path)


def _lines(chosen: list[Defence], folder: Path) -> Iterator[tuple[Defence, str, float]]:
    for defence in chosen:
        began = time.monotonic()
        yield defence, missed(defence, folder), time.monotonic() - began


def main() -> None:
    """Print a line for each defence; exit with 1 where one could be taken away unseen."""
    wanted = {int(number) for number in sys.argv[1:]}
    chosen = [each for each in defences() if not wanted or each.case in wanted]
    unseen = 0
    print(f"{'case':>4}  {'defence in':<22} {'verdict':<7} {'seconds':>7}  tests")
    with tempfile.TemporaryDirectory() as name:
        _copied(folder := Path(name) / "tree")
        for defence, verdict, seconds in _lines(chosen, folder):
            unseen += verdict not in {"seen", "hangs"}
            print(f"{defence.case:>4}  {defence.file:<22} {verdict:<7} {seconds:>7.1f}  {defence.tests}", flush=True)
    cases = len({each.case for each in chosen})
    print(f"{len(chosen)} defences over {cases} of {COUNT} cases, {unseen} unseen")
    sys.exit(1 if unseen else 0)


if __name__ == "__main__":
    main()
