"""The font of the charts, Noto Sans.

As the package pymupdf-fonts has it, under a name that no machine has.

A font of the same name that a machine has installed could be of another version and change the bytes of a picture, so
the family is called by another name in the copy that the renderer gets. The reason for the package is in
docs/decisions/0023-charts.md.
"""

from __future__ import annotations

import struct
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from presscorpus.lazy import lazy

if TYPE_CHECKING:
    import pymupdf_fonts
else:
    pymupdf_fonts = lazy("pymupdf_fonts")

FONT: Final = "Plot Sans"
"""The family as charts name it: as long as the name that it replaces, so that no offset in the file changes."""

_FAMILY: Final = "Noto Sans"
_IN_PACKAGE: Final = "notos"
# Table directory of an OpenType font: a head of 12 bytes, then 16 for each table: name, checksum, offset, length.
# https://learn.microsoft.com/typography/opentype/spec/otff#table-directory
_HEAD, _ENTRY = 12, 16


@cache
def folder() -> tempfile.TemporaryDirectory[str]:
    """Write the font to a folder of its own, which is there until the process ends.

    Returns:
        The folder; its only file is the font.
    """
    made = tempfile.TemporaryDirectory(prefix="presscorpus-font-")
    Path(made.name, "plot.ttf").write_bytes(renamed(pymupdf_fonts.fontbuffers[_IN_PACKAGE]()))
    return made


def renamed(font: bytes) -> bytes:
    """Change the family name of a font.

    Args:
        font: A TrueType file whose family is Noto Sans.

    Returns:
        The same file with the family `FONT`; the checksums in it, which renderers do not ask for, are the old ones.

    Raises:
        ValueError: The font has no table of names, or another name.
    """
    (tables,) = struct.unpack_from(">H", font, 4)
    for number in range(tables):
        tag, _, start, length = struct.unpack_from(">4sLLL", font, _HEAD + _ENTRY * number)
        if tag == b"name":
            names = font[start : start + length]
            changed = names.replace(_FAMILY.encode("utf-16-be"), FONT.encode("utf-16-be"))
            if changed == names:
                break
            return font[:start] + changed + font[start + length :]
    raise ValueError(_FAMILY)
