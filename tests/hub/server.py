"""A small Hugging Face Hub on the loopback, for the unmodified `huggingface_hub` and `datasets` to talk to.

What it is not: a recording. The requests are whatever the real client sends; the answers are made from that client's
source (huggingface_hub 2.4) and from the published format of Git LFS
(https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md); error texts are ours where the client quotes none.
Where the real Hub does something else, tests that pass here may fail there. A request that it does not know is answered
with 404 and kept in `unknown`, so that a test can insist that nothing was asked which nobody thought of.

It knows datasets only, keeps everything in memory, and numbers its commits.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import socket
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

WRITER, READER = "hf_testwriterSECRETsecret", "hf_testreaderSECRETsecret"
REGULAR_SIZE = 10_000_000  # the Hub keeps what is larger, and what .gitattributes names, as LFS
ATTRIBUTES = b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"


class File(NamedTuple):
    """A file in a commit: `oid` is its git blob id, `sha256` is set for LFS files only."""

    oid: str
    size: int
    content: bytes | None
    sha256: str | None = None


@dataclass
class Repo:
    """A dataset repository: one branch, main."""

    private: bool
    gated: str | bool = False
    head: str = ""
    commits: dict[str, dict[str, File]] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)


class Request(NamedTuple):
    """A request as it came, in order."""

    method: str
    path: str
    authorization: str | None
    body: bytes
    headers: dict[str, str]


class Fault(NamedTuple):
    """What goes wrong with the requests that `matches` picks (by number, from 1, and content).

    `kind` is status (that status is answered), lost (nothing is done, the connection is cut), unanswered (it is done,
    and the connection is cut before the answer) or silent (nothing is done, and the answer never comes).
    """

    kind: str
    matches: Callable[[int, Request], bool]
    status: int = 429
    headers: tuple[tuple[str, str], ...] = ()
    message: str = "a fault that the test asked for"


class Answer(NamedTuple):
    """What goes back."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


def _json(value: Any, status: int = 200, *headers: tuple[str, str]) -> Answer:
    return Answer(status, json.dumps(value).encode(), (("Content-Type", "application/json"), *headers))


def _error(status: int, message: str, code: str | None = None) -> Answer:
    headers = [("X-Error-Message", message), *([("X-Error-Code", code)] if code else [])]
    return _json({"error": message}, status, *headers)


def blob(content: bytes) -> str:
    """The id that git gives to a file."""
    return hashlib.sha1(b"blob %d\0%b" % (len(content), content), usedforsecurity=False).hexdigest()


