"""Names of cached files, which change with what makes their bytes.

That is code, libraries and schemas. A cached file is reused while its name is unchanged. The name must therefore change
with everything that determines the content, and with nothing else: a change in another package rebuilds nothing.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import unidata_version

import msgspec

if TYPE_CHECKING:
    from presscorpus.config.schema import Schema

_HERE = Path(__file__).parents[1]
# Libraries that may read the same bytes differently in another version.
_READERS = ("ada-url", "msgspec", "numpy", "polars", "publicsuffixlist", "py3langid", "rensa", "selectolax")


@cache
def of_code(parts: tuple[str, ...]) -> str:
    """Digest the code of some packages and the versions of the readers' libraries.

    Args:
        parts: Packages and top-level modules of presscorpus, as `config` or `errors.py`.

    Returns:
        SHA-256 in hex. It changes as well with the version of Unicode and of each library that reads content.
    """
    digest = hashlib.sha256(msgspec.json.encode([[f"{name} {version(name)}" for name in _READERS], unidata_version]))
    for part in parts:
        place = _HERE / part
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(path.relative_to(_HERE).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def of(parts: tuple[str, ...], schemas: list[Schema], params: object = None) -> str:
    """Digest code, schemas and parameters that determine the bytes of a cached file.

    Args:
        parts: Packages and top-level modules, as in `of_code`.
        schemas: Schemas of the frames in the file.
        params: The part of params.yaml that the content depends on; null where it depends on none.

    Returns:
        SHA-256 in hex.
    """
    return hashlib.sha256(msgspec.json.encode([of_code(parts), schemas, params])).hexdigest()
