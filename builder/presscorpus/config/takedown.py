"""The takedown file, read and checked: what the publisher took down, and why.

A list of entries, each an address or the number of an item in its site::

    - url: https://example.org/2022/04/some-article/
      reason: Asked for by the author on 2026-11-20.
    - site: example-org
      id: 882
      reason: A court's order.

`type` (post, page, a custom type, attachment, comment) may be added to a number; without it the post and the attachment
of that number are meant, which WordPress counts together. The page docs/decisions/0021-takedown.md says what is left of
such an item.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from presscorpus.config.misfits import misfit, read_yaml, remedy
from presscorpus.errors import ParamsError

if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from pathlib import Path

FILE = "takedown.yaml"
REASON = "takedown_reason"
"""Column of tables and chosen items: why an item was taken down, so that its content is not read; null for others."""
ERASED = "presscorpus_erased"
"""Key of the note that the raw archive holds in the place of an erased item."""
SAME = " (As "
"""What begins, behind a reason, which item it was given for: no entry names this one."""
_EXAMPLE = "Write `- url: https://...` or `- site: NAME` and `  id: 882`, each with a reason."


class Takedown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry: an item by its address, or by site and number.

    `type` null means the post and the attachment of that number.
    """

    reason: str
    url: str | None = None
    site: str | None = None
    id: int | None = None
    type: str | None = None

    def __str__(self) -> str:
        return self.url or f"{self.site} {self.type or 'post'} {self.id}"


# Before any thread asks: see archive/receipt.py.
msgspec.json.Decoder(Takedown)


def without_absent(entries: Iterable[Takedown], sites: Container[str], raw: Path) -> list[Takedown]:
    """Leave out the entries of sites that were taken out of params.yaml.

    Of such a site nothing is in the tables. A name that the archive does not have either is mistyped, and stays.

    Args:
        entries: What takedown.yaml says.
        sites: The sites of params.yaml.
        raw: The archive folder.

    Returns:
        The others, in their order.
    """
    archived = {path.name for path in raw.iterdir()} if raw.is_dir() else set()
    return [entry for entry in entries if entry.site is None or entry.site in sites or entry.site not in archived]


def load(root: Path) -> tuple[Takedown, ...]:
    """Read the entries of the takedown file.

    Args:
        root: The folder of the dataset.

    Returns:
        The entries in order; none where there is no file.

    Raises:
        ParamsError: The file is not YAML, or an entry has no reason or does not name exactly one item.
    """
    path = root / FILE
    try:
        document = read_yaml(path)
    except FileNotFoundError:
        return ()
    try:
        entries = msgspec.convert(document or [], tuple[Takedown, ...])
    except msgspec.ValidationError as error:
        advice = remedy(error) or _EXAMPLE
        raise ParamsError(misfit(error, tuple[Takedown, ...]), where=str(path), advice=advice) from None
    for entry in entries:
        by_number = entry.site is not None and entry.id is not None
        counted = entry.id is None or entry.id > 0
        if by_number == (entry.url is not None) or not counted or not entry.reason.strip():
            raise ParamsError(f"entry {str(entry)!r} is not one item with a reason", where=str(path), advice=_EXAMPLE)
    return entries
