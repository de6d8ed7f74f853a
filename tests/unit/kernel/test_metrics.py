"""The file of metrics: what its names promise, and that the page is made from it."""

from pathlib import Path

import pytest

from services.kernel import metrics
from services.kernel.metrics import Metric

PAGE = Path("docs/metrics.md")
# All that a series may be told apart by; each has few values, whatever comes in.
LABELS = {
    "messaging_system", "messaging_consumer_group_name", "messaging_destination_name", "messaging_operation_name",
    "consumergroup", "topic", "partition", "reader", "outcome", "reason", "check", "command",
}  # fmt: skip


def test_the_page_is_made_from_the_file() -> None:
    assert PAGE.read_text() == metrics.table(), "run: python -m services.kernel.metrics > docs/metrics.md"


@pytest.mark.parametrize("metric", metrics.ALL, ids=lambda metric: metric.name)
def test_a_metrics_name_says_whose_it_is_and_what_it_counts(metric: Metric) -> None:
    assert metric.name.startswith(("kartoteka_", "kafka_consumergroup_", "messaging_"))
    assert metric.name.endswith("_total") == (metric.kind == "counter")
    assert metric.name.endswith("_seconds") == (metric.unit == "seconds")
    assert metric.meaning.endswith(".")


@pytest.mark.parametrize("metric", metrics.ALL, ids=lambda metric: metric.name)
def test_no_label_grows_with_what_comes_in(metric: Metric) -> None:
    assert set(metric.labels) <= LABELS
    assert metric.labels, "a series without a label would say 0 in processes that know nothing of it"


def test_no_metric_escapes_the_file() -> None:
    registered = {one.name for one in metrics.REGISTRY.collect()}
    assert registered == {metric.name.removesuffix("_total") for metric in metrics.ALL}
