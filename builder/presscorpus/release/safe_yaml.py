"""YAML of any text, which every reader reads back as it was."""

from __future__ import annotations

from typing import Any

import yaml


class _Dumper(yaml.SafeDumper):
    """Safe, and strict about lines.

    Readers find the end of a card's front matter by lines, and Python's `splitlines` knows more ends of a line than
    YAML does: a string that holds one is written with escapes.
    """


def _represent(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = '"' if len(text.splitlines()) > 1 or text != text.strip() else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent)


def dump(document: dict[str, Any]) -> str:
    """Write a document as block YAML.

    Args:
        document: Values of JSON.

    Returns:
        YAML with keys in their order, each scalar on one line.
    """
    text: str = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=2**31)
    return text
