"""How the dumps in this folder were made: ``python -m tests.first_release.make``, run once, at the first release.

Everything in them was written by that release's own processes: a simulated family, repeats, every poison that is
not large, a viewing. It is kept as a witness and never made again: later releases must be able to take it over.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from infra.postgres import binary
from tests.chaos.traffic import chunk
from tests.corridor import Corridor

HERE = Path(__file__).parent
MOST_BYTES = 10_000


def make() -> None:
    """Let events flow through the whole corridor, have one record opened, and dump both databases."""
    with tempfile.TemporaryDirectory() as folder, Corridor(Path(folder) / "data") as corridor:
        Path(folder).chmod(0o711)
        corridor.start("ingest", "relay", "projection")
        corridor.publish([one for one in chunk(1, patients=2, most=24) if len(one.value or b"") < MOST_BYTES])
        corridor.settle()
        corridor.check()
        _look(corridor)
        corridor.end()
        addresses = corridor.house.addresses()
        _dump(addresses.database, "main.sql")
        _dump(addresses.keys_database, "keys.sql")
        for path in sorted(corridor.house.keys_folder.iterdir()):
            (HERE / f"{path.name}.hex").write_text(path.read_bytes().hex() + "\n")


def _look(corridor: Corridor) -> None:
    account = corridor.scalar("SELECT account_id FROM records.person JOIN records.event ON originator_id = patient_id")
    command = [sys.executable, "-m", "services.operations.main", "--data-dir", str(corridor.data_dir)]
    subprocess.run([*command, "patient", "show", account, "--reason", "first release"], check=True)


def _dump(url: str, name: str) -> None:
    subprocess.run([binary("pg_dump"), "--dbname", url, "--file", HERE / name], check=True)


if __name__ == "__main__":
    make()
