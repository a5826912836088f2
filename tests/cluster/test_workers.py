"""Workers that die are replaced, what they cannot read is set apart, and a cluster builds what one process does."""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from presscorpus.config import params, schema
from presscorpus.config.layout import Layout
from presscorpus.config.params import Dataset, Engine, Params, Rights, Site
from presscorpus.errors import ArchiveError, ClusterError, ParamsError
from presscorpus.normalise import rescue
from presscorpus.normalise.workers import DIED, run
from presscorpus.pipeline import stages
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
PACKAGE = schema.load_package(HERE.parent.parent)
# Several shards, in several tasks.
NUMBERS = [1 + 700 * place for place in range(36)]
DEADLY = 1 + 700 * 20


def quiet(*_: object) -> None:
    return None


def post(number: int, word: str = "") -> dict[str, Any]:
    return factories.post(number, f"<p>Post {number} <a href='/?p={number + 700}'>next</a> {word}</p>")


def site_of(folder: Path, *, word: str = "", without: int = 0) -> tuple[Params, Layout]:
    """A closed crawl of a few dozen posts, one of them with a word in it."""
    items = [post(number, word if number == DEADLY else "") for number in NUMBERS if number != without]
    folder.mkdir(parents=True)
    (folder / "a.json").write_text(json.dumps(items))
    site = Site("a", "https://a.example.org/", datetime(2026, 1, 1, tzinfo=UTC), Rights("Free."), files="a.json")
    settled, layout = Params(Dataset("d", "D", "v2026.01.01"), (site,), engine=Engine(1)), Layout.of(folder)
    stages.fetch.run(settled, layout, quiet)
    return settled, layout


def built(settled: Params, layout: Layout, by: Engine) -> dict[str, bytes]:
    shutil.rmtree(layout.tables, ignore_errors=True)
    by_these = Params(settled.dataset, settled.sites, engine=by)
    stages.normalise.run(PACKAGE, by_these, layout, quiet)
    return {path.name: path.read_bytes() for path in sorted(layout.tables.iterdir())}


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # One task a shard, so that there is more than one.
    monkeypatch.setattr("presscorpus.normalise.shards.TASK_ITEMS", 1)
    monkeypatch.syspath_prepend(str(HERE))
    monkeypatch.setenv("PRESSCORPUS_TEST_FOLDER", str(tmp_path))
    import poisoned as module  # type: ignore[import-not-found]  # beside this file, for workers to find

    monkeypatch.setattr("presscorpus.normalise.rescue.build", partial(rescue.build, function=module.build))


def rows(layout: Layout, table: str) -> pl.DataFrame:
    return pl.read_parquet(layout.tables / f"{table}.parquet")


def check_set_apart(settled: Params, layout: Layout, by: Engine, reason: str, tmp_path: Path) -> None:
    """One post stands in quarantine, and all else is what it would be had the site never had it."""
    tables = built(settled, layout, by)
    quarantine = rows(layout, "quarantine").select("table", "item_id", "rule", "reason").rows()
    assert quarantine == [("posts", DEADLY, "unbuildable", reason)]
    others, other_layout = site_of(tmp_path / "without", without=DEADLY)
    expected = built(others, other_layout, Engine(1))
    assert rows(layout, "posts")["id"].to_list() == [number for number in NUMBERS if number != DEADLY]
    # The bytes of whole tables differ by record ids: the file captured is another one.
    for table in ("posts", "links", "versions", "terms", "post_terms"):
        mine, theirs = (rows(each, table).drop("record_id", "digest", strict=False) for each in (layout, other_layout))
        assert mine.equals(theirs), table
    assert tables.keys() == expected.keys()


@pytest.mark.case(17)
def test_a_worker_killed_once_is_replaced_and_its_shard_done_again(poisoned: None, tmp_path: Path) -> None:
    del poisoned
    settled, layout = site_of(tmp_path / "site", word="KILLED")
    (tmp_path / "killed").touch()
    expected = built(settled, layout, Engine(1))
    shutil.rmtree(layout.work)
    (tmp_path / "killed").unlink()
    assert built(settled, layout, Engine(2)) == expected
    assert (tmp_path / "killed").exists()


@pytest.mark.case(17, 18)
@pytest.mark.parametrize(("word", "reason"), [("KILLS", DIED), ("RAISES", "reading it raised RecursionError")])
def test_a_post_that_ends_or_breaks_its_reader_is_set_apart(
    poisoned: None, tmp_path: Path, word: str, reason: str
) -> None:
    del poisoned
    check_set_apart(*site_of(tmp_path / "site", word=word), Engine(2), reason, tmp_path)


@pytest.mark.case(18)
@pytest.mark.parametrize(
    ("word", "by", "reason"),
    [
        ("HOARDS", Engine(2, worker_bytes=2_000_000_000), "reading it raised MemoryError"),
        pytest.param("DAWDLES", Engine(2, task_seconds=4), DIED, marks=pytest.mark.long),
    ],
)
def test_a_post_that_takes_its_worker_past_a_bound_is_set_apart(
    poisoned: None, tmp_path: Path, word: str, by: Engine, reason: str
) -> None:
    del poisoned
    check_set_apart(*site_of(tmp_path / "site", word=word), by, reason, tmp_path)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("size", [30_000_000, 150_000_000])
def test_no_post_is_blamed_where_a_process_can_read_none(tmp_path: Path, size: int, workers: int) -> None:
    """In the first size a process cannot start, in the second it can load neither polars nor the model of languages."""
    settled, layout = site_of(tmp_path / "site")
    with pytest.raises(ParamsError, match=rf"^params\.yaml: a process .* {size} bytes .* any post\nRaise engine\."):
        built(settled, layout, Engine(workers, worker_bytes=size))
    built(settled, layout, Engine(workers))
    assert rows(layout, "quarantine").is_empty()


