"""The release on disk: what lies there, that it is described truly, and that the same input gives the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl
import pyarrow.parquet as pq
import pytest

from presscorpus.config.params import Policy
from presscorpus.errors import RefusedError, SchemaError
from presscorpus.release import hub, writer
from presscorpus.validate.checker import check
from tests import good_tables
from tests.release.conftest import ROOT, SITES, Laid, parameters

if TYPE_CHECKING:
    from pathlib import Path

    from presscorpus.config.schema import Package


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in hub.files(folder)
    }


def test_everything_lies_where_it_should(laid: Laid) -> None:
    assert {path.name for path in laid.folder.iterdir()} == {
        *laid.package.resources, "schemas", "README.md", "LICENSE.md", "DICTIONARY.md", "CHANGES.md", "CITATION.cff",
        "CITATION.bib", "SHA256SUMS", "croissant.json", "datacite.json", "datapackage.json", "zenodo.json",
        "evidence.jsonl", "verify.py", "frictionless_presscorpus.py", "report.html",
    }  # fmt: skip
    assert [path.name for path in laid.folder.parent.iterdir()] == ["release"]
    assert (laid.folder / "frictionless_presscorpus.py").read_bytes() == (ROOT / "builder" / writer.PLUGIN).read_bytes()
    assert (laid.folder / "report.html").read_text() == "<!doctype html><title>Report</title>"
    assert laid.release.version == "v2026.11.23.2"


def test_the_digests_are_those_of_the_files_and_of_all_of_them(laid: Laid) -> None:
    on_disk = digests(laid.folder)
    del on_disk["SHA256SUMS"]
    assert laid.release.files == on_disk
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=laid.folder, check=True, capture_output=True
    )
    assert done.stdout.count(b": OK\n") == len(on_disk)


def test_the_descriptor_tells_bytes_digest_and_rows_as_they_lie_on_disk(laid: Laid) -> None:
    document = json.loads((laid.folder / "datapackage.json").read_bytes())
    assert [each["name"] for each in document["resources"]] == list(laid.package.resources)
    several = 0
    for resource in document["resources"]:
        paths = resource["path"] if isinstance(resource["path"], list) else [resource["path"]]
        assert paths == sorted(
            path.relative_to(laid.folder).as_posix() for path in laid.folder.glob(f"{resource['name']}/*")
        )
        contents = [(laid.folder / path).read_bytes() for path in paths]
        rows = [pq.read_metadata(laid.folder / path).num_rows for path in paths]
        assert resource["bytes"] == sum(map(len, contents))
        assert resource["hash"] == f"sha256:{hashlib.sha256(b''.join(contents)).hexdigest()}"
        assert resource["rows"] == sum(rows) == laid.release.rows[resource["name"]]
        if len(paths) > 1:
            several += 1
            assert resource["parts"] == [
                {"path": p, "rows": r, "bytes": len(c), "hash": f"sha256:{hashlib.sha256(c).hexdigest()}"}
                for p, r, c in zip(paths, rows, contents, strict=True)
            ]
        assert laid.release.parts(resource["name"]) == [laid.folder / path for path in paths]
    assert several > 5
    assert {each["title"] for each in document["sources"]} == set(SITES)


def test_the_schemas_are_those_of_the_repository(laid: Laid) -> None:
    for name in laid.package.resources:
        released = json.loads((laid.folder / f"schemas/{name}.json").read_bytes())
        assert released == json.loads((ROOT / f"schemas/{name}.json").read_bytes()), name


def frictionless(folder: Path) -> dict[str, Any]:
    """The verdict of a user who downloaded the release; the plugin is found in the working directory."""
    command = [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    verdict: dict[str, Any] = json.loads(done.stdout)
    return verdict


def test_frictionless_passes_in_the_release(laid: Laid) -> None:
    verdict = frictionless(laid.folder)
    assert verdict["valid"], verdict
    assert [task["name"] for task in verdict["tasks"]] == list(laid.package.resources)


@pytest.mark.parametrize(("figure", "error"), [("bytes", "byte-count"), ("rows", "row-count"), ("hash", "hash-count")])
def test_frictionless_finds_a_wrong_figure(laid: Laid, tmp_path: Path, figure: str, error: str) -> None:
    copy = shutil.copytree(laid.folder, tmp_path / "copy")
    document = json.loads((copy / "datapackage.json").read_bytes())
    resource = document["resources"][1]
    assert len(resource["path"]) == 2
    resource[figure] = f"sha256:{'0' * 64}" if figure == "hash" else resource[figure] + 1
    (copy / "datapackage.json").write_text(json.dumps(document))
    found = {(task["name"], each["type"]) for task in frictionless(copy)["tasks"] for each in task["errors"]}
    assert found == {("terms", error)}


@pytest.mark.parametrize("part_rows", [1, 4, 5, 6, 100])
def test_parts_are_full_but_for_the_last_and_hold_all_rows_in_order(
    package: Package, tables: Path, tmp_path: Path, part_rows: int
) -> None:
    policy = Policy(authors="named", comments=True)
    out = tmp_path / "release"
    writer.write(package, parameters(policy=policy, part_rows=part_rows), tables, out, report=None)
    for name, resource in package.resources.items():
        parts = sorted(out.glob(f"{name}/*.parquet"))
        counts = [pq.read_metadata(part).num_rows for part in parts]
        assert counts == [part_rows] * (6 // part_rows) + ([6 % part_rows] if 6 % part_rows else [])
        assert [part.name for part in parts] == [f"{name}-{number:05d}.parquet" for number in range(len(parts))]
        whole = pl.concat([pl.read_parquet(part) for part in parts])
        assert whole.equals(pl.read_parquet(tables / f"{name}.parquet"))
        assert whole.schema == resource.schema.polars


def test_the_files_hold_the_types_of_the_schema_and_nobody_s_metadata(laid: Laid) -> None:
    for path in laid.folder.rglob("*.parquet"):
        file = pq.ParquetFile(path)
        assert file.schema_arrow.equals(laid.package.schema(path.parent.name).arrow), path
        assert file.schema_arrow.metadata is None
        assert set(file.metadata.metadata or {}) <= {b"ARROW:schema"}
        for group in range(file.num_row_groups):
            column = file.metadata.row_group(group).column(0)
            assert column.compression == "ZSTD"
            assert column.has_offset_index
            assert column.has_column_index


def test_tables_from_which_nothing_leaves_stay_as_an_empty_part(laid: Laid) -> None:
    for name in ("authors", "comments"):
        assert pl.read_parquet(tables_file := laid.tables / f"{name}.parquet").height == 6, tables_file
        (part,) = (laid.folder / name).iterdir()
        assert pq.read_metadata(part).num_rows == 0
        assert laid.release.rows[name] == 0


def test_no_foreign_key_breaks_when_something_is_withheld(laid: Laid) -> None:
    frames = {name: pl.read_parquet(laid.folder / name / "*.parquet") for name in laid.package.resources}
    keys = 0
    for name, resource in laid.package.resources.items():
        for key in resource.schema.foreign_keys:
            far = frames[key.reference.resource].select(key.reference.fields)
            near = frames[name].select(key.fields).drop_nulls()
            assert near.join(far, left_on=key.fields, right_on=key.reference.fields, how="anti").is_empty()
            keys += near.height
    assert keys > 20
    assert frames["posts"].height == 6


def test_the_release_keeps_the_rules_of_its_schemas(laid: Laid) -> None:
    parts = {name: laid.release.parts(name) for name in laid.package.resources}
    assert check(laid.package, laid.folder, parts=parts).counts == {}


def test_each_site_has_its_own_policy(package: Package, tables: Path, tmp_path: Path) -> None:
    params = parameters(policy=Policy(text="none"))
    sites = (msgspec.structs.replace(params.sites[0], policy=Policy(authors="named")), *params.sites[1:])
    laid = writer.write(package, msgspec.structs.replace(params, sites=sites), tables, tmp_path / "out", report=None)
    posts = pl.read_parquet(tmp_path / "out/posts/*.parquet")
    original = pl.read_parquet(tables / "posts.parquet")
    first = pl.col("site") == SITES[0]
    assert posts.filter(first).equals(original.filter(first))
    assert (
        posts.filter(~first).select("title", "text", "extra").null_count().row(0) == (posts.filter(~first).height,) * 3
    )
    assert original.filter(~first)["text"].null_count() < original.filter(~first).height
    assert laid.rows["authors"] == pl.read_parquet(tables / "authors.parquet").filter(first).height


SAME = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from presscorpus.release import writer
from presscorpus.config.schema import load_package
from tests.release.conftest import ROOT, parameters
writer.write(load_package(ROOT), parameters(), Path(sys.argv[2]), Path(sys.argv[3]), report=None)
"""