class Hub:
    """The Hub itself: what it holds, what it was asked, and what shall go wrong."""

    def __init__(self, xet: str | None = None) -> None:
        self.repos: dict[str, Repo] = {}
        self.objects: dict[str, bytes] = {}
        self.requests: list[Request] = []
        self.unknown: list[str] = []
        self.fault: Fault | None = None
        self.stale: str | None = None
        self.page_size = 1000
        self.xet = xet
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.storage = f"http://localhost:{self._server.server_address[1]}/storage"  # another host, as at the Hub

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def create(self, name: str, *, private: bool = True) -> Repo:
        """A new repository, with the first commit that the Hub makes by itself."""
        repo = self.repos[name] = Repo(private)
        self.commit(repo, {".gitattributes": File(blob(ATTRIBUTES), len(ATTRIBUTES), ATTRIBUTES)}, "initial commit")
        return repo

    def commit(self, repo: Repo, files: dict[str, File], message: str) -> str:
        """A new head of main that holds exactly `files`."""
        number = sum(len(r.commits) for r in self.repos.values())
        repo.head = hashlib.sha1(f"commit {number}".encode(), usedforsecurity=False).hexdigest()
        repo.commits[repo.head] = files
        repo.messages.append(message)
        return repo.head

    def put(self, repo: Repo, path: str, content: bytes | None) -> str:
        """A commit by somebody else: one regular file written, or deleted."""
        files = {**repo.commits[repo.head]}
        files.pop(path, None)
        if content is not None:
            files[path] = File(blob(content), len(content), content)
        return self.commit(repo, files, f"somebody else's {path}")

    def sent(self, method: str, part: str) -> list[Request]:
        """The requests of that method whose path holds `part`."""
        return [request for request in self.requests if request.method == method and part in request.path]

    def answer(self, request: Request) -> Answer | None:
        """The answer to a request; None cuts the connection."""
        with self._lock:
            self.requests.append(request)
            fault = self.fault
            if fault is None or not fault.matches(len(self.requests), request):
                return self._route(request)
            if fault.kind == "status":
                answer = _error(fault.status, fault.message)
                return answer._replace(headers=(*answer.headers, *fault.headers))
            if fault.kind == "unanswered":
                self._route(request)
            return None

    def _route(self, request: Request) -> Answer:
        url = urlsplit(request.path)
        for method, pattern, name in _ROUTES:
            found = re.fullmatch(pattern, url.path)
            if found and request.method in method.split():
                parts = {key: unquote(value or "") for key, value in found.groupdict().items()}
                refusal = self._refuse(request, parts.get("repo"), name)
                if refusal:
                    return refusal
                if parts.get("rev") and "repo" in parts:
                    parts["sha"] = self._resolve(self.repos[parts["repo"]], parts["rev"])
                    if not parts["sha"]:
                        return _error(404, f"Invalid rev id: {parts['rev']}", "RevisionNotFound")
                answer: Answer = getattr(self, f"_on_{name}")(request, parts, parse_qs(url.query))
                return answer
        self.unknown.append(f"{request.method} {request.path}")
        return _error(404, "this Hub knows no such route")

    def _refuse(self, request: Request, name: str | None, route: str) -> Answer | None:
        if route in {"upload", "object"}:  # signed addresses of the storage, which want no token
            return None
        token = (request.authorization or "").removeprefix("Bearer ")
        if token not in {"", WRITER, READER}:
            return _error(401, "Invalid credentials in Authorization header")
        if name is not None and (name not in self.repos or (self.repos[name].private and not token)):
            return _error(404 if token else 401, "Repository not found", "RepoNotFound")
        if route in {"create", "preupload", "commit", "tag", "batch", "verify", "xet", "settings"} and token != WRITER:
            return _error(403 if token else 401, "You don't have the rights to write here")
        return None

    @staticmethod
    def _resolve(repo: Repo, revision: str) -> str:
        known = {"main": repo.head, **repo.tags, **{sha: sha for sha in repo.commits}}
        return known.get(revision, "")

    def _on_create(self, request: Request, _parts: dict[str, str], _query: dict[str, list[str]]) -> Answer:
        body = json.loads(request.body)
        name = f"{body['organization']}/{body['name']}"
        url = f"{self.endpoint}/datasets/{name}"
        if name in self.repos:
            return _json({"error": "You already created this dataset repo", "url": url}, 409)
        self.create(name, private=body.get("visibility") == "private")
        return _json({"url": url, "name": name, "id": "1"})

    def _on_validate(self, request: Request, _parts: dict[str, str], _query: dict[str, list[str]]) -> Answer:
        content = json.loads(request.body)["content"]
        if not content.startswith("---\n"):
            return _json({"errors": [{"message": "the card has no metadata"}], "warnings": []}, 400)
        return _json({"errors": [], "warnings": []})

    def _on_preupload(self, request: Request, parts: dict[str, str], _query: dict[str, list[str]]) -> Answer:
        files = self.repos[parts["repo"]].commits[parts["sha"]]
        answers = []
        for asked in json.loads(request.body)["files"]:
            path, old = asked["path"], files.get(asked["path"])
            large = path.endswith(".parquet") or asked["size"] > REGULAR_SIZE
            oid = (old.sha256 or old.oid) if old else None
            mode = "lfs" if large else "regular"
            answers.append({"path": path, "uploadMode": mode, "shouldIgnore": False, "oid": oid})
        return _json({"files": answers})

    def _on_batch(self, request: Request, parts: dict[str, str], _query: dict[str, list[str]]) -> Answer:
        objects: list[dict[str, Any]] = []
        for wanted in json.loads(request.body)["objects"]:
            oid = wanted["oid"]
            upload = {"href": f"{self.storage}/{oid}"}
            verify = {"href": f"{self.endpoint}/datasets/{parts['repo']}.git/info/lfs/verify"}
            actions = {} if oid in self.objects else {"actions": {"upload": upload, "verify": verify}}
            objects.append({"oid": oid, "size": wanted["size"], "authenticated": True, **actions})
        return _json({"transfer": "basic", "objects": objects})

    def _on_upload(self, request: Request, parts: dict[str, str], _query: dict[str, list[str]]) -> Answer:
        if hashlib.sha256(request.body).hexdigest() != parts["oid"]:
            return _error(400, "the digest is another one")
        self.objects[parts["oid"]] = request.body
        return Answer(200)

    def _on_verify(self, request: Request, _parts: dict[str, str], _query: dict[str, list[str]]) -> Answer:
        body = json.loads(request.body)
        held = self.objects.get(body["oid"])
        return _json({}) if held is not None and len(held) == body["size"] else _error(404, "no such object")

    def _on_xet(self, _request: Request, _parts: dict[str, str], _query: dict[str, list[str]]) -> Answer:
        until = str(int(time.time()) + 3600)
        headers = {"X-Xet-Cas-Url": f"local://{self.xet}", "X-Xet-Access-Token": "xet", "X-Xet-Token-Expiration": until}
        return _json({"casUrl": f"local://{self.xet}", "exp": int(until), "accessToken": "xet"}, 200, *headers.items())

    def _on_commit(self, request: Request, parts: dict[str, str], _query: dict[str, list[str]]) -> Answer:
        repo = self.repos[parts["repo"]]
        lines = [json.loads(line) for line in request.body.splitlines()]
        header = lines[0]["value"]
        if header.get("parentCommit", repo.head) != repo.head:
            return _error(412, "A commit has happened since. Please refresh and try again.")
        files = {**repo.commits[repo.head]}
        for line in lines[1:]:
            key, value = line["key"], line["value"]
            if key == "deletedFile":
                if files.pop(value["path"], None) is None:
                    return _error(404, "A file with this name doesn't exist", "EntryNotFound")
            elif key == "file":
                content = base64.b64decode(value["content"])
                files[value["path"]] = File(blob(content), len(content), content)
            elif value["oid"] in self.objects or self.xet:
                pointer = (
                    f"version https://git-lfs.github.com/spec/v1\noid sha256:{value['oid']}\nsize {value['size']}\n"
                )
                files[value["path"]] = File(blob(pointer.encode()), value["size"], None, value["oid"])
            else:
                return _error(400, f"LFS pointer pointed to a file that does not exist: {value['oid']}")
        sha = self.commit(repo, files, header["summary"])
        url = f"{self.endpoint}/datasets/{parts['repo']}/commit/{sha}"
        return _json({"success": True, "commitOid": sha, "commitUrl": url, "hookOutput": ""})

    def _on_tag(self, request: Request, parts: dict[str, str], _query: dict[str, list[str]]) -> Answer:
        repo, tag = self.repos[parts["repo"]], json.loads(request.body)["tag"]
        if tag in repo.tags:
            return _error(409, f"Tag reference exists already: {tag}")
        repo.tags[tag] = parts["sha"]
        return _json({})

    def _on_settings(self, request: Request, parts: dict[str, str], _query: dict[str, list[str]]) -> Answer:
        self.repos[parts["repo"]].gated = json.loads(request.body)["gated"]
        return _json({"gated": self.repos[parts["repo"]].gated})

    def _on_refs(self, _request: Request, parts: dict[str, str], _query: dict[str, list[str]]) -> Answer:
        repo = self.repos[parts["repo"]]
        tags = [{"name": t, "ref": f"refs/tags/{t}", "targetCommit": sha} for t, sha in repo.tags.items()]
        main = {"name": "main", "ref": "refs/heads/main", "targetCommit": repo.head}
        return _json({"branches": [main], "converts": [], "tags": tags})

    def _on_info(self, _request: Request, parts: dict[str, str], _query: dict[str, list[str]]) -> Answer:
        name, repo = parts["repo"], self.repos[parts["repo"]]
        sha = parts.get("sha") or self.stale or repo.head
        paths = [{"rfilename": path} for path in sorted(repo.commits[sha])]
        facts = {"id": name, "author": name.split("/")[0], "sha": sha, "private": repo.private, "siblings": paths}
        return _json(
            {"_id": "1", **facts, "gated": repo.gated, "disabled": False, "tags": [], "downloads": 0, "likes": 0}
        )

    def _entry(self, path: str, file: File) -> dict[str, Any]:
        entry: dict[str, Any] = {"type": "file", "path": path, "oid": file.oid, "size": file.size}
        if file.sha256:
            entry["lfs"] = {"oid": file.sha256, "size": file.size, "pointerSize": 130}
        return entry

    def _entries(self, files: dict[str, File]) -> list[dict[str, Any]]:
        found = {path: self._entry(path, file) for path, file in files.items()}
        for path in files:
            for cut in re.finditer("/", path):
                folder = path[: cut.start()]
                found[folder] = {"type": "directory", "path": folder, "oid": blob(folder.encode()), "size": 0}
        return [found[path] for path in sorted(found)]

    def _on_tree(self, _request: Request, parts: dict[str, str], query: dict[str, list[str]]) -> Answer:
        entries = self._entries(self.repos[parts["repo"]].commits[parts["sha"]])
        under = f"{parts['path']}/" if parts.get("path") else ""
        deep = query.get("recursive", [""])[0].lower() in {"true", "1"}
        inside = [e for e in entries if e["path"].startswith(under) and (deep or "/" not in e["path"][len(under) :])]
        if under and not inside:
            return _error(404, f"{parts['path']} does not exist", "EntryNotFound")
        start = int(query.get("cursor", ["0"])[0])
        page, end = inside[start : start + self.page_size], start + self.page_size
        address = f"{self.endpoint}/api/datasets/{parts['repo']}/tree/{parts['sha']}?recursive={deep}&cursor={end}"
        return _json(page, 200, *([("Link", f'<{address}>; rel="next"')] if end < len(inside) else []))

    def _on_paths(self, request: Request, parts: dict[str, str], _query: dict[str, list[str]]) -> Answer:
        asked = parse_qs(request.body.decode())["paths"]
        files = self.repos[parts["repo"]].commits[parts["sha"]]
        return _json([entry for entry in self._entries(files) if entry["path"] in asked])

    def _on_resolve(self, request: Request, parts: dict[str, str], _query: dict[str, list[str]]) -> Answer:
        file = self.repos[parts["repo"]].commits[parts["sha"]].get(parts["path"])
        commit = ("X-Repo-Commit", parts["sha"])
        if file is None:
            answer = _error(404, "Entry not found", "EntryNotFound")
            return answer._replace(headers=(*answer.headers, commit))
        if file.sha256:
            linked = (("X-Linked-Etag", f'"{file.sha256}"'), ("X-Linked-Size", str(file.size)))
            return Answer(302, b"", (commit, *linked, ("Location", f"{self.storage}/{file.sha256}")))
        return _ranged(file.content or b"", request, (commit, ("ETag", f'"{file.oid}"')))

    def _on_object(self, request: Request, parts: dict[str, str], _query: dict[str, list[str]]) -> Answer:
        return _ranged(self.objects[parts["oid"]], request, (("ETag", f'"{parts["oid"]}"'),))


