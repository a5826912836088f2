"""A reference to one post: everything that proves it, and nothing that the policy withholds."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import msgspec
import pytest

from presscorpus.archive.reader import read_crawl
from presscorpus.archive.receipt_file import closed_crawls
from presscorpus.config import takedown
from presscorpus.config.params import Policy
from presscorpus.errors import RefusedError, UsageError
from presscorpus.pipeline import cite
from tests.corpus import PACKAGE, Corpus, post
from tests.test_commands import run

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "On {braces} &amp; 100% of $5"


def test_it_names_address_times_digest_and_version(tmp_path: Path) -> None:
    built = Corpus(tmp_path, a=[post(7, title={"rendered": TITLE}), post(8, date_gmt=None, link="")])
    settled = built.build(built.params(repository="my-lab/my-corpus", doi="10.5281/zenodo.1234567"))
    (tmp_path / "params.yaml").write_bytes(msgspec.yaml.encode(settled))
    (capture,) = read_crawl(next(iter(closed_crawls(built.layout.raw, "a"))))
    digest = hashlib.sha256(capture.payload).hexdigest()
    done = run("--repository", tmp_path, "cite", "a", "7", cwd=tmp_path)
    assert done.stdout == (
        f"“On {{braces}} & 100% of $5”. a, 2026-01-01. https://a.example.org/2026/7/. Observed 2026-01-01T00:00:00Z, "
        f"response sha256:{digest}. a post 7 in The compilers, My corpus, v2026.01.01, "
        "https://doi.org/10.5281/zenodo.1234567.\n"
    )
    told = json.loads(run("--repository", tmp_path, "cite", "a", "7", "--json", cwd=tmp_path).stdout)
    assert told["custom"]["response_sha256"] == digest
    assert told["custom"]["record_id"] == capture.record_id
    assert (told["URL"], told["version"], told["archive_location"]) == (
        "https://a.example.org/2026/7/", "v2026.01.01", "a post 7",
    )  # fmt: skip
    assert (told["issued"], told["accessed"]) == ({"date-parts": [[2026, 1, 1]]}, {"date-parts": [[2026, 1, 1]]})
    bib = run("--repository", tmp_path, "cite", "a", "7", "--bibtex", cwd=tmp_path).stdout
    assert bib.startswith("@misc{my-corpus-a-7,\n  title = {{On \\{braces\\} \\& 100\\% of \\$5}},\n")
    assert f"response sha256:{digest}" in bib
    assert "  doi = {10.5281/zenodo.1234567},\n" in bib
    bare = cite.refer(PACKAGE, settled, built.layout, "a", 8, None)
    assert "a, undated. No address." in cite.as_text(bare)
    assert "year" not in cite.as_bibtex(bare)
    assert "issued" not in json.loads(cite.as_json(bare))


def test_what_is_withheld_or_taken_down_is_not_told(tmp_path: Path) -> None:
    built = Corpus(tmp_path, a=[post(7, title={"rendered": "Secret title"}), post(8), post(8, type="page")])
    settled = built.build(built.params(policy=Policy(text="none")))
    reference = cite.refer(PACKAGE, settled, built.layout, "a", 7, None)
    for text in (cite.as_text(reference), cite.as_bibtex(reference), cite.as_json(reference)):
        assert "Secret" not in text
    with pytest.raises(UsageError, match="8 is page and post\nName one: --type page"):
        cite.refer(PACKAGE, settled, built.layout, "a", 8, None)
    assert cite.refer(PACKAGE, settled, built.layout, "a", 8, "page").type == "page"
    with pytest.raises(UsageError, match="no post 9 is in the tables"):
        cite.refer(PACKAGE, settled, built.layout, "a", 9, None)
    (tmp_path / takedown.FILE).write_text("- {site: a, id: 7, reason: Asked for.}\n")
    built.build(settled)
    with pytest.raises(RefusedError, match=r"post 7 was taken down: Asked for\."):
        cite.refer(PACKAGE, settled, built.layout, "a", 7, None)
