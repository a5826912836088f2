"""What `presscorpus build` makes of the sources that it is given, before anything is asked."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from presscorpus.config import params
from presscorpus.config.params import Dataset, Import, Params, Part, Rights, Site
from presscorpus.errors import ParamsError, SourceError, UsageError
from presscorpus.pipeline.request import BuildRequest, to_params
from tests.crawl.imports.test_warc import PAGES, Page, posts, warc_of

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)


def test_sources_of_one_site_are_merged_and_the_live_one_comes_last(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(warc_of(PAGES))
    (tmp_path / "b.json").write_bytes(posts(7))
    sources = ["http://www.example.org", str(tmp_path / "b.json"), str(tmp_path / "a.warc.gz")]
    (site,) = to_params(BuildRequest(sources, AS_OF), tmp_path / "out").sites
    assert (site.name, site.address, site.files) == ("example-org", "http://www.example.org", None)
    assert [(part.files, part.as_of - AS_OF) for part in site.parts()] == [
        (sources[1], timedelta(0)), (sources[2], timedelta(seconds=1)), (None, timedelta(seconds=2)),
    ]  # fmt: skip
    # The crawls have names of their own, and the files are one import of one moment.
    assert [part.observed for part in site.parts()] == [AS_OF, AS_OF, AS_OF + timedelta(seconds=2)]


def test_the_address_of_files_is_read_as_people_type_it(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_bytes(posts(7))
    for text, address in (("other.example", "https://other.example"), ("http://a.example/b/", "http://a.example/b/")):
        asked = BuildRequest([str(tmp_path / "b.json")], AS_OF, text)
        assert to_params(asked, tmp_path / "out").sites[0].address == address
    for text in ("nonsense", "ftp://other.example", "https://other.example:x/"):
        with pytest.raises(UsageError):
            to_params(BuildRequest([str(tmp_path / "b.json")], AS_OF, text), tmp_path / "out")


def test_a_web_archive_of_a_subfolder_is_a_site_of_its_own(tmp_path: Path) -> None:
    page = Page(posts(1), "https://www.example.org/blog/wp-json/wp/v2/posts")
    (tmp_path / "x.warc").write_bytes(warc_of([page], packed=False))
    (tmp_path / "b.json").write_bytes(posts(7))
    sites = to_params(BuildRequest([str(tmp_path / "x.warc"), str(tmp_path / "b.json")], AS_OF), tmp_path / "out").sites
    assert [(site.name, site.address) for site in sites] == [
        ("example-org-blog", "https://www.example.org/blog/"), ("example-org", "https://example.org/"),
    ]  # fmt: skip


def test_one_address_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is named twice"):
        to_params(BuildRequest(["https://example.org", "https://www.example.org/"], AS_OF), tmp_path / "out")


def test_a_part_is_of_a_site_that_is_asked_and_not_of_files(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_bytes(posts(7))
    sources = ["https://example.org", str(tmp_path / "b.json")]
    asked = BuildRequest(sources, AS_OF, part=Part(limit=100, types=("post",)))
    (site,) = to_params(asked, tmp_path / "out").sites
    assert [part.part for part in site.parts()] == [None, Part(limit=100, types=("post",))]
    assert str(site.part) == "the newest 100 items of each collection; the post types post"
    with pytest.raises(UsageError, match="not of files"):
        to_params(BuildRequest(sources[1:], AS_OF, part=Part(limit=100)), tmp_path / "out")
    with pytest.raises(UsageError, match="nothing was published since"):
        to_params(BuildRequest(["nowhere.invalid"], AS_OF, part=Part(since=AS_OF)), tmp_path / "out")


def test_a_folder_of_crawls_whose_receipt_names_none_is_refused(tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "data/sources/kervan"
    folder = shutil.copytree(source, tmp_path / "kervan")
    receipt = max(folder.glob("*.json"))
    receipt.chmod(0o644)
    receipt.write_text(receipt.read_text().replace(receipt.stem, "last Tuesday"))
    with pytest.raises(SourceError, match="its receipt names no crawl: 'last Tuesday'"):
        to_params(BuildRequest([str(folder)], AS_OF), tmp_path / "out")


def test_two_sources_need_two_moments() -> None:
    site = Site("x", "https://example.org/", AS_OF, Rights("A test."), imports=(Import("a.json", AS_OF),))
    with pytest.raises(ParamsError, match="two of its sources have one as_of"):
        params.judge(Params(Dataset("t", "T", "v2026.11.23"), (site,)), where="a test")


def test_an_import_that_leaves_the_repository_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dvc.yaml").touch()
    (tmp_path / "params.yaml").write_text(
        json.dumps({
            "dataset": {"name": "t", "title": "T", "version": "v2026.11.23"},
            "sites": [{
                "name": "x", "address": "https://example.org/", "as_of": "2026-11-23T00:00:00Z",
                "rights": {"statement": "A test."},
                "imports": [{"files": "../outside", "as_of": "2026-11-22T00:00:00Z"}],
            }],
        })
    )  # fmt: skip
    with pytest.raises(ParamsError, match="leaves the repository"):
        params.load(tmp_path / "params.yaml")
