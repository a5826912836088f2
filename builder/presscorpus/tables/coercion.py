"""Reading items whose fields have other types than the REST API gives them.

PHP writes `false`, `""`, `[]` and `null` for nothing, `"5"` for 5, and `[]` for an empty object. Plugins and old
versions write more. Only id, type and content decide whether a record is one: every other field becomes the value that
it plainly means, or null, and a flag names the field. A field that is absent, null, or of its own type has no flag.

`<field>_converted`
    The value had another type and is kept as what it says: `"5"` as 5, `false` as null.
`<field>_unreadable`
    The value says nothing that the column could hold, and is null.
`<field>_inferred`
    There was no value, and what the record is otherwise says it, as the type of a post.
"""

from __future__ import annotations

import re
import types
import typing
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Item = TypeVar("Item", bound=msgspec.Struct)

CONVERTED: Final = "_converted"
UNREADABLE: Final = "_unreadable"
INFERRED: Final = "_inferred"

_WHOLE: Final = re.compile(r"[+-]?\d{1,30}(?:\.0*)?")
_TRUTH: Final = {
    "true": True, "yes": True, "on": True, "1": True, 1: True,
    "false": False, "no": False, "off": False, "0": False, 0: False,
}  # fmt: skip
_RENDERED: Final = ("rendered", "raw")
# Errors on values that JSON allows and Python cannot hold.
_UNHOLDABLE: Final = (msgspec.DecodeError, ValueError, RecursionError, OverflowError)
_decode_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class ContentUnreadableError(ValueError):
    """The essential field of a record is neither text nor an object with text."""


class _Fit(NamedTuple):
    """A value of the wanted type, and what had to be done for it.

    `loss` is "" for nothing, CONVERTED or UNREADABLE.
    """

    value: Any
    loss: str = ""


def read(
    decoder: msgspec.json.Decoder[Item], body: bytes, certain: Mapping[str, Any], essential: str | None = None
) -> tuple[Item, list[str]]:
    """Read one item, whatever type its fields have.

    Args:
        decoder: Decoder of the item's struct. Its optional fields allow null.
        body: JSON of the item, an object.
        certain: Values of fields that were read before, such as the id.
        essential: A field whose value must be readable where there is one.

    Returns:
        The item, and the flags of its fields, sorted. An item whose fields have their own types is decoded once.

    Raises:
        ContentUnreadableError: The essential field holds something that cannot be read.
        msgspec.DecodeError: The body is no JSON object.
    """
    try:
        return decoder.decode(body), []
    except (msgspec.ValidationError, UnicodeDecodeError):
        keys = _decode_keys(body)
    values = {name: _decoded(raw) for name, raw in keys.items()}
    kind: type[Item] = decoder.type
    flags: set[str] = set()
    for field in msgspec.structs.fields(kind):
        if field.encode_name in certain and values.get(field.encode_name) != certain[field.encode_name]:
            flags.add(field.name + (INFERRED if is_nothing(values.get(field.encode_name)) else CONVERTED))
    item = _filled(kind, values | dict(certain), flags)
    if essential is not None and essential + UNREADABLE in flags:
        raise ContentUnreadableError(f"{essential} is neither text nor an object that holds text")
    return item, sorted(flags)


class _Unholdable:
    """A value that no Python value can be, such as a number of 5,000 digits."""


def _decoded(raw: msgspec.Raw) -> Any:
    try:
        return msgspec.json.decode(raw)
    except _UNHOLDABLE:
        return _Unholdable()


def _filled(kind: type[Item], values: Mapping[str, Any], flags: set[str]) -> Item:
    """Return a struct of the values that fit its fields.

    `flags` grows by those of the other ones.
    """
    fitting: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        if field.encode_name not in values:
            continue
        fit = _fitted(values[field.encode_name], field.type, flags)
        if fit.loss:
            flags.add(field.name + fit.loss)
        if fit.value is not None or field.default is None:
            fitting[field.name] = fit.value
    return kind(**fitting)


