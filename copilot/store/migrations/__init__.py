"""Every step from an empty database to the present schema: alembic runs them, SQL files say them."""
