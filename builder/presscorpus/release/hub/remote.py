"""One dataset repository on the Hub, through the Hub's client."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import sys
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar, cast

from presscorpus.errors import HubError, UsageError
from presscorpus.lazy import lazy
from presscorpus.release.hub.difference import File
from presscorpus.release.hub.responses import AGAIN, LostError, ask
from presscorpus.storage.location import shown
from presscorpus.terminal import steering

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import huggingface_hub
    import huggingface_hub.utils._validators as validators
    import huggingface_hub.utils.tqdm as hub_bars
    from huggingface_hub import errors

    from presscorpus.release.hub.difference import Plan
else:
    huggingface_hub = lazy("huggingface_hub")
    errors = lazy("huggingface_hub.errors")
    hub_bars = lazy("huggingface_hub.utils.tqdm")
    validators = lazy("huggingface_hub.utils._validators")

_NOT_FOUND = 404

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class State(NamedTuple):
    """The state of a repository.

    `head` is the commit of main. `gated` is how readers have to ask for access (auto or manual), null for not at all.
    """

    head: str
    private: bool
    gated: str | None


class Remote:
    """One dataset repository on the Hub, through the Hub's client.

    Every failure of a request is raised as a HubError.

    Args:
        repo: ORGANISATION/NAME.
        version: The tag of the release.

    Raises:
        UsageError: The name or the version is malformed.
    """

    def __init__(self, repo: str, version: str) -> None:
        self.repo, self.version = repo, _tag(version)
        with contextlib.suppress(errors.HFValidationError):
            validators.validate_repo_id(repo)
            endpoint = os.environ.get("HF_ENDPOINT", "").rstrip("/") or None
            self._api = huggingface_hub.HfApi(endpoint=endpoint, library_name="presscorpus")
            if "/" in repo:
                return
        raise UsageError("is no dataset on the Hub", where=repr(shown(repo)), advice="Name it like my-lab/my-corpus.")

    def _ask(self, step: str, call: Callable[[], _T]) -> _T:
        return ask(self.repo, step, call)

    def require_token(self) -> None:
        """Check that the client has a token that can be sent.

        Raises:
            HubError: There is none, or it holds characters that no header can.
        """
        token = self._ask("looking for a token", huggingface_hub.get_token)
        advice = "Log in with `hf auth login`, or set HF_TOKEN to a token with write access."
        if token is None:
            raise HubError("there is no token for the Hub", where=self.repo, advice=advice)
        fits = re.fullmatch(r"[\x21-\x7e]+", token)
        del token
        if not fits:
            raise HubError("the token for the Hub holds characters that no token has", where=self.repo, advice=advice)

    def state(self) -> State | None:
        """Ask for the state of the repository.

        Returns:
            The state; null where there is no repository.

        Raises:
            HubError: The Hub does not answer, or does not say whether there is one (401).
        """

        def ask() -> Any:
            try:
                return self._api.dataset_info(self.repo)
            except errors.RepositoryNotFoundError as error:
                if error.response.status_code != _NOT_FOUND:
                    raise  # 401: there may be one, and without a token nobody is told
                return None

        info = self._ask("looking at the repository", ask)
        return None if info is None else State(str(info.sha), bool(info.private), info.gated or None)

    def tags(self) -> dict[str, str]:
        """Ask for the tags of the repository.

        Returns:
            The commit of each tag, by its name.

        Raises:
            HubError: The Hub does not answer.
        """
        refs = self._ask("reading the tags", lambda: self._api.list_repo_refs(self.repo, repo_type="dataset"))
        return {tag.name: tag.target_commit for tag in refs.tags}

    def tree(self, commit: str) -> dict[str, File]:
        """Ask for the files of a commit.

        Args:
            commit: Its id.

        Returns:
            The files by path, each with one of the two digests.

        Raises:
            HubError: The Hub does not answer.
        """

        def ask() -> list[Any]:
            return list(self._api.list_repo_tree(self.repo, recursive=True, revision=commit, repo_type="dataset"))

        entries = [
            entry for entry in self._ask("reading the files", ask) if isinstance(entry, huggingface_hub.RepoFile)
        ]
        files = (File(e.path, e.size, e.lfs.sha256, None) if e.lfs else File(e.path, e.size, None, e.blob_id)
                 for e in entries)  # fmt: skip
        return {file.path: file for file in files}

    def create(self, *, private: bool) -> None:
        """Create the repository, unless it exists.

        Args:
            private: The visibility of a new one.

        Raises:
            HubError: The Hub refuses, or does not answer.
        """
        self._ask(
            "creating the repository",
            lambda: self._api.create_repo(self.repo, repo_type="dataset", private=private, exist_ok=True),
        )

    def gate(self, how: str) -> None:
        """Make readers ask for access.

        Args:
            how: auto (the Hub grants it at once) or manual (the owner decides).

        Raises:
            HubError: The Hub refuses, or does not answer.
        """
        gated = cast("Literal['auto', 'manual']", how)
        self._ask(
            "asking readers for access",
            lambda: self._api.update_repo_settings(self.repo, gated=gated, repo_type="dataset"),
        )

    def commit(self, planned: Plan, release: Path) -> str:
        """Send the changes of a plan as one commit.

        Where the answer is lost the head of the repository is looked up.

        Args:
            planned: The difference; its `head` is the parent.
            release: The folder of the release.

        Returns:
            The id of the commit, or of a head that took its place; whoever calls reads its files back.

        Raises:
            HubError: The Hub refuses, the head moved, or nothing was changed.
        """
        # Deletions first, so that a folder may take the name of a file.
        deletions = [huggingface_hub.CommitOperationDelete(file.path, is_folder=False) for file in planned.deleted]
        additions = [
            huggingface_hub.CommitOperationAdd(f.path, release / f.path) for f in (*planned.added, *planned.changed)
        ]
        for addition, file in zip(additions, (*planned.added, *planned.changed), strict=True):
            addition.upload_info.sha256 = bytes.fromhex(file.sha256 or "")  # known: the client need not read the file

        def send() -> str:
            quiet = hub_bars.disable_progress_bars
            bars = contextlib.redirect_stderr(steering(sys.stderr)) if sys.stderr.isatty() else quiet()
            with bars:
                done = self._api.create_commit(
                    self.repo,
                    [*deletions, *additions],
                    commit_message=f"Release {self.version}",
                    repo_type="dataset",
                    parent_commit=planned.head,
                )
            return str(done.oid)

        try:
            return self._ask("sending the commit", send)
        except LostError as lost:
            state = self.state()
            if state is None or state.head == planned.head:
                raise HubError(f"{lost.what}; nothing was changed", where=self.repo, advice=AGAIN) from None
            _log.warning("%s: the answer to the commit was lost; reading %s instead", self.repo, state.head)
            return state.head  # read back like any other: if it is somebody else's, it does not hold the release

    def tag(self, commit: str) -> None:
        """Set the tag, unless it is on this commit already.

        Args:
            commit: Its id.

        Raises:
            HubError: The Hub refuses, does not answer, or has the tag on another commit.
        """
        try:
            self._ask(
                f"setting the tag {self.version}",
                lambda: self._api.create_tag(self.repo, tag=self.version, revision=commit, repo_type="dataset"),
            )
        except HubError:
            if self.tags().get(self.version) != commit:
                raise


def _tag(version: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9](?:[\w.-]*\w)?", version, re.ASCII) or ".." in version:
        raise UsageError("is no version", where=repr(version), advice="Versions are like v2026.11.23.")
    return version
