"""The two judges over the same tables: good ones, and good ones with one fault."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from presscorpus.config.schema import ForeignKey, load_package
from presscorpus.errors import FindingsError, SchemaError
from presscorpus.validate import checker
from presscorpus.validate.checker import Findings, check
from presscorpus.validate.frictionless_check import UNENFORCED, Fault, compare, confirm, judge
from tests import good_tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from presscorpus.config.schema import Package

REPO = Path(__file__).parents[2]
PACKAGE = load_package(REPO)
GOOD = good_tables.frames(PACKAGE)
# Which row of a table gets the fault; the good tables have six, in row groups of four.
ROW = 5
HIGH = 1000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for table, frame in GOOD.items():
        good_tables.save(PACKAGE.schema(table), frame, tmp_path / f"{table}.parquet")
    return tmp_path


def test_neither_judge_finds_anything_in_good_tables(folder: Path) -> None:
    findings = check(PACKAGE, folder)
    assert findings.frame.is_empty()
    assert findings.frame.schema == PACKAGE.schema("findings").polars
    assert findings.counts == {}
    assert findings.rows == dict.fromkeys(PACKAGE.resources, good_tables.ROWS)
    assert judge(PACKAGE, folder) == set()
    confirm(PACKAGE, folder, findings)


def test_a_table_in_parts_is_judged_as_one(folder: Path) -> None:
    parts = {table: [folder / f"{table}.parquet"] for table in GOOD}
    whole = GOOD["posts"]
    parts["posts"] = [folder / "posts-0.parquet", folder / "posts-1.parquet"]
    good_tables.save(PACKAGE.schema("posts"), whole.head(4), parts["posts"][0])
    good_tables.save(PACKAGE.schema("posts"), whole.tail(2).with_columns(state=pl.lit("odd")), parts["posts"][1])
    (folder / "posts.parquet").unlink()
    findings = check(PACKAGE, folder, parts=parts)
    assert findings.rows["posts"] == good_tables.ROWS
    assert findings.frame.select("table", "field", "rule", "row").rows() == [
        ("posts", "state", "enum", 5),
        ("posts", "state", "enum", 6),
    ]
    pq.write_table(pa.table({"site": ["x"]}), parts["posts"][1])
    assert ("posts", "schema") in check(PACKAGE, folder, parts=parts).frame.select("table", "rule").rows()


def test_the_good_tables_hold_what_makes_reading_hard() -> None:
    for table, frame in GOOD.items():
        for field in PACKAGE.schema(table).fields:
            assert frame[field.name].null_count() == (0 if field.required else 2), (table, field.name)
    assert "" in GOOD["posts"]["title"].to_list()
    assert None in GOOD["posts"]["categories"].explode().to_list()
    assert [] in GOOD["posts"]["tags"].to_list()


def listed(findings: Findings) -> set[Fault]:
    faults = {Fault(*row) for row in findings.frame.select("table", "field", "rule", "row").iter_rows()}
    assert len(faults) == len(findings.frame) == sum(findings.counts.values())
    return faults


def both_find(package: Package, folder: Path, *expected: Fault) -> None:
    """Both judges find exactly this; where frictionless lacks the rule, only the checker is asked."""
    findings, judged = check(package, folder), judge(package, folder)
    assert listed(findings) == set(expected)
    assert judged == {fault for fault in expected if fault.rule not in UNENFORCED}
    compare(package, findings, judged)


def put(folder: Path, table: str, column: str, value: Any) -> None:
    """Write the good table again with another value in row `ROW`."""
    frame = GOOD[table]
    values = frame[column].to_list()
    values[ROW - 1] = value
    changed = frame.with_columns(pl.Series(column, values, dtype=frame.schema[column]))
    good_tables.save(PACKAGE.schema(table), changed, folder / f"{table}.parquet")


def append(folder: Path, table: str, **changes: Any) -> int:
    """Write the good table again with its last row once more, changed. Returns the number of the new row."""
    frame = GOOD[table]
    row = frame.tail(1).with_columns(
        pl.lit(value).cast(frame.schema[name]).alias(name) for name, value in changes.items()
    )
    good_tables.save(PACKAGE.schema(table), pl.concat([frame, row]), folder / f"{table}.parquet")
    return len(frame) + 1


def linked(table: str) -> set[str]:
    """The columns of a table that a foreign key leaves from or arrives at."""
    names = {name for key in PACKAGE.schema(table).foreign_keys for name in key.fields}
    for resource in PACKAGE.resources.values():
        for key in resource.schema.foreign_keys:
            if key.reference.resource == table:
                names.update(key.reference.fields)
    return names


BREAKING: dict[str, Callable[[Any], Any]] = {
    "required": lambda _: None,
    "pattern": lambda _: "?",
    "enum": lambda _: "neither",
    "minimum": lambda limit: limit - 1,
    "maximum": lambda limit: limit + 1,
    "minLength": lambda limit: "x" * (limit - 1),
    "maxLength": lambda limit: "x" * (limit + 1),
}
CELLS = [
    (table, field.name, rule)
    for table, resource in PACKAGE.resources.items()
    for field in resource.schema.fields
    if field.name not in linked(table)
    for rule in field.constraints
]


def test_every_rule_of_the_schemas_is_broken_somewhere() -> None:
    used = {rule for r in PACKAGE.resources.values() for f in r.schema.fields for rule in f.constraints}
    assert used == {rule for _, _, rule in CELLS}
    assert used <= BREAKING.keys()


@pytest.mark.parametrize(("table", "column", "rule"), CELLS)
def test_one_bad_cell(folder: Path, table: str, column: str, rule: str) -> None:
    put(folder, table, column, BREAKING[rule](PACKAGE.schema(table).by_name[column].constraints[rule]))
    # No foreign key goes through this cell, so that frictionless need not judge the other tables each time.
    findings = check(PACKAGE, folder)
    alone = PACKAGE._replace(resources={table: package_with(table, foreign_keys=()).resources[table]})
    judged = judge(alone, folder)
    assert listed(findings) == judged == {Fault(table, column, rule, ROW)}
    compare(PACKAGE, findings, judged)


@pytest.mark.parametrize("table", PACKAGE.resources)
def test_a_primary_key_twice(folder: Path, table: str) -> None:
    schema = PACKAGE.schema(table)
    others = {name for key in schema.unique_keys for name in key} - set(schema.primary_key)
    row = append(folder, table, **dict.fromkeys(others, HIGH))
    both_find(PACKAGE, folder, Fault(table, ",".join(schema.primary_key), "primaryKey", row))


@pytest.mark.parametrize(
    ("table", "column"), [("versions", "ordinal"), ("quarantine", "record_id"), ("crawls", "crawl")]
)
def test_a_null_in_a_primary_key_is_one_fault_and_not_two(folder: Path, table: str, column: str) -> None:
    put(folder, table, column, None)
    both_find(PACKAGE, folder, Fault(table, column, "required", ROW))


@pytest.mark.parametrize(
    ("table", "key"),
    [(table, key) for table, resource in PACKAGE.resources.items() for key in resource.schema.unique_keys],
)
def test_a_unique_key_twice(folder: Path, table: str, key: tuple[str, ...]) -> None:
    assert "uniqueKey" in UNENFORCED  # by frictionless: only the checker is asked
    # All foreign keys away, the columns of the primary key outside this one may take any value.
    package = package_with(table, foreign_keys=())
    other = next(name for name in PACKAGE.schema(table).primary_key if name not in key)
    row = append(folder, table, **{other: HIGH})
    both_find(package, folder, Fault(table, ",".join(key), "uniqueKey", row))


def test_a_unique_key_with_a_null_is_not_looked_at(folder: Path) -> None:
    frame = GOOD["versions"].with_columns(site=pl.lit("site-0"), code=pl.Series([None, None, "a", "b", "c", "a"]))
    good_tables.save(PACKAGE.schema("versions"), frame, folder / "versions.parquet")
    package = package_with("versions", unique_keys=(("site", "code"),), foreign_keys=())
    both_find(package, folder, Fault("versions", "site,code", "uniqueKey", 6))


@pytest.mark.parametrize(
    ("table", "key"),
    [(table, key) for table, resource in PACKAGE.resources.items() for key in resource.schema.foreign_keys],
)
def test_a_foreign_key_that_leads_nowhere(folder: Path, table: str, key: ForeignKey) -> None:
    schema = PACKAGE.schema(table)
    integers = {field.name for field in schema.fields if field.type == "integer"}
    keys = {name for each in [schema.primary_key, *schema.unique_keys] for name in each}
    fresh = dict.fromkeys(keys & integers - linked(table), HIGH)
    lost = {key.fields[-1]: HIGH if key.fields[-1] in integers else "site-99"}
    row = append(folder, table, **fresh, **lost)
    both_find(PACKAGE, folder, Fault(table, ",".join(key.fields), "foreignKey", row))


def test_a_foreign_key_with_a_null_is_not_looked_up(folder: Path) -> None:
    put(folder, "versions", "type", None)
    both_find(PACKAGE, folder, Fault("versions", "type", "required", ROW))


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("posts", "word_count", "many"),
        ("posts", "language_confidence", "much"),
        ("posts", "sticky", "perhaps"),
        ("posts", "published_at", "yesterday"),
        ("posts", "published_local", 5),
        ("posts", "tags", "news"),
        ("posts", "url", 5),
        ("sites", "site", 5),
    ],
)
def test_a_column_of_another_type(folder: Path, table: str, column: str, value: Any) -> None:
    frame = GOOD[table].with_columns(pl.lit(value).alias(column))
    good_tables.save(PACKAGE.schema(table), frame, folder / f"{table}.parquet")
    both_find(PACKAGE, folder, Fault(table, column, "type", 0))


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("url", pa.large_string()),
        ("word_count", pa.int32()),
        ("word_count", pa.string()),
        ("published_at", pa.timestamp("ms", tz="UTC")),
        ("published_at", pa.timestamp("us")),
        ("published_local", pa.timestamp("us", tz="UTC")),
        ("tags", pa.large_list(pa.string())),
    ],
)
def test_a_column_of_nearly_the_right_type(folder: Path, column: str, kind: pa.DataType) -> None:
    path = folder / "posts.parquet"
    whole = pq.read_table(path)
    number = whole.schema.get_field_index(column)
    pq.write_table(whole.set_column(number, column, whole.column(column).cast(kind, safe=False)), path)
    assert listed(check(PACKAGE, folder)) == {Fault("posts", column, "type", 0)}
    # Frictionless looks at values, and these are as they should be.
    assert judge(PACKAGE, folder) == set()
    confirm(PACKAGE, folder, check(PACKAGE, folder))


def test_large_strings_are_still_judged_cell_by_cell(folder: Path) -> None:
    put(folder, "posts", "state", "lost")
    path = folder / "posts.parquet"
    whole = pq.read_table(path)
    number = whole.schema.get_field_index("state")
    pq.write_table(whole.set_column(number, "state", whole.column("state").cast(pa.large_string())), path)
    expected = {Fault("posts", "state", "type", 0), Fault("posts", "state", "enum", ROW)}
    assert listed(check(PACKAGE, folder)) == expected


COLUMN_FAULTS: dict[str, tuple[Callable[[pl.DataFrame], pl.DataFrame], set[str]]] = {
    "missing": (lambda frame: frame.drop("observed_at"), {"observed_at"}),
    "missing amid others": (lambda frame: frame.drop("crawl"), {"crawl"}),
    "extra": (lambda frame: frame.with_columns(more=pl.lit(1)), {"more"}),
    "renamed": (lambda frame: frame.rename({"crawl": "crawled"}), {"crawl", "crawled"}),
    "order": (lambda frame: frame.select("record_id", pl.exclude("record_id")), {""}),
}


@pytest.mark.parametrize("table", ["versions", "posts"])
@pytest.mark.parametrize("how", COLUMN_FAULTS)
def test_other_columns_than_the_schema_has(folder: Path, table: str, how: str) -> None:
    change, columns = COLUMN_FAULTS[how]
    good_tables.save(PACKAGE.schema(table), change(GOOD[table]), folder / f"{table}.parquet")
    assert listed(check(PACKAGE, folder)) == {Fault(table, column, "schema", 0) for column in columns}
    assert judge(PACKAGE, folder) == {Fault(table, "", "schema", 0)}
    confirm(PACKAGE, folder, check(PACKAGE, folder))


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _scratch(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4:64] = b"\xff" * 60
    path.write_bytes(data)


@pytest.mark.parametrize("table", ["versions", "posts"])
@pytest.mark.parametrize("damage", [Path.unlink, _cut, _scratch])
def test_a_file_that_cannot_be_read(folder: Path, table: str, damage: Callable[[Path], None]) -> None:
    damage(folder / f"{table}.parquet")
    both_find(PACKAGE, folder, Fault(table, "", "schema", 0))


def test_an_empty_folder(tmp_path: Path) -> None:
    both_find(PACKAGE, tmp_path, *(Fault(table, "", "schema", 0) for table in PACKAGE.resources))
    assert check(PACKAGE, tmp_path).rows == {}


def test_tables_without_rows(tmp_path: Path) -> None:
    for table, frame in GOOD.items():
        good_tables.save(PACKAGE.schema(table), frame.clear(), tmp_path / f"{table}.parquet")
    both_find(PACKAGE, tmp_path)


def package_with(table: str, field: str | None = None, **changes: Any) -> Package:
    """The package with other constraints on one field, or with other keys of one table."""
    resource = PACKAGE.resources[table]
    if field is not None:
        constraints = resource.schema.by_name[field].constraints | changes
        fields = tuple(
            msgspec.structs.replace(each, constraints=constraints) if each.name == field else each
            for each in resource.schema.fields
        )
        changes = {"fields": fields}
    changed = resource._replace(schema=msgspec.structs.replace(resource.schema, **changes))
    return PACKAGE._replace(resources=PACKAGE.resources | {table: changed})


@pytest.mark.parametrize(
    ("field", "rule", "limit", "good", "bad"),
    [
        ("slug", "maxLength", 4, "ئۇيغ", "ئۇيغۇ"),
        ("slug", "minLength", 2, "ئۇ", "ئ"),
        ("slug", "pattern", "a|b", "a", "ab"),
        ("slug", "pattern", "[^x]*", "a\nb", "xa\nb"),
        ("slug", "pattern", "[a-z]+", "abc", "abc\n"),
        ("slug", "enum", ["a", ""], "", "b"),
        ("categories", "minLength", 1, ["a"], []),
        ("categories", "maxLength", 1, ["a"], ["a", None]),
        ("word_count", "enum", [3, 5], 5, 4),
        ("published_at", "minimum", "2026-01-01T00:00:00Z", good_tables.NOON, good_tables.NOON.replace(year=2025)),
        ("published_local", "maximum", "2026-01-01T00:00:00", None, good_tables.NOON.replace(tzinfo=None)),
    ],
)
def test_rules_that_no_schema_uses_yet(folder: Path, field: str, rule: str, limit: Any, good: Any, bad: Any) -> None:
    package = package_with("posts", field, **{rule: limit})
    frame = GOOD["posts"]
    for value, expected in [(good, set()), (bad, {Fault("posts", field, rule, ROW)})]:
        values = [value if number == ROW else None for number in range(1, len(frame) + 1)]
        changed = frame.with_columns(pl.Series(field, values, dtype=frame.schema[field]))
        good_tables.save(PACKAGE.schema("posts"), changed, folder / "posts.parquet")
        both_find(package, folder, *expected)


def test_unique(folder: Path) -> None:
    package = package_with("posts", "slug", unique=True)
    frame = GOOD["posts"].with_columns(slug=pl.Series(["b", None, "a", None, "b", "b"]))
    good_tables.save(PACKAGE.schema("posts"), frame, folder / "posts.parquet")
    both_find(package, folder, Fault("posts", "slug", "unique", 5), Fault("posts", "slug", "unique", 6))


def test_a_number_that_is_none(folder: Path) -> None:
    put(folder, "posts", "language_confidence", float("nan"))
    expected = [Fault("posts", "language_confidence", rule, ROW) for rule in ("minimum", "maximum")]
    both_find(PACKAGE, folder, *expected)


def test_an_empty_string_is_a_value(folder: Path) -> None:
    put(folder, "links", "attribute", "")
    both_find(PACKAGE, folder)


@pytest.mark.parametrize(
    ("field", "rule", "limit"),
    [("word_count", "exclusiveMinimum", 0), ("slug", "pattern", r"[\i]"), ("word_count", "maxLength", 2)],
)
def test_a_rule_that_cannot_be_asked_is_an_error(folder: Path, field: str, rule: str, limit: Any) -> None:
    with pytest.raises(SchemaError, match=f"posts: {field}: constraint '{rule}'"):
        check(package_with("posts", field, **{rule: limit}), folder)


def test_a_finding_names_the_row_and_quotes_the_value(folder: Path) -> None:
    put(folder, "posts", "digest", '"' * 300)
    assert check(PACKAGE, folder).frame.rows(named=True) == [
        {
            "table": "posts",
            "field": "digest",
            "rule": "pattern",
            "row": ROW,
            "key": '["site-2","type-4",5]',
            "value": '"' * checker.VALUE_CHARACTERS,
        }
    ]
    put(folder, "posts", "digest", None)
    assert check(PACKAGE, folder).frame.row(0, named=True)["value"] is None
    put(folder, "posts", "language_confidence", 1.5)
    assert "1.5" in check(PACKAGE, folder).frame["value"].to_list()


def test_many_faults_are_counted_in_full_and_listed_up_to_a_limit(folder: Path) -> None:
    many = checker.LISTED + 500
    frame = pl.concat([GOOD["versions"].head(1)] * many).with_columns(
        ordinal=pl.int_range(1, many + 1), state=pl.lit("?")
    )
    good_tables.save(PACKAGE.schema("versions"), frame, folder / "versions.parquet")
    findings = check(PACKAGE, folder)
    assert findings.counts == {"versions/state/enum": many}
    assert findings.frame["row"].to_list() == list(range(1, checker.LISTED + 1))
    confirm(PACKAGE, folder, findings)
    assert check(PACKAGE, folder).frame.equals(findings.frame)


def test_repeated_keys_far_apart_are_found(folder: Path) -> None:
    many = 300_000
    frame = pl.concat([GOOD["versions"].head(1)] * many).with_columns(ordinal=pl.int_range(1, many + 1))
    # Tables come in key order, which costs no memory to see.
    key = PACKAGE.schema("versions").primary_key
    assert checker._rises(frame.lazy(), key)
    assert not checker._rises(frame.reverse().lazy(), key)
    for row in (2, 150_000, many):
        wrong = frame.with_columns(ordinal=pl.when(pl.int_range(pl.len()) == row - 1).then(1).otherwise("ordinal"))
        pq.write_table(wrong.to_arrow().cast(PACKAGE.schema("versions").arrow), folder / "versions.parquet")
        assert listed(check(PACKAGE, folder)) == {Fault("versions", "site,type,id,ordinal", "primaryKey", row)}


def test_a_disagreement_of_the_judges_is_an_error(folder: Path) -> None:
    findings = check(PACKAGE, folder)
    put(folder, "posts", "state", "lost")
    with pytest.raises(FindingsError, match="posts / state / enum: the checker finds 0 rows and frictionless 1"):
        confirm(PACKAGE, folder, findings)
    found = check(PACKAGE, folder)
    put(folder, "posts", "state", "deleted")
    with pytest.raises(FindingsError, match="the checker finds 1 rows and frictionless 0"):
        confirm(PACKAGE, folder, found)
