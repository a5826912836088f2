"""`python -m tests.fuzz TARGET SECONDS [FOLDER]`: fuzz one target from the kept corpus.

New inputs go to FOLDER (default: .fuzz/TARGET), where failing ones are called crash-... or timeout-...; each of those
becomes a file of tests/fuzz/corpus/TARGET/ once what it shows is mended.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["presscorpus"]):
    from presscorpus.content.language import detect
    from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).with_name("corpus")
# An input on which one run takes longer is a failure: it would hold up a build.
_SECONDS_EACH = 20
_LONGEST = {"urls": 2048, "html": 32_768, "post": 8192, "json": 32_768, "warc": 65_536}


def main(name: str, seconds: int, folder: Path) -> None:
    """Fuzz a target for so many seconds. Exits with a number other than 0 at the first failure."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = CORPUS / name
    # Models and schemas are loaded at their first use: that is no failure of the input that comes first.
    detect("These words are enough for the model of languages to be asked about them. " * 9)
    for file in sorted(kept.iterdir()) if kept.is_dir() else ():
        TARGETS[name](file.read_bytes())
    options = (f"-max_total_time={seconds}", f"-timeout={_SECONDS_EACH}", f"-max_len={_LONGEST[name]}")
    places = (f"-artifact_prefix={folder}/", str(folder), *([str(kept)] if kept.is_dir() else []))
    atheris.Setup([sys.argv[0], *options, "-rss_limit_mb=3000", "-print_final_stats=1", *places], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3] if len(sys.argv) > 3 else f".fuzz/{sys.argv[1]}"))
