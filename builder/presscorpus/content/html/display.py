"""How an element is shown by its name and attributes: rules 6 and 8."""

from __future__ import annotations

import re
from typing import Final

_UNSEEN_NAMES: Final = (
    "annotation annotation-xml audio datalist desc dialog head metadata meter noembed noframes progress title video"
)
UNSEEN: Final = frozenset(_UNSEEN_NAMES.split())
"""Elements whose content browsers do not show; a `dialog` only while it is not open."""

ALWAYS_BLOCKS: Final = frozenset(("/p", "/option", "/optgroup"))
"""End tags of what `innerText` puts on a line of its own, however it is displayed."""

_DISPLAY: Final = re.compile(
    r"(?:^|;)\s*display\s*:\s*(none|contents|initial|unset|ruby|list-item|flow-root|run-in"
    r"|(?:-webkit-)?(?:inline|block|flex|grid|table|box)[a-z-]*)"
    r"(?![\w-])([^;]*!\s*important)?"
)
# Between the parts of a table there is no text, only white space that is never shown.
_TABLE_NAMES: Final = "table tbody thead tfoot tr colgroup col /caption /colgroup /tbody /td /tfoot /th /thead /tr"
BEFORE_NO_TEXT: Final = frozenset(_TABLE_NAMES.split())
# Elements that may stand within a word without dividing it.
_FORMATTING_NAMES: Final = "b bdi bdo big code em font i mark s small span strong sub sup u wbr"
FORMATTING: Final = frozenset(_FORMATTING_NAMES.split())


def displayed(style: str) -> str:
    """Return the `display` that a style attribute sets.

    Args:
        style: The value of the attribute, "" for none.

    Returns:
        The keyword in lower case, the last one or the last that is `!important`; "" for none.
    """
    found: list[tuple[str, str]] = _DISPLAY.findall(style.lower()) if style else []
    for value, important in reversed(found):
        if important:
            return value
    return found[-1][0] if found else ""


def is_hidden(name: str, values: dict[str, str], display: str) -> bool:
    """Tell whether browsers show nothing of an element.

    Args:
        name: Its name in lower case.
        values: Its attributes, as `tree.attributes` gives them.
        display: What `displayed` found in its style.

    Returns:
        True for `display: none`, for `hidden` but not `hidden=until-found`, and for elements in `UNSEEN`.
    """
    if name in UNSEEN:
        return name != "dialog" or "open" not in values
    if display:
        return display == "none"
    return values.get("hidden", "until-found").lower() != "until-found"
