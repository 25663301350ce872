"""What the desk refuses, one small type each; no message holds a word of a post, a reply, a note or a roster."""

from copilot.domain import State
from guards.finding import Finding


class Refusal(Exception):  # noqa: N818  # a refusal is an answer, no error of ours
    """The base of everything here: asked for, understood, and not done."""


class NotFound(Refusal):
    """There is no such thing in this organisation; another organisation's counts as none."""

    def __init__(self, what: str) -> None:
        super().__init__(f"there is no such {what}")
        self.what = what


class NotAllowed(Refusal):
    """This person may not do that here."""


class Conflict(Refusal):
    """Somebody was first: the proposal is no longer what the decision was based on."""

    def __init__(self, state: State, version: int) -> None:
        super().__init__(f"the proposal is now {state}, version {version}")
        self.state = state
        self.version = version


class NotPossible(Refusal):
    """The proposal's state does not allow that verb."""

    def __init__(self, verb: str, state: State) -> None:
        super().__init__(f"{verb} is not possible while {state}")
        self.verb = verb
        self.state = state


class Blocked(Refusal):
    """The text is blocked: nobody can approve it."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("the text is blocked")
        self.findings = findings


class Unanswered(Refusal):
    """Cautions of this very text still wait for a person's answer."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(f"{len(findings)} cautions are not answered")
        self.findings = findings


class Unfit(Refusal):
    """A value cannot be taken; `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class Unavailable(Refusal):
    """The database cannot be reached now; the same call may succeed later."""


class Broken(Refusal):
    """The database refused a statement. Holds the SQLSTATE and the constraint's name, never a row."""

    def __init__(self, sqlstate: str, constraint: str) -> None:
        super().__init__(f"the database refused: {sqlstate} {constraint}".rstrip())
        self.sqlstate = sqlstate
        self.constraint = constraint
