"""The pages: server-rendered, usable without JavaScript, pleasanter with it."""

from typing import Any

from litestar import Router
from litestar.di import Provide
from litestar.static_files import create_static_files_router

from api.pages import adding, deciding, desk, signing_in, waiting
from api.pages.rendering import STATIC
from api.pages.visitor import provide_visitor


def handlers() -> list[Any]:
    """Every page, and the files they load."""
    inside = Router(
        "/",
        route_handlers=[
            waiting.front,
            waiting.queue_page,
            adding.new_page,
            adding.add_post,
            desk.desk_page,
            desk.screen_text,
            deciding.decide_proposal,
            signing_in.sign_out,
        ],
        dependencies={"visitor": Provide(provide_visitor)},
        include_in_schema=False,
    )
    files = create_static_files_router("/static", [STATIC], include_in_schema=False, cache_control=None)
    return [inside, signing_in.sign_in_page, signing_in.sign_in, files]
