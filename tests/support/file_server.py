"""A deployment with one job and its files, which breaks connections and rules on purpose.

It answers as the services of nemo-platform 0.3.0 do: no validators, 416 for any range beyond the file.
"""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

JOB, WORKSPACE, ATTEMPT, FILESET = "reviews-1", "default", "attempt-1", "job-fileset-reviews-1"
RESULTS = f"results/{ATTEMPT}"
ARTIFACTS = f"{RESULTS}/artifacts"
DATASET = f"{ARTIFACTS}/dataset"

STOP_POLL = 0.02  # seconds
PIECE = 64 << 10


@dataclass(frozen=True)
class Generated:
    """A file that is larger than anybody wants to hold: one pattern over and over."""

    size: int

    def __len__(self) -> int:
        return self.size

    def piece(self, start: int, end: int) -> bytes:
        return bytes(end - start)


@dataclass
class Request:
    method: str
    path: str
    range: str | None


@dataclass
class FileServer:
    """The deployment. Set its attributes to say what it has and what goes wrong.

    Attributes:
        files: What the fileset holds, by path.
        status: The job's.
        results: Names of the job's results.
        archive: What the download of the result "artifacts" answers; None for 404.
        analysis: What the download of the result "analysis" answers; None for 404.
        told: Sizes that the listing gives instead of the true ones.
        ignores_ranges: Answer 200 with the whole file to whoever asks for a part.
        tells_no_length: Answer with files of which nobody knows the size before they end.
        etag: Sent with every file; None for none.
        fileset_status: Answer this to whatever asks for the fileset; None to let them.
        cuts: Where to break the connection, by path: bytes of the body, one entry for each answer.
        instead: What a file becomes once a connection was cut, by path.
        requests: What was asked for, in order.
        most_at_once: The most files that were read at the same time.
        url: Where it is.

    While `gate` is cleared the bodies of files wait for it.
    """

    files: dict[str, bytes | Generated] = field(default_factory=dict)
    status: str = "completed"
    results: tuple[str, ...] = ("analysis", "artifacts")
    archive: bytes | None = None
    analysis: bytes | None = None
    told: dict[str, int] = field(default_factory=dict)
    ignores_ranges: bool = False
    tells_no_length: bool = False
    etag: str | None = None
    fileset_status: int | None = None
    cuts: dict[str, list[int]] = field(default_factory=dict)
    instead: dict[str, bytes] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    most_at_once: int = 0
    url: str = ""

    def __post_init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.reading = threading.Condition()
        self.at_once = 0

    def reads(self, path: str) -> list[str | None]:
        """The ranges in which a file was read, in order."""
        return [request.range for request in self.requests if request.method == "GET" and request.path == path]

    @property
    def times_read(self) -> Counter[str]:
        return Counter(r.path for r in self.requests if r.method == "GET" and r.path.startswith("results/"))

    def wait_for_readers(self, number: int) -> None:
        """Wait until as many files are read at once."""
        with self.reading:
            assert self.reading.wait_for(lambda: self.at_once >= number, timeout=10)


