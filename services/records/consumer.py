"""The way of a message: fetched → read → people known → sealed → appended, all of it or nothing."""

import time
from collections.abc import Mapping, Sequence
from typing import Final

import structlog
from aiokafka import ConsumerRecord

from services.kernel.bookmarks import Bookmark, Move
from services.kernel.database import Link
from services.kernel.partition import Partition
from services.kernel.reader import Fetched
from services.records.contract import Record
from services.records.intake import Batch, Intake
from services.records.redrive import redrive_now_possible

READER: Final = "records.ingest"
TOPICS: Final = tuple(f"{owner}.events.v1" for owner in ("registry", "zus", "nfz", "clinic", "patient"))
PURGE_SECONDS: Final = 60.0


class Ingest:
    """Handler of the publishers' topics; preparing and applying each have their own connections (records, keys)."""

    def __init__(self, intake: Intake, preparing: tuple[Link, Link], applying: tuple[Link, Link]) -> None:
        self.intake = intake
        self.preparing = preparing
        self.applying = applying
        self.journal = structlog.get_logger(reader=READER)
        self._purged_at = 0.0

    def prepare(self, batch: Fetched) -> Batch:
        """Read → people known → sealed."""
        records = [_record(one) for partition in batch.values() for one in partition]
        ours, keys = self.preparing
        return self.intake.prepare(ours.get(), keys.get(), records)

    def apply(self, prepared: Batch, bookmarks: Mapping[Partition, Bookmark]) -> Sequence[Move]:
        """→ appended."""
        started = time.perf_counter()
        moves = self.intake.append(self.applying[0].get(), prepared, bookmarks)
        self._log(moves, time.perf_counter() - started)
        if prepared.announces:
            self._redrive()
        return moves

    def idle(self) -> None:
        """Re-drive what became possible meanwhile, and purge the bytes of what was closed."""
        self._redrive()
        if time.monotonic() - self._purged_at > PURGE_SECONDS:
            self.applying[0].get().execute("SELECT records_door.purge_closed_bytes()")
            self._purged_at = time.monotonic()

    def _redrive(self) -> None:
        ours, keys = self.applying
        redrive_now_possible(self.intake, ours.get(), keys.get())

    def _log(self, moves: Sequence[Move], seconds: float) -> None:
        outcomes = {name: sum(getattr(m, name) for m in moves) for name in ("appended", "repeated", "quarantined")}
        self.journal.info("batch", **outcomes, milliseconds=round(seconds * 1000, 1))


def _record(one: ConsumerRecord) -> Record:
    headers = tuple((name, bytes(value)) for name, value in one.headers if value is not None)
    return Record(one.topic, one.partition, one.offset, one.timestamp * 1000, one.key, one.value, headers)
