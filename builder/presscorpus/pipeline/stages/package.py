"""The stage `package`: the release, ready for the Hub."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from presscorpus.archive.receipt_file import closed_crawls, read_receipt
from presscorpus.config import takedown
from presscorpus.errors import RefusedError
from presscorpus.privacy import dataset_policy, inputs
from presscorpus.release import gates, writer
from presscorpus.release.card_sections import PICTURES
from presscorpus.release.receipt import read_previous
from presscorpus.validate.checker import check

if TYPE_CHECKING:
    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params
    from presscorpus.config.schema import Package


def run(package: Package, params: Params, layout: Layout) -> writer.Release:
    """Write the release, unless the tables have findings, and validate it again.

    A release that has findings is deleted.

    Args:
        package: The schemas of all tables.
        params: params.yaml.
        layout: Where tables and reports are read, and the release is written.

    Returns:
        What was laid out, and what it withholds.

    Raises:
        FindingsError: The tables or the release have findings, or the tables were never validated.
        RefusedError: takedown.yaml or params.yaml was changed after the tables were made.
        ArchiveError: A receipt is damaged.
        ParamsError: A policy asks for pseudonyms, and the environment does not hold their key.
    """
    gates.gate(layout)
    validated = gates.validation(layout)
    if inputs.check(layout, params, inputs.TABLES):
        raise RefusedError("has entries that the tables do not know", where=takedown.FILE, advice="Normalise again.")
    beside = writer.Beside(
        dataset_policy.of_dataset(params, layout.tables, os.environ),
        tuple(layout.reports / name for name in PICTURES),
        read_previous(layout.root, params.dataset.previous),
        (validated.frictionless_rows, sum(validated.rows.values())),
        tuple(read_receipt(warc) for site in params.sites for warc in closed_crawls(layout.raw, site.name)),
        layout.raw,
    )
    page = layout.reports / "index.html"
    laid = writer.write(package, params, layout.tables, layout.release, report=page, beside=beside)
    found = check(package, laid.folder, parts={name: laid.parts(name) for name in package.resources})
    if found.counts:
        shutil.rmtree(laid.folder)
    gates.clean(found.counts, laid.folder)
    inputs.note(layout, params, inputs.RELEASE)
    return laid
