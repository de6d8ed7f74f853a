"""What the house keeps in small files is there whole, whoever reads it while it is written."""

import threading
from pathlib import Path

from services.operations.house import House
from services.operations.processes import PROCESSES


def test_who_reads_while_ports_are_kept_reads_all_of_them(tmp_path: Path) -> None:
    house, over = House(tmp_path), threading.Event()
    house.choose_health_port(PROCESSES[0])
    torn: list[Exception] = []

    def read() -> None:
        while not over.is_set():
            try:
                assert PROCESSES[0].title in house.health()
            except (ValueError, AssertionError) as error:
                torn.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(300):
        house.choose_health_port(PROCESSES[1])
        house.forget_health_port(PROCESSES[1])
    over.set()
    reader.join()
    assert torn == []
