"""Real servers for the tests that need them: the embedded ones, started once, on free ports."""

from collections.abc import Iterator

import pytest

from infra.servers import EmbeddedServers


@pytest.fixture(scope="session")
def postgres_admin_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of an embedded PostgreSQL, as its superuser."""
    servers = EmbeddedServers(tmp_path_factory.mktemp("servers") / "data")
    yield servers.start().postgres
    servers.stop()
