"""Take each defence away, one after the other, in a copy of the sources, and see that a test of its case fails.

`python -m tests.hostile.mutate` tries all, with a number those of that case. A defence whose text is no longer there is an error: the list has
to follow the code.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent


class Mutation(NamedTuple):
    """A defence: the text in a file below builder/, what stands there without it, and tests that must fail then."""

    case: int
    file: str
    defence: str
    without: str
    tests: str


R = "tests/hostile/test_responses.py"
C = "tests/hostile/test_content.py"
LIST = (
    Mutation(
        2,
        "sources/guard.py",
        "left = DEADLINE.get() - time.monotonic()",
        "left = float('inf')",
        f"{R} -k byte_at_a_time",
    ),
    Mutation(
        3, "sources/body.py", "if raw and not inflate.eof:", "if False:", "tests/sources/test_http.py -k cut_short"
    ),
    Mutation(
        4,
        "sources/http.py",
        "min(asked, self._limits.retry_after_cap_seconds)",
        "min(asked, 90.0)",
        f"{R} -k 'obeyed and 99999999999'",
    ),
    Mutation(6, "sources/walk.py", "if len(ids) == 1:", "if ids:", f"{R} -k always_fails"),
    Mutation(7, "sources/sweep.py", "or barren == _BARREN:", ":", f"{R} -k never_ends"),
    Mutation(
        7, "sources/sweep.py", "unseen = barren == _BARREN or (", "unseen = False and (", f"{R} -k first_page_again"
    ),
    Mutation(
        9,
        "sources/guard.py",
        "public = [address for address in addresses if is_public(address)]",
        "public = addresses",
        f"{R} -k 'private_address and localhost'",
    ),
    Mutation(10, "sources/redirects.py", "if len(seen) > most:", "if len(seen) > 99:", f"{R} -k in_a_circle"),
    Mutation(11, "sources/body.py", "if len(decoded) > limit:", "if False:", f"{R} -k 'bomb and deflate'"),
    Mutation(
        14,
        "sources/asking.py",
        "except BrokenAnswerError:",
        "except ZeroDivisionError:",
        f"{R} -k 'endless_answer and headers'",
    ),
    Mutation(
        15,
        "tables/payload.py",
        "    if _NUMBERED.match(body):\n        return _split_object",
        "    if False:\n        return _split_object",
        f"{R} -k comes_as_an_object",
    ),
    Mutation(15, "tables/observed.py", 'found.rule == "error_answer":', "False:", f"{R} -k error_with_200"),
    Mutation(16, "choose.py", '_ORDER = ["observed_at", "modified",', '_ORDER = ["observed_at",', f"{R} -k of_one_id"),
    Mutation(
        17,
        "html/guard.py",
        "if len(self._elements) > self._depth:",
        "if False:",
        "tests/test_html.py -k 'at_once and lists'",
    ),
    Mutation(18, "tables/posts.py", "if len(body) > self._max:", "if False:", f"{C} -k '20-mb'"),
    Mutation(
        19,
        "report/charts.py",
        'return _NO_XML.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)',
        "return text",
        "tests/hostile/test_charts.py",
    ),
    Mutation(
        25,
        "tables/emit.py",
        "for name in _ADDRESSES & set(frame.columns):",
        "for name in ():",
        f"{C} -k 'alone and password'",
    ),
    Mutation(
        29,
        "__main__.py",
        "except OSError as error:",
        "except ZeroDivisionError as error:",
        "tests/test_cli.py -k place_that_may",
    ),
    Mutation(
        30,
        "archive/receipt.py",
        "if digest != receipt.file_digest:",
        "if False:",
        "tests/test_archive.py -k changed_under",
    ),
    Mutation(
        31, "lock.py", "fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)", "pass", "tests/test_cli.py -k second_run"
    ),
    Mutation(
        20, "commands.py", "presscorpus: {printable(text)}", "presscorpus: {text}", "tests/test_cli.py -k terminal"
    ),
    Mutation(8, "sources/walk.py", 'gone=states.count("gone"),', "gone=0,", f"{R} -k goes_meanwhile"),
    Mutation(12, "sources/body.py", "if len(chunk) > room:", "if False:", f"{R} -k 'endless and body'"),
    Mutation(
        13,
        "tables/payload.py",
        'return rest, (*repairs, "noise_removed")',
        "return body, repairs",
        f"{R} -k noise_around",
    ),
    Mutation(
        17,
        "engine.py",
        "if apart or engine.isolate:",
        "if apart:",
        "tests/hostile/test_limits.py -k 'single_task and die'",
    ),
    Mutation(25, "tables/sites.py", "except ValueError:", "except ZeroDivisionError:", f"{C} -k own_address"),
    Mutation(
        32,
        "__main__.py",
        "signal.signal(signal.SIGTERM, _terminated)",
        "pass",
        "tests/sources/test_resume.py -k told_to",
    ),
    Mutation(
        34,
        "hub/remote.py",
        'lambda: self._api.create_tag(self.repo, tag=self.version, revision=commit, repo_type="dataset"),',
        "lambda: None,",
        "tests/test_hub.py -k first_publication",
    ),
    Mutation(
        36,
        "hub/remote.py",
        "parent_commit=planned.head,",
        "parent_commit=None,",
        "tests/test_hub.py -k head_that_moved",
    ),
    Mutation(
        37,
        "publication.py",
        "published.objections(before, now, params.publish.max_loss) | ",
        "",
        "tests/test_publication.py -k looks_wrong",
    ),
)


def survives(mutation: Mutation, folder: Path) -> bool:
    """Whether all tests pass without the defence. Raises ValueError where it is not there to be taken away."""
    source = folder / "builder" / mutation.file
    whole = source.read_text(encoding="utf-8")
    if mutation.defence not in whole:
        raise ValueError(f"case {mutation.case}: {mutation.file} has no {mutation.defence!r}")
    source.write_text(whole.replace(mutation.defence, mutation.without, 1), encoding="utf-8")
    try:
        command = f"{sys.executable} -m pytest -q -x -p no:cacheprovider --timeout=120 {mutation.tests}"
        env = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(command, shell=True, cwd=folder, env=env, capture_output=True, text=True, check=False)
        if done.returncode not in {0, 1, -6, 134}:
            raise ValueError(f"case {mutation.case}: {done.stdout[-500:]}")
        return done.returncode == 0
    finally:
        source.write_text(whole, encoding="utf-8")


def main() -> None:
    """Print a line for each defence; exit with 1 where one could be taken away unseen."""
    wanted = {int(number) for number in sys.argv[1:]}
    chosen = [mutation for mutation in LIST if not wanted or mutation.case in wanted]
    unseen = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "tree"
        names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
            "\n"
        )
        for path in filter(None, names):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, folder / path)
        for mutation in chosen:
            try:
                alive = survives(mutation, folder)
                verdict = "NOT SEEN" if alive else "seen"
            except ValueError as error:
                alive, verdict = True, f"ERROR {error}"
            unseen += int(alive)
            print(f"case {mutation.case:>2}  {mutation.file:<24} {verdict}", flush=True)
    print(f"{len(chosen) - unseen} of {len(chosen)} defences are missed when they are taken away")
    sys.exit(1 if unseen else 0)


if __name__ == "__main__":
    main()
