"""What the model may answer, as a schema, and the one way to read it."""

import json
import re
from dataclasses import dataclass
from typing import Any, cast, get_args

from copilot.domain import Kind

_KINDS: tuple[Kind, ...] = get_args(Kind)

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "reply": {"type": "string"},
        "kind": {"type": "string", "enum": list(_KINDS)},
        "reason": {"type": "string"},
    },
    "required": ["reply", "kind", "reason"],
    "additionalProperties": False,
}

LONGEST_REPLY = 1500
"""Code points. A humane reply is 40 to 80 words; three times that is an essay and is refused unread."""
_LONGEST_REASON = 400

_FENCED = re.compile(r"```(?:json)?\s*(\{.*\})\s*```", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """A draft and a second view of the post's kind, nothing of it trusted yet."""

    reply: str
    kind: Kind
    reason: str


class AnswerRejectedError(Exception):
    """The answer cannot be used; `code` says why and holds none of its words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse(content: str, placeholders: frozenset[str]) -> Answer:
    """The answer in a completion's text, which may be wrapped in a code fence.

    Raises AnswerRejectedError with `not_json`, `not_our_shape`, `empty`, `essay` or `placeholder`. A reply that holds a
    placeholder is rejected, never filled in: the model would decide where a name goes.
    """
    fields = _fields(content)
    reply, kind, reason = fields.get("reply"), fields.get("kind"), fields.get("reason")
    if not isinstance(reply, str) or not isinstance(reason, str) or kind not in _KINDS:
        raise AnswerRejectedError("not_our_shape")
    reply = reply.replace("\x00", "").strip()
    if not reply:
        raise AnswerRejectedError("empty")
    if len(reply) > LONGEST_REPLY:
        raise AnswerRejectedError("essay")
    if any(placeholder.strip("[]") in reply for placeholder in placeholders):
        raise AnswerRejectedError("placeholder")
    return Answer(reply, cast("Kind", kind), reason.replace("\x00", "").strip()[:_LONGEST_REASON])


def _fields(content: str) -> dict[str, Any]:
    fenced = _FENCED.search(content)
    try:
        fields = json.loads(fenced.group(1) if fenced else content)
    except (ValueError, RecursionError) as error:
        raise AnswerRejectedError("not_json") from error
    if not isinstance(fields, dict):
        raise AnswerRejectedError("not_our_shape")
    return fields
