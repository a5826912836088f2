"""`presscorpus init`, `add`, `advance`: a dataset's repository and versions."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from presscorpus.config import params
from presscorpus.config.dataset import Creator, Previous, order
from presscorpus.errors import StorageError, UsageError
from presscorpus.pipeline.edit import edit
from presscorpus.pipeline.request import UNSETTLED, BuildRequest, to_params
from presscorpus.release.receipt import receipt_paths
from presscorpus.storage.checksum import sha256_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from presscorpus.config.params import Params, Site

PROJECT = Path(__file__).with_name("project")
"""The files of a new dataset, with the words in braces that `init` fills in."""

_ORCID = re.compile(r"\s*[(<]?(?:https://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dXx])[)>]?\s*")
# In the repository of the package git would obey a file called .gitignore, and DVC one called dvc.yaml.
_RENAMED = {"gitignore": ".gitignore", "dvc.template.yaml": "dvc.yaml"}


class NewDataset(NamedTuple):
    """The description of a new dataset; `moment` is when it is begun, in UTC."""

    name: str
    title: str
    moment: datetime
    creators: tuple[Creator, ...] = ()
    description: str | None = None
    keywords: tuple[str, ...] = ()
    repository: str | None = None


def creator(text: str) -> Creator:
    """Read a creator as people write one.

    Examples are `Ada Lovelace 0000-0002-1825-0097`, `Lovelace, Ada` and `Example Lab`. Whoever has an ORCID or a comma
    in the name is a person; any other name is taken whole.

    Args:
        text: A name, with an ORCID or without.

    Returns:
        The creator; given and family name are null where they cannot be told apart.
    """
    found = _ORCID.search(text)
    orcid = found[1].upper() if found else None
    name = _ORCID.sub(" ", text).strip() if found else text.strip()
    family, comma, given = (part.strip() for part in name.partition(","))
    if not comma and orcid is not None and " " in name:
        given, _, family = name.rpartition(" ")
    if given and family:
        return Creator(f"{given} {family}", given=given, family=family, orcid=orcid)
    return Creator(name, orcid=orcid)


def init(folder: Path, made: NewDataset) -> list[Path]:
    """Write the repository of a new dataset.

    The folder becomes a git repository with DVC in it, where git is installed; an existing repository is left as it is.

    Args:
        folder: Where it will be; missing, empty, or a git repository without files of the same names.
        made: The description of the dataset.

    Returns:
        The files that were written.

    Raises:
        UsageError: One of the files is there already.
        ParamsError: A name, version or ORCID is malformed.
        StorageError: git or DVC fails.
    """
    words = {
        "name": made.name,
        "title": _yaml(made.title),
        "version": f"v{made.moment:%Y.%m.%d}",
        "description": _yaml(made.description),
        "creators": _yaml([_without_nulls(each) for each in made.creators]),
        "keywords": _yaml(list(made.keywords)),
        "repository": _yaml(made.repository),
        "presscorpus": version("presscorpus"),
    }
    texts = {name: _filled(text, words) for name, text in _templates().items()}
    texts["README.md"] = texts["README.md"].replace(words["title"], made.title)
    there = [name for name in texts if (folder / name).exists()]
    if there:
        advice = "Name a new folder."
        if (folder / params.FILE).exists():
            advice = "It holds a dataset: there `presscorpus add SITE` adds a site. Name a new folder for another one."
        raise UsageError(f"has a {there[0]} already", where=str(folder), advice=advice)
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    params.load(folder / params.FILE, needs_sites=False)
    _start_repository(folder)
    return [folder / name for name in sorted(texts)]


def _templates() -> dict[str, str]:
    paths = sorted(path for path in PROJECT.rglob("*") if path.is_file() and path.suffix != ".pyc")
    named = ((path.relative_to(PROJECT).as_posix(), path) for path in paths)
    return {_RENAMED.get(name, name): path.read_text(encoding="utf-8") for name, path in named}


def _filled(text: str, words: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: words.get(found[1], found[0]), text)


def _yaml(value: Any) -> str:
    """A value as YAML on one line: JSON is YAML."""
    return json.dumps(value, ensure_ascii=False)


def _without_nulls(said: msgspec.Struct) -> dict[str, Any]:
    return {key: value for key, value in msgspec.to_builtins(said).items() if value is not None}


def _start_repository(folder: Path) -> None:
    git = shutil.which("git")
    within = git and _run([git, "rev-parse", "--is-inside-work-tree"], folder, check=False).returncode == 0
    if git and not within:
        _run([git, "init", "--quiet"], folder)
    if not (folder / ".dvc").exists():
        options = ["--quiet"] + (["--subdir"] if within else []) + ([] if git else ["--no-scm"])
        _run([sys.executable, "-m", "dvc", "init", *options], folder)
        for setting in ("core.analytics", "core.check_update"):
            _run([sys.executable, "-m", "dvc", "config", setting, "false"], folder)


def _run(command: Sequence[str], folder: Path, *, check: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - git and DVC
    if check and done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise StorageError(
            f"`{' '.join(command[-3:])}` fails: {said[-1] if said else done.returncode}", where=str(folder)
        )
    return done


class NewSite(NamedTuple):
    """A site to add: its address or files, and what may be done with its content.

    `source` is an address or a folder of files. `moment`, in UTC, becomes its `as_of`. `rights` is null where nobody
    has said anything about the content, which is then not published.
    """

    source: str
    moment: datetime
    name: str | None = None
    address: str | None = None
    rights: str | None = None
    license: str | None = None
    contact: str | None = None
    allow_private: bool = False
    permission: str | None = None


def add(root: Path, new: NewSite) -> Site:
    """Add a site to params.yaml.

    Args:
        root: The folder of the dataset.
        new: The site. An address is asked which site it belongs to; files show it, or `address` says it.

    Returns:
        The site as params.yaml has it now.

    Raises:
        UsageError: The site is there already, its files lie outside the dataset, or hold several sources.
        SourceError: The address leads to no WordPress site, or the files hold nothing of one.
        ParamsError: params.yaml is missing or malformed.
    """
    said = params.load(root / params.FILE, needs_sites=False)
    asked = BuildRequest(
        [new.source],
        new.moment,
        new.address,
        contact=new.contact,
        allow_private=new.allow_private,
        permission=new.permission,
        look=True,
    )
    site, *others = to_params(asked, root).sites
    if others or site.imports:
        raise UsageError(
            f"holds several sources: {', '.join(each.name for each in (site, *others))}",
            where=new.source,
            advice=f"Add one folder at a time, as {site.files}.",
        )
    rights = params.Rights(new.rights, new.license) if new.rights else UNSETTLED
    site = msgspec.structs.replace(site, name=new.name or site.name, rights=rights, files=_inside(root, site.files))
    _check_new(said, site)
    written: dict[str, Any] = {
        "name": site.name,
        "address": site.address,
        "files": site.files,
        "as_of": f"{site.as_of:%Y-%m-%dT%H:%M:%SZ}",
        "contact": site.contact,
        "allow_private": site.allow_private or None,
        "permission": site.permission,
        "rights": _without_nulls(site.rights),
    }
    if site.rights.publishable:
        written["rights"].pop("publishable")

    def append(document: Any) -> None:
        document["sites"].append({key: value for key, value in written.items() if value is not None})
        document["sites"].fa.set_block_style()

    return edit(root, append).site(site.name)


def _check_new(said: Params, site: Site) -> None:
    """Refuse a name that a site has already."""
    there = next((each for each in said.sites if each.name == site.name), None)
    if there is None:
        return
    if site.files is None and site.address == there.address:
        advice = "`presscorpus advance` asks it again, with all other sites."
    else:
        advice = "Give another site a --name; more files of the same one belong below its `imports`."
    raise UsageError("is there already", where=f"{params.FILE}: site {site.name!r}", advice=advice)


def _inside(root: Path, files: str | None) -> str | None:
    """The files relative to the dataset, where DVC sees them change."""
    if files is None:
        return None
    path = Path(files)
    if not path.is_relative_to(root.resolve()):
        raise UsageError("lies outside the dataset", where=files, advice="Move it to sources/, and name it there.")
    return path.relative_to(root.resolve()).as_posix()


def advance(root: Path, moment: datetime) -> Params:
    """Start the next version of the dataset in params.yaml.

    Every site that is asked over the network is asked again, up to `moment`; those of files stay as they are. The
    version becomes that date, with a number where the date has a version already, and the newest receipt in `releases/`
    the version before.

    Args:
        root: The folder of the dataset.
        moment: The new `as_of`, in UTC; later than that of every site.

    Returns:
        The params.yaml that was written.

    Raises:
        UsageError: A site was asked later than that already, or the version is of a later day.
        ParamsError: params.yaml is missing or malformed.
    """
    said = params.load(root / params.FILE)
    later = [site for site in said.sites if site.files is None and site.as_of >= moment]
    if later:
        raise UsageError(
            f"was asked as of {later[0].as_of:%Y-%m-%dT%H:%M:%SZ}, which is not before {moment:%Y-%m-%dT%H:%M:%SZ}",
            where=later[0].name,
            advice="Name a later date.",
        )
    _check_version(said, moment)
    previous = newest(root)
    taken = {said.dataset.version} | ({previous.version} if previous else set())

    def move(document: Any) -> None:
        for site in document["sites"]:
            if site.get("files") is None:
                site["as_of"] = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
        document["dataset"]["version"] = _following(moment, taken)
        if previous is not None:
            document["dataset"]["previous"] = {"version": previous.version, "sha256": previous.sha256}

    return edit(root, move)


def _check_version(said: Params, moment: datetime) -> None:
    """Refuse a version that would be older than what is in it, or than the one before."""
    last = max(part.as_of for site in said.sites for part in site.parts())
    day = order(f"v{moment:%Y.%m.%d}")
    if day < max(order(f"v{last:%Y.%m.%d}"), order(said.dataset.version)[:3]):
        raise UsageError(
            f"a version of {moment:%Y-%m-%d} would be older than {said.dataset.version}, or than what was observed on "
            f"{last:%Y-%m-%d}",
            where=params.FILE,
            advice="Name a later date, or none for today.",
        )


def newest(root: Path) -> Previous | None:
    """The newest release that `releases/` has a receipt of.

    Args:
        root: The folder of the dataset.

    Returns:
        Its version and the SHA-256 of its receipt; null for none.
    """
    receipts = {path.stem: path for path in receipt_paths(root)}
    if not receipts:
        return None
    last = max(receipts, key=order)
    return Previous(last, sha256_of(receipts[last]))


def _following(moment: datetime, taken: set[str]) -> str:
    """The version of a date, with the first free number where the date is taken."""
    day, number = f"v{moment:%Y.%m.%d}", 2
    if day not in taken and not any(each.startswith(f"{day}.") for each in taken):
        return day
    while f"{day}.{number}" in taken:
        number += 1
    return f"{day}.{number}"
