"""The dataset card, README.md (https://huggingface.co/docs/hub/datasets-cards).

The front matter gives each table with rows a config, for `load_dataset(..., "posts")`; one without rows would break it.
It states no counts or sizes: `datasets` raises NonMatchingSplitsSizesError for a stale one.
"""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from presscorpus.content import dates
from presscorpus.release import card_sections, citation
from presscorpus.release.composition import Composition
from presscorpus.release.credits import funded
from presscorpus.release.hub_metadata import license_metadata, size_category
from presscorpus.release.markdown import block, code, escape, line, table
from presscorpus.release.safe_yaml import dump
from presscorpus.release.withholding import Withholding, withheld

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from presscorpus.config.params import Params, Publishing, Site
    from presscorpus.config.schema import Schema
    from presscorpus.release.credits import Credits
    from presscorpus.release.summary import Summary

FIRST = ("posts", "terms", "links")
"""The order of the tables in the card; the others follow as the descriptor has them."""

_LISTED = 50  # sites, gaps and rules that the card lists; the tables have all of them
_REPOSITORY = "OWNER"  # a placeholder, where params.yaml names no repository


class Contents(NamedTuple):
    """What a release holds.

    `rows` are counted by table, tables without rows included. `has_report` says that report.html lies beside the card,
    `pictures` are those of `card_sections.PICTURES` that do, by their paths. `judged` is how many rows of the tables
    that the release was made from frictionless checked, and how many those are. `digests` are the SHA-256 of the
    tables. `withholding` is what does not leave, in numbers.
    """

    schemas: Mapping[str, Schema]
    rows: Mapping[str, int]
    digests: Mapping[str, str]
    summary: Summary
    has_report: bool
    composition: Composition = Composition()
    pictures: Sequence[str] = ()
    judged: tuple[int, int] | None = None
    withholding: Withholding = Withholding()


def order(tables: Iterable[str]) -> list[str]:
    """Sort names of tables in the order of the card: `FIRST`, then as given.

    Args:
        tables: Names of tables.

    Returns:
        Every name once.
    """
    return sorted(tables, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))


def card(credits_: Credits, params: Params, contents: Contents) -> str:
    """Write the text of `README.md`.

    Args:
        credits_: The dataset, as it is to be cited.
        params: params.yaml, with the rights and the policy of each site.
        contents: What the release holds.

    Returns:
        Markdown below front matter in YAML.
    """
    ordered = [contents.schemas[name] for name in order(contents.schemas)]
    made = contents.composition
    body = [
        _introduction(credits_, params, contents),
        card_sections.pictures(made, contents.pictures),
        _tables(contents),
        _loading(credits_, contents),
        _citing(credits_),
        _collection(params, contents),
        _checks(contents),
        card_sections.languages(made),
        _rights(params),
        withheld(params, ordered, contents.withholding) + card_sections.redacted(made),
        _gaps(contents),
        card_sections.uses(made),
    ]
    return f"---\n{dump(front_matter(credits_, params, contents))}---\n\n" + "\n".join(filter(None, body))


def front_matter(credits_: Credits, params: Params, contents: Contents) -> dict[str, Any]:
    """The metadata that the Hub and `datasets` read, without empty values.

    Args:
        credits_: Who made the dataset, and what it is.
        params: params.yaml.
        contents: What the release holds.

    Returns:
        Keys and values of the YAML block (https://huggingface.co/docs/hub/datasets-cards).
    """
    filled = [name for name in order(contents.rows) if contents.rows[name]]
    # The Hub's own field knows languages without script or region (https://huggingface.co/docs/hub/datasets-cards).
    languages = list(dict.fromkeys(tag.split("-")[0].lower() for tag in credits_.language))
    metadata = {
        "language": languages,
        "language_bcp47": [tag for tag in credits_.language if "-" in tag],
        **license_metadata(params.sites),
        "pretty_name": credits_.title,
        "tags": list(credits_.keywords),
        "task_categories": _tasks(params, contents),
        "size_categories": [size_category(contents.rows.get(FIRST[0], 0))],
        "configs": [_config(name, contents.digests[name], default=name == filled[0]) for name in filled],
        **_gate(params.publish),
    }
    return {key: value for key, value in metadata.items() if value}


def _gate(publish: Publishing) -> dict[str, Any]:
    """The form for access (https://huggingface.co/docs/hub/datasets-gated)."""
    if publish.gated is None:
        return {}
    return {"extra_gated_prompt": publish.gated_prompt, "extra_gated_fields": dict(publish.gated_fields)}


