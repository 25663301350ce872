"""JSON lines on standard error: what happened, never what was written; no bodies, queries or exception messages."""

import logging
import sys

import structlog


def configure(level: str) -> None:
    """Sends our and the libraries' lines to standard error as JSON, from `level` (debug, info, warning, error) on."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    processors: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*processors, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Terse())
    # The libraries' messages may quote what they were given: only their warnings come through, without arguments.
    logging.basicConfig(level=max(threshold, logging.WARNING), handlers=[handler], force=True)


class _Terse(logging.Formatter):
    """A library's record as one JSON line: its template and its exception's type, without the arguments filled in."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        line = {"level": record.levelname.lower(), "logger": record.name, "event": str(record.msg)[:200]}
        return str(structlog.processors.JSONRenderer()(None, "", {**line, **({"error": error} if error else {})}))
