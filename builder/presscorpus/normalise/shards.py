"""Shards: cached columns of items of one site, table, type and id // SHARD_IDS.

A name is a digest of all that the rows depend on: an empty and a warm cache give equal tables (normalise/reuse.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, overload

import msgspec
import polars as pl

from presscorpus.normalise import reuse
from presscorpus.observations import portions
from presscorpus.storage import checksum
from presscorpus.storage import fingerprint as fingerprints

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from presscorpus.config.params import Limits
    from presscorpus.config.schema import Package
    from presscorpus.observations.html_pages.container import Rule
    from presscorpus.storage.frames import Place, SpillFile
    from presscorpus.tables.addresses import Home

TASK_ITEMS = 4096
"""How many items a task has at most, if a shard has no more. So many are read by a single process."""

_TASKS_EACH = 4  # of each process, so that none waits long for the others
_DIGITS = 32  # of each half of a name: 128 bits
CODE = (
    "archive", "commitments", "config", "content", "dtypes.py", "errors.py", "lazy.py", "normalise", "observations",
    "storage", "tables",
)  # fmt: skip
"""The packages and modules whose code determines the bytes of a shard (tests/test_architecture.py compares imports)."""


class Shard(NamedTuple):
    """A shard to be built: its key, the rows of `choose` for it, and its file.

    `rule` says where pages of its site have their content; null where nothing was learned.
    """

    site: str
    table: str
    type: str
    number: int
    items: pl.DataFrame
    path: Path
    rule: Rule | None = None

    def trial(self, numbers: list[int]) -> Shard:
        """The shard of some of its items, under a name that no build uses.

        Args:
            numbers: Their ids, at least one.

        Returns:
            The shard, in a file beside its own.
        """
        items = self.items.filter(pl.col("id").is_in(numbers))
        name = f"{self.path.name}.{numbers[0]}-{numbers[-1]}.trial"
        return self._replace(items=items, path=self.path.with_name(name))


class Planned(NamedTuple):
    """A shard whose items wait in a spill file, so that only its key is in memory.

    `height` is how many items it has. `places` says where in `spill` each frame is: `items`, `versions` (rows of that
    table about its items) and `known_by` (the addresses under which they were observed).
    """

    site: str
    table: str
    type: str
    number: int
    height: int
    path: Path
    spill: SpillFile
    places: dict[str, Place]
    rule: Rule | None = None

    def aside(self, name: str) -> pl.DataFrame:
        """Read a frame of the shard from the spill file.

        Args:
            name: `items`, `versions` or `known_by`.

        Returns:
            The frame; `versions` and `known_by` are without the columns site, table and type.
        """
        return self.spill.take(self.places[name])

    @property
    def items(self) -> pl.DataFrame:
        """The chosen items."""
        return self.aside("items")

    @property
    def shard(self) -> Shard:
        """The shard with its items, as it is built."""
        return Shard(self.site, self.table, self.type, self.number, self.items, self.path, self.rule)


class Task(NamedTuple):
    """What a worker needs to build shards; `excluded` are items not to read, and why."""

    package: Package
    shards: list[Shard]
    homes: dict[str, Home]
    raw: Path
    limits: Limits
    excluded: dict[int, str] = {}  # noqa: RUF012 - never changed


def plan(
    chosen: Mapping[str, pl.DataFrame],
    homes: dict[str, Home],
    store: Path,
    fingerprint: str,
    spill: SpillFile,
    rules: Mapping[str, Rule] | None = None,
) -> list[Planned]:
    """Split the chosen items into shards, and write them to the spill file.

    Args:
        chosen: The frames of `Planned.places`: `items` in key order, the others in any.
        homes: The address and paths of each site, by name.
        store: The folder of shards.
        fingerprint: What `fingerprint` returned.
        spill: Where the frames wait.
        rules: By site where its pages have their content, as far as it was learned.

    Returns:
        The shards, in the order of their first items.
    """
    key = ["site", "table", "type", "number"]
    parts = {
        name: frame.with_columns(number=pl.col("id") // portions.SHARD_IDS).partition_by(
            key, maintain_order=True, as_dict=True, include_key=name == "items"
        )
        for name, frame in chosen.items()
    }
    nothing = {name: frame.drop(key[:3]).clear() for name, frame in chosen.items()}
    shards = []
    for place, items in parts["items"].items():
        site, table, kind, number = place
        rule = (rules or {}).get(str(site)) if table == "posts" else None
        around = _digest(fingerprint.encode() + msgspec.json.encode([homes[str(site)], *place, *filter(None, [rule])]))
        name = f"{around}-{_digest(reuse.without_offsets(items).write_json().encode())}"
        path = store / "shards" / name[:2] / f"{name}.arrows"
        places = {each: spill.put(parts[each].get(place, nothing[each])) for each in chosen}
        shards.append(
            Planned(str(site), str(table), str(kind), int(str(number)), items.height, path, spill, places, rule)
        )
    return shards


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_DIGITS]


class Tasks(Sequence[Task]):
    """Tasks of at most some `TASK_ITEMS` items, read when a task is asked for."""

    def __init__(self, template: Task, groups: list[list[Planned]]) -> None:
        self._template, self._groups = template, groups

    def __len__(self) -> int:
        return len(self._groups)

    @overload
    def __getitem__(self, place: int) -> Task: ...
    @overload
    def __getitem__(self, place: slice) -> list[Task]: ...
    def __getitem__(self, place: int | slice) -> Task | list[Task]:
        if isinstance(place, slice):
            return [self[number] for number in range(len(self))[place]]
        return self._template._replace(shards=[each.shard for each in self._groups[place]])


def batch(shards: list[Planned], processes: int | None = 1) -> list[list[Planned]]:
    """Group the shards that are not built yet into tasks.

    Args:
        shards: All shards; those with a complete, final file are left out.
        processes: How many will work. What is more than one task is shared out evenly. Null for a number that is not
            known: tasks are as small as a full shard.

    Returns:
        The shards of each task.
    """
    wanted = [shard for shard in shards if not checksum.is_final(shard.path)]
    total = sum(shard.height for shard in wanted)
    size = TASK_ITEMS
    if processes is None:
        size = min(TASK_ITEMS, portions.SHARD_IDS)
    elif processes > 1 and total > TASK_ITEMS:
        size = min(TASK_ITEMS, max(portions.SHARD_IDS, total // (_TASKS_EACH * processes)))
    tasks: list[list[Planned]] = []
    weight = 0
    for shard in wanted:
        if not tasks or weight + shard.height > size:
            tasks.append([])
            weight = 0
        tasks[-1].append(shard)
        weight += shard.height
    return tasks


def fingerprint(package: Package, limits: Limits) -> str:
    """Digest what all shards depend on: code, libraries, schemas and limits.

    Args:
        package: The schemas of all tables.
        limits: The limits of params.yaml, which decide what is read.

    Returns:
        SHA-256 in hex.
    """
    schemas = [*(resource.schema for resource in package.resources.values()), *package.internal.values()]
    return fingerprints.of(CODE, schemas, limits)


def prune(plan: list[Planned], store: Path) -> None:
    """Delete the shards that the newest build did not use.

    Args:
        plan: All shards of that build.
        store: The folder that holds `shards`.
    """
    used = {shard.path for shard in plan}
    for path in (store / "shards").glob("*/*"):
        if path not in used:
            path.unlink()
