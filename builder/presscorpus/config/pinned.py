"""The version of presscorpus that the requirements.txt of a dataset pins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from presscorpus.errors import ParamsError
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from importlib import metadata
    from pathlib import Path
else:
    metadata = lazy("importlib.metadata")

FILE = "requirements.txt"
_PIN = re.compile(r"^presscorpus\s*==\s*([^\s;#]+)", re.MULTILINE)


def check(root: Path) -> None:
    """Refuse to build with another version than the dataset pins.

    Args:
        root: The folder of the dataset. Without a requirements.txt that pins presscorpus nothing is checked.

    Raises:
        ParamsError: Another version is installed.
    """
    path = root / FILE
    found = _PIN.search(path.read_text(encoding="utf-8", errors="replace")) if path.is_file() else None
    if found is not None and found[1] != (own := metadata.version("presscorpus")):
        raise ParamsError(
            f"pins presscorpus {found[1]}, and this is {own}",
            where=str(path),
            advice=f"`pip install -r {FILE}` installs that version; to upgrade, change the line, then run `dvc repro`.",
        )
