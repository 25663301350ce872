"""The application: every address, under one set of access rules, headers and problem answers."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any, TypeAlias

from litestar import Litestar, Request, Response, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.routes import HTTPRoute

from api import openapi, pages
from api.access import provide_caller, require_caller
from api.bodies import check_json
from api.headers import before_send
from api.pages.visitor import page_or_problem
from api.parts import Parts, WarmGate, provide_parts
from api.routes import clinics, consent, decisions, facts, health, posts, proposals, replies, screening, waiting
from api.settings import Settings
from copilot.intake import Enqueue
from copilot.respond import respond
from copilot.store import Store

MOST_BYTES = 256 * 1024
VERSION = "0.1.0"

Background: TypeAlias = Callable[[Parts], AbstractAsyncContextManager[object]]
"""What runs beside the server for as long as it serves: the jobs' worker."""


def create_app(settings: Settings, store: Store, enqueue: Enqueue, background: Background | None = None) -> Litestar:
    """The application over a store. Its lifespan warms the gate, runs `background`, and closes the store at the end."""
    gate = WarmGate()
    parts = Parts(settings, store, gate, lambda: gate.ready, respond, enqueue)

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(store.close)
            warming = asyncio.create_task(gate.warm(), name="warm the gate")
            stack.callback(warming.cancel)
            if background is not None:
                await stack.enter_async_context(background(parts))
            yield

    return Litestar(
        [_api(), health.health, *pages.handlers()],
        lifespan=[lifespan],
        state=State({"parts": parts}),
        dependencies={"parts": Provide(provide_parts, sync_to_thread=False)},
        exception_handlers={Exception: page_or_problem},
        before_request=_begun,
        before_send=[before_send],
        openapi_config=_document(),
        request_max_body_size=MOST_BYTES,
        logging_config=None,
        pdb_on_exception=False,
    )


def _api() -> Router:
    return Router(
        "/v1",
        route_handlers=[
            posts.submit_post,
            posts.read_post,
            posts.list_posts,
            screening.triage_post,
            screening.screen_reply,
            waiting.read_queue,
            proposals.read_proposal,
            proposals.edit_proposal,
            proposals.answer_caution,
            decisions.approve,
            decisions.reject,
            decisions.hold,
            decisions.release,
            decisions.silence,
            decisions.moderate,
            replies.read_reply,
            replies.record_publication,
            clinics.list_clinics,
            clinics.read_clinic,
            clinics.change_clinic,
            clinics.read_roster,
            clinics.replace_roster,
            facts.list_facts,
            facts.propose_fact,
            facts.approve_fact,
            facts.withdraw_fact,
            consent.read_consent,
            consent.give_consent,
            consent.withdraw_consent,
        ],
        before_request=_begun_with_json,
        guards=[require_caller],
        dependencies={"caller": Provide(provide_caller, sync_to_thread=False)},
    )


def _document() -> OpenAPIConfig:
    return openapi.config(VERSION)


async def _begun(request: Request[Any, Any, Any]) -> None:
    request.state["started"] = time.perf_counter()


async def _begun_with_json(request: Request[Any, Any, Any]) -> Response[None] | None:
    await _begun(request)
    if request.method == "OPTIONS":
        return Response(None, status_code=204, headers={"Allow": _allowed(request)})
    await check_json(request)
    return None


def _allowed(request: Request[Any, Any, Any]) -> str:
    """Every method of the address; Litestar's own answer names those of the handler that was registered first."""
    here = request.scope["path_template"]
    methods = {
        method
        for route in request.app.routes
        if isinstance(route, HTTPRoute) and route.path_format == here
        for method in route.methods
    }
    return ", ".join(sorted(methods))
