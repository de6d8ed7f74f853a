"""Versions of the patient read model: made, proven, switched to."""

from infra.migrations.plain_sql import run_file

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("services/records/migrations/0006_versions.sql")
