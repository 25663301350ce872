"""Who looks at a page: a person with a session, and what she may do where."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.response import Redirect

from api.access import CSRF_FIELD, CSRF_HEADER, require_same_site, require_token, session_of
from api.pages.rendering import page
from api.parts import Parts
from api.problems import Problem, from_exception, handle, log_unforeseen
from copilot.decide import By
from copilot.store import people
from copilot.store.rows import Caller, PersonRow, Role

_DECIDES = ("spokesperson", "deputy")


class SignInNeeded(Exception):  # noqa: N818  # a turn of the road, not an error
    """The page is for people who have signed in; `text` is what somebody had written whose session ran out."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.text = text


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person who has signed in, with her places at the clinics."""

    caller: Caller
    person: PersonRow
    roles: Mapping[str, Role]

    @property
    def by(self) -> By:
        """As the flow names her."""
        return By(self.caller.organisation_id, self.person.person_id)

    @property
    def language(self) -> str:
        """The language she reads."""
        return self.person.language

    def decides_for(self, clinic: str) -> bool:
        """Whether she is the clinic's spokesperson or deputy; copilot.decide checks it again."""
        return self.roles.get(clinic) in _DECIDES


async def provide_visitor(request: Request[Any, Any, Any], parts: NamedDependency[Parts]) -> Visitor:
    """The visitor; raises SignInNeeded without a valid session."""
    caller = await session_of(request, parts)
    if caller is None or caller.person_id is None:
        raise SignInNeeded(str((await request.form()).get("text", "")) if request.method == "POST" else "")
    async with parts.store.transaction(caller.organisation_id) as tx:
        row = await people.person(tx, caller.person_id)
        roles = await people.clinics_of(tx, caller.person_id)
    if row is None:
        raise SignInNeeded
    return Visitor(caller, row, roles)


async def form_of(request: Request[Any, Any, Any], visitor: Visitor) -> dict[str, str]:
    """The fields of a form of ours. Raises `cross-site` for one that another site sent or that lacks its token."""
    require_same_site(request)
    fields = {name: str(value) for name, value in (await request.form()).items()}
    require_token(visitor.caller, fields.get(CSRF_FIELD) or request.headers.get(CSRF_HEADER) or "")
    # Browsers send line ends as CR LF, whatever was typed.
    return {name: value.replace("\r\n", "\n").replace("\x00", "") for name, value in fields.items()}


def page_or_problem(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """What an exception answers: a page to a person's browser outside /v1, the problem to everybody else."""
    if isinstance(error, SignInNeeded):
        return _sign_in(request, error.text)
    wants_page = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1")
    if not wants_page:
        return handle(request, error)
    problem = from_exception(error)
    if problem.kind.name == "internal":
        log_unforeseen(error)
    return error_page(problem, preferred(request))


def error_page(problem: Problem, language: str) -> Response[Any]:
    """A page that says what went wrong, in a person's words."""
    name = {404: "not_found", 403: "cross_site"}.get(problem.kind.status, "error")
    return page("error.html", language, status=problem.kind.status, name=name, visitor=None, csrf="")


def _sign_in(request: Request[Any, Any, Any], text: str) -> Response[Any]:
    if request.headers.get("hx-request"):
        # Under the pen nothing is taken away: the page says that the check did not come through.
        return Response("", status_code=401)
    if text:
        return sign_in_form(request, status=401, needed=True, text=text)
    return Redirect("/sign-in?needed=1", status_code=303)


def sign_in_form(  # the flags are the template's
    request: Request[Any, Any, Any],
    *,
    status: int = 200,
    token: str = "",
    needed: bool = False,
    bad: bool = False,
    text: str = "",
) -> Response[Any]:
    """The page to sign in on, with what somebody had written where her session ran out."""
    return page(
        "sign_in.html",
        preferred(request),
        status=status,
        visitor=None,
        token=token,
        needed=needed,
        bad=bad,
        text=text,
    )


def preferred(request: Request[Any, Any, Any]) -> str:
    """The language of a person whom we do not know yet: English where her browser asks for it first, else Danish."""
    return "en" if request.headers.get("accept-language", "").lower().startswith("en") else "da"
