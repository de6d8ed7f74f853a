"""How long an explanation takes: its facts read from the database, the answer made, written as JSON."""

import time
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import msgspec
from psycopg import Connection

from benchmarks.delays import Delays
from services.permissions.store import Store

QUESTIONS = 2000
EXPLANATION = "services.permissions.explanation"
PAIRS = "SELECT subject_id, viewer_id FROM permissions.access_by_subject ORDER BY random() LIMIT %s"


def explaining(connection: Connection[Any]) -> Delays | None:
    """Why some viewers may see some subjects, or no longer; None where nothing here explains."""
    if find_spec(EXPLANATION) is None:
        return None
    explain: Any = import_module(EXPLANATION).explain
    store, encoder, took = Store(1), msgspec.json.Encoder(), []
    for subject, viewer in connection.execute(PAIRS, (QUESTIONS,)).fetchall():
        began = time.perf_counter()
        now = time.time_ns() // 1000
        encoder.encode(explain(viewer, subject, store.records(connection, [subject, viewer]), now, now))
        took.append((time.perf_counter() - began) * 1000)
    return Delays.of(took)