def test_an_error_that_is_nobodys_post_is_raised(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"^there: is broken\nMend it\.$"):
        list(run(_raise, [1, 2, 3, 4], Engine(2)))
    with pytest.raises(FileNotFoundError):
        list(run(_open, [tmp_path / "a"], Engine(1)))


def _raise(_: int) -> None:
    raise ArchiveError("is broken", where="there", advice="Mend it.")


def _open(path: Path) -> None:
    path.open()


def test_results_come_in_the_order_of_the_tasks() -> None:
    assert list(run(_slow_first, list(range(12)), Engine(3))) == list(range(12))


def test_a_worker_looks_for_cycles_of_objects_as_rarely_as_the_command() -> None:
    assert list(run(_collections, [1, 2], Engine(2))) == [250_000, 250_000]


def _collections(_: int) -> int:
    return gc.get_threshold()[0]


def _slow_first(number: int) -> int:
    time.sleep(0.3 if number == 0 else 0)
    return number


@contextmanager
def cluster(folder: Path, workers: int, **environment: str) -> Iterator[str]:
    """A real scheduler and real workers, as processes on this machine. Gives the scheduler's file."""
    file = folder / "scheduler.json"
    set_ = os.environ | {
        "PYTHONPATH": str(HERE), "PRESSCORPUS_TEST_FOLDER": str(folder), "POLARS_MAX_THREADS": "1",
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1", **environment,
    }  # fmt: skip
    common = ["--scheduler-file", str(file), "--no-dashboard"]
    dask = [sys.executable, "-m", "dask"]
    log = (folder / "cluster.log").open("wb")
    with log:
        started = [
            subprocess.Popen(
                [*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", *common], env=set_, stderr=log, cwd=folder,
                start_new_session=True,
            ),
            *(
                subprocess.Popen(
                    [*dask, "worker", "--host", "127.0.0.1", "--nthreads", "1", "--memory-limit", "0", *common,
                     "--local-directory", str(folder / f"worker{number}")],
                    env=set_, stderr=log, cwd=folder, start_new_session=True,
                )
                for number in range(workers)
            ),
        ]  # fmt: skip
        try:
            _await(str(file), workers)
            yield str(file)
        finally:
            for process in reversed(started):
                process.terminate()
            for process in started:
                _ended(process)


def _ended(process: subprocess.Popen[bytes]) -> None:
    """Wait for the end. A Dask nanny that was told to go while it replaced its worker may never do so."""
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _await(file: str, workers: int) -> None:
    from distributed import Client

    deadline = time.monotonic() + 300
    while not Path(file).exists():
        assert time.monotonic() < deadline, "no scheduler after five minutes"
        time.sleep(0.1)
    with Client(scheduler_file=file, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(workers, timeout=300)


def test_a_cluster_builds_the_same_bytes_and_survives_a_kill(poisoned: None, tmp_path: Path) -> None:
    del poisoned
    settled, layout = site_of(tmp_path / "site", word="KILLED")
    (tmp_path / "killed").touch()
    expected = built(settled, layout, Engine(1))
    (tmp_path / "killed").unlink()
    with cluster(tmp_path, 2) as scheduler:
        assert built(settled, layout, Engine(1, scheduler=scheduler, storage=str(tmp_path / "shared"))) == expected
        assert (tmp_path / "killed").exists()
        assert any((tmp_path / "shared/shards").glob("*/*.arrows"))
        # A warm cache gives the same, and nobody works.
        assert built(settled, layout, Engine(1, scheduler=scheduler, storage=str(tmp_path / "shared"))) == expected


@pytest.mark.long
def test_a_cluster_sets_a_deadly_post_apart_on_s3(
    poisoned: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del poisoned
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        s3 = {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }  # fmt: skip
        for name, value in s3.items():
            monkeypatch.setenv(name, value)
        import s3fs

        s3fs.S3FileSystem(skip_instance_cache=True).mkdir("corpus")
        settled, layout = site_of(tmp_path / "site", word="KILLS")
        with cluster(tmp_path, 1, **s3) as scheduler:
            check_set_apart(settled, layout, Engine(1, scheduler=scheduler, storage="s3://corpus/work"), DIED, tmp_path)
        assert s3fs.S3FileSystem(skip_instance_cache=True).find("corpus/work/raw")
    finally:
        server.stop()


def test_a_cluster_that_is_not_there_or_other_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "1s")
    import dask

    with dask.config.set({"distributed.comm.timeouts.connect": "1s"}), pytest.raises(ClusterError) as caught:
        list(run(_slow_first, [1], Engine(1, scheduler="tcp://127.0.0.1:9")))
    assert caught.value.exit_code == 5
    assert "does not answer" in str(caught.value)
    with cluster(tmp_path, 1) as scheduler:
        monkeypatch.setattr("presscorpus.storage.fingerprint.of_code", lambda *_: "other")
        with pytest.raises(ClusterError, match="another version"):
            list(run(_slow_first, [1], Engine(1, scheduler=scheduler)))


def test_a_storage_that_nobody_knows_is_a_wrong_param(tmp_path: Path) -> None:
    settled, layout = site_of(tmp_path / "site")
    with pytest.raises(ParamsError, match=r"engine\.storage"):
        built(settled, layout, Engine(1, storage="nosuch://a/b"))
    assert params.Engine().scheduler == "local"
