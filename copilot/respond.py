"""Answers a post at once, from public data alone: what it is, what to do about it, and a curated draft."""

from datetime import datetime

from copilot import prompting
from copilot.domain import Post, Response
from copilot.plan import plan
from copilot.triage import triage
from guards.context import Clinic


def respond(post: Post, clinic: Clinic, nth: int, now: datetime) -> Response:
    """The public lane's whole answer, the draft not yet through the gate. Takes milliseconds and asks nobody.

    `nth` counts the clinic's replies from 0, so that no two in a row read alike; the deadline counts from `now`.
    """
    triaged = triage(post, clinic)
    planned = plan(triaged, post, clinic, now)
    return Response(triaged, planned, prompting.draft(planned, clinic, nth, post))
