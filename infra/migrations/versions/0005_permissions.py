"""Who may see whom: facts, periods of access, and what others may ask about them."""

from infra.migrations.plain_sql import run_file

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_file("services/records/migrations/0005_how_far.sql")
    run_file("services/permissions/tables.sql")
    run_file("services/permissions/access.sql")