@pytest.mark.case(33)
def test_the_same_tables_give_the_same_bytes_anywhere(laid: Laid, tmp_path: Path) -> None:
    for number, there in enumerate([
        {"TZ": "Asia/Urumqi", "LC_ALL": "C", "PYTHONHASHSEED": "1", "POLARS_MAX_THREADS": "1"},
        {"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "2", "PYTHONUTF8": "0"},
    ]):  # fmt: skip
        out = tmp_path / str(number)
        command = [sys.executable, "-c", SAME, str(ROOT), str(laid.tables), str(out)]
        subprocess.run(command, env={**os.environ, **there}, check=True)
        found = digests(out)
        # The fixture has a report, which its card links.
        expected = {
            k: v for k, v in digests(laid.folder).items() if k not in {"report.html", "README.md", "SHA256SUMS"}
        }
        assert {k: v for k, v in found.items() if k not in {"README.md", "SHA256SUMS"}} == expected
    assert digests(tmp_path / "0") == digests(tmp_path / "1")
    card = (laid.folder / "README.md").read_text()
    assert (tmp_path / "0/README.md").read_text() == card.replace(
        " [report.html](report.html) shows it at a glance.", ""
    )


def test_the_bytes_do_not_depend_on_how_the_tables_were_cut(package: Package, laid: Laid, tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    tables.mkdir()
    for name in package.resources:
        pq.write_table(pq.read_table(laid.tables / f"{name}.parquet"), tables / f"{name}.parquet", row_group_size=1)
    again = writer.write(package, laid.params, tables, tmp_path / "out", report=laid.tables / "index.html")
    assert again.files == laid.release.files


@pytest.mark.case(28)
def test_a_release_is_replaced_and_a_killed_run_leaves_nothing_half_written(
    package: Package, tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "release"
    writer.write(package, parameters(part_rows=1), tables, out, report=None)
    first = digests(out)

    def broken(*_: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(writer, "documents", broken)
        with pytest.raises(KeyboardInterrupt):
            writer.write(package, parameters(), tables, out, report=None)
    assert digests(out) == first
    assert list(tmp_path.iterdir()) == [out]
    # What kill -9 may leave: the new one half-written, and the old one moved aside.
    (tmp_path / ".release.partial").mkdir()
    (tmp_path / ".release.partial" / "README.md").write_text("half")
    out.rename(tmp_path / ".release.previous")
    with pytest.raises(RefusedError):
        writer.write(package, parameters(), tables, out, report=tmp_path / "missing.html")
    assert digests(out) == first
    assert list(tmp_path.iterdir()) == [out]
    out.rename(tmp_path / ".release.previous")
    writer.write(package, parameters(), tables, out, report=None)
    assert list(tmp_path.iterdir()) == [out]
    assert len(list(out.glob("posts/*"))) == 2
    assert "half" not in (out / "README.md").read_text()


def test_what_cannot_be_released_is_refused_and_leaves_no_trace(package: Package, tables: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(tables, tmp_path / "tables")
    out = tmp_path / "release"
    with pytest.raises(RefusedError, match=r"report\.html: is missing"):
        writer.write(package, parameters(), copy, out, report=tmp_path / "report.html")
    few = parameters()
    few = msgspec.structs.replace(few, sites=few.sites[1:])
    with pytest.raises(RefusedError, match="site-0"):
        writer.write(package, few, copy, out, report=None)
    (copy / "terms.parquet").unlink()
    with pytest.raises(RefusedError, match=r"terms\.parquet: is missing"):
        writer.write(package, parameters(), copy, out, report=None)
    frame = pl.read_parquet(tables / "terms.parquet").with_columns(pl.col("id").cast(pl.String))
    good_tables.save(package.schema("terms"), frame, copy / "terms.parquet")
    with pytest.raises(SchemaError, match="terms: the table has other columns"):
        writer.write(package, parameters(), copy, out, report=None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tables"]
