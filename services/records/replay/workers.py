"""The workers of a rebuild as processes: started together, watched, told to end, and never left behind."""

import ctypes
import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from tempfile import TemporaryFile
from typing import IO, Final, NamedTuple

import msgspec
import psutil

from services.kernel.damage import Damage
from services.kernel.settings import Settings
from services.records.replay.worker import Spent, Task

MODULE: Final = "services.records.replay.worker"
END_SECONDS: Final = 60.0
# A worker does what one core can do: more threads of the columnar engine would only push each other aside.
ONE_CORE: Final = {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
_PR_SET_PDEATHSIG: Final = 1
# Exit codes of workers that somebody ended: others take over what they had.
LEFT: Final = (0, -signal.SIGKILL, -signal.SIGTERM)


class Child(NamedTuple):
    """A worker, and what it writes on standard error."""

    process: "subprocess.Popen[bytes]"
    words: IO[bytes]

    @property
    def ended_with(self) -> int | None:
        """Its exit code; None while it lives."""
        return self.process.poll()

    def tell(self, task: bytes) -> None:
        """Write on its standard input; nothing comes behind."""
        assert self.process.stdin is not None
        # One that was killed meanwhile is noticed by whoever looks.
        with suppress(BrokenPipeError):
            self.process.stdin.write(task)
            self.process.stdin.close()
        self.process.stdin = None

    def said(self) -> bytes:
        """What it wrote on standard output; one that does not end is killed, as its chunk is whole or not there."""
        try:
            return self.process.communicate(timeout=END_SECONDS)[0]
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.communicate()[0]

    def last_words(self) -> str:
        """The last line that it wrote."""
        self.words.seek(0)
        lines = self.words.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"a worker ended with exit code {self.ended_with} and said nothing"


class Workers:
    """Some workers of one rebuild: each is loaded as soon as it is there, and waits for its task."""

    def __init__(self, settings: Settings, count: int) -> None:
        self._children = [_start(settings) for _ in range(count)]
        self.lost = 0

    def begin(self, tasks: Sequence[Task]) -> None:
        """Give each its task."""
        for child, task in zip(self._children, tasks, strict=True):
            child.tell(msgspec.json.encode(task))

    def look(self) -> None:
        """Damage in the words of one that stopped loudly; one that was killed or told to end leaves its share."""
        codes = [child.ended_with for child in self._children]
        self.lost = sum(code is not None for code in codes)
        for child, code in zip(self._children, codes, strict=True):
            if code not in (None, *LEFT):
                raise Damage(child.last_words())
        if self.lost == len(self._children):
            raise Damage("all workers were ended by somebody; what is done stays done, give the command again")

    def memory_bytes(self) -> int:
        """What this process and all workers hold at this moment, what they share counted once."""
        return sum(map(_held, [os.getpid(), *(child.process.pid for child in self._children)]))

    def end(self) -> dict[str, float]:
        """Tell all to end after what they are at; the seconds that they spent in each stage."""
        for child in self._children:
            if child.ended_with is None:
                child.process.terminate()
        spent: dict[str, float] = defaultdict(float)
        for child in self._children:
            said = child.said()
            if child.ended_with == 0 and said:
                for stage, seconds in msgspec.json.decode(said, type=Spent).stages.items():
                    spent[stage] += seconds
        return spent

    def kill(self) -> None:
        """End what is left, however."""
        for child in self._children:
            if child.ended_with is None:
                child.process.kill()
                child.process.wait()
            child.words.close()


@contextmanager
def at_work(settings: Settings, count: int) -> Iterator[Workers]:
    """While they work; whatever ends the block, none is left."""
    workers = Workers(settings, count)
    try:
        yield workers
    except BaseException:
        workers.end()
        raise
    finally:
        workers.kill()


def _start(settings: Settings) -> Child:
    words = TemporaryFile()  # noqa: SIM115 - lives as long as the worker
    child = subprocess.Popen(
        [sys.executable, "-m", MODULE],
        env=_environment(settings),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=words,
        preexec_fn=_end_with_parent,
    )
    return Child(child, words)


def _environment(settings: Settings) -> dict[str, str]:
    """All that a worker may know: Kafka, and the database as the projection's role; no key."""
    kafka = {name: value for name, value in os.environ.items() if name.startswith("KAFKA_")}
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        **ONE_CORE,
        **kafka,
        "KAFKA_BOOTSTRAP_SERVERS": settings.kafka.bootstrap_servers,
        "DATABASE_URL": settings.database_url,
        "KARTOTEKA_DATA_DIR": str(settings.data_dir),
    }


def _end_with_parent() -> None:
    """The kernel ends the worker when its command is gone, however that came about; Ctrl-C reaches the command only."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    os.setpgid(0, 0)


def _held(pid: int) -> int:
    try:
        return int(psutil.Process(pid).memory_full_info().pss)
    except psutil.Error:
        return 0
