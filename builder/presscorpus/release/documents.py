"""All documents of a release, by path: the same facts, each in its own standard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from presscorpus.release import card, card_sections, citation, deposit
from presscorpus.release.changelog import changes
from presscorpus.release.credits import common_license, gather
from presscorpus.release.croissant import croissant
from presscorpus.release.descriptor import descriptor, schema_text
from presscorpus.release.dictionary import dictionary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from presscorpus.archive.receipt import Receipt
    from presscorpus.config.params import Params
    from presscorpus.config.schema import Package
    from presscorpus.release.credits import Credits
    from presscorpus.release.descriptor import Table
    from presscorpus.release.receipt import Entry


def documents(
    package: Package,
    params: Params,
    laid: Mapping[str, Table],
    contents: card.Contents,
    history: Sequence[Entry],
    crawls: Sequence[Receipt] = (),
) -> dict[str, str]:
    """Write the texts of all documents of a release.

    Args:
        package: The schemas of all tables, and the repository's descriptor.
        params: params.yaml.
        laid: All tables of the release, by name.
        contents: What the release holds.
        history: What each version changed, the newest first.
        crawls: The receipts of all crawls that the release is made of.

    Returns:
        Texts by path.

    Raises:
        SchemaError: The descriptor has no description.
        ParamsError: The version holds no date of the calendar.
    """
    credits_ = _completed(gather(package.descriptor, params.dataset), params, contents)
    license_, sites = common_license(params.sites), params.sites
    ordered = [laid[name].schema for name in card.order(laid)]
    sizes = [f"{table.rows:,} {name}" for name, table in laid.items() if table.rows]
    gated = params.publish.gated is not None
    return {
        "README.md": card.card(credits_, params, contents),
        "CHANGES.md": changes(credits_.title, history),
        "LICENSE.md": card.license_text(credits_, sites),
        "DICTIONARY.md": dictionary(ordered),
        "CITATION.cff": citation.cff(credits_, license_),
        "CITATION.bib": citation.bibtex(credits_),
        "datapackage.json": descriptor(credits_, package.descriptor["resources"], laid, sites),
        "croissant.json": croissant(credits_, sites, license_, laid, _answers(params, contents), crawls),
        "datacite.json": deposit.datacite(credits_, sites, license_, sizes),
        "zenodo.json": deposit.zenodo(credits_, sites, license_, gated=gated),
        **{f"schemas/{schema.name}.json": schema_text(schema) for schema in ordered},
    }


def _completed(credits_: Credits, params: Params, contents: card.Contents) -> Credits:
    """The credits, with description and languages that params.yaml leaves open."""
    made = contents.composition
    if params.dataset.description is None:
        posts = contents.rows.get("posts", 0)
        told = f"{card_sections.sentence(made, posts, params.sites)} {credits_.description}"
        credits_ = credits_._replace(description=told)
    return credits_ if credits_.language else credits_._replace(language=card_sections.found_languages(made))


def _answers(params: Params, contents: card.Contents) -> dict[str, str]:
    """Answers to the questions of Croissant RAI, from what the release holds."""
    receipts = contents.summary.receipts
    known = sum(each.swept for each in receipts)
    missing = sum(each.unreadable + each.failed for each in receipts)
    refused = sum(each.rows for each in contents.summary.quarantined)
    policies = {
        f"text {rule.text}, authors {rule.authors}, comments {'released' if rule.comments else 'withheld'}, "
        f"redacted: {' and '.join(rule.redact) or 'nothing'}"
        f"{', media files released as they came' if rule.media_files else ''}"
        for rule in (params.policy_of(site) for site in params.sites)
    }
    times = sorted(each.last for each in receipts)
    return {
        "dataCollection": (
            "Asked of the REST API of each site's WordPress, or taken from files that hold what it answered. Every "
            "response is kept byte for byte; each row names the record that it was taken from."
        ),
        "dataCollectionType": "Web Scraping",
        "dataCollectionRawData": "JSON responses of the WordPress REST API, archived as WARC (ISO 28500).",
        "dataCollectionTimeframe": times[-1] if times else "",
        "dataCollectionMissingData": (
            f"In the last crawls {known:,} items were known to exist, of which {missing:,} were not shown or could not "
            f"be had; {refused:,} records could not become rows. The tables crawls and quarantine say which and why."
        ),
        "dataPreprocessingProtocol": (
            "HTML became text and links by the rules that DICTIONARY.md names; language, script, repeats and "
            "publishers were found by programs. Content as received stands beside what was made of it."
        ),
        "personalSensitiveInformation": (
            f"Policies, by site: {'; '.join(sorted(policies))}. Texts may name people, and may show political "
            "opinions, religion or ethnic origin of those who write or are written about."
        ),
        "dataLimitations": (
            "Only what each site's API showed when it was asked. Times are those that the sites state. What a site "
            "deleted before the first crawl is not here."
        ),
        "dataBiases": (
            "The sites were chosen by the compilers of the dataset; nothing speaks for all sites of a language, "
            "country or subject. Posts that stood longer are likelier to be here."
        ),
        "dataUseCases": (
            "Study and citation of what sites published, of its changes and of its links; not training on texts whose "
            "rights do not allow it."
        ),
        "dataReleaseMaintenancePlan": (
            "Versions are calendar dates and never change; CHANGES.md says what each one changed. Takedowns hold from "
            "the next version on, and the reason stays in the row."
        ),
    }
