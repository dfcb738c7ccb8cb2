"""A loopback server in the place of the HuggingFace hub: what it tells of datasets, and their files."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

COMMIT = "a" * 40
TOKEN = "hf_tokenOfTheHubDouble0123456789abcdef"

_DATASET = r"/(?P<dataset>[^/]+/[^/]+)"
_API = re.compile(rf"/api/datasets{_DATASET}(?:/revision/[^/]+)?")
_TREE = re.compile(rf"/api/datasets{_DATASET}/tree/[^/]+(?:/(?P<path>.*))?")
_PATHS = re.compile(rf"/api/datasets{_DATASET}/paths-info/[^/]+")
_FILE = re.compile(rf"/datasets{_DATASET}/resolve/[^/]+/(?P<path>.+)")


class HubDouble:
    """Has datasets, some of them for a token only: of those it says to others that there are none, as the hub does.

    Attributes:
        datasets: Files by dataset, "organisation/name", and path.
        private: Datasets that are shown for `TOKEN` only.
        requests: Method, path and token of what came in.
    """

    def __init__(self, datasets: Mapping[str, Mapping[str, bytes]], private: tuple[str, ...] = ()) -> None:
        self.datasets = datasets
        self.private = private
        self.requests: list[tuple[str, str, str | None]] = []
        handler = type("_HubHandler", (_Handler,), {"hub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def __enter__(self) -> HubDouble:
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The `endpoint` of a seed."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def files(self, dataset: str, token: str | None) -> Mapping[str, bytes] | None:
        """The files of a dataset, as far as the token shows them."""
        return None if dataset in self.private and token != TOKEN else self.datasets.get(dataset)


class _Handler(BaseHTTPRequestHandler):
    hub: HubDouble
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        self._respond()

    def do_HEAD(self) -> None:
        self._respond()

    def do_POST(self) -> None:
        self._respond()

    def log_message(self, format: str, *args: object) -> None:
        """Tests look at the requests, not at a log."""

    def _respond(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = unquote(urlsplit(self.path).path)
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ") or None
        self.hub.requests.append((self.command, path, token))
        for form, respond in ((_API, self._info), (_TREE, self._tree), (_PATHS, self._paths), (_FILE, self._file)):
            match = form.fullmatch(path)
            if match is not None:
                files = self.hub.files(match["dataset"], token)
                if files is None:
                    self._send(401, b'{"error": "Repository not found"}', {"X-Error-Code": "RepoNotFound"})
                else:
                    respond(files, match.groupdict(), body)
                return
        self._send(404, b'{"error": "There is nothing here."}')

    def _info(self, files: Mapping[str, bytes], part: Mapping[str, str], _body: bytes) -> None:
        siblings = [{"rfilename": path} for path in files]
        self._send_json({"_id": "d1", "id": part["dataset"], "sha": COMMIT, "siblings": siblings, "private": False})

    def _tree(self, files: Mapping[str, bytes], part: Mapping[str, str], _body: bytes) -> None:
        folder = part["path"] or ""
        recursive = parse_qs(urlsplit(self.path).query).get("recursive", ["false"])[0].lower() == "true"
        below = [path for path in files if path.startswith(f"{folder}/" if folder else "")]
        if folder and not below:
            self._send(404, b'{"error": "Entry not found"}', {"X-Error-Code": "EntryNotFound"})
            return
        entries: dict[str, dict[str, object]] = {}
        start = len(folder) + 1 if folder else 0
        for path in below:
            names = path[start:].split("/")
            for depth in range(1, len(names)):
                self._add_folder(entries, path[:start] + "/".join(names[:depth]), recursive or depth == 1)
            if recursive or len(names) == 1:
                entries[path] = _entry(path, files[path])
        self._send_json(list(entries.values()))

    def _add_folder(self, entries: dict[str, dict[str, object]], path: str, wanted: bool) -> None:
        if wanted:
            entries[path] = {"type": "directory", "path": path, "oid": COMMIT, "size": 0}

    def _paths(self, files: Mapping[str, bytes], _part: Mapping[str, str], body: bytes) -> None:
        text = body.decode()
        wanted = json.loads(text)["paths"] if text.startswith("{") else parse_qs(text).get("paths", [])
        found: list[dict[str, object]] = [_entry(path, files[path]) for path in wanted if path in files]
        found += [
            {"type": "directory", "path": path, "oid": COMMIT, "size": 0}
            for path in wanted
            if any(file.startswith(f"{path}/") for file in files)
        ]
        self._send_json(found)

    def _file(self, files: Mapping[str, bytes], part: Mapping[str, str], _body: bytes) -> None:
        content = files.get(part["path"])
        if content is None:
            self._send(404, b"Entry not found", {"X-Error-Code": "EntryNotFound"})
            return
        headers = {"ETag": f'"{_oid(content)}"', "X-Repo-Commit": COMMIT, "Accept-Ranges": "bytes"}
        span = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or "")
        if span is None:
            self._send(200, content, headers)
            return
        start, end = int(span[1]), min(int(span[2] or len(content)), len(content) - 1)
        headers["Content-Range"] = f"bytes {start}-{end}/{len(content)}"
        self._send(206, content[start : end + 1], headers)

    def _send_json(self, content: object) -> None:
        self._send(200, json.dumps(content).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, data: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        with suppress(ConnectionError):
            if self.command != "HEAD":
                self.wfile.write(data)
            self.wfile.flush()


def _entry(path: str, content: bytes) -> dict[str, object]:
    commit = {"id": COMMIT, "title": "All of it", "date": "2026-11-20T09:00:00.000Z"}
    return {"type": "file", "path": path, "oid": _oid(content), "size": len(content), "lastCommit": commit}


def _oid(content: bytes) -> str:
    import hashlib

    return hashlib.sha1(content, usedforsecurity=False).hexdigest()
