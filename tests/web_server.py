"""A web server for tests that serves one file and misbehaves on request."""

import hashlib
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TIMEOUT = 0.5
CONTENT = bytes(range(256)) * 4096  # 1 MiB
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """Serves CONTENT; `script` lists how it misbehaves, one entry per request, after which it behaves."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[str] = []
        self.requests: list[dict[str, str]] = []
        self.etag: str | None = '"one"'
        self.ranges = True
        self.content = CONTENT

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/file.bin"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        """Print no log."""

    def do_GET(self):
        server = self.server
        server.requests.append(dict(self.headers))
        act = server.script.pop(0) if server.script else "good"
        if act.isdigit():
            self.send_response(int(act))
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif act.startswith("redirect "):
            self.send_response(302)
            self.send_header("Location", act.removeprefix("redirect "))
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif act == "silent":
            time.sleep(2 * TIMEOUT)
            self.close_connection = True
        else:
            self.send_content(act)

    def send_content(self, act: str):
        server, start = self.server, 0
        asked = self.headers.get("Range")
        if asked and server.ranges and self.headers.get("If-Range") in (None, server.etag) or act == "wrong place":
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            if start >= len(server.content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(server.content)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206)
            first = start + (act == "wrong place")
            self.send_header("Content-Range", f"bytes {first}-{len(server.content) - 1}/{len(server.content)}")
        else:
            self.send_response(200)
        if server.etag:
            self.send_header("ETag", server.etag)
        if act == "gzip label":
            self.send_header("Content-Encoding", "gzip")
        body = server.content[start:]
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if act.startswith("drop "):
            self.wfile.write(body[: int(act.removeprefix("drop "))])
            self.close_connection = True
        elif act == "slow":
            for start in range(0, len(body), 1 << 18):
                self.wfile.write(body[start : start + (1 << 18)])
                time.sleep(TIMEOUT)
        elif act == "wrong":
            self.wfile.write(body[::-1])
        else:
            self.wfile.write(body)
