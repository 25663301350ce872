"""Consent to a remote model: given and withdrawn by a person who decides at one of the organisation's clinics."""

from litestar import delete, get, put
from litestar.di import NamedDependency

from api import views
from api.access import person
from api.contract import READS, WRITES, answers
from api.parts import Parts
from api.problems import Problem
from copilot.decide import By
from copilot.store import Transaction, consent, people
from copilot.store.rows import Caller

_PATH = "/model-consent"
_TAGS = ["model"]
_DECIDES = {"spokesperson", "deputy"}


async def _decider(tx: Transaction, caller: Caller) -> By:
    by = person(caller)
    if not _DECIDES & set((await people.clinics_of(tx, by.person_id)).values()):
        raise Problem("not-a-decider")
    return by


@get(_PATH, summary="Whether a remote model may be asked", responses=answers(*READS), tags=_TAGS)
async def read_consent(caller: NamedDependency[Caller], parts: NamedDependency[Parts]) -> views.ConsentOut:
    """Whether the organisation has consented. A model on the server's own machine needs no consent."""
    async with parts.store.transaction(caller.organisation_id) as tx:
        return views.ConsentOut(await consent.given(tx))


@put(
    _PATH,
    summary="Consent to a remote model",
    responses=answers(*WRITES, "not-a-person", "not-a-decider"),
    tags=_TAGS,
)
async def give_consent(caller: NamedDependency[Caller], parts: NamedDependency[Parts]) -> views.ConsentOut:
    """From now on new posts are sent, without names and numbers, to the model that the server names."""
    async with parts.store.transaction(caller.organisation_id) as tx:
        by = await _decider(tx, caller)
        await consent.give(tx, by.person_id, parts.now())
        return views.ConsentOut(await consent.given(tx))


@delete(
    _PATH,
    status_code=200,
    summary="Withdraw the consent",
    responses=answers(*WRITES, "not-a-person", "not-a-decider"),
    tags=_TAGS,
)
async def withdraw_consent(caller: NamedDependency[Caller], parts: NamedDependency[Parts]) -> views.ConsentOut:
    """From now on nothing more is sent."""
    async with parts.store.transaction(caller.organisation_id) as tx:
        await _decider(tx, caller)
        await consent.withdraw(tx)
        return views.ConsentOut(await consent.given(tx))
