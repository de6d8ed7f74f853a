"""The patients' keys and the fingerprints of the key files: the first release."""

from infra.migrations.plain_sql import run_file

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("services/kernel/keys_tables.sql")
