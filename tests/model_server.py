"""A model server that misbehaves on demand: the OpenAI chat protocol on a real loopback socket.

`behaviours` says what the next requests get, in order; the last one goes on for ever.
"""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

GOOD = "Det gør ondt at læse. Vi har tavshedspligt og skriver aldrig om, hvem der kommer hos os."


@dataclass
class Behaviour:
    """One answer: a status, headers, a body, and how the connection ends."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    cut: bool = False
    hold: threading.Event | None = None
    refuses: tuple[str, ...] = ()
    """Response formats that get a 400, as servers without structured output do."""


def says(reply: str, kind: str = "complaint", reason: str = "names an act") -> Behaviour:
    """A well-formed answer with this reply."""
    return content(json.dumps({"reply": reply, "kind": kind, "reason": reason}))


def content(text: str) -> Behaviour:
    """A well-formed completion with this text, whatever it holds."""
    completion = {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "fake",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
    }
    return Behaviour(body=json.dumps(completion))


class ModelServer:
    """The running server: its address, what it was asked, and what it will do next."""

    def __init__(self) -> None:
        self.behaviours: list[Behaviour] = [says(GOOD)]
        self.requests: list[dict[str, Any]] = []
        self.asked = threading.Event()
        self.address = ""

    def will(self, *behaviours: Behaviour) -> None:
        """What the next requests get; the last one goes on."""
        self.behaviours = list(behaviours)

    def take(self) -> Behaviour:
        """The next behaviour."""
        return self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]


def _handler(server: ModelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:  # the test's output is not the server's log
            return

        def do_POST(self) -> None:  # the name that http.server calls
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            server.requests.append(request)
            server.asked.set()
            behaviour = server.take()
            if behaviour.hold is not None:
                behaviour.hold.wait(timeout=60)
            if request.get("response_format", {}).get("type") in behaviour.refuses:
                self._send(400, {}, json.dumps({"error": {"message": "response_format is not supported"}}))
            elif behaviour.cut:
                self._cut()
            else:
                self._send(behaviour.status, behaviour.headers, behaviour.body)

        def _cut(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n{")
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True

        def _send(self, status: int, headers: dict[str, str], body: str) -> None:
            raw = body.encode()
            try:
                self.send_response(status)
                for name, value in {"content-type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the client gave up, which is what some tests want

    return Handler


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """A server on a free loopback port, stopped at the end."""
    server = ModelServer()
    listener = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    listener.daemon_threads = True
    server.address = f"http://127.0.0.1:{listener.server_address[1]}/v1"
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join(timeout=5)
