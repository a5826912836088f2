"""The reference, made from schemas, command line and parameters: `python -m tests.docs.reference` writes it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from presscorpus import command_line
from presscorpus.config import schema
from presscorpus.release.dictionary import dictionary
from tests.docs import parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs/reference"
_MADE = "<!-- Made by `python -m tests.docs.reference`; a test says when it is out of date. -->\n\n"


def pages() -> dict[str, str]:
    """The text of each page, by file name."""
    package = schema.load_package(ROOT)
    tables = dictionary(resource.schema for resource in package.resources.values())
    return {
        "commands.md": _MADE + "\n".join(_commands()),
        "params.md": _MADE + parameters.page(),
        "tables.md": _MADE + tables,
    }


def _commands() -> Iterator[str]:
    parser = command_line.parser()
    (commands,) = (each for each in parser._actions if isinstance(each, argparse._SubParsersAction))
    yield "# Commands\n"
    yield f"{parser.description}\n"
    yield from _options([each for each in parser._actions if each is not commands])
    for choice in commands._choices_actions:
        child = commands.choices[choice.dest]
        yield f"## presscorpus {choice.dest}\n"
        yield f"{child.description}\n"
        yield from _options(child._actions)
    yield "## Exit codes\n"
    codes = command_line.EXIT_CODES.partition("\n")[2]
    yield f"```text\n{codes.rstrip()}\n```\n"


def _options(actions: list[argparse.Action]) -> Iterator[str]:
    shown = [each for each in actions if not isinstance(each, argparse._HelpAction)]
    if not shown:
        return
    yield "| | |\n|---|---|"
    for action in shown:
        meta = action.metavar if isinstance(action.metavar, str) else ""
        named = [f"{option} {meta}".strip() if action.nargs != 0 else option for option in action.option_strings]
        yield f"| `{', '.join(named) or meta}` | {_sentence(action.help or '')} |"
    yield ""


def _sentence(text: str) -> str:
    return text.replace("%%", "%").replace("|", "\\|")


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
