"""Serves an application until it is told to stop."""

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable

from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PATIENCE = 10.0
"""Seconds until a started server must accept connections."""


class AddressTakenError(RuntimeError):
    """Something else listens where the server was told to."""


def require_free(host: str, port: int) -> None:
    """Raises AddressTakenError where somebody listens already; Granian would share the address without a word."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise AddressTakenError(f"cannot listen on {host} port {port}: {error.strerror}") from error


async def serve(app: Litestar, host: str, port: int, ready: Callable[[], Awaitable[None]]) -> None:
    """Serves until SIGINT, SIGTERM or SIGHUP; `ready` is called once connections are accepted.

    Requests that are under way are answered first, and the application's lifespan ends before this returns.
    """
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in SIGNALS:
        loop.add_signal_handler(number, stopped.set)
    async with app.lifespan():
        # The lifespan is ours, so Granian is given the interface without one.
        server = Server(
            app, address=host, port=port, interface=Interfaces.ASGINL, websockets=False, log_enabled=False, backlog=1024
        )
        serving = asyncio.create_task(server.serve(), name="serve")
        stopping = asyncio.create_task(stopped.wait(), name="stop")
        try:
            if await _accepts(host, port, stopping):
                await ready()
            await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            server.stop()  # type: ignore[no-untyped-call]  # Granian leaves it untyped
            await serving


async def _accepts(host: str, port: int, stopping: asyncio.Task[bool]) -> bool:
    """Whether the server accepts connections; False where it was stopped before."""
    deadline = asyncio.get_running_loop().time() + _PATIENCE
    while not stopping.done():
        try:
            _, writer = await asyncio.open_connection("127.0.0.1" if host == "0.0.0.0" else host, port)  # noqa: S104  # compared
        except OSError:
            if asyncio.get_running_loop().time() > deadline:
                raise AddressTakenError(f"the server does not accept connections on {host} port {port}") from None
            await asyncio.sleep(0.02)
            continue
        writer.close()
        return True
    return False
