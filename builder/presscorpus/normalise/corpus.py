"""What depends on all shards together.

Terms, repeats, groups of posts, targets of addresses.

In memory are keys: the terms, the addresses of items, a signature of fixed length of each post, and pairs of posts.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from presscorpus.config.takedown import REASON
from presscorpus.content import minhash
from presscorpus.dtypes import TRUTH
from presscorpus.normalise import memory
from presscorpus.normalise.near_duplicates import Sketches, pair
from presscorpus.storage import frames
from presscorpus.storage.frames import SpillFile
from presscorpus.tables import groups, language_claims, link_targets, links, terms, translations, typed_columns
from presscorpus.tables.addresses import NOWHERE
from presscorpus.tables.link_targets import Known
from presscorpus.tables.named import numbered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    from presscorpus.config.schema import Package
    from presscorpus.normalise.shards import Planned
    from presscorpus.storage.frames import Place
    from presscorpus.tables.addresses import Home

_POST = ["site", "type", "id"]
_PAIR = [*_POST, "other_type", "other_id"]
_CLAIMS_AT_ONCE = 1 << 14
_OF_POST = (*_POST, "crawl", "record_id", "observed_at")
# The frames of a shard that are read here.
_KEYS = frozenset(
    {
        "addresses",
        "claims",
        "class_slugs",
        "keys",
        "named_terms",
        "post_terms",
        "quarantine",
        "sketches",
        "translations",
    }
)


class Places(NamedTuple):
    """What `gather` needs beside the shards.

    Attributes:
        homes: The address of each site, and the paths below which its items lie, by name.
        named: The sites whose authors are named.
        work: A folder for temporary files.
    """

    homes: dict[str, Home]
    named: frozenset[str]
    work: Path


class Whole(NamedTuple):
    """What depends on all shards together.

    Attributes:
        terms: The table.
        repeats: The table.
        groups: The groups of each post that has any, by site, type and id.
        authors: The columns site, slug, id and origin of the listed authors.
        languages: The language that the site claims for each post, by site, type and id.
        addresses: The one item that each address leads to.
        translated: The keys (site, type, id) of all posts of sites that name translations.
        quarantine: The items that shards could not read; rows of the table.
    """

    terms: pl.DataFrame
    repeats: pl.DataFrame
    groups: pl.DataFrame
    authors: pl.DataFrame
    languages: pl.DataFrame
    addresses: Known
    translated: pl.DataFrame
    quarantine: pl.DataFrame


def gather(package: Package, shards: Iterable[Planned], places: Places) -> Whole:
    """Read the keys of all shards and derive what depends on all of them.

    Args:
        package: The schemas of all tables.
        shards: All shards in key order, built.
        places: Where sites are, whose authors are named, and a folder for temporary files.

    Returns:
        What no shard shows alone.

    Raises:
        FrameDamagedError: A shard is not as it was written.
    """
    shards = list(shards)
    listed = _listed(shards, package.schema("terms").polars.to_frame())
    keys = _Keys(package, listed)
    of_posts = [shard for shard in shards if shard.table == "posts"]
    told = Claimed(package, places, sum(shard.height for shard in shards))
    with closing(Sketches(places.work, sum(shard.height for shard in of_posts))) as sketches:
        for shard in shards:
            built = frames.load(shard.path, _KEYS)
            keys.add(shard, built, sketches)
            told.add(shard, built["addresses"])
            memory.free_cycles()
        repeated = _repeats(package, keys.sketched, pair(sketches))
    whole = {name: pl.concat(each, how="diagonal") for name, each in keys.parts.items()}
    all_terms = terms.completed(package, listed, keys.named)
    told.add_terms(all_terms)
    known = told.known()
    translated, pairs = _translated(package, [shard for shard in of_posts if shard.site in keys.translated], known)
    return Whole(
        all_terms,
        repeated,
        groups.columns(repeated, pairs),
        _authors(package, shards),
        language_claims.settle(whole["claims"], all_terms, whole["languages"]),
        known,
        translated,
        whole["quarantine"],
    )


class _Keys:
    """What is kept of the keys of the shards, read one after the other.

    Attributes:
        named: The terms that posts name.
        parts: Frames by name, one a shard: records in quarantine, claims of languages, terms that are languages.
        sketched: The posts of each shard, in the order of their sketches.
        translated: The sites with translations.
    """

    def __init__(self, package: Package, listed: pl.DataFrame) -> None:
        of_posts = package.schema("post_terms").polars.to_frame()
        self._listed = listed
        self.named = terms.Named(listed)
        self.named.add(of_posts, of_posts.select(*_POST, "taxonomy", "slug"))
        self.parts = {
            "quarantine": [package.schema("quarantine").polars.to_frame()],
            "claims": [language_claims.frame(package, {name: [] for name in language_claims.COLUMNS})],
            "languages": [of_posts],
        }
        self.sketched: list[tuple[Planned, npt.NDArray[np.int64]]] = []
        self.translated: set[str] = set()

    def add(self, shard: Planned, built: dict[str, pl.DataFrame], sketches: Sketches) -> None:
        """Add a shard, and its sketches to those of all."""
        for name in ("quarantine", "claims"):
            if name in built:
                self.parts[name].append(built[name])
        if "keys" not in built:
            return
        of_posts = terms_of(built, self._listed)
        self.named.add(of_posts, built["class_slugs"])
        self.parts["languages"].append(of_posts.filter(pl.col("taxonomy") == language_claims.TAXONOMY))
        sketches.add(built["sketches"])
        # Copied: the column would hold the signatures as well, which were read with it.
        self.sketched.append((shard, built["sketches"]["id"].to_numpy().copy()))
        if built["translations"].height:
            self.translated.add(shard.site)


def terms_of(built: dict[str, pl.DataFrame], listed: pl.DataFrame) -> pl.DataFrame:
    """Return the terms of a shard's posts: by number, and by slugs that have one.

    Args:
        built: The frames of the shard.
        listed: Columns site, taxonomy, slug and id of the terms.

    Returns:
        Rows as in the frame `post_terms`.
    """
    if built["named_terms"].is_empty():
        return built["post_terms"]
    found = numbered(built["named_terms"], listed).select(built["post_terms"].columns)
    return pl.concat([built["post_terms"], found])


def _authors(package: Package, shards: Iterable[Planned]) -> pl.DataFrame:
    columns = ["site", "slug", "id", "origin"]
    found = [
        frames.load(each.path, {"authors"})["authors"].select(columns) for each in shards if each.table == "authors"
    ]
    return pl.concat([package.schema("authors").polars.to_frame().select(columns), *found])


class Claimed:
    """The addresses that items claim, kept on disk until all are there.

    Args:
        package: The schemas of all tables.
        places: Where sites are, whose authors are named, and a folder for the claims.
        items: How many items there are, which decides into how many parts the claims are split.
    """

    def __init__(self, package: Package, places: Places, items: int) -> None:
        self._package, self._places = package, places
        self._spill = SpillFile(places.work)
        self._parts: list[list[Place]] = [[] for _ in range(1 + items // link_targets.ROWS)]
        self._waiting: list[pl.DataFrame] = []
        self._rows = 0
        schema = package.schema("observed").polars
        more = {"gone": TRUTH, "observed_at": schema["observed_at"], "seen_at": schema["observed_at"], "there": TRUTH}
        self._schema = pl.Schema({**package.schema("addresses").polars, **more})

    def add(self, shard: Planned, addresses: pl.DataFrame) -> None:
        """Add the addresses of a shard's rows, and earlier addresses of its items.

        Args:
            shard: The shard.
            addresses: Its frame `addresses`; rows of authors count only where authors are named.
        """
        if shard.table == "authors" and shard.site not in self._places.named:
            addresses = addresses.clear()
        states = shard.items.select("observed_at", target_id="id", gone=pl.col("state") != "published")
        rows = addresses.select("target_id").unique()
        before = shard.aside("known_by").with_columns(there=pl.col("id").is_in(rows["target_id"].implode()))
        # An item with one address claims it by its row already, unless its row was emptied.
        emptied = shard.items.filter(pl.col(REASON).is_not_null())["id"].implode()
        before = before.filter(pl.col("others") | ~pl.col("there") | pl.col("id").is_in(emptied)).with_columns(
            pl.lit(name, dtype=self._schema["site"]).alias(column)
            for column, name in (("site", shard.site), ("table", shard.table), ("type", shard.type))
        )
        past = link_targets.earlier(self._package, before, self._places.homes[shard.site])
        past = past.with_columns(there=pl.col("target_id").is_in(rows["target_id"].implode()))
        for claims_ in (addresses, past):
            self._put(claims_.join(states, on="target_id", how="left"))

    def add_terms(self, all_terms: pl.DataFrame) -> None:
        """Add the addresses of terms that only posts name.

        Args:
            all_terms: The table of terms.
        """
        unlisted = all_terms.filter(pl.col("origin").is_in(["inferred", "referenced"])).group_by(
            "taxonomy", maintain_order=True
        )
        for (taxonomy,), each in unlisted:
            # No site shows their addresses; slug and number form those that are the same on every site.
            self._put(links.addresses(self._package, each, "terms", str(taxonomy), NOWHERE))

    def _put(self, claims_: pl.DataFrame) -> None:
        if claims_.height:
            self._waiting.append(claims_)
            self._rows += claims_.height
        if self._rows >= _CLAIMS_AT_ONCE:
            self._put_aside()

    def _put_aside(self) -> None:
        whole = pl.concat([self._schema.to_frame().select("site"), *self._waiting], how="diagonal")
        self._waiting, self._rows = [], 0
        absent = {name: kind for name, kind in self._schema.items() if name not in whole.columns}
        whole = whole.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in absent.items())
        numbered = whole.select(list(self._schema)).with_columns(part=link_targets.part_of(len(self._parts)))
        for (part,), rows in numbered.group_by("part"):
            self._parts[int(str(part))].append(self._spill.put(rows.drop("part")))

    def known(self) -> Known:
        """Settle which item each address leads to. Nothing can be added afterwards.

        Returns:
            The targets of all addresses, and the front page of each site.
        """
        self._put_aside()
        nothing = self._schema.to_frame()

        def parts() -> Iterator[pl.DataFrame]:
            for places in self._parts:
                yield pl.concat([nothing, *map(self._spill.take, places)])

        found = Known(self._package, sorted(self._places.homes), parts())
        self._spill.close()
        return found


def _listed(shards: Iterable[Planned], nothing: pl.DataFrame) -> pl.DataFrame:
    """The terms that sites list, which the terms of posts are compared with."""
    found = [
        with_state(frames.load(shard.path, {"terms"})["terms"], shard.items)
        for shard in shards
        if shard.table == "terms"
    ]
    return pl.concat([nothing, *found], how="diagonal")


def with_state(frame: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Add to rows the state of their items, and since when they are gone.

    Args:
        frame: Rows of one table but posts, whose key is site and id.
        items: The chosen items of these rows.

    Returns:
        The rows with `state` and `gone_at`.
    """
    states = items.select("site", "id", "state", "gone_at")
    return frame.drop("state", "gone_at", strict=False).join(states, on=["site", "id"], how="left")


