"""The page about params.yaml, made from the types that it is read into and from what they say of their fields."""

from __future__ import annotations

import inspect
import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import msgspec

from presscorpus.config.params import Params

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = """# params.yaml

Everything that decides what is in a dataset, value by value. `presscorpus init` writes the file with what most need;
whatever is left out has the default that stands here. A field that is not known, or a value of another kind, is an
error that names it. Write times in quotes, as `"2026-11-23T00:00:00Z"`: DVC takes no bare time.
"""
_KINDS = {"array": "list", "boolean": "true or false", "integer": "whole number", "number": "number", "string": "text"}
_ATTRIBUTE = re.compile(r"^(\w+): (.+?)(?=\n\w+: |\Z)", re.MULTILINE | re.DOTALL)


def page() -> str:
    """The whole page: a section for each mapping, with a line for each of its fields."""
    return "\n".join([_HEAD, *_section("", Params)])


def said(kind: type) -> dict[str, str]:
    """What the docstring of a type says of each of its fields."""
    found = (inspect.getdoc(kind) or "").partition("Attributes:\n")[2]
    return {name: " ".join(text.split()) for name, text in _ATTRIBUTE.findall(inspect.cleandoc(found))}


def _section(path: str, kind: type[msgspec.Struct]) -> Iterator[str]:
    if path:
        yield f"## {path}\n"
        yield f"{inspect.getdoc(kind) or ''}".partition("\n")[0] + "\n"
    yield "| field | what it is | kind | default |\n|---|---|---|---|"
    words, hints = said(kind), get_type_hints(kind, include_extras=True)
    inner = []
    for field in msgspec.structs.fields(kind):
        yield f"| `{field.name}` | {words[field.name]} | {_kind(field.type)} | {_default(field)} |"
        of_field = _struct(hints[field.name])
        # A site's policy is made like that of the dataset.
        if of_field and (path, field.name) != ("sites", "policy"):
            inner.append((f"{path}.{field.name}".lstrip("."), of_field))
    yield ""
    for name, of_field in inner:
        yield from _section(name, of_field)


def _struct(hint: Any) -> type[msgspec.Struct] | None:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return hint
    return next((found for each in get_args(hint) if (found := _struct(each))), None)


def _kind(hint: Any) -> str:
    if datetime in {hint, *get_args(hint)}:
        return "time"
    (schema,), _ = msgspec.json.schema_components([hint])
    choices = [each for each in schema.get("anyOf", [schema]) if each.get("type") != "null"]
    return " or ".join(_worded(each) for each in choices)


def _worded(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"] if value is not None)
    if schema.get("type") == "array":
        within = _worded(schema.get("items", {}))
        return "list" if within == "mapping" else f"list of {within}"
    bound = f", at least {schema['minimum']}" if "minimum" in schema else ""
    bound += f", at most {schema['maximum']}" if "maximum" in schema else ""
    return _KINDS.get(schema.get("type", ""), "mapping") + bound


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "required"
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    plain = msgspec.to_builtins(value)
    return "as below" if isinstance(plain, dict) and plain else f"`{json.dumps(plain)}`"
