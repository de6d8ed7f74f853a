"""The rules for Prometheus ask for what there is, and lead to a page that exists."""

import re
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from services.kernel import metrics

RULES: Final = Path("infra/alerts.yml")
PROMETHEUS: Final = Path("infra/compose/prometheus.yml")
# Prometheus' own: whether a scrape succeeded, and what it writes beside every series.
OWN_METRICS: Final = {"up"}
OWN_LABELS: Final = {"instance", "job"}
# Words of the query language that stand where a metric could.
WORDS: Final = {"by", "and", "or", "unless", "for", "on", "ignoring", "without"}
DURATION: Final = re.compile(r"[1-9][0-9]*[smh]")


def rules() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]
    ]
    return found


def metrics_in(expression: str) -> set[str]:
    """Names that are neither functions, words, labels nor inside braces, brackets or a grouping."""
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|\bby\s*\([^)]*\)", " ", expression)
    return set(re.findall(r"\b[a-z_]{2,}\b(?!\s*\()", bare)) - WORDS


def labels_in(expression: str) -> set[str]:
    grouped = re.findall(r"\bby\s*\(([^)]*)\)", expression)
    matched = re.findall(r"([a-z_]+)\s*[=!]", " ".join(re.findall(r"\{([^}]*)\}", expression)))
    return {label.strip() for group in grouped for label in group.split(",")} | set(matched)


def anchors(page: Path) -> set[str]:
    """As they are made of headings where Markdown is shown."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_there_are_three_rules() -> None:
    assert len(rules()) == len({rule["alert"] for rule in rules()}) == 3


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_a_rule_says_what_happened_and_where_help_is(rule: dict[str, Any]) -> None:
    assert set(rule["annotations"]) == {"summary", "runbook"}
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    assert anchor in anchors(Path(page))
    assert f"`{rule['alert']}`" in Path(page).read_text()
    assert DURATION.fullmatch(rule.get("for", "1m"))


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_a_rule_asks_for_metrics_and_labels_that_exist(rule: dict[str, Any]) -> None:
    known = {metric.name: metric for metric in metrics.ALL}
    asked = metrics_in(rule["expr"])
    assert asked
    assert asked <= set(known) | OWN_METRICS
    labels = {label for name in asked - OWN_METRICS for label in known[name].labels}
    assert labels_in(rule["expr"]) <= labels | OWN_LABELS
    shown = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
    assert shown <= labels_in(rule["expr"])


def test_the_job_of_the_rules_is_the_one_that_is_scraped() -> None:
    asked = {job for rule in rules() for job in re.findall(r'job="(\w+)"', rule["expr"])}
    scraped = yaml.safe_load(PROMETHEUS.read_text())["scrape_configs"]
    assert asked == {one["job_name"] for one in scraped}


def test_a_wrong_name_would_be_seen() -> None:
    expression = 'max by (who) (kartoteka_behindd_seconds{where="x"}[5m]) > 60 or absent(up)'
    assert metrics_in(expression) == {"kartoteka_behindd_seconds", "up"}
    assert labels_in(expression) == {"who", "where"}
