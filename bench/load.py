"""A small keep-alive HTTP client for load: raw streams, so that the client costs little beside what it measures."""

import asyncio
import json
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Load:
    """What a run of requests took."""

    per_second: float
    median_ms: float
    p99_ms: float
    failed: int


def run(port: int, path: str, bodies: Sequence[dict[str, Any]], key: str, connections: int) -> Load:
    """Posts every body once over a number of connections and measures each answer."""
    raw = [_request(port, path, body, key) for body in bodies]
    return asyncio.run(_run(port, raw, connections))


def _request(port: int, path: str, body: dict[str, Any], key: str) -> bytes:
    content = json.dumps(body, ensure_ascii=False).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


async def _run(port: int, requests: list[bytes], connections: int) -> Load:
    pending = iter(requests)
    times: list[float] = []
    failed = [0]
    started = time.perf_counter()
    await asyncio.gather(*(_connection(port, pending, times, failed) for _ in range(connections)))
    seconds = time.perf_counter() - started
    times.sort()
    return Load(
        per_second=len(times) / seconds,
        median_ms=statistics.median(times) * 1000,
        p99_ms=times[int(len(times) * 0.99)] * 1000,
        failed=failed[0],
    )


async def _connection(port: int, pending: Iterator[bytes], times: list[float], failed: list[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in pending:
        started = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(_length(head))
        times.append(time.perf_counter() - started)
        failed[0] += not head.startswith(b"HTTP/1.1 201")
    writer.close()
    await writer.wait_closed()


def _length(head: bytes) -> int:
    for row in head.split(b"\r\n"):
        name, _, value = row.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
