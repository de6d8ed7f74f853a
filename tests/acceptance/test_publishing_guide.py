"""The publishers' guide, block by block, as a reader types it."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from confluent_kafka import Consumer

from kartoteka.publishing import KafkaSettings
from schemas.reasons import SENTENCES
from tests.acceptance.conftest import Done, Shell

GUIDE = (Path(__file__).parents[2] / "docs" / "publishing.md").read_text()
FENCE = re.compile(r"^```(\w+)(?: exit=(\d))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SECONDS = 60
PUBLISHER = b"clinic-7"


class Block(NamedTuple):
    """One fenced block: a file to keep (python, named by its first line) or commands to run (sh)."""

    language: str
    exit: int
    text: str

    @property
    def title(self) -> str:
        return next(line for line in self.text.splitlines() if line.strip())[:60]


BLOCKS = [Block(found[1], int(found[2] or 0), found[3]) for found in FENCE.finditer(GUIDE)]


@pytest.fixture(scope="module")
def kafka(shell: Shell) -> KafkaSettings:
    """The house's Kafka."""
    return KafkaSettings(shell("status", "--json").json["kafka"])


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reader's folder, with a kcat where the machine has none."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "bin").mkdir()
    if shutil.which("kcat") is None:
        _put_kcat(folder / "bin")
    return folder


def _put_kcat(folder: Path) -> None:
    script = folder / "kcat"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).with_name("kcat.py")}" "$@"\n')
    script.chmod(0o755)


def typed(text: str, shell: Shell, kafka: KafkaSettings, desk: Path, *first: Path) -> Done:
    """The commands as a reader types them, in a shell that stops at the first failure."""
    path = ":".join(map(str, (*first, Path(sys.executable).parent, *os.environ["PATH"].split(":"), desk / "bin")))
    environment = {**os.environ, "PATH": path, "KARTOTEKA_DATA_DIR": str(shell.data_dir), "COLUMNS": "250",
                   "KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers}  # fmt: skip
    done = subprocess.run(["bash", "-eu", "-o", "pipefail", "-c", text], cwd=desk, env=environment,
                          capture_output=True, text=True, check=False)  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


EXPECTED = {
    "python first_event.py": "appended - it stands in the ledger\n",
    "python blocking.py": "appended\nrepeated\n",
    "kartoteka publish check events.jsonl": "speaks of a vaccination that the sample never begins",
    "cat > events.jsonl": "2 read, 2 in order, 2 sent.",
    "kartoteka publish receipts": "appended",
    "sed ": "must be one of",
}


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.title)
def test_every_block_of_the_guide_does_what_it_says(block: Block, shell: Shell, kafka, desk) -> None:
    if block.language == "python":
        (desk / block.text.splitlines()[0].removeprefix("# ")).write_text(block.text)
        return
    # `up` finds what the environment names; the house of this test is started already.
    done = typed(block.text, shell, kafka, desk)
    assert done.code == block.exit, done.err
    expected = next((says for begin, says in EXPECTED.items() if block.text.startswith(begin)), "")
    assert expected in done.out + done.err


def patients_events(kafka: KafkaSettings) -> list[Any]:
    """Everything on the topic that the guide's kcat writes to."""
    consumer = Consumer({"bootstrap.servers": kafka.bootstrap_servers, "group.id": f"look-{time.monotonic_ns()}",
                         "auto.offset.reset": "earliest", "enable.partition.eof": True})  # fmt: skip
    consumer.subscribe(["patient.events.v1"])
    found, ends = [], 0
    while ends < 8:
        message = consumer.poll(SECONDS)
        if message.error() is None:
            found.append(message)
        else:
            ends += 1
    consumer.close()
    return found


@pytest.mark.parametrize("stand_in", [False, True], ids=["kcat as found", "stand-in"])
def test_kcat_writes_what_the_kit_writes(shell: Shell, kafka, desk, tmp_path, stand_in) -> None:
    _put_kcat(tmp_path)
    block = next(block for block in BLOCKS if block.text.startswith("python for_kcat.py"))
    before = len(patients_events(kafka))
    done = typed(block.text, shell, kafka, desk, *([tmp_path] if stand_in else []))
    assert done.code == 0, done.err
    messages = patients_events(kafka)
    assert len(messages) == before + 1
    value = (desk / "event.kcat").read_bytes().partition(b":")[2].removesuffix(b"<end>")
    written = next(message for message in messages if message.value() == value)
    assert written.key() == b"44051401359"
    assert written.headers() == [("publisher", PUBLISHER)]
    by_kit = {message.partition() for message in messages if len(message.headers()) > 1}
    assert by_kit == {written.partition()}


def test_the_guide_lists_every_reason_with_its_sentence() -> None:
    listed = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", GUIDE, re.MULTILINE))
    assert {reason: listed.get(reason) for reason in SENTENCES} == SENTENCES


def test_the_guide_ends_where_other_languages_begin() -> None:
    assert "\n## Another language\n" in GUIDE