def _ranged(content: bytes, request: Request, headers: tuple[tuple[str, str], ...]) -> Answer:
    headers = (("Accept-Ranges", "bytes"), *headers)
    wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", ""))
    if not wanted:
        return Answer(200, content, headers)
    first, last = int(wanted[1]), min(int(wanted[2] or len(content) - 1), len(content) - 1)
    return Answer(206, content[first : last + 1], (*headers, ("Content-Range", f"bytes {first}-{last}/{len(content)}")))


_API = r"/api/datasets/(?P<repo>[^/]+/[^/]+)"
_WEB = r"/datasets/(?P<repo>[^/]+/[^/]+?)"
_ROUTES = (
    ("POST", r"/api/repos/create", "create"),
    ("POST", r"/api/validate-yaml", "validate"),
    ("POST", _API + r"/preupload/(?P<rev>[^/]+)", "preupload"),
    ("POST", _API + r"/commit/(?P<rev>[^/]+)", "commit"),
    ("POST", _API + r"/tag/(?P<rev>[^/]+)", "tag"),
    ("POST", _API + r"/paths-info/(?P<rev>[^/]+)", "paths"),
    ("GET", _API + r"/xet-write-token/(?P<rev>[^/]+)", "xet"),
    ("PUT", _API + r"/settings", "settings"),
    ("GET", _API + r"/refs", "refs"),
    ("GET", _API, "info"),
    ("GET", _API + r"/revision/(?P<rev>[^/]+)", "info"),
    ("GET", _API + r"/tree/(?P<rev>[^/]+)(/(?P<path>.+))?", "tree"),
    ("POST", _WEB + r"\.git/info/lfs/objects/batch", "batch"),
    ("POST", _WEB + r"\.git/info/lfs/verify", "verify"),
    ("GET HEAD", _WEB + r"/resolve/(?P<rev>[^/]+)/(?P<path>.+)", "resolve"),
    ("PUT", r"/storage/(?P<oid>[0-9a-f]{64})", "upload"),
    ("GET HEAD", r"/storage/(?P<oid>[0-9a-f]{64})", "object"),
)


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def _serve(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, self.path, headers.get("authorization"), self._body(), headers)
            answer = hub.answer(request)
            if answer is None:
                if hub.fault and hub.fault.kind == "silent":
                    hub.closing.wait(300)
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        do_GET = do_HEAD = do_POST = do_PUT = _serve  # noqa: N815 - http.server looks for these names

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
