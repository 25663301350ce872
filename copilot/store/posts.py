"""Posts: evidence, stored first, and every capture of them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from copilot.domain import Post
from copilot.store import codec
from copilot.store.clinics import profile_of
from copilot.store.rows import PostRow
from copilot.store.session import Store, Transaction
from guards.context import Clinic

POST_COLUMNS = """
    post_id, post.clinic_id, slug, text, author, platform, external_id, url, thread, posted_at, rating, captured_by,
    case_ref, received_at, post.sha256,
    (SELECT count(*) FROM submission WHERE submission.organisation_id = post.organisation_id
     AND submission.post_id = post.post_id) AS captures
"""
_FROM = f"SELECT {POST_COLUMNS} FROM post JOIN clinic USING (organisation_id, clinic_id)"  # noqa: S608  # our own words
_POST = text(f"{_FROM} WHERE post_id = :post_id")
_CASE = text(f"{_FROM} WHERE case_ref = :case ORDER BY received_at, post_id LIMIT :limit")
_UNFINISHED = text(
    """
    SELECT post_id FROM post WHERE received_at BETWEEN :now - interval '7 days' AND :before
      AND NOT EXISTS (SELECT FROM proposal WHERE proposal_id = post_id)
    ORDER BY received_at LIMIT 100
    """
)

# One round trip: the clinic, a post that was here before, else the post, and in either case this capture of it.
_KEEP = text(
    """
    WITH here AS (
        SELECT clinic_id FROM clinic WHERE slug = :clinic
    ), first AS (
        (SELECT post_id, sha256, received_at FROM post JOIN here USING (clinic_id)
         WHERE external_id <> '' AND platform = :platform AND external_id = :external_id)
        UNION ALL
        (SELECT post_id, sha256, received_at FROM post JOIN here USING (clinic_id)
         WHERE same_text = :same_text AND received_at > CAST(:now AS timestamptz) - interval '1 day')
        ORDER BY received_at, post_id LIMIT 1
    ), fresh AS (
        INSERT INTO post (clinic_id, text, author, platform, external_id, url, thread, posted_at, rating, captured_by,
                          case_ref, received_at, sha256, same_text)
        SELECT clinic_id, :text, :author, :platform, :external_id, :url, CAST(:thread AS jsonb),
               CAST(:posted_at AS timestamptz), CAST(:rating AS smallint), :captured_by, :case, :now, :sha256,
               :same_text
        FROM here WHERE NOT EXISTS (SELECT FROM first)
        ON CONFLICT DO NOTHING RETURNING post_id, sha256
    ), kept AS (
        SELECT post_id, sha256, false AS duplicate FROM fresh UNION ALL SELECT post_id, sha256, true FROM first
    ), captured AS (
        INSERT INTO submission (post_id, captured_by, received_at, sha256, content)
        SELECT post_id, :captured_by, :now, :sha256,
               CASE WHEN sha256 <> :sha256 THEN CAST(:content AS jsonb) END FROM kept
    )
    SELECT clinic.clinic_id, slug, name, profile, ARRAY(
            SELECT public_fact.text FROM public_fact
            WHERE public_fact.organisation_id = clinic.organisation_id AND public_fact.clinic_id = clinic.clinic_id
              AND approved_at IS NOT NULL AND withdrawn_at IS NULL ORDER BY fact_id) AS facts,
        kept.post_id, kept.duplicate
    FROM clinic JOIN here USING (clinic_id) LEFT JOIN kept ON true
    """
)
_BEGIN_DRAFT = text("SELECT begin_draft(:organisation_id, :clinic_id)")


@dataclass(frozen=True, slots=True)
class Capture:
    """A post as it comes in, its ids unknown yet, with what makes it the same as another."""

    clinic: str
    row: PostRow
    same_text: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A clinic's profile with the post that a capture became, or was before."""

    clinic: Clinic
    post: PostRow | None
    """None where the same external id came in at this very moment with another text: keep it once more."""
    duplicate: bool
    """Then only the post's id is its own; read the rest."""


async def keep(tx: Transaction, capture: Capture) -> Kept | None:
    """Stores the capture; None for an unknown clinic.

    The caller holds the lock of `same_text`, so that of equal texts at once one is first.
    """
    row = capture.row
    values = {
        "clinic": capture.clinic,
        "text": row.post.text,
        "author": row.post.author,
        "platform": row.post.platform,
        "external_id": row.external_id,
        "url": row.post.url,
        "thread": codec.encoded(row.post.thread),
        "posted_at": row.post.posted_at,
        "rating": row.post.rating,
        "captured_by": row.captured_by,
        "case": row.case,
        "now": row.received_at,
        "sha256": row.sha256,
        "same_text": capture.same_text,
        "content": codec.encoded({"post": row.post, "external_id": row.external_id, "case": row.case}),
    }
    found = await tx.row(_KEEP, values)
    if found is None:
        return None
    profile = profile_of(found.slug, found.name, found.profile, tuple(found.facts))
    post = None if found.post_id is None else replace(row, post_id=found.post_id, clinic_id=found.clinic_id)
    return Kept(profile, post, bool(found.duplicate))


async def begin_draft(store: Store, organisation_id: UUID, clinic_id: UUID) -> int:
    """Which draft of the clinic this one is, counted from 0; a draft that fails leaves a gap."""
    row = await store.at_once(_BEGIN_DRAFT, {"organisation_id": organisation_id, "clinic_id": clinic_id})
    return int(row[0]) if row is not None else 0


async def post(tx: Transaction, post_id: UUID) -> PostRow | None:
    """The post; its proposal has the same id."""
    row = await tx.row(_POST, {"post_id": post_id})
    return None if row is None else post_row(row)


async def posts_of_case(tx: Transaction, case: str, *, limit: int = 200) -> tuple[PostRow, ...]:
    """The posts of a case of the clinic's own system, oldest first."""
    return tuple(post_row(row) for row in await tx.rows(_CASE, {"case": case, "limit": limit}))


async def unfinished(tx: Transaction, before: datetime, now: datetime) -> tuple[UUID, ...]:
    """Posts of the last week that came in until `before` and have no proposal yet: whoever computed it died."""
    return tuple(row.post_id for row in await tx.rows(_UNFINISHED, {"before": before, "now": now}))


def post_row(row: Row[Any]) -> PostRow:
    """A row with POST_COLUMNS as data."""
    return PostRow(
        post_id=row.post_id,
        clinic_id=row.clinic_id,
        clinic=row.slug,
        post=Post(
            text=row.text,
            author=row.author,
            platform=row.platform,
            posted_at=row.posted_at,
            thread=codec.thread(row.thread),
            rating=row.rating,
            url=row.url,
        ),
        external_id=row.external_id,
        captured_by=row.captured_by,
        case=row.case_ref,
        received_at=row.received_at,
        sha256=row.sha256,
        captures=row.captures,
    )