def _translated(package: Package, of_posts: list[Planned], known: Known) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The keys of all posts of some shards, and the pairs of translations.

    A post that was taken down is in no pair, so that no group is held together by it or named after it.
    """
    parts = [frames.load(shard.path, {"keys"})["keys"] for shard in of_posts]
    keys = pl.concat([package.schema("posts").polars.to_frame().select(_POST), *parts])
    pairs = [package.schema("translations").polars.to_frame().select(_PAIR)]
    gone = [keys.clear()]
    for shard in of_posts:
        claimed = frames.load(shard.path, {"translations"})["translations"]
        pairs.append(translations.pointed(claimed, known, keys).drop_nulls("other_type").select(_PAIR))
        gone.append(shard.items.filter(pl.col(REASON).is_not_null()).select(_POST))
    far = [_POST[0], *_PAIR[3:]]
    return keys, pl.concat(pairs).join(pl.concat(gone), left_on=far, right_on=_POST, how="anti")


def _repeats(
    package: Package, sketched: list[tuple[Planned, npt.NDArray[np.int64]]], pairs: pl.DataFrame
) -> pl.DataFrame:
    """The table of repeats, from pairs of row numbers.

    Each pair gets the key and provenance of its first post and the key of the other one. `sketched` are the shards, in
    key order, with the ids of their posts that were compared.
    """
    schema = package.schema("repeats")
    if pairs.is_empty():
        return schema.polars.to_frame()
    ends = pl.concat([pairs["first"], pairs["second"]]).unique().sort()
    of_ends, start = [], 0
    for shard, numbers in sketched:
        rows = ends.filter(ends.is_between(start, start + len(numbers), closed="left"))
        if len(rows):
            named = pl.DataFrame({"row": rows, "id": numbers[(rows - start).to_numpy()]})
            of_ends.append(named.join(shard.items.select(*_OF_POST), on="id", how="left"))
        start += len(numbers)
    told = pl.concat(of_ends)
    other = told.select(second="row", **{f"other_{name}": name for name in _POST})
    found = (
        pairs.join(told.rename({"row": "first"}), on="first", how="left")
        .join(other, on="second", how="left")
        .with_columns(repeat_rule=pl.lit(minhash.REPEAT_RULE, dtype=schema.polars["repeat_rule"]))
    )
    return typed_columns.conform(found.lazy(), schema).sort(schema.primary_key).collect()
