"""Every error answer is an RFC 9457 problem with a stable type, and holds nothing of what was sent."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException

from copilot.errors import (
    Blocked,
    Broken,
    Conflict,
    NotAllowed,
    NotFound,
    NotPossible,
    Refusal,
    Unanswered,
    Unavailable,
    Unfit,
)
from guards.finding import Finding

_FILE = Path(__file__).parent / "problems.toml"
MEDIA_TYPE = "application/problem+json"
_LOG = structlog.get_logger("havblik.api")

_BY_STATUS = {
    400: "invalid",
    401: "key-missing",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "not-json-media",
}
"""Which problem one of Litestar's own refusals is."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of problems.toml."""

    name: str
    status: int
    title: str
    detail: str

    @property
    def type(self) -> str:
        """The URN that names this problem for ever."""
        return f"urn:havblik:problem:{self.name}"


@cache
def kinds() -> Mapping[str, Kind]:
    """Every problem by its name."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {name: Kind(name, row["status"], row["title"], row["detail"]) for name, row in data.items()}


class Problem(Exception):  # noqa: N818  # RFC 9457 calls it a problem
    """A refusal by name. `extra` goes into the answer beside the standard members; nothing confidential is there."""

    def __init__(
        self,
        name: str,
        *,
        headers: Mapping[str, str] | None = None,
        **extra: Any,  # noqa: ANN401  # JSON
    ) -> None:
        super().__init__(name)
        self.kind = kinds()[name]
        self.headers = dict(headers or {})
        self.extra = extra


class ProblemDetails(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The body of every error answer (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list["FieldError"] = []
    findings: list["Mark"] = []
    state: str = ""


class FieldError(msgspec.Struct):
    """One value that was refused: where it stands, and what was expected."""

    pointer: str
    expected: str


class Mark(msgspec.Struct):
    """A finding without the words it found."""

    rule: str
    severity: str
    start: int
    end: int
    reason: str


def answer(problem: Problem) -> Response[bytes]:
    """The answer to a problem."""
    kind = problem.kind
    body = {"type": kind.type, "title": kind.title, "status": kind.status, "detail": kind.detail, **problem.extra}
    headers = problem.headers
    if kind.status == 401:  # noqa: PLR2004  # HTTP's own number
        headers = {"WWW-Authenticate": 'Bearer realm="havblik"', **headers}
    return Response(msgspec.json.encode(body), status_code=kind.status, media_type=MEDIA_TYPE, headers=headers)


def from_exception(error: Exception) -> Problem:
    """The problem that an exception is; what nobody foresaw is `internal`, and is logged without its message."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Refusal):
        return _from_refusal(error)
    if isinstance(error, HTTPException) and error.status_code in _BY_STATUS:
        name = _BY_STATUS[error.status_code]
        headers = {key: value for key, value in (error.headers or {}).items() if key.lower() == "allow"}
        if name == "invalid":
            return Problem(name, headers=headers, errors=_errors(error))
        return Problem(name, headers=headers)
    return Problem("internal")


_MISSING = {"clinic": "unknown-clinic", "caution": "no-such-caution"}
"""What of a thing that is not there has a problem of its own."""


def _from_refusal(error: Refusal) -> Problem:
    name, headers, extra = _refused(error)
    return Problem(name, headers=headers, **extra)


def _refused(error: Refusal) -> tuple[str, dict[str, str], dict[str, Any]]:
    found: tuple[str, dict[str, str], dict[str, Any]] = ("internal", {}, {})
    match error:
        case NotFound():
            found = _MISSING.get(error.what, "not-found"), {}, {}
        case NotAllowed():
            found = "not-a-decider", {}, {}
        case Conflict():
            found = "stale", {"ETag": f'"{error.version}"'}, {"state": error.state}
        case NotPossible():
            found = "wrong-state", {}, {"state": error.state}
        case Blocked() | Unanswered():
            found = "blocked" if isinstance(error, Blocked) else "unanswered", {}, {"findings": _marks(error.findings)}
        case Unfit():
            found = "unfit", {}, {"errors": [{"pointer": f"/{error.field}", "expected": str(error)}]}
        case Unavailable():
            found = "database-unavailable", {"Retry-After": "3"}, {}
        case _:
            pass
    return found


def _marks(findings: tuple[Finding, ...]) -> list[dict[str, str | int]]:
    """Where the findings stand, without the words they found."""
    return [
        {"rule": one.rule, "severity": one.severity, "start": one.start, "end": one.end, "reason": one.reason}
        for one in findings
    ]


def log_unforeseen(error: Exception) -> None:
    """Logs an unforeseen error's type and the lines it passed, never its message, which may quote a text."""
    lines = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        lines.append(f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    refused = {"sqlstate": error.sqlstate, "constraint": error.constraint} if isinstance(error, Broken) else {}
    _LOG.error("unforeseen", error=type(error).__name__, trace=lines[-12:], **refused)


def _errors(error: HTTPException) -> list[dict[str, str]]:
    extra = error.extra if isinstance(error.extra, list) else []
    found = [
        field_error(str(row.get("message", "")), str(row.get("key", ""))) for row in extra if isinstance(row, dict)
    ]
    return found or [field_error(str(error.detail))]


_AT = re.compile(r" - at `\$?([^`]*)`")
_SAFE = re.compile(
    r"(?:Expected `(?:str|int|float|bool|object|array|null|datetime|uuid|date)(?: \| [a-z| ]+)?`"
    r"(?: (?:of length )?[<>=]+ -?[\d.]+)?"
    r"(?: (?:with a timezone component|matching regex .*))?"
    r"|Object missing required field `[a-z_]+`|Invalid (?:enum value|RFC3339 encoded datetime|UUID))"
)
"""What of a validator's message may be passed on: types, lengths and our own field names, never a value."""


def field_error(message: str, key: str = "") -> dict[str, str]:
    """Where a value was refused and what was expected, from a validator's message: never the value itself."""
    at = _AT.search(message)
    place = (at.group(1) if at else "") or (f".{key}" if key and key != "data" else "")
    pointer = "/" + "/".join(part for part in re.split(r"[.\[\]]+", place) if re.fullmatch(r"[a-z_]+|\d+", part))
    safe = _SAFE.match(message)
    return {
        "pointer": pointer.rstrip("/"),
        "expected": safe.group(0) if safe else "a value as the OpenAPI document says",
    }


def handle(_: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Answers any exception with its problem; registered for every exception there is."""
    problem = from_exception(error)
    if problem.kind.name == "internal":
        log_unforeseen(error)
    return answer(problem)
