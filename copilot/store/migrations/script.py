"""A migration's SQL is data in a file beside it, run or printed as it stands."""

from pathlib import Path

from alembic import op

_FOLDER = Path(__file__).parent / "sql"


def run(revision: str, part: str) -> None:
    """Executes `sql/<revision>_<n>_<part>.sql` as one script."""
    (path,) = _FOLDER.glob(f"{revision}_[0-9]_{part}.sql")
    script = path.read_text(encoding="utf-8")
    context = op.get_context()
    if context.as_sql:
        context.impl.static_output(script)
    else:
        op.get_bind().exec_driver_sql(script, execution_options={"no_parameters": True})