def _fitted(value: Any, wanted: Any, flags: set[str]) -> _Fit:
    """The value as the wanted type."""
    try:
        return _Fit(msgspec.convert(value, wanted))
    except (msgspec.ValidationError, RecursionError, OverflowError):
        pass
    if is_nothing(value):
        # An empty list for an object is how PHP writes an object without members.
        return _Fit(None, "" if value == [] and _parts(wanted).struct else CONVERTED)
    parts = _parts(wanted)
    if parts.struct is not None and isinstance(value, dict):
        return _of_struct(value, parts.struct, flags)
    if parts.element is not None and isinstance(value, list | dict):
        return _of_list(value, parts.element)
    for candidate in _candidates(value, texts=parts.texts):
        try:
            return _Fit(msgspec.convert(candidate, wanted), CONVERTED)
        except msgspec.ValidationError:
            continue
    return _Fit(None, UNREADABLE)


def is_nothing(value: Any) -> bool:
    """Tell whether a value is what PHP writes for none.

    Args:
        value: A decoded JSON value.

    Returns:
        True for null, false, or an empty text, list or object; false for 0.
    """
    return value is None or value is False or (isinstance(value, str | list | dict) and not value)


def whole(value: Any) -> int | None:
    """Return the whole number that a value says, such as `"5"`, `5.0` or `[5]`.

    Args:
        value: A decoded JSON value.

    Returns:
        The number; null where it says none.
    """
    for candidate in (value, *_candidates(value, texts=False)):
        if type(candidate) is int:
            return candidate
    return None


class _Parts(NamedTuple):
    """What a type allows besides null.

    That is the struct, the elements of its lists, and whether texts may be plain strings.
    """

    struct: type[msgspec.Struct] | None
    element: Any
    texts: bool


@lru_cache(maxsize=256)
def _parts(wanted: Any) -> _Parts:
    members = typing.get_args(wanted) if isinstance(wanted, types.UnionType | typing._UnionGenericAlias) else (wanted,)  # type: ignore[attr-defined]  # noqa: SLF001 - unions are of two classes
    struct = next((each for each in members if isinstance(each, type) and issubclass(each, msgspec.Struct)), None)
    element = next((typing.get_args(each)[0] for each in members if typing.get_origin(each) is list), None)
    return _Parts(struct, None if struct is not None else element, str in members)


def _of_struct(value: dict[str, Any], kind: type[msgspec.Struct], flags: set[str]) -> _Fit:
    """An object whose own fields are read by the same rules."""
    own: set[str] = set()
    made = _filled(kind, value, own)
    if any(field.encode_name == "rendered" for field in msgspec.structs.fields(kind)):
        # A text's own fields have no columns: the text as a whole is flagged.
        lost = "rendered" + UNREADABLE in own
        return _Fit(None, UNREADABLE) if lost else _Fit(made, CONVERTED if own else "")
    flags |= own
    return _Fit(made)


def _of_list(value: list[Any] | dict[str, Any], element: Any) -> _Fit:
    """The elements that fit. PHP writes a list with gaps as an object."""
    own: set[str] = set()
    fits = [_fitted(each, element, own) for each in (value.values() if isinstance(value, dict) else value)]
    kept = [fit.value for fit in fits if fit.value is not None]
    lost = any(fit.loss == UNREADABLE for fit in fits) or any(flag.endswith(UNREADABLE) for flag in own)
    return _Fit(kept, UNREADABLE if lost else CONVERTED)


def _candidates(value: Any, *, texts: bool) -> Iterator[Any]:
    """Yield what a value may mean, the plainest first.

    Which one fits is for the wanted type to say.
    """
    if isinstance(value, str):
        text = value.strip()
        if _WHOLE.fullmatch(text):
            yield int(text.partition(".")[0])
        yield from (_TRUTH[text.lower()],) if text.lower() in _TRUTH else ()
        # Names of classes, as an attribute has them.
        yield text.split()
    elif isinstance(value, float) and value.is_integer():
        yield int(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield from (_TRUTH[value],) if value in _TRUTH else ()
        if texts:
            yield str(int(value) if isinstance(value, float) and value.is_integer() else value)
    # A list is no text, even if it has a single element.
    if isinstance(value, list) and len(value) == 1 and not texts:
        yield value[0]
        yield from _candidates(value[0], texts=texts)
    if isinstance(value, dict) and texts:
        yield from (value[name] for name in _RENDERED if isinstance(value.get(name), str))
