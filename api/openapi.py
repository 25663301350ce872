"""The OpenAPI document and its page: Swagger UI from our own files, under its own policy."""

import json
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin
from litestar.openapi.spec import Components, License, SecurityScheme, Tag

from api import outgoing, problems, schemas

_PAGE = Path(__file__).parent / "templates" / "schema.html"
_WORDS = Path(__file__).parent / "openapi.json"


class SchemaDocument(JsonRenderPlugin):
    """The document itself, completed."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The document as JSON."""
        return self.render_json(request, completed(openapi_schema))


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """The document with msgspec's own schemas, which are exact, and with examples where readers of OpenAPI look."""
    structs = [
        value for module in (schemas, outgoing, problems) for value in vars(module).values() if _is_struct(value)
    ]
    _, exact = msgspec.json.schema_components(structs, ref_template="#/components/schemas/{name}")
    components = document["components"]["schemas"]
    known = {name: exact.get(name, schema) for name, schema in components.items()}
    paths = {
        path: {method: _operation(operation) for method, operation in operations.items()}
        for path, operations in document["paths"].items()
    }
    return {**document, "paths": paths, "components": {**document["components"], "schemas": known}}


def _is_struct(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, msgspec.Struct) and value is not msgspec.Struct


def _operation(operation: dict[str, Any]) -> dict[str, Any]:
    responses = {
        status: {**response, "content": {kind: _without_ids(content) for kind, content in response["content"].items()}}
        if "content" in response
        else response
        for status, response in operation["responses"].items()
    }
    if "requestBody" not in operation:
        return {**operation, "responses": responses}
    body = operation["requestBody"]
    content = {kind: _with_example(media) for kind, media in body["content"].items()}
    return {**operation, "responses": responses, "requestBody": {**body, "content": content}}


def _without_ids(media: dict[str, Any]) -> dict[str, Any]:
    """Litestar writes an `id` into examples, which OpenAPI does not know."""
    if "examples" not in media:
        return media
    examples = {
        name: {key: value for key, value in example.items() if key != "id"}
        for name, example in media["examples"].items()
    }
    return {**media, "examples": examples}


def _with_example(media: dict[str, Any]) -> dict[str, Any]:
    schema = dict(media["schema"])
    examples = schema.pop("examples", [])
    plain = schema["allOf"][0] if list(schema) == ["allOf"] and len(schema["allOf"]) == 1 else schema
    return {"schema": plain, "examples": {f"example{n}": {"value": value} for n, value in enumerate(examples, 1)}}


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
        render_plugins=[SchemaPage(), SchemaDocument()],
    )
