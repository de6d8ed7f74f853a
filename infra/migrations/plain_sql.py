"""Migrations are plain SQL files; Alembic keeps their order and remembers what was done."""

from pathlib import Path
from typing import Any, Final

from alembic import op

ROOT: Final = Path(__file__).parents[2]


def run_file(path: str) -> None:
    """Run a file of SQL statements as it stands, in the migration's transaction."""
    driver: Any = op.get_bind().connection.driver_connection
    driver.execute((ROOT / path).read_text())
