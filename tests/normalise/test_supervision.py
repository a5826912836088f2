"""A forked child that reads posts itself: its parent ends as it ends, and goes on only after a signal ended it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks are for Linux alone")

BEGIN = """
import os, signal, sys, time
from presscorpus.normalise import supervision
supervision.permit()
number = supervision.begin()
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + code], capture_output=True, text=True, timeout=300, check=False
    )
    assert not done.stderr, done.stderr
    return done


@pytest.mark.fast
def test_the_parent_ends_as_its_child() -> None:
    done = run("print('once', number, supervision.is_supervised()); sys.exit(9)")
    assert (done.stdout, done.returncode) == ("once None True\n", 9)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGALRM, signal.SIGABRT])
def test_a_signal_that_ends_the_child_lets_the_parent_go_on(number: signal.Signals) -> None:
    done = run(f"""
if supervision.is_supervised():
    os.kill(os.getpid(), {int(number)})
print('again', number, supervision.begin(), supervision.is_supervised())
""")
    assert (done.stdout, done.returncode) == (f"again {int(number)} None False\n", 0)


def test_no_fork_in_a_process_with_threads_or_polars_or_of_a_program() -> None:
    thread = "import threading; threading.Thread(target=time.sleep, args=(5,), daemon=True).start()\n"
    unpermitted = "supervision._state['permitted'] = False\n"
    for before in (thread, "import polars\n", unpermitted):
        code = BEGIN.replace("number =", before + "number =") + "print(number, supervision.is_supervised())"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=True)
        assert done.stdout == "None False\n", before


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_signals_reach_the_child(number: signal.Signals, code: int) -> None:
    waiting = (
        BEGIN
        + """
def leave(*_):
    raise SystemExit(143)
signal.signal(signal.SIGTERM, leave)
try:
    print("ready", flush=True)
    time.sleep(600)
except KeyboardInterrupt:
    sys.exit(130)
"""
    )
    with subprocess.Popen([sys.executable, "-c", waiting], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.wait(timeout=300) == code


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_child_that_a_request_to_end_has_ended_is_not_done_again(number: signal.Signals) -> None:
    code = f"signal.signal({number}, signal.SIG_DFL); os.kill(os.getpid(), {number}); print('again')"
    done = run(code)
    assert (done.stdout, done.returncode) == ("", 128 + number)


def test_the_child_does_not_outlive_its_parent() -> None:
    waiting = BEGIN + "print(os.getpid(), flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", waiting], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        assert child != process.pid
        process.kill()
        process.wait(timeout=300)
        # The end of the pipe is the end of the last process that holds it.
        begun = time.monotonic()
        assert process.stdout.read() == ""
        assert time.monotonic() - begun < 500


def test_the_build_command_imports_nothing_large_before_it_forks(tmp_path: Path) -> None:
    (tmp_path / "posts.json").write_text(
        '[{"id":1,"type":"post","link":"https://example.org/a/","content":{"rendered":""}}]'
    )
    code = f"""
import sys
from presscorpus.normalise import supervision
supervision.begin = lambda: sys.exit(9 if supervision._is_alone() else 1)
sys.argv = ["presscorpus", "build", {str(tmp_path / "posts.json")!r}, "--out", {str(tmp_path / "out")!r}]
from presscorpus.__main__ import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 9, done.stderr
