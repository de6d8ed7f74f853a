"""Every metric of every process: kind, name, unit, labels, meaning; ``docs/metrics.md`` is made from here.

Names are those that dashboards know where there are such: OpenTelemetry's messaging conventions and the Kafka
exporter's lag; ours begin with ``kartoteka_``. Counters say what this process did since it began; the exact sums
of all time stand in the database (``kartoteka status``). A label has few values: no publisher, no person, no place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

# The moment at which each series was born would double their number and tell nobody anything.
disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY: Final = CollectorRegistry()


@dataclass(frozen=True, slots=True)
class Metric:
    """What stands in the table of metrics."""

    kind: str
    name: str
    unit: str
    labels: tuple[str, ...]
    meaning: str


ALL: Final[list[Metric]] = []

# What a process asks of its database for gauges with one label: all values of each.
Figures = Mapping[Gauge, Mapping[str, float]]


def _counter(name: str, unit: str, labels: tuple[str, ...], meaning: str) -> Counter:
    ALL.append(Metric("counter", name, unit, labels, meaning))
    return Counter(name, meaning, labels, registry=REGISTRY)


def _gauge(name: str, unit: str, labels: tuple[str, ...], meaning: str) -> Gauge:
    ALL.append(Metric("gauge", name, unit, labels, meaning))
    return Gauge(name, meaning, labels, registry=REGISTRY)


def _histogram(name: str, unit: str, labels: tuple[str, ...], buckets: tuple[float, ...], meaning: str) -> Histogram:
    ALL.append(Metric("histogram", name, unit, labels, meaning))
    return Histogram(name, meaning, labels, buckets=buckets, registry=REGISTRY)


_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_RECORDS: Final = (1.0, 10.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0)

# Messages, in OpenTelemetry's words.
CONSUMED: Final = _counter(
    "messaging_client_consumed_messages_total", "messages",
    ("messaging_system", "messaging_consumer_group_name", "messaging_destination_name"),
    "Records read from a topic, those read again after an error included.",
)  # fmt: skip
SENT: Final = _counter(
    "messaging_client_sent_messages_total", "messages",
    ("messaging_system", "messaging_destination_name"),
    "Events sent to a topic and acknowledged by all copies in sync.",
)  # fmt: skip
PROCESS_DURATION: Final = _histogram(
    "messaging_process_duration_seconds", "seconds",
    ("messaging_system", "messaging_consumer_group_name", "messaging_destination_name"), _SECONDS,
    "From the fetch of a batch to its commit, the wait for the batch before it included; "
    "the destination is 'several' where a batch comes from more than one topic.",
)  # fmt: skip
SEND_DURATION: Final = _histogram(
    "messaging_client_operation_duration_seconds", "seconds",
    ("messaging_system", "messaging_operation_name", "messaging_destination_name"), _SECONDS,
    "From handing a batch to the client library to the last acknowledgement.",
)  # fmt: skip

# How far behind, in the Kafka exporter's words; the group is our reader.
LAG: Final = _gauge(
    "kafka_consumergroup_lag", "records", ("consumergroup", "topic", "partition"),
    "Records behind the bookmark of a partition that this process holds: summed over processes it is the whole.",
)  # fmt: skip
OFFSET: Final = _gauge(
    "kafka_consumergroup_current_offset", "offset", ("consumergroup", "topic", "partition"),
    "Next offset to read, by the bookmark, of a partition that this process holds.",
)  # fmt: skip

# Ours.
OUTCOMES: Final = _counter(
    "kartoteka_outcomes_total", "records", ("outcome",),
    "First outcomes of publishers' records: appended, repeated, quarantined.",
)  # fmt: skip
QUARANTINED: Final = _counter(
    "kartoteka_quarantined_total", "records", ("reason",),
    "Records quarantined at their first reading, by reason code.",
)  # fmt: skip
BATCH_RECORDS: Final = _histogram(
    "kartoteka_batch_records", "records", ("reader",), _RECORDS,
    "Records of one batch: what goes into one transaction, or to the topic at once.",
)  # fmt: skip
RETRIES: Final = _counter(
    "kartoteka_retries_total", "attempts", ("reader",),
    "Times that work began anew after an error that passes by itself.",
)  # fmt: skip
COMMANDS: Final = _counter(
    "kartoteka_commands_total", "commands", ("command", "outcome"),
    "Commands about access that were answered: done, repeated, refused; a retry under the same key counts again.",
)  # fmt: skip
LEASES: Final = _gauge(
    "kartoteka_leases", "partitions", ("reader",),
    "Partitions that this process holds; 0 on one that waits to take over. The relay's only one counts as one.",
)  # fmt: skip
WORKERS: Final = _gauge(
    "kartoteka_workers", "processes", ("reader",),
    "Processes of this reader that are alive, this one included.",
)  # fmt: skip
STOPPED: Final = _gauge(
    "kartoteka_stopped_partitions", "partitions", ("reader",),
    "Held partitions that stopped because too much in them was bad.",
)  # fmt: skip
BEHIND: Final = _gauge(
    "kartoteka_behind_seconds", "seconds", ("reader",),
    "Age of the oldest thing that the reader does not have yet; of ingest an upper bound, from the last record read. "
    "0 when there is nothing.",
)  # fmt: skip
POSITION: Final = _gauge(
    "kartoteka_ledger_position", "position", ("reader",),
    "Last position of the ledger's newest seal, as this reader sees it.",
)  # fmt: skip
SENT_TO: Final = _gauge(
    "kartoteka_sent_to_position", "position", ("reader",),
    "Everything up to this position of the ledger is on its topic.",
)  # fmt: skip
COMPLETE_TO: Final = _gauge(
    "kartoteka_complete_to_position", "position", ("reader",),
    "Everything up to this position of the ledger is in the reader's tables.",
)  # fmt: skip
WAITING: Final = _gauge(
    "kartoteka_quarantine_waiting_records", "records", ("reason",),
    "Records that wait in quarantine now, by the reason found last.",
)  # fmt: skip
CHECK: Final = _gauge(
    "kartoteka_check", "1 or 0", ("check",),
    "1 while a check of /readyz holds, else 0.",
)  # fmt: skip
PARKED: Final = _gauge(
    "kartoteka_parked_publishers", "publishers", ("reader",),
    "Publishers whose records are parked as they come, in at least one partition.",
)  # fmt: skip


def table() -> str:
    """The page ``docs/metrics.md``."""
    return "\n".join((_HEAD, *map(_row, ALL))) + "\n"


def _row(one: Metric) -> str:
    labels = ", ".join(f"`{label}`" for label in one.labels)
    return f"| `{one.name}` | {one.kind} | {one.unit} | {labels} | {one.meaning} |"


_HEAD: Final = """\
# Metrics

Made from `services/kernel/metrics.py` by `python -m services.kernel.metrics`; change it there. Every process answers
`/metrics` in Prometheus' text format, on the address that `kartoteka status` names. A process shows a series only
where it has something to say. What is read from the database or from Kafka is at most some fifteen seconds old.

| name | kind | unit | labels | meaning |
|---|---|---|---|---|"""


if __name__ == "__main__":
    print(table(), end="")
