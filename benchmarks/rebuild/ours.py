"""Our rebuild, as an operator starts it: ``kartoteka rebuild records --json``, and what came of it."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
import psycopg

from benchmarks.rebuild.checksums import as_filled
from benchmarks.rebuild.processors import processor_seconds, since
from services.operations.house import House

KARTOTEKA: Final = Path(sys.executable).with_name("kartoteka")
# Before the clock begins nothing is left to be cleaned or written of what was done before: the filling is not a day's.
QUIET: Final = ("VACUUM (ANALYZE)", "CHECKPOINT")


class Answer(msgspec.Struct, frozen=True):
    """What the command says of itself."""

    version: str
    events: int
    seconds: float
    events_per_second: float
    memory_bytes: int
    stages: Mapping[str, float]


class Run(msgspec.Struct, frozen=True):
    """One rebuild; seconds from the command's start to its end, when keys and statistics are there."""

    events: int
    seconds: float
    megabytes: float
    stages: Mapping[str, float]
    processors: Mapping[str, float]
    equal: bool

    @property
    def rate(self) -> float:
        return self.events / self.seconds

    @property
    def microseconds(self) -> float:
        """Time per event."""
        return self.seconds / self.events * 1e6

    @property
    def parts(self) -> Mapping[str, float]:
        """The clock's seconds: the command's start and end, loading, keys with statistics."""
        load, keys = self.stages["load"], self.stages["keys"]
        return {"start and end": self.seconds - load - keys, "load": load, "keys and ANALYZE": keys}


def measured(house: House) -> Run:
    """Rebuild once, compare with the ledger, and drop the version."""
    with rebuilt(house) as (run, _):
        return run


@contextmanager
def rebuilt(house: House) -> Iterator[tuple[Run, str]]:
    """A rebuild and its version, for as long as somebody looks at it."""
    with psycopg.connect(house.addresses().database, autocommit=True) as connection:
        for statement in QUIET:
            connection.execute(statement)
        before, began = processor_seconds(house), time.perf_counter()
        answer = msgspec.json.decode(_kartoteka(house, "rebuild", "records", "--json"), type=Answer)
        seconds, processors = time.perf_counter() - began, since(before, processor_seconds(house))
        try:
            equal = as_filled(connection, answer.version)
            run = Run(answer.events, seconds, answer.memory_bytes / 1e6, answer.stages, processors, equal)
            yield run, answer.version
        finally:
            prune(house)


def prune(house: House) -> None:
    """Drop every version that is not read."""
    _kartoteka(house, "prune", "records")


def _kartoteka(house: House, *words: str) -> bytes:
    command = [str(KARTOTEKA), "--data-dir", str(house.data_dir), *words]
    # Progress stands on standard error; of a command that failed it is the reason.
    done = subprocess.run(command, capture_output=True, timeout=600)
    if done.returncode != 0:
        raise RuntimeError(f"kartoteka {' '.join(words)}: {done.stderr.decode()[-2000:]}")
    return done.stdout
