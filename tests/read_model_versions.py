"""Versions of the patient read model on real databases, read from a ledger that is wholly relayed."""

from tests.conftest import Databases
from tests.integration import test_window
from tests.record_versions import fill, made
from tests.replay import relayed

FIRST = "records_v1"


def project(databases: Databases, *versions: str) -> None:
    """Let these versions read all that the ledger has and they have not, as relay and projection would."""
    with databases.admin() as admin:
        relayed(admin)
    for version in versions:
        test_window.project(databases, version)


def second_version(databases: Databases) -> str:
    """A new version that has read everything, as a rebuild leaves it."""
    name = made(databases)
    project(databases, name)
    fill(databases, name)
    return name
