"""ETags: the version of what was read, which a change must name."""

import re

from api.problems import Problem

_TAG = re.compile(r'(?:W/)?"(\d{1,9})"')


def etag(version: int) -> str:
    """The tag of a version."""
    return f'"{version}"'


def version_in(if_match: str | None) -> int:
    """The version that an If-Match names. Raises `precondition-required` without one, `stale` for a foreign tag."""
    if if_match is None or not if_match.strip():
        raise Problem("precondition-required")
    match = _TAG.fullmatch(if_match.strip())
    if match is None:
        raise Problem("stale")
    return int(match.group(1))
