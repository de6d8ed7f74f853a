"""More than one master key."""

from infra.migrations.plain_sql import run_file

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("services/kernel/migrations/keys_0002_master_keys.sql")
