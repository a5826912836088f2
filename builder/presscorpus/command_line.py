"""The options of the command line, and the function that runs each command."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NoReturn

from presscorpus import commands, dataset_commands
from presscorpus.config.option_values import count, end, moment, named, names, path, positive, seen
from presscorpus.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib import metadata
else:
    metadata = lazy("importlib.metadata")

EXIT_CODES = """\
exit codes:
  0  done                                7  the raw archive is damaged or missing
  1  a fault of presscorpus itself       8  another run is at work there
  2  the command makes no sense          9  done, but some records are in quarantine
  3  params.yaml or a schema is wrong   10  tables break their schemas
  4  a site or file cannot be read      11  refused: rights, policy or completeness
  5  the network gave no answer         12  the Hub did not take or give it
  6  the site's API is switched off    13  the disk is full or may not be written
 14  the site refuses the credentials
130  interrupted (143: terminated)
"""
"""What the exit codes mean, for the help."""

_EXAMPLES = """\
examples:
  presscorpus build posts.json --out corpus       a file or folder of REST API responses
  presscorpus build example.org --out look --limit 100
                                                  a first look at a site: the newest 100 items of each list
  presscorpus build example.org --out corpus      all of it
  presscorpus init corpus example.org             a dataset that grows, in a repository of its own
  presscorpus probe example.org                   what a site has, and what a crawl would take
  dvc repro                                       the whole pipeline of a repository
  presscorpus raw uyghurmovement post 882         the bytes that a row came from
  presscorpus diff uyghurmovement 882             what changed in its last version
  presscorpus as-of 2026-11-23 --out then         the tables as they stood on that day
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands; its result has the function `run`."""
    layout = argparse.RawDescriptionHelpFormatter
    made_ = argparse.ArgumentParser(
        prog="presscorpus",
        description="Turn WordPress sites into datasets that a paper can cite.",
        epilog=f"{_EXAMPLES}\n{EXIT_CODES}",
        formatter_class=layout,
    )
    made_.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    made_.add_argument(
        "--repository", type=path, default=".", metavar="DIR", help="folder with params.yaml (default: this one)"
    )
    made = made_.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: Callable[[argparse.Namespace], None], text: str) -> argparse.ArgumentParser:
        described = f"{text[0].upper()}{text[1:]}."
        child = made.add_parser(name, help=text, description=described, formatter_class=layout)
        child.set_defaults(run=run)
        return child

    _describe_build(command("build", commands.build, "build a release from addresses, files or folders, in one go"))
    _describe_init(command("init", dataset_commands.init, "begin a dataset in a folder of its own"))
    _describe_add(command("add", dataset_commands.add, "add a site to params.yaml, after a look at it"))
    advance = command("advance", dataset_commands.advance, "move as_of and version on, to ask every site again")
    advance.add_argument(
        "as_of", type=seen, nargs="?", metavar="DATE", help="up to when sites are asked, as 2026-12-01 (default: now)"
    )
    fetch = command("fetch", commands.fetch, "ask every site of params.yaml that was not asked since its as_of")
    fetch.add_argument(
        "--keep-going", action="store_true", help="exit with 0 once every site has a receipt, good or bad"
    )
    _describe_probe(command("probe", commands.probe, "ask a site what it has, and tell what a crawl would take"))
    command("normalise", commands.normalise, "build data/tables/ from data/raw/")
    command("validate", commands.validate, "judge data/tables/ by schemas/")
    command("report", commands.report, "write data/reports/index.html")
    command("package", commands.package, "lay out data/release/, which load_dataset reads and the Hub takes as it lies")
    _describe_publish(command("publish", commands.publish, "send data/release/ to the Hugging Face Hub or a folder"))
    _describe_cite(command("cite", commands.cite, "print a reference to one post, with times, digest and version"))
    _describe_export(
        command("export", dataset_commands.export, "write the released tables as CSV, JSON Lines, SQLite or for Excel")
    )
    _add_hand_over(command)
    gaps = command("gaps", dataset_commands.gaps, "list what failed, is hidden, vanished or is in quarantine")
    gaps.add_argument("--json", action="store_true", help="as JSON, for programs")
    _add_evidence(command)
    _describe_erase(command("erase", commands.erase, "take an item out of the raw archive, and say where it still is"))
    _describe_raw(command("raw", commands.raw, "print the bytes that an item came from, or all items of a site"))
    _describe_diff(command("diff", commands.diff, "show what changed between two versions of a post"))
    _describe_as_of(command("as-of", commands.as_of, "build the tables as they stood at a moment, into another folder"))
    return made_


def _describe_build(build: argparse.ArgumentParser) -> None:
    build.add_argument(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="example.org or any address there, or a file or folder: JSON, JSON Lines, WARC, WACZ, another tool's dump",
    )
    build.add_argument(
        "--out", type=path, required=True, metavar="DIR", help="where to build; the release is DIR/release"
    )
    build.add_argument("--title", metavar="TEXT", help="title of the dataset (default: the hosts of its sites)")
    build.add_argument(
        "--limit", type=positive, metavar="N", help="a first look: the newest N items of each collection"
    )
    build.add_argument("--since", type=moment, metavar="DATE", help="a part: what was published since, as 2026-01-01")
    build.add_argument(
        "--types", type=names, default=(), metavar="TYPE,...", help="a part: these post types, as post,page"
    )
    build.add_argument("--address", metavar="URL", help="the site's address, where the files do not show it")
    build.add_argument(
        "--as-of", type=seen, metavar="TIME", help="when files were captured, as 2026-11-23T00:00:00Z (default: now)"
    )
    build.add_argument("--contact", metavar="MAIL", help="contact for the site's owner, sent in the user agent")
    _describe_permission(build)
    build.add_argument("--allow-private", action="store_true", help="allow a site on a private or loopback address")
    build.add_argument("--workers", type=count, default=0, metavar="N", help="processes (default: one a processor)")


def _describe_permission(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--permission",
        type=named,
        metavar="WHO",
        help="who allowed in writing what robots.txt forbids, and when; the receipt records it",
    )


def _describe_init(init: argparse.ArgumentParser) -> None:
    init.set_defaults(site_name=None, address=None, permission=None)
    init.add_argument("folder", type=path, metavar="DIR", help="where it will be: a new folder, or an empty repository")
    init.add_argument("sites", nargs="*", metavar="SITE", help="sites to add, as for `presscorpus add`")
    init.add_argument("--name", help="name of the dataset on the Hub (default: that of the folder)")
    init.add_argument("--title", metavar="TEXT", help="title of the dataset")
    init.add_argument(
        "--creator", action="append", metavar="NAME",
        help='who made it: "Lovelace, Ada 0000-0002-1825-0097", or a group; may be said several times',
    )  # fmt: skip
    init.add_argument("--description", metavar="TEXT", help="what it is, in a paragraph")
    init.add_argument("--keyword", action="append", default=[], metavar="WORD", help="may be said several times")
    init.add_argument("--hub", metavar="ORG/NAME", help="where it will be published on the Hub")
    _describe_site(init)


def _describe_add(add: argparse.ArgumentParser) -> None:
    add.set_defaults(site_name=None, address=None)
    add.add_argument("source", metavar="SITE", help="example.org or any address there, or files below this folder")
    add.add_argument("--name", dest="site_name", help="short name of the site in the tables")
    add.add_argument("--address", metavar="URL", help="the site's address, where the files do not show it")
    _describe_site(add)
    _describe_permission(add)


def _describe_site(command: argparse.ArgumentParser) -> None:
    command.add_argument("--rights", metavar="TEXT", help="what may be done with the site's content, for readers")
    command.add_argument("--license", metavar="SPDX", help="its licence, where there is one, as CC-BY-4.0")
    command.add_argument("--contact", metavar="MAIL", help="contact for the site's owner, sent in the user agent")
    command.add_argument("--allow-private", action="store_true", help="allow a site on a private or loopback address")
    command.add_argument(
        "--as-of", type=seen, metavar="TIME", help="up to when it is asked, as 2026-11-23T00:00:00Z (default: now)"
    )


def _describe_export(export: argparse.ArgumentParser) -> None:
    export.add_argument("--format", choices=("csv", "jsonl", "sqlite", "xlsx"), required=True, help="what to write")
    export.add_argument("--out", type=path, required=True, metavar="PATH", help="a folder; for sqlite and xlsx a file")
    export.add_argument(
        "--table", action="append", default=[], metavar="NAME", help="only this table; may be said several times"
    )


def _describe_probe(probe: argparse.ArgumentParser) -> None:
    probe.add_argument("address", metavar="URL", help="example.org, or any address there")
    probe.add_argument("--contact", metavar="MAIL", help="contact for the site's owner, sent in the user agent")
    probe.add_argument("--allow-private", action="store_true", help="allow a site on a private or loopback address")
    _describe_permission(probe)


def _describe_publish(publish: argparse.ArgumentParser) -> None:
    publish.add_argument(
        "target", metavar="TARGET", nargs="?",
        help="ORG/NAME on the Hub (made, private, where it is not there) or a folder as file:///... or s3://... "
        "(default: dataset.repository)",
    )  # fmt: skip
    publish.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    publish.add_argument("--public", action="store_true", help="make a new repository public")
    publish.add_argument(
        "--accept", action="append", default=[], metavar="LABEL",
        help="overrule an objection against the release, by the label that it names; may be said several times",
    )  # fmt: skip


def _describe_cite(cite: argparse.ArgumentParser) -> None:
    cite.add_argument("site", metavar="SITE", help="name of the site, as in params.yaml")
    cite.add_argument("id", metavar="ID", type=int, help="number of the post within its site")
    cite.add_argument("--type", metavar="TYPE", help="post, page or a custom type, where the number has several")
    form = cite.add_mutually_exclusive_group()
    form.add_argument("--bibtex", action="store_true", help="as a BibTeX entry")
    form.add_argument("--json", action="store_true", help="as CSL-JSON, for programs")


def _describe_erase(erase: argparse.ArgumentParser) -> None:
    erase.add_argument("site", metavar="SITE", help="name of the site, as in params.yaml")
    erase.add_argument("id", metavar="ID", type=int, help="number of the item within its site")
    erase.add_argument("--type", metavar="TYPE", help="post type, attachment, comment or user, where several have it")
    erase.add_argument("--reason", required=True, metavar="TEXT", help="why, for readers; it stays in the archive")
    erase.add_argument("--yes", action="store_true", help="do not ask: what is erased cannot be had back")


def _describe_raw(raw: argparse.ArgumentParser) -> None:
    raw.add_argument("site", metavar="SITE", help="name of the site, as in params.yaml")
    raw.add_argument(
        "type", metavar="TYPE", nargs="?", help="post, page, a custom type, a taxonomy, attachment, user, comment"
    )
    raw.add_argument("id", metavar="ID", nargs="?", type=int, help="number of the item within its site")
    raw.add_argument("--jsonl", action="store_true", help="every observed item, one a line")


def _add_hand_over(command: Callable[..., argparse.ArgumentParser]) -> None:
    bag = command("bag", dataset_commands.bag, "write archive, proofs and release as a BagIt bag, for an archive")
    bag.add_argument("out", type=path, metavar="DIR", help="the folder to make")
    bag.add_argument("--release-only", action="store_true", help="leave out the raw archive, which is not for readers")
    wacz = command("wacz", dataset_commands.wacz, "write the posts of a site as a WACZ, for ReplayWeb.page")
    wacz.add_argument("site", metavar="SITE", help="name of the site, as in params.yaml")
    wacz.add_argument("--out", type=path, metavar="FILE", help="where to write it (default: SITE.wacz)")
    wacz.add_argument(
        "--with-raw", action="store_true", help="hold the raw archive, too, fetched files included: not for readers"
    )


def _add_evidence(command: Callable[..., argparse.ArgumentParser]) -> None:
    _describe_prove(
        command("prove", dataset_commands.prove, "write a proof of one row, for people without the archive")
    )
    verify = command(
        "verify", dataset_commands.verify, "check digests, receipts, archive and keys, or a proof of a row"
    )
    verify.add_argument("--ca", type=path, metavar="PEM", help="certificate of the authority that time stamps are by")
    verify.add_argument(
        "--signers", type=path, metavar="FILE", help="keys that count: allowed signers of SSH, or a minisign public key"
    )
    verify.add_argument(
        "--listed", type=path, metavar="FILE", help="write what became of each item that the lists of a site name"
    )
    verify.add_argument(
        "folder", type=path, nargs="?", metavar="DIR", help="a dataset, a release or a proof (default: this folder)"
    )
    command("timestamp", dataset_commands.timestamp, "have the authority of params.yaml time-stamp crawls and release")
    sign = command("sign", dataset_commands.sign, "sign the newest crawls and the release with a key of yours")
    sign.add_argument(
        "key", type=path, metavar="KEY", help="secret key of SSH (or a public one, of an agent) or minisign"
    )


def _describe_prove(prove: argparse.ArgumentParser) -> None:
    prove.add_argument("site", metavar="SITE", help="name of the site, as in params.yaml")
    prove.add_argument("id", metavar="ID", type=int, help="number of the item within its site")
    prove.add_argument("--type", metavar="TYPE", help="post, page, attachment, category, ... (default: the only post)")
    prove.add_argument("--out", type=path, metavar="FILE", help="where to write it (default: SITE-ID.proof.json)")
    prove.add_argument(
        "--with-item", action="store_true", help="hold the item as received, too, with what the policy withholds"
    )


def _describe_diff(diff: argparse.ArgumentParser) -> None:
    diff.add_argument("site", metavar="SITE", help="name of the site, as in params.yaml")
    diff.add_argument("id", metavar="ID", type=int, help="number of the post within its site")
    diff.add_argument("--type", metavar="TYPE", help="post, page or a custom type, where the number had several")
    diff.add_argument(
        "--from", dest="old", type=int, metavar="N",
        help="version to start from, the first is 1 (default: the one before)",
    )  # fmt: skip
    diff.add_argument("--to", dest="new", type=int, metavar="N", help="version to compare it with (default: the last)")
    diff.add_argument("--json", action="store_true", help="as JSON, all in ASCII, with everything that differs")


def _describe_as_of(as_of: argparse.ArgumentParser) -> None:
    as_of.add_argument(
        "moment", type=end, metavar="DATE", help="2026-11-23 (its end, UTC) or a time like 2026-11-23T12:00:00Z"
    )
    as_of.add_argument(
        "--out", type=path, required=True, metavar="DIR", help="where to build: DIR/tables and DIR/reports"
    )
    as_of.add_argument(
        "--members", action="store_true", help="with what only crawls with credentials saw, which no release may hold"
    )


class _Version(argparse.Action):
    def __call__(self, *_: object) -> NoReturn:
        print(f"presscorpus {metadata.version('presscorpus')}")
        sys.exit(0)
