"""`CHANGES.md`: what each version of the data changed, from receipts of releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from presscorpus.release.markdown import code, escape, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from presscorpus.release.receipt import Entry

_HEAD = ("Site", "New", "Edited", "Gone", "Back", "Taken down", "Restored", "Missing")
_INTRODUCTION = """\
*New*: not in the version before. *Edited*: the content digest is another one. *Gone*: the site shows it no longer; the
row stays. *Back*: it shows it again. *Taken down*: by the publisher of this dataset, the row stays without content.
*Restored*: a takedown was lifted. *Missing*: the row itself is no longer here.
"""


def changes(title: str, history: Sequence[Entry]) -> str:
    """Write the text of `CHANGES.md`.

    Args:
        title: The title of the dataset.
        history: What each version changed, the newest first.

    Returns:
        Markdown, one section a version.
    """
    return f"# Changes of the data: {escape(title)}\n\n{_INTRODUCTION}\n" + "\n".join(map(_entry, history))


def _entry(entry: Entry) -> str:
    if entry.against is None:
        return f"## {escape(entry.version)}\n\nThe first version.\n"
    rows = [
        (code(each.site), *(f"{n:,}" for n in (
            each.new, each.edited, each.gone, each.back, each.taken_down, each.restored, each.missing,
        )))
        for each in entry.posts
    ]  # fmt: skip
    text = f"## {escape(entry.version)}, against {escape(entry.against)}\n\n"
    text += table(_HEAD, rows, right=range(1, len(_HEAD))) if rows else "No post is another one.\n"
    for name, lines in (("Sites", entry.sites), ("Columns", entry.columns)):
        if lines:
            text += f"\n{name}:\n\n" + "".join(f"- {code(line)}\n" for line in lines)
    return text
