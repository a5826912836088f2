"""Changes to params.yaml and takedown.yaml by commands.

Comments and order stay.
"""

from __future__ import annotations

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
    document = yaml.load(path.read_text(encoding="utf-8"))
    change(document)
    text = StringIO()
    yaml.dump(document, text)
    with atomic.replacing(path) as partial:
        partial.write_text(text.getvalue(), encoding="utf-8")
        return params.load(partial, needs_sites=False)


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
