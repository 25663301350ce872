"""The OpenAPI document and its page: Swagger UI from our own files, under its own policy."""

import json
from pathlib import Path
from typing import Any

from litestar import Request
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin
from litestar.openapi.spec import Components, License, SecurityScheme, Tag

_PAGE = Path(__file__).parent / "templates" / "schema.html"
_WORDS = Path(__file__).parent / "openapi.json"


class SchemaPage(OpenAPIRenderPlugin):
    """Our own page: no address but ours, no script in the page."""

    def __init__(self) -> None:
        super().__init__(path="/")

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:  # noqa: ARG002  # as the base
        """The page; it fetches the document itself."""
        return _PAGE.read_bytes()


def config(version: str) -> OpenAPIConfig:
    """What the document says of itself, and where: /schema/openapi.json, and the page at /schema."""
    words: dict[str, Any] = json.loads(_WORDS.read_text(encoding="utf-8"))
    return OpenAPIConfig(
        title=words["title"],
        version=version,
        description="\n\n".join(words["description"]),
        license=License(name=words["licence"]) if words.get("licence") else None,
        tags=[Tag(name=name, description=text) for name, text in words["tags"].items()],
        components=Components(
            security_schemes={
                "key": SecurityScheme(type="http", scheme="bearer", description=words["key"]),
                "session": SecurityScheme(
                    type="apiKey", name="havblik_session", security_scheme_in="cookie", description=words["session"]
                ),
            }
        ),
        security=[{"key": []}, {"session": []}],
        use_handler_docstrings=True,
        path="/schema",
        render_plugins=[SchemaPage(), JsonRenderPlugin()],
    )
