"""Names of groups in charts.

Vega keeps them in objects of JavaScript by their names.
"""

from __future__ import annotations

from typing import Final

MEMBERS: Final = frozenset((
    "constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString", "valueOf",
    "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__", "__proto__",
))  # fmt: skip
"""Names of members that every object of JavaScript has: Vega breaks over a group that is called so."""


def safe_in_vega(name: str) -> str:
    """Make a name one that Vega takes for no member of an object.

    Args:
        name: What a group is called.

    Returns:
        The name, with a space behind it where every object has a member of that name.
    """
    return f"{name} " if name in MEMBERS else name
