"""The JSON Schema of CITATION.cff 1.2.0, as the distribution cffconvert ships it."""

from __future__ import annotations

import json
from importlib.metadata import distribution
from pathlib import Path
from typing import Any


def schema() -> dict[str, Any]:
    """Read the schema from the installed files of cffconvert, whose code needs an older jsonschema and is not used."""
    path = Path(str(distribution("cffconvert").locate_file("cffconvert/schemas/1.2.0/schema.json")))
    read: dict[str, Any] = json.loads(path.read_bytes())
    return read
