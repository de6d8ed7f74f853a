"""``publish receipts``: what became of a publisher's statements."""

import asyncio
import json
import logging
import re
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import typer
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.table import Column, Table

from kartoteka.publishing.forms import JSON, Unreadable
from kartoteka.publishing.kafka import KafkaNotConfigured, KafkaSettings, KafkaSettingsWrong
from kartoteka.publishing.outcome import Exit, Settings
from kartoteka.publishing.producer import PublishingFailed
from kartoteka.publishing.receipts import Receipt
from kartoteka.publishing.receipts_reader import ReceiptsReader, receipts_of

_AGO: Final = re.compile(r"(\d{1,5})([smhd])", re.ASCII)
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
# Repeated deliveries follow close behind one another.
REMEMBERED: Final = 100_000

Tell = Callable[[Receipt], None]


def since_when(text: str, now: datetime) -> datetime:
    """The moment that ``15m``, ``3d`` or an RFC 3339 time names; Unreadable where it names none."""
    if (ago := _AGO.fullmatch(text)) is not None:
        return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        moment: datetime = JSON.time(text)
    except Unreadable as error:
        raise Unreadable(f"{error}, or a while ago: 15m, 2h, 3d") from error
    return moment


def show_receipts(
    settings: Settings, publisher: str, since: datetime | None, follow: bool, as_json: bool
) -> typer.Exit:
    """The whole command; the exit to raise."""
    # It writes to standard error what we say better.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    logging.getLogger("kartoteka.publishing.receipts_reader").setLevel(logging.ERROR)
    try:
        return asyncio.run(_show(settings(), publisher, since, follow, as_json))
    except KeyboardInterrupt:
        return typer.Exit(Exit.FINE)
    except (PublishingFailed, KafkaNotConfigured) as error:
        print(error, file=sys.stderr)
        return typer.Exit(Exit.NOT_RUNNING)
    except KafkaSettingsWrong as error:
        print(error, file=sys.stderr)
        return typer.Exit(Exit.BAD_INPUT)
    except KafkaError as error:
        print(f"the receipts cannot be read: Kafka answers {type(error).__name__}", file=sys.stderr)
        return typer.Exit(Exit.FAILED)


async def _show(
    settings: KafkaSettings, publisher: str, since: datetime | None, follow: bool, as_json: bool
) -> typer.Exit:
    table = _table(publisher)
    tell: Tell = _tell_json if as_json else _tell_line if follow else lambda receipt: _add(table, receipt)
    async with receipts_of(settings, publisher) as reader:
        await reader.go_to(since)
        async for receipt in _each_once(_receipts(reader, follow)):
            if since is None or receipt.at >= since:
                tell(receipt)
    if not as_json:
        Console().print(table if table.row_count else f"No receipts for {publisher}.")
    if reader.unreadable:
        print(f"{reader.unreadable} records were passed over: not readable as receipts", file=sys.stderr)
    return typer.Exit(Exit.FINE)


async def _receipts(reader: ReceiptsReader, follow: bool) -> AsyncIterator[Receipt]:
    async for receipt in reader.until_now():
        yield receipt
    while follow:
        for receipt in await reader.some():
            yield receipt


async def _each_once(receipts: AsyncIterator[Receipt]) -> AsyncIterator[Receipt]:
    """The receipts without those that were delivered again."""
    told: dict[Receipt, None] = {}
    async for receipt in receipts:
        if receipt not in told:
            yield receipt
            told[receipt] = None
            if len(told) > REMEMBERED:
                del told[next(iter(told))]


def _table(publisher: str) -> Table:
    event_id, where = Column("event id", overflow="fold"), Column("where", overflow="fold")
    return Table("at", "outcome", event_id, where, "in words", title=f"Receipts for {publisher}")


def _add(table: Table, receipt: Receipt) -> None:
    table.add_row(*_parts(receipt))


def _parts(receipt: Receipt) -> tuple[str, ...]:
    where = receipt.place or ("" if receipt.position is None else f"position {receipt.position}")
    said = receipt.outcome if receipt.reason is None else f"{receipt.outcome}: {receipt.reason}"
    at = receipt.at.astimezone(UTC).isoformat(" ", "seconds").removesuffix("+00:00")
    return at, said, str(receipt.event_id or "not readable"), where, receipt.says


def _tell_line(receipt: Receipt) -> None:
    print("  ".join(part for part in _parts(receipt) if part), flush=True)


def _tell_json(receipt: Receipt) -> None:
    print(json.dumps(receipt.as_json(), ensure_ascii=False), flush=True)
