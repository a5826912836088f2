"""Changes to params.yaml by commands, which keep its comments and its order."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Any

from presscorpus.config import params

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


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
    from ruamel.yaml import YAML

    path = root / params.FILE
    params.load(path, needs_sites=False)
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.representer.add_representer(type(None), lambda dumper, _: dumper.represent_scalar(_NULL, "null"))
    document = yaml.load(path.read_text(encoding="utf-8"))
    change(document)
    text = StringIO()
    yaml.dump(document, text)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text.getvalue(), encoding="utf-8")
    try:
        said = params.load(partial, needs_sites=False)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return said