def _tasks(params: Params, contents: Contents) -> list[str]:
    """The tasks that the Hub lists the dataset under, from params.yaml or by content."""
    if params.dataset.task_categories:
        return list(params.dataset.task_categories)
    with_text = any(params.policy_of(site).text != "none" for site in params.sites)
    translated = with_text and contents.rows.get("translations")
    return (["text-classification", "text-retrieval"] if with_text else []) + (["translation"] if translated else [])


def _config(name: str, digest: str, *, default: bool) -> dict[str, Any]:
    """The configuration of one table.

    `datasets` caches a folder by its base name and what the card says of its configurations. The digest makes it load
    the files that are there, and not those of another folder called `release`
    (datasets.load.LocalDatasetModuleFactory).
    """
    config: dict[str, Any] = {
        "config_name": name,
        "description": f"SHA-256 of the table: {digest}",
        "data_files": [{"split": "train", "path": f"{name}/*.parquet"}],
    }
    return config | {"default": True} if default else config


def _introduction(credits_: Credits, params: Params, contents: Contents) -> str:
    posts = contents.rows.get(FIRST[0], 0)
    sites = "1 site" if len(params.sites) == 1 else f"{len(params.sites):,} sites"
    report = " [report.html](report.html) shows it at a glance." if contents.has_report else ""
    asked = sorted({str(site.part) for site in params.sites if site.part})
    part = f"**A part, not all:** asked for was only {escape(' and '.join(asked))}.\n\n" if asked else ""
    return (
        f"# {escape(credits_.title)}\n\n{escape(credits_.description)}\n\n{part}"
        f"Version {code(credits_.version)}: {posts:,} {'post' if posts == 1 else 'posts'} of {sites}. "
        f"[DICTIONARY.md](DICTIONARY.md) explains every column, [CHANGES.md](CHANGES.md) what each version changed."
        f"{report}\n"
    )


def _tables(contents: Contents) -> str:
    rows = []
    for name in order(contents.rows):
        schema = contents.schemas[name]
        columns = f"[{len(schema.fields)}](DICTIONARY.md#{name})"
        rows.append((code(name), escape(_sentence(schema.description)), columns, f"{contents.rows[name]:,}"))
    empty = (
        "" if all(contents.rows.values()) else "\nA table without rows is there as a file and has no configuration.\n"
    )
    return f"## Tables\n\n{table(('Table', 'What it holds', 'Columns', 'Rows'), rows, right=[2, 3])}{empty}"


def _sentence(text: str) -> str:
    first, stop, _ = text.partition(". ")
    return first + stop.strip()


def _loading(credits_: Credits, contents: Contents) -> str:
    name = next((name for name in order(contents.rows) if contents.rows[name]), FIRST[0])
    repository, version = credits_.repository or f"{_REPOSITORY}/{credits_.name}", credits_.version
    place = f"hf://datasets/{repository}@{version}/{name}"
    hub = f'load_dataset("{repository}", "{name}", split="train", revision="{version}")'
    python = (
        f"from datasets import load_dataset\n\n{name} = {hub}",
        f'import polars as pl\n\n{name} = pl.scan_parquet("{place}/*.parquet").collect()',
        f'import pandas as pd\n\n{name} = pd.read_parquet("{place}")',
    )
    blocks = [block(each, "python") for each in python]
    blocks.append(block(f"-- DuckDB\nSELECT * FROM '{place}/*.parquet' LIMIT 10;", "sql"))
    blocks.append(block(f'# R\n{name} <- duckplyr::read_parquet_duckdb("{place}/*.parquet")', "r"))
    owner = "I" if credits_.repository else f"With the publisher's name in the place of {code(_REPOSITORY)}; i"
    copy = code(f"hf://datasets/{repository}@{version}")
    return (
        f"## How to load\n\n{owner}n a copy on disk, with its folder in the place of {copy}. Any table of the list "
        f"above stands where {code(name)} does.\n\n"
        + "\n".join(blocks)
        + f"\nEvery version has a tag: with {code('revision')} or {code('@')} you get the same bytes for as long as "
        "the dataset lasts, without them the newest. [SHA256SUMS](SHA256SUMS) proves a copy.\n"
    )


def _citing(credits_: Credits) -> str:
    funded_ = "".join(f"\n{escape(funded(each))}.\n" for each in credits_.funding)
    unnamed = (
        "" if credits_.named else "\nNobody is named yet who made it: `dataset.creators` in params.yaml is empty.\n"
    )
    return (
        f"## How to cite\n\n{block(citation.bibtex(credits_), 'bibtex')}\n"
        "The same stands in [CITATION.cff](CITATION.cff), [CITATION.bib](CITATION.bib), "
        "[datacite.json](datacite.json), [zenodo.json](zenodo.json) and [croissant.json](croissant.json). A single "
        "post is cited by its site, type and number with the version: `presscorpus cite SITE ID` prints that, with the "
        "address, the times and the digest of the response that it was taken from.\n"
        f"{unnamed}{funded_}"
    )


