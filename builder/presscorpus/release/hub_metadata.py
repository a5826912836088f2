"""Licences and size categories as the Hub names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from presscorpus.release.credits import common_license

if TYPE_CHECKING:
    from collections.abc import Iterable

    from presscorpus.config.params import Site

# The identifiers that the Hub has for licences (https://huggingface.co/docs/hub/repositories-licenses) and shares with
# SPDX but for the case; what is none of them is stated as "other" with a link.
_HUB_LICENSES = frozenset({
    "apache-2.0", "mit", "cc0-1.0", "cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0",
    "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nd-4.0", "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0",
    "cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0",
})  # fmt: skip
_SIZES = (
    (10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**7, "1M<n<10M"),
    (10**8, "10M<n<100M"), (10**9, "100M<n<1B"), (10**10, "1B<n<10B"), (10**11, "10B<n<100B"), (10**12, "100B<n<1T"),
)  # fmt: skip


def license_metadata(sites: Iterable[Site]) -> dict[str, str]:
    """State the licence that all sites share by the Hub's identifier, or "other".

    Args:
        sites: The sites of params.yaml, with their rights.

    Returns:
        `license`, and where it is "other" also `license_name` and `license_link`
        (https://huggingface.co/docs/hub/repositories-licenses).
    """
    license_ = common_license(sites)
    if license_ is not None and license_.lower() in _HUB_LICENSES:
        return {"license": license_.lower()}
    return {"license": "other", "license_name": "site-by-site", "license_link": "LICENSE.md"}


def size_category(rows: int) -> str:
    """The Hub's size category of a number of rows, as "1K<n<10K".

    Args:
        rows: Rows of the first table of the card.

    Returns:
        The name of the category.
    """
    return next((name for limit, name in _SIZES if rows < limit), "n>1T")
