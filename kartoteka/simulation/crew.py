"""Several processes that send one population together; each lane is sent by one of them."""

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from kartoteka.publishing.kafka import KafkaSettings
from kartoteka.publishing.producer import BrokerUnreachable, PublishingFailed
from kartoteka.simulation.population import LANES, Population
from kartoteka.simulation.sending import Share

ENOUGH_FOR_ONE_PROCESS: Final = 20_000
RATE_OF_ONE_PROCESS: Final = 5_000

Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Summary:
    """What was sent: statements by type, records with repeats, and how long it took."""

    events: Counter[str]
    sent: int
    seconds: float

    def as_json(self) -> dict[str, Any]:
        return {
            "events": dict(sorted(self.events.items())),
            "sent": self.sent,
            "repeated": self.sent - self.events.total(),
            "seconds": round(self.seconds, 3),
            "events_per_second": round(self.sent / self.seconds, 1) if self.seconds else None,
        }


@dataclass(slots=True)
class _Hand:
    """One process, how much it has sent, and what it said in the end."""

    process: Process
    sent: int = 0
    events: Counter[str] = field(default_factory=Counter)


def shares(population: Population, settings: KafkaSettings, disordered: bool, rate: float | None) -> list[Share]:
    """Who sends what: as many processes as pay off; what is sent does not depend on their number."""
    small = population.expected <= ENOUGH_FOR_ONE_PROCESS
    slow = rate is not None and rate <= RATE_OF_ONE_PROCESS
    count = 1 if small or slow else min(LANES, os.cpu_count() or 1)
    each = None if rate is None else rate / count
    return [Share(population, settings, tuple(range(n, LANES, count)), disordered, each) for n in range(count)]


async def run(work: list[Share], tell: Tell) -> Summary:
    """Sends everything; PublishingFailed when one process cannot."""
    hands = [await _start(share) for share in work]
    try:
        await asyncio.gather(*(_heard(hand, "ready") for hand in hands))
        started = time.perf_counter()
        await asyncio.gather(*(_send(hand, lambda: tell(sum(h.sent for h in hands))) for hand in hands))
        seconds = time.perf_counter() - started
        return Summary(sum((hand.events for hand in hands), Counter()), sum(hand.sent for hand in hands), seconds)
    finally:
        await asyncio.gather(*(_end(hand) for hand in hands))


async def _start(share: Share) -> _Hand:
    arguments = (sys.executable, "-m", "kartoteka.simulation.worker")
    process = await asyncio.create_subprocess_exec(*arguments, stdin=PIPE, stdout=PIPE)
    hand = _Hand(process)
    await _write(hand, share.as_line())
    return hand


async def _send(hand: _Hand, tell: Callable[[], None]) -> None:
    await _write(hand, b"go\n")
    while True:
        message = await _heard(hand, "sent")
        hand.sent = message["sent"]
        tell()
        if "done" in message:
            hand.events.update(message["done"])
            return


async def _write(hand: _Hand, data: bytes) -> None:
    """What a process that has ended does not read it will not miss: its silence is heard."""
    assert hand.process.stdin is not None
    try:
        hand.process.stdin.write(data)
        await hand.process.stdin.drain()
    except ConnectionError:
        return


async def _heard(hand: _Hand, expected: str) -> dict[str, Any]:
    """The next message of a process, which must hold what is expected."""
    assert hand.process.stdout is not None
    line = await hand.process.stdout.readline()
    if not line:
        raise PublishingFailed("a sending process ended before its work was done")
    message: dict[str, Any] = json.loads(line)
    if expected not in message:
        raise (BrokerUnreachable if message.get("unreachable") else PublishingFailed)(message["failed"])
    return message


async def _end(hand: _Hand) -> None:
    """Ends a process that is still at work; one that is done has ended or is about to."""
    if hand.process.stdin is not None:
        hand.process.stdin.close()
    try:
        await asyncio.wait_for(hand.process.wait(), 0.1 if not hand.events else 10)
    except TimeoutError:
        hand.process.kill()
        await hand.process.wait()
