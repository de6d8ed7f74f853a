"""The corridor: bookmarks, viewings, the ledger and what ingest remembers."""

from infra.migrations.plain_sql import run_file

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("services/kernel/tables.sql")
    run_file("services/records/tables.sql")
    run_file("services/records/door.sql")
