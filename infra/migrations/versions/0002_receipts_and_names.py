"""Receipts for publishers, and the names of providers and practitioners."""

from infra.migrations.plain_sql import run_file

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("services/records/migrations/0002_receipts_and_names.sql")
