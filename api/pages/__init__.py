"""The pages: server-rendered, usable without JavaScript, pleasanter with it."""

from collections.abc import Callable
from typing import Any

from litestar import Request, Response


def handlers() -> list[Any]:
    return []


def templates() -> None:
    return None


def or_problem(
    handle: Callable[[Request[Any, Any, Any], Exception], Response[Any]],
) -> Callable[[Request[Any, Any, Any], Exception], Response[Any]]:
    return handle
