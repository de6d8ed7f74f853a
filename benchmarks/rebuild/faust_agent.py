"""A peer: a plain Faust agent that takes batches, with fastavro and executemany.

    python -m benchmarks.rebuild.faust_agent < part

Writes how many seconds passed from the first event to the last commit, and ends.
"""

import logging
import os
import sys
import tempfile
import time
from typing import Any, Final
from uuid import uuid4

import faust
import psycopg

from benchmarks.rebuild.upserts import Part, Read, upsert

TAKE: Final = 5000
SETTINGS: Final[dict[str, Any]] = {
    "consumer_auto_offset_reset": "earliest",
    "broker_max_poll_records": TAKE,
    "stream_buffer_maxsize": 2 * TAKE,
    "stream_wait_empty": False,
    "stream_publish_on_commit": False,
    "broker_check_crcs": True,
    "web_enabled": False,
    "topic_disable_leader": True,
    "topic_allow_declare": False,
    "store": "memory://",
}


def app(part: Part) -> faust.App:
    """The app with its one agent."""
    made = faust.App(
        f"bench-{uuid4()}",  # a name that has read nothing yet
        broker=f"kafka://{part.bootstrap_servers}",
        datadir=tempfile.gettempdir(),
        autodiscover=False,
        **SETTINGS,
    )
    topic = made.topic(part.topic, key_serializer="raw", value_serializer="raw")

    @made.agent(topic)  # type: ignore[untyped-decorator]
    async def keep(stream: Any) -> None:
        began, kept = 0.0, 0
        async with await psycopg.AsyncConnection.connect(part.database, autocommit=True) as connection:
            async for events in stream.take_events(TAKE, within=1):
                began = began or time.perf_counter()
                ours = [e.message for e in events if e.message.offset < part.ends[e.message.partition]]
                reads = (Read(one.key, one.value, _header(one.headers)) for one in ours)
                await upsert(connection, part.version, reads)
                kept += len(ours)
                if kept >= part.events:
                    print(time.perf_counter() - began, flush=True)
                    # Nothing here is worth an orderly end, which waits for the next message.
                    os._exit(0)

    return made


def _header(headers: Any) -> bytes:
    """The one header, which Faust gives as a mapping or as pairs."""
    return bytes(next(iter(dict(headers).values())))


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    worker = faust.Worker(app(Part.from_stdin()), loglevel="WARN", quiet=True, redirect_stdouts=False)
    worker.spinner = None  # standard output is for the one figure
    worker.execute_from_commandline()
    sys.exit(1)
