"""The master key is rotated while ingest, relay and projection work, by the command as a user types it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.conftest import Shell
from tests.chaos.traffic import again, chunk
from tests.corridor import Corridor


@pytest.fixture
def corridor(tmp_path: Path) -> Iterator[Corridor]:
    tmp_path.chmod(0o711)
    with Corridor(tmp_path / "data") as corridor:
        yield corridor


def test_everybody_goes_on_without_a_restart_and_newborns_get_the_new_key(corridor: Corridor) -> None:
    shell = Shell(corridor.data_dir)
    corridor.start("ingest", "relay", "projection")
    first = chunk(1)
    corridor.publish(first)
    corridor.settle()
    pids = [worker.child.pid for worker in corridor.workers]
    secrets = [path.read_bytes() for path in corridor.house.keys_folder.iterdir()]
    said = []
    with corridor.publishing([*chunk(2), *again(first, seed=1), *chunk(3)], seconds=6):
        for _ in range(2):
            done = shell("keys", "rotate", "--json")
            assert done.code == 0, done.err
            said.append(json.loads(done.out))
    corridor.settle()
    corridor.check()
    assert ([one["master_key"] for one in said], corridor.crashes) == (["master-2", "master-3"], [])
    assert [worker.child.pid for worker in corridor.workers] == pids
    assert corridor.scalar("SELECT count(*) FROM records.quarantined WHERE reason = 'no_key'") == 0
    assert {path.name for path in corridor.house.keys_folder.glob("master*")} == {"master-3.key"}
    secrets += [path.read_bytes() for path in corridor.house.keys_folder.iterdir()]
    logs = b"".join(path.read_bytes() for path in corridor.house.logs.iterdir() if path.is_file())
    assert not [key for key in secrets if key in logs or key.hex().encode() in logs or key.hex() in str(said)]
    account = corridor.scalar("SELECT account_id FROM records.person JOIN records.event ON originator_id = patient_id")
    shown = shell("patient", "show", account, "--reason", "test", "--json")
    assert shown.code == 0, shown.err
    assert shell("up").code == 0
    shell("down")
