"""What the documentation site needs beside MkDocs: links to files outside docs/, and the list of decisions."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

_LINK = re.compile(r"\]\((?P<path>\.\./[^)#\s]*)(?P<anchor>#[^)\s]*)?\)")
_ALL = "decisions/*.md"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Replace the pattern of the decisions in the navigation by their pages, in order."""
    docs = Path(config.docs_dir)
    pages = sorted(path.relative_to(docs).as_posix() for path in docs.glob(_ALL))
    for entry in config.nav or []:
        for title, value in entry.items() if isinstance(entry, dict) else ():
            if value == _ALL:
                entry[title] = pages
    return config


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001  # MkDocs passes it
    """Point links that leave docs/ at the repository, where these files can be read.

    Raises:
        FileNotFoundError: The file is not there.
    """
    folder = posixpath.dirname(page.file.src_uri)

    def outside(found: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join("docs", folder, found["path"]))
        if path.startswith("docs/"):
            return found[0]
        if not Path(config.docs_dir).parent.joinpath(path).exists():
            raise FileNotFoundError(f"{page.file.src_uri} links to {path}, which is not there")
        return f"]({config.repo_url}/blob/main/{path}{found['anchor'] or ''})"

    return _LINK.sub(outside, markdown)
