"""One process of a simulation: ``python -m kartoteka.simulation.worker``, started by ``crew``.

It reads from standard input its share, a line of JSON, and then a line "go";
it writes JSON lines: ready, sent …, and in the end done or failed.
"""

import asyncio
import json
import logging
import signal
import sys
import time
from collections import Counter
from typing import Any, Final

from kartoteka.publishing.producer import BrokerUnreachable, PublishingFailed
from kartoteka.publishing.sender import Publisher
from kartoteka.simulation.sending import Share, send

TELL_EVERY_SECONDS: Final = 0.2


class _Teller:
    """Writes now and then how many records were acknowledged."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, sent: int) -> None:
        if (now := time.monotonic()) >= self._next:
            self._next = now + TELL_EVERY_SECONDS
            say(sent=sent)


def say(**message: Any) -> None:
    print(json.dumps(message), flush=True)


async def work(share: Share) -> None:
    """Connects, waits for the word to go, and sends."""
    events: Counter[str] = Counter()
    try:
        async with Publisher(share.settings, "simulation") as publisher:
            say(ready=True)
            await asyncio.to_thread(sys.stdin.readline)
            sent = await send(share, publisher, events, _Teller())
        say(done=dict(events), sent=sent)
    except PublishingFailed as failure:
        say(failed=str(failure), unreachable=isinstance(failure, BrokerUnreachable))


if __name__ == "__main__":
    # Ctrl-C reaches the process that started this one too, and that one ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Who started this one says in a sentence what is wrong.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    asyncio.run(work(Share.from_line(sys.stdin.readline())))
