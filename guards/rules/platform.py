"""Whether the platform takes a reply of this length. Source of the defaults: PLAYBOOK 5."""

from collections.abc import Iterator

from guards.finding import Finding
from guards.reading import Reading
from guards.table import load

_COUNTS_BYTES = "google"


def find(reading: Reading) -> Iterator[Finding]:
    """What stands past the platform's limit; nothing where no clinic is given."""
    clinic = reading.context.clinic
    if clinic is None:
        return
    platform = reading.context.post.platform.casefold() if reading.context.post else ""
    table = load("platform")
    defaults = {name: int(listed[0]) for name, listed in table.words["limits"].items()}
    own = {name.casefold(): limit for name, limit in clinic.platform_limits.items()}
    limit = own.get(platform, defaults.get(platform, own.get("other", defaults["other"])))
    fits = _fitting(reading.text, limit, in_bytes=platform == _COUNTS_BYTES)
    if fits < len(reading.text):
        yield table["limit"].finding(reading, fits, len(reading.text))


def _fitting(text: str, limit: int, *, in_bytes: bool) -> int:
    """How many code points of the text fit."""
    if not in_bytes:
        return min(len(text), limit)
    # A lone surrogate cannot be encoded; it is counted as the three bytes it would take.
    cut = text.encode("utf-8", "surrogatepass")[: max(limit, 0)]
    return len(cut.decode("utf-8", "ignore"))
