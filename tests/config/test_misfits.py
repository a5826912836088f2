"""Why a file of settings cannot be read is said in words, with the place, and not by a library."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
import pytest

from presscorpus.config.dvc_lock import recorded_live_crawls
from presscorpus.config.misfits import misfit, read_yaml, remedy
from presscorpus.errors import ParamsError, reason_of

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.fast


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    count: int
    colour: Literal["red", "green"] | None = None


class Outer(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    many: list[Inner] = []
    one: Inner | None = None
    named: dict[str, Inner] = {}
    at: datetime | None = None
    kind: Literal["a", "b"] = "a"
    most: Annotated[int, msgspec.Meta(ge=1)] = 1
    code: Annotated[str, msgspec.Meta(pattern="^a$")] = "a"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({}, "has no field 'name', which is required"),
        ({"name": "x", "many": [{}]}, "many[0]: has no field 'count', which is required"),
        ({"name": 1}, "name: has a whole number where text is expected"),
        ({"name": "x", "at": 1}, "at: has a whole number where a date with time or nothing is expected"),
        ({"name": "x", "many": [{"count": "1"}]}, "many[0].count: has text where a whole number is expected"),
        ({"name": "x", "other": 1}, "has a field 'other' that is not known"),
        ({"nmae": "x"}, "has a field 'nmae' that is not known; 'name' is"),
        ({"name": "x", "many": [{"cuont": 1}]}, "many[0]: has a field 'cuont' that is not known; 'count' is"),
        ({"name": "x", "one": {"counts": 1}}, "one: has a field 'counts' that is not known; 'count' is"),
        ({"name": "x", "one": {"count": 1, "colour": "blue"}}, "one.colour: 'blue' is none of 'green', 'red'"),
        ({"name": "x", "named": {"y": {"count": 1, "colour": "blue"}}},
         "named[...].colour: 'blue' is none of 'green', 'red'"),
        ({"name": "x", "at": "soon"}, "at: is no time like 2026-11-23T00:00:00Z"),
        ({"name": "x", "kind": "c"}, "kind: 'c' is none of 'a', 'b'"),
        ({"name": "x", "most": 0}, "most: is not at least 1"),
        ({"name": "x", "code": "b"}, "code: holds something else than is expected"),
        ("text", "has text where a mapping is expected"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_in_words(value: Any, said: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(value, Outer)
    assert misfit(caught.value, Outer) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"name": False}, "YAML takes NO, no, off, yes and on"),
        ({"name": 2026}, "Write it in quotes."),
        ({"name": 1.0}, "Write it in quotes."),
        ({"name": "x", "most": True}, None),
        ({"name": None}, None),
        ({}, None),
    ],
)
def test_where_yaml_reads_no_text_quotes_are_advised(value: Any, said: str | None) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(value, Outer)
    told = remedy(caught.value)
    assert told is None if said is None else told and told.startswith(said)


def test_of_a_type_that_nobody_names_nothing_is_suggested() -> None:
    for value in ({"nmae": "x"}, {"name": "x", "kind": "c"}):
        with pytest.raises(msgspec.ValidationError) as caught:
            msgspec.convert(value, Outer)
        assert misfit(caught.value) in {
            "has a field 'nmae' that is not known", "kind: 'c' is none of the values that are known",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a: 1\nb: [", "is not YAML from line 2, column 5 on"),
        (b"\tx", "is not YAML from line 1, column 1 on"),
        (b"a: \x00", "is not YAML"),
        (b"a: \xff", "is not in UTF-8"),
        (b"a: 2026-13-45", "is not YAML"),
    ],
)
def test_what_is_no_yaml_is_said_with_its_place(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "dvc.lock"
    path.write_bytes(data)
    with pytest.raises(ParamsError) as caught:
        read_yaml(path)
    assert (caught.value.what, caught.value.where) == (said, str(path))
    with pytest.raises(ParamsError, match=said.split(",", maxsplit=1)[0]):
        recorded_live_crawls(tmp_path)


def test_a_lock_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dvc.lock").write_text("- a list")
    with pytest.raises(ParamsError, match="is not as DVC writes it"):
        recorded_live_crawls(tmp_path)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (PermissionError("AccessDenied: 403 at s3"), "permission denied"),
        (ConnectionResetError(), "the connection failed"),
        (OSError("No space left on device (os error 28)"), "No space left on device"),
        (OSError("whatever a library says"), "for no reason that it names"),
    ],
)
def test_the_reason_of_the_system_has_no_number_and_no_library(error: OSError, said: str) -> None:
    assert reason_of(error) == said
