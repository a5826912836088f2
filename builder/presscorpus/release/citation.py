"""How to cite the dataset: `CITATION.cff` and BibTeX.

The Citation File Format 1.2.0 is https://citation-file-format.github.io.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from presscorpus.release.credits import funded
from presscorpus.release.markdown import line
from presscorpus.release.safe_yaml import dump

if TYPE_CHECKING:
    from presscorpus.config.dataset import Creator
    from presscorpus.release.credits import Credits

_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "_": r"\_", "%": r"\%",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def cff(credits_: Credits, license_: str | None) -> str:
    """Write the text of `CITATION.cff`.

    Several licences in one file would mean a choice between them, so that they are left to `LICENSE.md`.

    Args:
        credits_: The dataset, as it is to be cited.
        license_: The SPDX identifier that holds for all content, null where none does.

    Returns:
        YAML of CFF 1.2.0.
    """
    document: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it as below, with its version.",
        "type": "dataset",
        "title": credits_.title,
        "version": credits_.version,
        "date-released": credits_.released.isoformat(),
        "authors": [_author(creator) for creator in credits_.creators],
        "abstract": credits_.description,
    }
    if credits_.doi:
        document["doi"] = credits_.doi
    if credits_.url:
        document["url"] = credits_.url
    if credits_.keywords:
        document["keywords"] = list(credits_.keywords)
    if license_ is not None:
        document["license"] = license_
    return dump(document)


def bibtex(credits_: Credits) -> str:
    """Write the dataset as a BibTeX entry (`misc`, which every style knows).

    Args:
        credits_: The dataset, as it is to be cited.

    Returns:
        The entry, with a line break at its end.
    """
    fields = {
        # Braces keep a group from being read as first and last name, and a title its capitals.
        "author": " and ".join(_name(creator) for creator in credits_.creators),
        "title": f"{{{escaped(credits_.title)}}}",
        "year": str(credits_.released.year),
        "version": escaped(credits_.version),
        "howpublished": "Dataset",
    }
    if credits_.doi:
        fields["doi"] = credits_.doi
    if credits_.url:
        fields["url"] = credits_.tagged_url or ""
    if credits_.funding:
        fields["note"] = "; ".join(escaped(funded(each)) for each in credits_.funding)
    lines = [f"  {key} = {{{value}}}," for key, value in fields.items()]
    lines.insert(3, f"  month = {_MONTHS[credits_.released.month - 1]},")
    return f"@misc{{{credits_.name}-{credits_.version},\n" + "\n".join(lines) + "\n}\n"


def _author(creator: Creator) -> dict[str, str]:
    named: dict[str, str | None]
    if creator.given or creator.family:
        named = {"given-names": creator.given, "family-names": creator.family, "affiliation": creator.affiliation}
    else:
        named = {"name": creator.name}
    named |= {"orcid": creator.orcid, "website": creator.url}
    return {key: value for key, value in named.items() if value}


def _name(creator: Creator) -> str:
    if creator.given and creator.family:
        return f"{escaped(creator.family)}, {escaped(creator.given)}"
    return f"{{{escaped(creator.name)}}}"


def escaped(text: str) -> str:
    """Escape a text of unknown origin for a field of a BibTeX entry.

    Args:
        text: Any text.

    Returns:
        TeX on one line.
    """
    return "".join(_TEX.get(character, character) for character in line(text))