@contextmanager
def serving(**options: object) -> Iterator[FileServer]:
    """A deployment on loopback."""
    state = FileServer(**options)  # type: ignore[arg-type]
    handler = type("Handler", (_Handler,), {"state": state})
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(STOP_POLL,), daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield state
    finally:
        state.gate.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Connections that a test breaks are no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state: FileServer

    def log_message(self, *_: object) -> None: ...

    def do_HEAD(self) -> None:
        self._route("HEAD")

    def do_GET(self) -> None:
        self._route("GET")

    def do_PUT(self) -> None:
        self._route("PUT")

    def do_DELETE(self) -> None:
        self._route("DELETE")

    def _route(self, method: str) -> None:
        address = urlsplit(self.path)
        path, query = unquote(address.path), parse_qs(address.query)
        in_fileset = re.fullmatch(rf"/apis/files/v2/workspaces/{WORKSPACE}/filesets/{FILESET}(/.*)?", path)
        if in_fileset and self.state.fileset_status is not None:
            self._json(self.state.fileset_status, {"detail": "Not for you"})
        elif in_fileset and (in_fileset[1] or "").startswith("/-/"):
            file = in_fileset[1].removeprefix("/-/")
            self.state.requests.append(Request(method, file, self.headers.get("range")))
            getattr(self, f"_{method.lower()}_file")(file)
        elif in_fileset and in_fileset[1] == "/files":
            self._list(query.get("path", [""])[0])
        elif path == f"/apis/jobs/v2/workspaces/{WORKSPACE}/jobs/{JOB}":
            self._job()
        elif path.endswith(f"/{JOB}/results"):
            self._json(200, {"data": [self._result(name) for name in self.state.results]})
        elif path.endswith(f"/{JOB}/results/artifacts/download"):
            self._download("archive", self.state.archive)
        elif path.endswith(f"/{JOB}/results/analysis/download"):
            self._download("analysis", self.state.analysis)
        else:
            self._json(404, {"detail": f"{path} is not there"})

    def _job(self) -> None:
        facts = {"id": "job-id-1", "name": JOB, "workspace": WORKSPACE, "status": self.state.status}
        self._json(200, {**facts, "fileset": FILESET, "attempt_id": ATTEMPT})

    def _result(self, name: str) -> dict[str, str]:
        return {"name": name, "artifact_url": f"{WORKSPACE}/{FILESET}#{RESULTS}/{name}"}

    def _list(self, prefix: str) -> None:
        state = self.state
        sizes = {path: state.told.get(path, len(content)) for path, content in state.files.items()}
        listed = [{"path": path, "size": size} for path, size in sizes.items() if path.startswith(prefix)]
        self._json(200, {"data": listed})

    def _head_file(self, path: str) -> None:
        self.send_response(200)
        self.send_header("content-length", str(len(self.state.files[path])))
        self.end_headers()

    def _put_file(self, path: str) -> None:
        content = bytearray()
        if self.headers.get("transfer-encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                content += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            content += self.rfile.read(int(self.headers["content-length"]))
        self.state.files[path] = bytes(content)
        self._json(200, {"path": path, "size": self.state.told.get(path, len(content))})

    def _delete_file(self, path: str) -> None:
        del self.state.files[path]
        self._json(200, {"path": path, "size": 0})

    def _get_file(self, path: str) -> None:
        content = self.state.files.get(path)
        if content is None:
            self._json(404, {"detail": f"File '{path}' not found"})
            return
        start, end = 0, len(content)
        asked = None if self.state.ignores_ranges else re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("range", ""))
        if asked is not None:
            start, end = int(asked[1]), int(asked[2]) + 1 if asked[2] else len(content)
            if start >= end or end > len(content):
                self._json(416, {"detail": f"Invalid range: {self.headers['range']}"})
                return
        self.send_response(206 if asked else 200)
        if asked:
            whole = "*" if self.state.tells_no_length else len(content)
            self.send_header("content-range", f"bytes {start}-{end - 1}/{whole}")
        if self.state.etag:
            self.send_header("etag", self.state.etag)
        if self.state.tells_no_length:
            self.send_header("connection", "close")  # the end of the connection is the end of the file
        else:
            self.send_header("content-length", str(end - start))
        self.end_headers()
        self._counted(path, content, start, end)

    def _counted(self, path: str, content: bytes | Generated, start: int, end: int) -> None:
        state = self.state
        with state.reading:
            state.at_once += 1
            state.most_at_once = max(state.most_at_once, state.at_once)
            state.reading.notify_all()
        try:
            state.gate.wait(30)
            self._body(path, content, start, end)
        except OSError:
            self.close_connection = True  # the reader has left
        finally:
            with state.reading:
                state.at_once -= 1
                state.reading.notify_all()

    def _body(self, path: str, content: bytes | Generated, start: int, end: int) -> None:
        # A short part is never cut: by the end of a file a download tells it from another.
        cuts = self.state.cuts.get(path, []) if end - start > PIECE else []
        stop = min(end, start + cuts.pop(0)) if cuts else end
        for place in range(start, stop, PIECE):
            upto = min(place + PIECE, stop)
            self.wfile.write(content.piece(place, upto) if isinstance(content, Generated) else content[place:upto])
        if stop < end:
            self.close_connection = True
            if path in self.state.instead:
                self.state.files[path] = self.state.instead[path]

    def _download(self, name: str, content: bytes | None) -> None:
        if content is None:
            self._json(404, {"detail": f"No result {name}"})
            return
        self.state.requests.append(Request("GET", name, self.headers.get("range")))
        self.send_response(200)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self._counted(name, content, 0, len(content))

    def _json(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