def _collection(params: Params, contents: Contents) -> str:
    addresses = {site.name: site for site in params.sites}
    rows = [
        (
            escape(each.site),
            code(addresses[each.site].address) if each.site in addresses else "",
            dates.crawl(each.last),
            f"{each.crawls:,}",
            *(f"{count:,}" for count in (each.swept, each.fetched, each.unreadable, each.gone, each.failed)),
            "no" if each.unbalanced else "yes, total unknown" if each.untold else "yes",
        )
        for each in contents.summary.receipts
    ]
    head = (
        "Site", "Address", "Last crawl (UTC)", "Crawls", "Known", "Fetched", "Not shown", "Vanished", "Failed",
        "Balances",
    )  # fmt: skip
    shown = (
        table(head, rows[:_LISTED], right=range(3, 9)) + _more(rows, "crawls") if rows else "No crawl is recorded.\n"
    )
    return (
        "## How it was collected\n\nThrough the REST API of each site's WordPress, or from files that hold what it "
        "answered. Every response is kept byte for byte in an archive, and each row names the record that it was taken "
        "from. These are the receipts of the last crawls, in items of all collections; the table `crawls` has each of "
        f"them.\n\n{shown}"
    )


def _checks(contents: Contents) -> str:
    text = (
        "## How it was checked\n\nEvery row was checked against [the schemas](datapackage.json): types, constraints, "
        "keys and references between tables. Without that there is no release.\n"
    )
    if contents.judged is None or not contents.judged[0]:
        return text
    judged, rows = contents.judged
    of = f"all {rows:,}" if judged == rows else f"{judged:,} of the {rows:,}"
    drawn = "" if judged == rows else ", a sample of whole posts that a fixed seed draws,"
    return (
        f"{text}\n[Frictionless](https://framework.frictionlessdata.io), a program of other authors, judged {of} rows "
        f"of the tables that this release was made from{drawn} and came to the same verdict.\n"
    )


def _rights(params: Params) -> str:
    lines = [rights(site) for site in params.sites]
    more = f"- {len(lines) - _LISTED:,} more sites: see [LICENSE.md](LICENSE.md)\n" if len(lines) > _LISTED else ""
    return f"## Rights\n\nThe rights in the content are not one. By site:\n\n{''.join(lines[:_LISTED])}{more}"


def rights(site: Site) -> str:
    """What may be done with the content of a site, as a Markdown list item.

    Args:
        site: A site of params.yaml.

    Returns:
        One line.
    """
    license_ = f"licence {code(site.rights.license)}" if site.rights.license else "no licence is stated"
    forbidden = "" if site.rights.publishable else " **Not to be published.**"
    return f"- {code(site.name)}, {license_}: {escape(site.rights.statement)}{forbidden}\n"


def _gaps(contents: Contents) -> str:
    summary = contents.summary
    gaps = [
        f"- {code(gap.site)}, crawl {code(gap.crawl)}, {code(gap.collection)}: "
        f"{escape(gap.reason) if gap.reason else 'the receipt does not balance'}\n"
        for gap in summary.gaps
    ]
    text = "## Known gaps\n\n"
    text += f"Receipts that do not balance or are incomplete: {len(gaps):,}.\n"
    text += _list(gaps, "crawls")
    broken: Callable[[Any], str] = attrgetter("rule")
    rules = [
        f"- {code(rule)}: {sum(each.rows for each in found):,}\n"
        for rule, found in groupby(sorted(summary.quarantined, key=broken), key=broken)
    ]
    text += f"\nRecords that could not become rows: {sum(each.rows for each in summary.quarantined):,}"
    text += ", by the rule that they broke:\n" if rules else ".\n"
    return text + _list(rules, "quarantine")


def _list(items: Sequence[str], name: str) -> str:
    return f"\n{''.join(items[:_LISTED])}{_more(items, name)}" if items else ""


def _more(items: Sequence[Any], name: str) -> str:
    return f"\n{len(items) - _LISTED:,} more stand in the table {code(name)}.\n" if len(items) > _LISTED else ""


def license_text(credits_: Credits, sites: Iterable[Site]) -> str:
    """The text of `LICENSE.md`: rights in each site's content, in code and layout.

    Args:
        credits_: Who made the dataset.
        sites: All sites of params.yaml.

    Returns:
        Markdown.
    """
    layout = "".join(f"- {escape(each.get('title') or each.get('name', ''))}\n" for each in credits_.licenses)
    return (
        f"# Rights in {line(escape(credits_.title))}\n\n## Content, by site\n\n{''.join(map(rights, sites))}\n"
        f"## Code and layout of the tables\n\n{layout}"
    )
