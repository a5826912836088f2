"""axe-core (https://github.com/dequelabs/axe-core, MPL-2.0), fetched by npm into an ignored folder and run in a page."""

from __future__ import annotations

import functools
import os
import shutil
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.wordpress import packages

if TYPE_CHECKING:
    from tests.browser.chromium import Browser

_PACKAGE = "axe-core@4.11.0"
_CACHE = Path(__file__).with_name(".cache")


def violations(browser: Browser) -> list[str]:
    """What the open page does wrong, gravest kind first, each with the elements that do it."""
    found: list[dict[str, Any]] = browser.ask(f"{_source()}; return axe.run(document).then((done) => done.violations)")
    order = ["critical", "serious", "moderate", "minor"]
    return [
        f"{each['impact']}: {each['id']}: {[node['target'] for node in each['nodes']][:5]}"
        for each in sorted(found, key=lambda each: order.index(each["impact"]))
    ]


@functools.cache
def _source() -> str:
    script = _CACHE / f"{_PACKAGE}.js"
    _CACHE.mkdir(exist_ok=True)
    with packages._lock():
        if not script.exists():
            _fetch(script)
    return script.read_text(encoding="utf-8")


def _fetch(script: Path) -> None:
    if shutil.which("npm") is None:
        if os.geteuid() != 0:
            raise packages.FetchError("axe-core comes by npm: install npm and run the tests again.")
        packages._apt("install", "--yes", "--no-install-recommends", "npm")
    packages._run("npm", "pack", "--silent", _PACKAGE, folder=_CACHE)
    (packed,) = _CACHE.glob("axe-core-*.tgz")
    with tarfile.open(packed) as archive:
        member = archive.extractfile("package/axe.min.js")
        assert member is not None
        partial = script.with_suffix(".partial")
        partial.write_bytes(member.read())
    partial.rename(script)
    packed.unlink()
