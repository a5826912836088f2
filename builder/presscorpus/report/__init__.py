"""The report: an HTML page, the same figures for DVC, and pictures for the card.

Everything in it has passed `privacy/policy.py`, and depends on tables, raw archive and parameters alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from presscorpus.dtypes import TEXT
from presscorpus.lazy import lazy
from presscorpus.report.plots import METRICS
from presscorpus.storage import atomic, parquet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import msgspec
    import polars as pl

    from presscorpus.config.layout import Layout
    from presscorpus.config.params import Params
    from presscorpus.config.schema import Package
    from presscorpus.content import urls
    from presscorpus.privacy import policy
    from presscorpus.privacy.policy import ReleasePolicy
    from presscorpus.release import citation, composition
    from presscorpus.release import credits as crediting
    from presscorpus.release.credits import Credits
    from presscorpus.report import edits, figures, page, plots, post_versions, sample
    from presscorpus.report.figures import Figures
    from presscorpus.report.sample import Sample
    from presscorpus.storage import parquet_rows
else:
    msgspec = lazy("msgspec")
    pl = lazy("polars")
    urls = lazy("presscorpus.content.urls")
    policy = lazy("presscorpus.privacy.policy")
    citation = lazy("presscorpus.release.citation")
    composition = lazy("presscorpus.release.composition")
    crediting = lazy("presscorpus.release.credits")
    edits = lazy("presscorpus.report.edits")
    figures = lazy("presscorpus.report.figures")
    page = lazy("presscorpus.report.page")
    plots = lazy("presscorpus.report.plots")
    post_versions = lazy("presscorpus.report.post_versions")
    sample = lazy("presscorpus.report.sample")
    parquet_rows = lazy("presscorpus.storage.parquet_rows")

PAGE = "index.html"
__all__ = ["METRICS", "PAGE", "Report", "write"]


class Report(NamedTuple):
    """The page that was written, and the figures that it shows."""

    page: Path
    figures: Figures


def write(
    package: Package, params: Params, layout: Layout, rules: ReleasePolicy, findings: Mapping[str, int]
) -> Report:
    """Write page, metrics, plots and pictures into `layout.reports`.

    Args:
        package: The schemas of all tables.
        params: params.yaml.
        layout: Where tables and raw archive are read, and the reports are written.
        rules: What of each site may be published.
        findings: Faults of the last validation by "table/field/rule"; empty where there are none.

    Returns:
        The path of the page, and its figures.

    Raises:
        RefusedError: A table has rows of a site without a policy.
        SchemaError: The columns of a table are not those of its schema.
        ParamsError: takedown.yaml is malformed.
        ArchiveError: The archive is damaged, or does not hold what a version names.
    """
    tables = {name: _released(package, layout, rules, name) for name in package.resources}
    homes = {site.name: urls.resolve(site.address, site.address).domain for site in params.sites}
    counted = figures.figures(tables, findings, homes)
    credited = crediting.gather(package.descriptor, params.dataset)
    facts = page.Facts(
        params=params,
        made=composition.compose(tables["posts"], ()),
        description=params.dataset.description,
        citation=_sentence(credited),
        bibtex=citation.bibtex(credited),
        schemas=[resource.schema for resource in package.resources.values()],
        sites=tables["sites"].collect(),
        figures=counted,
        sample=_sample(package, params, layout, rules, tables),
    )
    metrics = msgspec.json.format(msgspec.json.encode(plots.metrics(counted)), indent=2) + b"\n"
    files = {METRICS: metrics, PAGE: page.page(facts).encode()}
    files |= {name: _printable(frame).write_csv().encode() for name, frame in plots.tables(counted).items()}
    for name, content in (files | plots.cards(counted)).items():
        atomic.write(layout.reports / name, content)
    return Report(layout.reports / PAGE, counted)


def _printable(frame: pl.DataFrame) -> pl.DataFrame:
    """Replace control and bidirectional characters, which could steer a terminal."""
    return frame.with_columns(pl.col(TEXT).str.replace_all(r"[\p{Cc}\x{202A}-\x{202E}\x{2066}-\x{2069}]", "\ufffd"))


def _released(package: Package, layout: Layout, rules: ReleasePolicy, name: str) -> pl.LazyFrame:
    return policy.released(name, parquet.scan(layout.tables / f"{name}.parquet"), package.schema(name), rules)


def _shown(package: Package, rules: ReleasePolicy, name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Apply the policy to some columns of a table together, which costs less.

    The others, of which no other column of the sample depends, are null meanwhile.
    """
    schema = package.schema(name)
    unread = [pl.lit(None, kind).alias(each) for each, kind in schema.polars.items() if each not in rows.columns]
    whole = rows.with_columns(unread).select(schema.names)
    return policy.released_whole(name, whole, schema, rules).select(rows.columns)


def _sample(
    package: Package, params: Params, layout: Layout, rules: ReleasePolicy, whole: Mapping[str, pl.LazyFrame]
) -> Sample:
    """Choose the posts to look into, with the contents of their versions.

    The contents of versions pass the policy as rows of `posts` do.
    """
    chosen = sample.choose(whole["posts"], whole["versions"])
    tables = {}
    for name, columns in sample.COLUMNS.items():
        rows = parquet_rows.having(layout.tables / f"{name}.parquet", chosen.keys, columns)
        tables[name] = _shown(package, rules, name, rows).lazy()
    states = post_versions.contents(package, params, layout, sample.last_versions(tables["versions"]))
    # The policy knows the columns of the table alone, so crawl and record identify the version.
    place = ["site", "type", "id", "crawl", "record_id"]
    released = _shown(package, rules, "posts", states.select(*place, *edits.FIELDS))
    told = released.join(states.select(*place, "ordinal"), on=place, maintain_order="left")
    return sample.gather(tables | {"terms": whole["terms"]}, chosen, told)


def _sentence(credited: Credits) -> str:
    """The dataset in one sentence, to be cited."""
    names = "; ".join(creator.name for creator in credited.creators)
    return f"{names} ({credited.released.year}). {credited.title}, version {credited.version}. Dataset."
