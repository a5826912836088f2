"""The guard of the standard streams."""

from __future__ import annotations

import io
import sys

import pytest

from presscorpus.commands import say
from presscorpus.terminal import Escaping, guard, printable, steering

pytestmark = pytest.mark.fast


@pytest.mark.case(20)
@pytest.mark.parametrize(
    "text",
    ["\x1b]52;c;eA==\x07", "\x1b[2J", "a\rb", "\x9b31m", "\u202egpj.exe", "\x08\x08", "\u2066x\u2069", "\x7f", "\x00"],
)
def test_what_steers_is_escaped_whoever_writes_it(text: str) -> None:
    below = io.BytesIO()
    stream = Escaping(io.TextIOWrapper(below, encoding="utf-8"))
    assert stream.write(f"before {text} behind\tand\nmore") == len(text) + len("before  behind\tand\nmore")
    print(text, file=stream, flush=True)
    said = below.getvalue().decode()
    assert said == f"before {printable(text)} behind\tand\nmore{printable(text)}\n"
    assert all(sign.isprintable() or sign in "\n\t" for sign in said)


def test_our_own_output_reaches_the_stream_below() -> None:
    below = io.BytesIO()
    plain = io.TextIOWrapper(below, encoding="utf-8")
    stream = Escaping(plain)
    print("\x1b[1mbold\x1b[0m", file=steering(stream), flush=True)
    assert below.getvalue() == b"\x1b[1mbold\x1b[0m\n"
    assert steering(plain) is plain


def test_both_streams_are_guarded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {name: io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for name in ("stdout", "stderr")}
    for name, stream in made.items():
        monkeypatch.setattr(sys, name, stream)
    guard()
    guarded = sys.stdout
    guard()
    assert sys.stdout is guarded
    assert isinstance(sys.stderr, Escaping)
    assert steering(sys.stderr) is made["stderr"]


@pytest.mark.case(20)
def test_messages_are_escaped_where_nothing_guards_the_streams(capsys: pytest.CaptureFixture[str]) -> None:
    say("of \x1b[2J\u202e\na site")
    assert capsys.readouterr().err == "presscorpus: of \\x1b[2J\\u202e\na site\n"
