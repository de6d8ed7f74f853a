"""Lines and bundles that are in order, for tests to spoil."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kartoteka.publishing.jsonlines import Line, Reader
from tests.unit.publishing.fhir_samples import Published, run_over

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
EVENT_ID = "7d1f6a34-54c5-4b7a-9a38-0a2f5a3d9c11"
Json = dict[str, Any]

PRESCRIPTION: Json = {
    "type": "PrescriptionIssued",
    "event_id": EVENT_ID,
    "occurred_at": "2026-03-01T09:30:00.123456+01:00",
    "patient": "44051401359",
    "prescription": "1" * 44,
    "access_code": "0042",
    "practitioner": "5425740",
    "profession": "physician",
    "provider": "000000012345",
    "issued_at": "2026-03-01T08:30:00Z",
    "valid_until": "2026-03-31",
    "chronic": False,
    "items": [
        {"item": 1, "medicine": "Amoksycylina", "quantity": 2, "dosage": "co 8 godzin, żółta"},
        {"item": 2, "medicine": "Ibuprofen", "quantity": 1},
    ],
}
TITLE: Json = {
    "type": "InsuranceTitleOpened",
    "event_id": EVENT_ID,
    "occurred_at": "2026-03-01T08:30:00Z",
    "insured_person": "44051401359",
    "title_code": "011000",
    "payer": "5250001026",
    "valid_from": "2026-01-01",
}
PERSON: Json = {
    "type": "PersonRegistered",
    "event_id": EVENT_ID,
    "occurred_at": "2026-03-01T08:30:00Z",
    "person": "44051401359",
    "birth_date": "1944-05-14",
    "sex": "male",
    "given_names": "Jan",
    "surname": "Kowalski",
}

Publish = Callable[..., Published]
ReadLines = Callable[..., list[Line]]


@pytest.fixture
def prescription() -> Json:
    return json.loads(json.dumps(PRESCRIPTION))


@pytest.fixture
def title() -> Json:
    return dict(TITLE)


@pytest.fixture
def person() -> Json:
    return dict(PERSON)


@pytest.fixture
def read_lines() -> ReadLines:
    """Reads lines given as objects or as raw bytes."""

    def read(*lines: Json | bytes, end: bytes = b"\n") -> list[Line]:
        raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        return list(Reader(NOW).lines(io.BytesIO(end.join(raw) + end)))

    return read


@pytest.fixture
def problems_of(read_lines: ReadLines) -> Callable[..., list[tuple[int, str, str]]]:
    """Line, path and sentence of everything that is wrong."""

    def problems(*lines: Json | bytes) -> list[tuple[int, str, str]]:
        return [(p.line, p.path, p.says) for line in read_lines(*lines) for p in line.problems]

    return problems


@pytest.fixture
def examples() -> Path:
    return Path(__file__).parents[3] / "examples"


@pytest.fixture
def publish(tmp_path: Path) -> Publish:
    """One run over bundles."""
    return lambda *bundles, **more: run_over(tmp_path, *bundles, **more)
