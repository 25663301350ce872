"""`POST /v1/posts` beside a bare Litestar handler doing the same INSERT of post and job, in turns on one database."""

import asyncio
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import load
from bench.place import api, data_folder, free_port, wait_until
from bench.posts import texts
from copilot import seed
from copilot.postgres import running
from copilot.store import Store, clinics

_ROUNDS = 5
_REQUESTS = 400
_CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Access:
    """What the load needs to get in."""

    key: str
    clinic_id: str


@dataclass(frozen=True, slots=True)
class Door:
    """Medians of the rounds."""

    ours: load.Load
    bare: load.Load
    ratio: float


def measure() -> Door:
    """Both under the same load, in turns: the medians, and the median of the rounds' ratios."""
    ours_port, bare_port = free_port(), free_port()
    with data_folder() as data, running(data) as server, api(data, ours_port, HAVBLIK_WORKER="none") as process:
        wait_until(ours_port, process, '"gate":"ready"')
        access = asyncio.run(_access(server.app_url))
        with _bare(server.app_url, bare_port, access):
            rounds = [_round(ours_port, bare_port, access, number) for number in range(-1, _ROUNDS)][1:]
    return Door(
        ours=_median([ours for ours, _ in rounds]),
        bare=_median([bare for _, bare in rounds]),
        ratio=statistics.median(ours.per_second / bare.per_second for ours, bare in rounds),
    )


def _round(ours_port: int, bare_port: int, access: Access, number: int) -> tuple[load.Load, load.Load]:
    words = [f"{text} r{number}" for text in texts(_REQUESTS)]
    ours = [{"clinic": "demo-vet", "text": one, "author": "Mette", "platform": "facebook"} for one in words]
    bare = [{"text": one, "author": "Mette", "platform": "facebook"} for one in words]
    return (
        load.run(ours_port, "/v1/posts", ours, access.key, _CONNECTIONS),
        load.run(bare_port, "/bare", bare, access.key, _CONNECTIONS),
    )


def _median(loads: list[load.Load]) -> load.Load:
    return load.Load(
        statistics.median(one.per_second for one in loads),
        statistics.median(one.median_ms for one in loads),
        statistics.median(one.p99_ms for one in loads),
        sum(one.failed for one in loads),
    )


async def _access(url: str) -> Access:
    store = Store(url)
    try:
        keys = await seed.demo_keys(store, "demo-vet")
        async with store.transaction(seed.DEMO) as tx:
            clinic = await clinics.clinic(tx, "demo-vet")
    finally:
        await store.close()
    if clinic is None:
        raise RuntimeError("the demo was not seeded")
    return Access(keys["integration"], str(clinic.clinic_id))


@contextmanager
def _bare(url: str, port: int, access: Access) -> Iterator[None]:
    with subprocess.Popen(
        [sys.executable, "-m", "bench.bare", str(port)],
        cwd=Path(__file__).parent.parent,
        env={**os.environ, "DATABASE_URL": url},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        ids = {"organisation": str(seed.DEMO), "clinic": access.clinic_id}
        process.stdin.write(json.dumps(ids).encode() + b"\n")
        process.stdin.flush()
        process.stdout.readline()
        try:
            yield
        finally:
            process.terminate()
