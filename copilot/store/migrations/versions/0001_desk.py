"""The desk: organisations, clinics, posts, proposals, decisions, replies, credentials, row security from the start."""

from copilot.store.migrations.script import run

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes everything of the first version."""
    for part in ("people", "desk", "credentials", "rules", "access"):
        run(revision, part)
