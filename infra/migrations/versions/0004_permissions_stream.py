"""The stream of permissions, and how far of it is on its topic."""

from infra.migrations.plain_sql import run_file

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("services/permissions/stream_tables.sql")
