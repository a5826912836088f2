"""Changes to params.yaml and takedown.yaml by commands.

Comments and order stay.
"""

from __future__ import annotations

from functools import partial
from io import StringIO
from typing import TYPE_CHECKING, Any

import msgspec
import yaml as plain_yaml

from presscorpus.config import params, takedown
from presscorpus.lazy import lazy
from presscorpus.storage import atomic

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ruamel import yaml as round_trip

    from presscorpus.config.takedown import Takedown
else:
    round_trip = lazy("ruamel.yaml")


_STRING = "tag:yaml.org,2002:str"
_NULL = "tag:yaml.org,2002:null"


def edit(root: Path, change: Callable[[Any], None]) -> params.Params:
    """Change params.yaml with its comments and order kept, if the result is valid.

    Args:
        root: The folder of the dataset.
        change: Changes the document in place: mappings and lists as YAML has them.

    Returns:
        The parameters after the change.

    Raises:
        ParamsError: The file is missing, or is not valid before or after the change; then it stays as it was.
    """
    path = root / params.FILE
    params.load(path, needs_sites=False)
    yaml = round_trip.YAML()
    yaml.preserve_quotes = True
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.representer.add_representer(type(None), lambda dumper, _: dumper.represent_scalar(_NULL, "null"))
    yaml.representer.add_representer(str, _text)
    document = yaml.load(path.read_text(encoding="utf-8"))
    change(document)
    text = StringIO()
    yaml.dump(document, text)
    with atomic.replacing(path) as partial:
        partial.write_text(text.getvalue(), encoding="utf-8")
        return params.load(partial, needs_sites=False)


def settle(root: Path, settled: params.Params) -> None:
    """Change params.yaml to say what was settled, and leave all else in it as it is.

    Args:
        root: The folder of the dataset, with a params.yaml that is valid.
        settled: What it is to say.

    Raises:
        ParamsError: The file is not valid, before or after; then it stays as it was.
    """
    before = msgspec.to_builtins(params.load(root / params.FILE))
    after = msgspec.to_builtins(settled)
    if before != after:
        edit(root, partial(_change, before=before, after=after))


def _change(document: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Change what differs in a mapping of YAML, and in those within it."""
    for name, value in after.items():
        was, held = before[name], document.get(name)
        if name == "sites":
            document[name] = _sites(held, was, value)
        elif isinstance(value, dict) and isinstance(was, dict) and isinstance(held, dict):
            _change(held, was, value)
        elif value != was:
            document[name] = value


def _sites(document: Any, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Any:
    """The sites of a document, changed in place.

    A new list where there are others, or in another order.
    """
    held = {was["name"]: (entry, was) for entry, was in zip(document, before, strict=True)}
    for site in after:
        if site["name"] in held:
            _change(*held[site["name"]], site)
    if [site["name"] for site in before] == [site["name"] for site in after]:
        return document
    return [held[site["name"]][0] if site["name"] in held else site for site in after]


def _text(dumper: Any, text: str) -> Any:
    """Write a text, with quotes where YAML 1.1 takes it for something else: NO, 1:20.

    By that version it is read, while what writes it here knows the next.
    """
    resolver: Any = plain_yaml.resolver.Resolver()
    kind = resolver.resolve(plain_yaml.ScalarNode, text, (True, False))
    return dumper.represent_scalar(_STRING, text, style=None if kind == _STRING else '"')


def add_takedown(root: Path, entry: Takedown) -> None:
    """Add an entry to the takedown file, which is made where it is missing.

    Args:
        root: The folder of the dataset.
        entry: What to add at the end; what stands before it stays as it is.

    Raises:
        OSError: The file cannot be read or written.
    """
    path = root / takedown.FILE
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    given = {name: value for name, value in msgspec.to_builtins(entry).items() if value is not None}
    added = plain_yaml.safe_dump([given], allow_unicode=True, sort_keys=False, width=2**31)
    # Nothing can be appended to a list that is written as [].
    kept = "" if text.strip() in {"[]", ""} else text.rstrip("\n").removesuffix("\n[]") + "\n"
    atomic.write(path, (kept + added).encode())
