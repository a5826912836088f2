"""Every error a user can meet, in one tree, and the exit code of each family.

::

    PresscorpusError                 1  (never raised itself)
    ├── UsageError                   2  the command line asks for something that does not exist
    ├── ParamsError                  3  params.yaml or a policy says something that cannot be meant
    ├── SchemaError                  3  datapackage.json or a file in schemas/ is wrong
    ├── SourceError                  4  a site or file cannot be read at all
    │   ├── NotWordPressError        4  the address answers, but not as WordPress does
    │   ├── TooOldError              4  WordPress, but without the wp/v2 routes
    │   ├── NetworkError             5  no answer, or an unsafe one
    │   ├── BlockedError             6  the API is switched off, or a block page stands before it
    │   └── AccessError             14  the site does not take the credentials
    ├── ArchiveError                 7  raw bytes are damaged or missing
    ├── ClusterError                 5  the Dask cluster does not answer, or its workers run other code
    ├── LockedError                  8  another run is at work in the same place
    ├── ReservationsError            9  done, and some records are in quarantine
    ├── FindingsError               10  tables break their schemas
    ├── RefusedError                11  a release or a publication that policy forbids
    ├── HubError                    12  the Hugging Face Hub did not take or give what was asked
    └── StorageError                13  the disk is full, or a folder may not be written
        └── FrameDamagedError       13  an intermediate file is not as it was written

An interrupt (Ctrl-C) exits with 130 and SIGTERM with 143, as shells expect. Exit code 1 is left to faults of
presscorpus itself.
"""

from __future__ import annotations

from typing import ClassVar


class PresscorpusError(Exception):
    """An error with all a user needs: what happened, where, and what to do.

    `str()` of it is one or two lines: `where: what`, and the advice on the second line where there is any.

    Args:
        what: What happened, without a full stop; line breaks become spaces.
        where: A site, an address or a file as the user named it; null when there is no such place.
        advice: What to do, a sentence or more; null where there is nothing to say.

    Attributes:
        exit_code: The exit code of the command line for this family of errors.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, where: str | None = None, advice: str | None = None) -> None:
        super().__init__(what, where, advice)
        self.what = what.replace("\n", " ")
        self.where = where
        self.advice = advice

    def __reduce__(self) -> tuple[object, ...]:
        # Workers' errors are pickled, and their arguments are passed by name.
        return _again, (type(self), self.what, self.where, self.advice)

    def __str__(self) -> str:
        where = self.where.replace("\n", "\\n") if self.where else None
        first = f"{where}: {self.what}" if where else self.what
        return f"{first}\n{self.advice}" if self.advice else first


def reason_of(error: OSError) -> str:
    """The reason that the system gives for an error of a file, folder or connection.

    Args:
        error: What was raised.

    Returns:
        A few words such as `No space left on device`, without a number and without the path.
    """
    if error.strerror:
        return error.strerror
    # Libraries in Rust give the system's words in their own.
    words, named, _ = str(error).rpartition(" (os error ")
    if named:
        return words
    # Libraries of storage raise some without the system's words.
    return next((words for kind, words in _REASONS.items() if isinstance(error, kind)), "for no reason that it names")


_REASONS: dict[type[OSError], str] = {
    PermissionError: "permission denied",
    FileNotFoundError: "no such file or folder",
    TimeoutError: "no answer in time",
    ConnectionError: "the connection failed",
}


def _again(kind: type[PresscorpusError], what: str, where: str | None, advice: str | None) -> PresscorpusError:
    return kind(what, where=where, advice=advice)


class UsageError(PresscorpusError):
    """The command line asks for something that does not exist."""

    exit_code = 2


class ParamsError(PresscorpusError):
    """params.yaml, takedown.yaml or a policy says something that cannot be meant."""

    exit_code = 3


class SchemaError(PresscorpusError):
    """datapackage.json or a file in schemas/ is missing or contradicts itself."""

    exit_code = 3


class SourceError(PresscorpusError):
    """A site or file cannot be read at all."""

    exit_code = 4


class NotWordPressError(SourceError):
    """The address answers, but shows no sign of a WordPress REST API."""


class TooOldError(SourceError):
    """A WordPress whose REST API lacks the namespace wp/v2."""


class NetworkError(SourceError):
    """No answer, an incomplete one, or one that it would be unsafe to follow."""

    exit_code = 5


class BlockedError(SourceError):
    """The REST API is switched off, or a block page or captcha stands before it."""

    exit_code = 6


class AccessError(SourceError):
    """Credentials that a site does not take, or that cannot be used safely."""

    exit_code = 14


class ArchiveError(PresscorpusError):
    """Raw bytes are damaged, cut short or missing."""

    exit_code = 7


class ClusterError(PresscorpusError):
    """The Dask cluster does not answer, or its workers run other code."""

    exit_code = 5


class LockedError(PresscorpusError):
    """Another run is at work in the same place."""

    exit_code = 8


class ReservationsError(PresscorpusError):
    """The work is done, and some records stand in quarantine instead of in a table."""

    exit_code = 9


class FindingsError(PresscorpusError):
    """Tables break their schemas, so that nothing may be packaged."""

    exit_code = 10


class RefusedError(PresscorpusError):
    """A release or a publication that rights, policy or completeness forbid."""

    exit_code = 11


class HubError(PresscorpusError):
    """The Hugging Face Hub did not take or give what was asked of it."""

    exit_code = 12


class StorageError(PresscorpusError):
    """A disk that is full, or a file or folder that may not be read or written."""

    exit_code = 13


class FrameDamagedError(StorageError):
    """An intermediate file is not as it was written.

    Where that is seen in time the file is made again, and the user never meets the error.
    """
