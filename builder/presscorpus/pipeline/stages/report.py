"""The stage `report`: the HTML page, metrics, plots and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from presscorpus.privacy import dataset_policy
from presscorpus.release import gates
from presscorpus.report import write

if TYPE_CHECKING:
    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params
    from presscorpus.config.schema import Package
    from presscorpus.report import Report


def run(package: Package, params: Params, layout: Layout) -> Report:
    """Write page, metrics, plots and pictures from what the policy releases.

    Args:
        package: The schemas of all tables.
        params: params.yaml, with the policy of each site.
        layout: Where tables and raw archive are read, and reports written.

    Returns:
        The path of the page, and the figures that it shows.

    Raises:
        FindingsError: The tables were never validated.
        UsageError: A table is missing.
        ArchiveError: The archive is damaged.
    """
    # The page shows no author, so it needs no key of pseudonyms.
    policy = dataset_policy.of_dataset(params, layout.tables, {}, needs_key=False)
    return write(package, params, layout, policy, gates.findings(layout))
