"""The durable jobs: procrastinate's tables in the same database, so that a job is enqueued with its row."""

from copilot.store.migrations.script import run

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Makes procrastinate's schema and lets the application use it."""
    for part in ("jobs", "jobs_access"):
        run(revision, part)
