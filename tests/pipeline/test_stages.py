"""The stages by themselves: what they refuse, and that one site's trouble is nobody else's."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl
import pytest
import yaml

from presscorpus.archive.receipt import decode
from presscorpus.archive.receipt_file import as_file
from presscorpus.config import params
from presscorpus.config.dataset import Creator
from presscorpus.config.layout import Layout
from presscorpus.config.params import Dataset, Params, Rights, Site
from presscorpus.errors import ArchiveError, FindingsError, ParamsError, RefusedError
from presscorpus.pipeline import stages
from presscorpus.privacy import policy
from presscorpus.release import gates
from tests import factories
from tests.corpus import FREE, PACKAGE, Corpus, quiet, where
from tests.corpus import post as corpus_post

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from presscorpus.config.schema import Schema


def post(number: int, **more: Any) -> dict[str, Any]:
    return factories.post(number, **more)


def site(name: str, **more: Any) -> Site:
    plain = Site(name, f"https://{name}.example.org/", datetime(2026, 1, 1, tzinfo=UTC), FREE, files=f"{name}.json")
    return msgspec.structs.replace(plain, **more)


def dataset(*sites: Site) -> Params:
    return Params(dataset=Dataset("d", "D", "v2026.01.01"), sites=sites)


def credited(settled: Params) -> Params:
    """The same with somebody whom a citation names."""
    dataset = msgspec.structs.replace(settled.dataset, creators=(Creator("A newsroom"),))
    return msgspec.structs.replace(settled, dataset=dataset)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    (tmp_path / "a.json").write_text(json.dumps([post(1), post(2)]))
    (tmp_path / "b.json").write_text("<html>")
    (tmp_path / "c.json").write_text(json.dumps([post(1)]))
    return Layout.of(tmp_path)


def built(settled: Params, layout: Layout) -> Layout:
    stages.fetch.run(settled, layout, quiet)
    stages.normalise.run(PACKAGE, settled, layout, quiet)
    stages.validate.run(PACKAGE, settled, layout)
    stages.report.run(PACKAGE, settled, layout)
    stages.package.run(PACKAGE, settled, layout)
    return layout


def test_a_site_that_fails_stops_no_other(layout: Layout) -> None:
    outcomes = stages.fetch.run(dataset(site("a"), site("b"), site("c")), layout, quiet)
    assert [(o.site, o.receipt is not None, o.error is not None) for o in outcomes] == [
        ("a", True, False),
        ("b", False, True),
        ("c", True, False),
    ]


def test_sites_of_one_number_are_apart_and_in_the_order_of_their_names(layout: Layout) -> None:
    built(dataset(site("c"), site("a")), layout)
    posts = pl.read_parquet(layout.tables / "posts.parquet")
    assert posts.select("site", "id").rows() == [("a", 1), ("a", 2), ("c", 1)]
    assert pl.read_parquet(layout.tables / "sites.parquet")["site"].to_list() == ["a", "c"]


def test_a_crawl_that_is_there_is_not_made_again(layout: Layout) -> None:
    settled = dataset(site("a"))
    first = stages.fetch.run(settled, layout, quiet)
    again = stages.fetch.run(settled, layout, quiet)
    assert (first[0].new, again[0].new) == (True, False)
    assert first[0].receipt == again[0].receipt
    (layout.root / "a.json").write_text("[]")
    (refused,) = stages.fetch.run(settled, layout, quiet)
    assert isinstance(refused.error, ParamsError)
    assert refused.error.what == "its files changed and its as_of did not"


def test_what_says_that_it_was_observed_in_the_future_is_not_taken(layout: Layout) -> None:
    ahead = msgspec.structs.replace(site("a"), as_of=datetime(2099, 1, 5, tzinfo=UTC))
    (refused,) = stages.fetch.run(dataset(ahead), layout, quiet)
    assert isinstance(refused.error, ParamsError)
    assert refused.error.what.startswith("as_of 2099-01-05T00:00:00Z is in the future")
    assert not any(layout.raw.rglob("*.gz"))


def test_a_site_whose_archive_or_files_are_wrong_stops_no_other(layout: Layout, tmp_path: Path) -> None:
    (tmp_path / "d.json").write_text(json.dumps([post(1)]))
    stages.fetch.run(dataset(site("a"), site("d")), layout, quiet)
    (tmp_path / "a.json").write_text("[]")
    damaged = next((layout.raw / "d").glob("*.json"))
    damaged.chmod(0o644)
    damaged.write_bytes(b"\xff")
    outcomes = stages.fetch.run(dataset(site("a"), site("d"), site("c")), layout, quiet)
    assert [type(outcome.error) for outcome in outcomes] == [ParamsError, ArchiveError, type(None)]
    assert outcomes[2].receipt is not None
    command = [sys.executable, "-m", "presscorpus", "--repository", str(tmp_path), "fetch"]
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(msgspec.to_builtins(dataset(site("c"), site("d")))))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == ArchiveError.exit_code
    assert "the receipt is damaged" in done.stderr


def test_recorded_history_of_a_live_site_is_never_replaced_in_silence(layout: Layout) -> None:
    live = site("live", files=None, address="http://127.0.0.1:9/")
    lock = {"stages": {"fetch": {"params": {"params.yaml": {"sites": [msgspec.to_builtins(live)]}}}}}
    (layout.root / "dvc.lock").write_text(yaml.safe_dump(lock))
    (refused,) = stages.fetch.run(dataset(live), layout, quiet)
    assert isinstance(refused.error, ArchiveError)
    assert "dvc pull" in str(refused.error)
    # A site that no lock remembers is asked, and here found unreachable.
    (layout.root / "dvc.lock").unlink()
    (outcome,) = stages.fetch.run(dataset(live), layout, quiet)
    assert outcome.error is not None


def test_a_site_without_a_crawl_is_told_by_normalise(layout: Layout) -> None:
    with pytest.raises(ArchiveError, match="has no closed crawl"):
        stages.normalise.run(PACKAGE, dataset(site("a")), layout, quiet)


def test_tables_with_findings_are_not_packaged(layout: Layout) -> None:
    settled = dataset(site("a"))
    built(settled, layout)
    broken = pl.read_parquet(layout.tables / "posts.parquet").with_columns(state=pl.lit("odd"))
    schema = PACKAGE.schema("posts").arrow
    pl_table = broken.to_arrow().cast(schema)
    from presscorpus.storage.frames import TableWriter

    with TableWriter(layout.tables / "posts.parquet", schema) as writer:
        writer.write(pl_table)
    assert stages.validate.run(PACKAGE, settled, layout) == {"posts/state/enum": 2}
    findings = pl.read_parquet(layout.reports / "findings.parquet")
    assert findings.select("table", "field", "rule", "row", "value").rows() == [
        ("posts", "state", "enum", 1, "odd"),
        ("posts", "state", "enum", 2, "odd"),
    ]
    with pytest.raises(FindingsError, match=r"2 findings, 2 of them of posts/state/enum"):
        stages.package.run(PACKAGE, settled, layout)


def test_a_release_that_breaks_its_schemas_does_not_stay(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    settled = dataset(site("a"))
    built(settled, layout)

    def leaky(_t: str, frame: pl.DataFrame, _s: Schema, _p: Mapping[str, params.Policy]) -> pl.DataFrame:
        return frame.with_columns(crawl=pl.lit("no crawl"))

    monkeypatch.setattr(policy, "released_whole", leaky)
    with pytest.raises(FindingsError, match="pattern"):
        stages.package.run(PACKAGE, settled, layout)
    assert not layout.release.exists()


def test_publish_refuses_what_rights_receipts_or_a_missing_release_forbid(layout: Layout) -> None:
    nobody = dataset(site("a"))
    built(nobody, layout)
    with pytest.raises(RefusedError, match="nobody is named"):
        gates.publishable(nobody, layout)
    settled = credited(nobody)
    gates.publishable(settled, layout)
    forbidden = credited(dataset(site("a", rights=Rights("Somebody else's.", publishable=False))))
    with pytest.raises(RefusedError, match="Somebody else's"):
        gates.publishable(forbidden, layout)
    receipt = next((layout.raw / "a").glob("*.json"))
    text = receipt.read_text()
    receipt.write_bytes(as_file(decode(text.replace('"failed": 0', '"failed": 1'))))
    with pytest.raises(RefusedError, match="does not balance"):
        gates.publishable(settled, layout)
    receipt.write_text(text)
    (layout.release / "README.md").unlink()
    with pytest.raises(RefusedError, match="there is no release"):
        gates.publishable(settled, layout)


def test_the_token_of_a_protected_address_is_no_link(layout: Layout) -> None:
    html = "<p><b data-cfemail='4d5e6f'>y</b></p>"
    (layout.root / "a.json").write_text(json.dumps([post(1, content={"rendered": html})]))
    built(dataset(site("a")), layout)
    links = pl.read_parquet(layout.tables / "links.parquet").filter(pl.col("attribute") == "data-cfemail")
    assert links.height > 0
    assert links.select("kind", "resolved", "host", "internal", "target_reason", "reason").unique().rows() == [
        ("email_protected", None, None, None, None, "protected")
    ]


def test_policies_hold_per_site_in_release_and_report(layout: Layout) -> None:
    secret = {
        "title": {"rendered": "Hidden title"},
        "content": {"rendered": "<p>Hidden words</p>"},
        "seo": "Hidden seo",
    }
    (layout.root / "a.json").write_text(json.dumps([post(1, **secret)]))
    (layout.root / "c.json").write_text(json.dumps([post(1, title={"rendered": "Open title"}, author=7)]))
    closed = params.Policy(text="none")
    built(dataset(site("a", policy=closed), site("c", policy=params.Policy(authors="named"))), layout)
    posts = pl.read_parquet(layout.release / "posts/*.parquet").select("site", "title", "text", "author_id")
    assert posts.rows() == [("a", None, None, None), ("c", "Open title", "x", 7)]
    for path in layout.release.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            shown = pl.read_parquet(path).write_json() if path.suffix == ".parquet" else data.decode("utf-8", "replace")
            assert "Hidden" not in shown, path


def test_a_post_that_a_later_dump_calls_a_draft_is_unpublished_and_the_draft_stays_unknown(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path, a=[corpus_post(1), corpus_post(2), corpus_post(3)])
    corpus.build()
    corpus.day = 2
    later = {"modified_gmt": "2026-01-02T10:11:12", "title": {"rendered": "Quagga"}, "slug": "quagga"}
    hidden = [corpus_post(number, status=status, **later) for number, status in ((1, "draft"), (2, "trash"))]
    corpus.write("a", [*hidden, corpus_post(3), corpus_post(4, status="private", **later)])
    corpus.build()
    posts = corpus.table("posts")
    assert posts.select("id", "state", "title", pl.col("gone_at").dt.day()).rows() == [
        (1, "unpublished", "Title 1", 2), (2, "unpublished", "Title 2", 2), (3, "published", "Title 3", None),
    ]  # fmt: skip
    states = corpus.table("versions").select("id", "ordinal", "state").rows()
    assert [state for state in states if state[0] != 3] == [
        (1, 1, "published"), (1, 2, "unpublished"), (2, 1, "published"), (2, 2, "unpublished"),
    ]  # fmt: skip
    for needle in ("quagga", "10:11:12"):
        assert where(corpus.layout.release, needle) == []
