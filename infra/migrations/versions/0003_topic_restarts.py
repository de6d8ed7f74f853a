"""A record of each time when the ledger topic was written anew."""

from infra.migrations.plain_sql import run_file

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("services/records/migrations/0003_topic_restarts.sql")
