"""The parameters of a dataset: params.yaml, read and checked.

Times and versions that stand in tables come from here and never from the clock, so that the same raw archive and the
same parameters give the same bytes.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from presscorpus.config.dataset import Creator, Dataset, Funding, Previous, order
from presscorpus.config.dataset import judge as judge_dataset
from presscorpus.config.misfits import misfit, read_yaml, remedy
from presscorpus.config.settings import Engine, Limits, Packaging, Publishing, Strict, Timestamping, Validation
from presscorpus.config.site_checks import judge_site
from presscorpus.config.sites import CRAWL_NAME, Import, Part, Policy, Rights, Site, moment_of
from presscorpus.errors import ParamsError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "CRAWL_NAME", "FILE", "Creator", "Dataset", "Engine", "Funding", "Import", "Limits", "Packaging", "Params",
    "Part", "Policy", "Previous", "Publishing", "Rights", "Site", "Timestamping", "Validation", "judge", "load",
    "moment_of", "order",
]  # fmt: skip

FILE = "params.yaml"
_WHERE = (
    "Run presscorpus in the folder of the dataset, or name it: `presscorpus --repository DIR ...`. "
    "`presscorpus init DIR` begins one."
)


class Params(Strict, frozen=True):
    """Everything that params.yaml says; `load` reads it.

    Attributes:
        dataset: What the dataset is called, who made it and where it is published.
        sites: What it is made of, one entry a site.
        policy: What of it is published, for each site that has no policy of its own.
        limits: How long, how much and how often sites are asked.
        engine: How many processes work, and where.
        validate: How the tables are checked.
        package: How the release is cut.
        publish: How it is published.
        timestamp: Who time-stamps crawls and releases.
    """

    dataset: Dataset
    sites: tuple[Site, ...]
    policy: Policy = Policy()
    limits: Limits = Limits()
    engine: Engine = Engine()
    validate: Validation = Validation()
    package: Packaging = Packaging()
    publish: Publishing = Publishing()
    timestamp: Timestamping = Timestamping()

    def site(self, name: str) -> Site:
        """Return the site of a name.

        Args:
            name: Its short name, as in the tables.

        Returns:
            The site.

        Raises:
            ParamsError: There is none of that name.
        """
        for site in self.sites:
            if site.name == name:
                return site
        known = ", ".join(site.name for site in self.sites)
        raise ParamsError("no such site", where=name, advice=f"{FILE} names: {known}")

    def policy_of(self, site: Site) -> Policy:
        """Return the release policy that holds for a site: its own, or the dataset's.

        Args:
            site: A site of these parameters.

        Returns:
            The policy, whole: nothing of the dataset's is mixed into a site's own.
        """
        return site.policy or self.policy


# Before any thread asks: see archive/receipt.py.
msgspec.json.Decoder(Params)


def load(path: Path, *, needs_sites: bool = True) -> Params:
    """Read and check a params.yaml.

    In a repository (a folder with a dvc.yaml) every source has to lie within, where DVC sees it change.

    Args:
        path: The file.
        needs_sites: Whether a file without a site is an error.

    Returns:
        The parameters with times in UTC to the second and ORCIDs as addresses.

    Raises:
        ParamsError: The file is missing, is not YAML, or is not valid.
    """
    try:
        document = read_yaml(path)
    except FileNotFoundError:
        raise ParamsError("is missing", where=str(path), advice=_WHERE) from None
    try:
        params = msgspec.convert(document, Params)
    except msgspec.ValidationError as error:
        raise ParamsError(misfit(error, Params), where=str(path), advice=remedy(error)) from None
    if path.with_name("dvc.yaml").exists():
        for site in params.sites:
            for part in site.parts():
                _check_inside(part, str(path))
    return judge(params, where=str(path), needs_sites=needs_sites)


def _check_inside(site: Site, where: str) -> None:
    if site.files is not None and (PurePosixPath(site.files).is_absolute() or ".." in PurePosixPath(site.files).parts):
        raise ParamsError(f"files {site.files!r} leaves the repository", where=f"{where}: site {site.name!r}")


def judge(params: Params, *, where: str, needs_sites: bool = True) -> Params:
    """Check parameters beyond what types can, and put times in UTC.

    Args:
        params: The parameters as they were read.
        where: The file, for error messages.
        needs_sites: Whether parameters without a site are an error.

    Returns:
        The parameters with times in UTC to the second and ORCIDs as addresses.

    Raises:
        ParamsError: A name, address, time, country or statement of rights is malformed, a site's name stands there
            twice, or two sources of a site have one `as_of`.
    """
    if needs_sites and not params.sites:
        raise ParamsError("names no site", where=where, advice="`presscorpus add URL` adds one.")
    named = judge_dataset(params.dataset, where)
    names = [site.name for site in params.sites]
    for name in names:
        if names.count(name) > 1:
            raise ParamsError("stands there twice", where=f"{where}: site {name!r}")
    return msgspec.structs.replace(params, dataset=named, sites=tuple(judge_site(site, where) for site in params.sites))
