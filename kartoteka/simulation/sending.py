"""Sends some lanes of a population to Kafka, as fast as it goes or at a given rate."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from itertools import chain, islice
from typing import Final, Protocol, Self

from kartoteka.publishing.kafka import KafkaSettings
from kartoteka.publishing.statement import Record, Statement
from kartoteka.simulation.disorder import disorder
from kartoteka.simulation.population import Population

TICK_SECONDS: Final = 0.02

Tell = Callable[[int], None]


class Sender(Protocol):
    """What of ``kartoteka.publishing.sender.Publisher`` is needed here."""

    async def send_all(self, records: Iterable[Record], on_progress: Tell | None = None) -> int: ...


@dataclass(frozen=True, slots=True)
class Share:
    """What one process sends: lanes of a population, disordered or not, at most ``rate`` records a second."""

    population: Population
    settings: KafkaSettings
    lanes: tuple[int, ...]
    disordered: bool = False
    rate: float | None = None

    def as_line(self) -> bytes:
        """The share as a line of JSON, for the process that sends it; it holds Kafka's password."""
        return json.dumps(asdict(self), default=date.isoformat).encode() + b"\n"

    @classmethod
    def from_line(cls, line: str) -> Self:
        said = json.loads(line)
        until = date.fromisoformat(said["population"].pop("until"))
        population = Population(**said.pop("population"), until=until)
        return cls(population, KafkaSettings(**said.pop("settings")), tuple(said.pop("lanes")), **said)

    def records(self, events: Counter[str]) -> Iterator[Record]:
        """The records of all lanes; ``events`` counts each statement once, however often it is sent."""
        return chain.from_iterable(self._lane(lane, events) for lane in self.lanes)

    def _lane(self, lane: int, events: Counter[str]) -> Iterator[Record]:
        statements = _counted(self.population.statements(lane), events)
        records = (statement.record("") for statement in statements)
        return disorder(records, self.population.seed, lane) if self.disordered else records


async def send(share: Share, publisher: Sender, events: Counter[str], tell: Tell) -> int:
    """How many records were sent and acknowledged; ``tell`` hears of it on the way."""
    records = share.records(events)
    if share.rate is None:
        return await publisher.send_all(records, tell)
    return await _send_paced(records, share.rate, publisher, tell)


async def _send_paced(records: Iterator[Record], rate: float, publisher: Sender, tell: Tell) -> int:
    """An open loop: what is due by the clock is sent, whatever happened to what was sent before."""
    clock = asyncio.get_running_loop().time
    started, sent = clock(), 0
    while True:
        due = int((clock() - started) * rate) - sent
        some = list(islice(records, max(due, 0)))
        if due > 0 and not some:
            return sent
        if some:
            sent += await publisher.send_all(some)
            tell(sent)
        await asyncio.sleep(TICK_SECONDS)


def _counted(statements: Iterable[Statement], events: Counter[str]) -> Iterator[Statement]:
    for statement in statements:
        events[statement.type] += 1
        yield statement
