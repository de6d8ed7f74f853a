"""What the README promises, in its order, by the commands that it names."""

import json
from datetime import date
from pathlib import Path
from urllib.request import urlopen

import psutil
from stdnum.pl import pesel

from kartoteka.publishing.examples import render
from tests.acceptance.conftest import Shell

TODAY = date(2026, 3, 1)
EXAMPLES = Path("examples")
FHIR = ["publish", "fhir", str(EXAMPLES / "fhir"), "--synthetic-identifiers", "--json"]


def examples() -> list[dict[str, str]]:
    lines = [line for file in sorted(EXAMPLES.glob("*.jsonl")) for line in render(file, TODAY) if line.strip()]
    return [json.loads(line) for line in lines]


def subject(type_name: str) -> str:
    """The person of the first example of a type."""
    said = next(one for one in examples() if one["type"] == type_name)
    return next(value for name, value in said.items() if name in ("patient", "person", "insured_person", "child"))


def test_the_examples_become_records(shell: Shell) -> None:
    for file in sorted(EXAMPLES.glob("*.jsonl")):
        done = shell("publish", "jsonl", str(file), "--today", TODAY.isoformat(), "--json")
        assert done.code == 0, done.err
    status = shell.until_read()
    assert status["counters"]["appended"] == len(examples())
    assert status["counters"]["quarantined"] == 0
    assert status["portal"] is None
    assert set(status) >= {"kafka", "database", "portal", "services"}


def test_publishing_again_appends_nothing(shell: Shell) -> None:
    before = shell.until_read()["counters"]["appended"]
    shell("publish", "jsonl", str(EXAMPLES / "families.jsonl"), "--today", TODAY.isoformat())
    counters = shell.until_read()["counters"]
    assert (counters["appended"], counters["repeated"] > 0) == (before, True)


def test_fhir_bundles_take_effect_once(shell: Shell) -> None:
    assert shell(*FHIR).code == 0
    first = shell.until_read()["counters"]
    assert shell(*FHIR).code == 0
    second = shell.until(lambda s: s["counters"]["received"] > first["received"] and s["counters"]["lag"] == 0)
    assert second["counters"]["appended"] == first["appended"]
    assert second["counters"]["quarantined"] == 0


def test_a_pesel_is_typed_and_never_an_argument(shell: Shell) -> None:
    number = subject("PrescriptionIssued")
    shown = shell("patient", "show", "-", "--json", typed=f"{number}\n")
    assert shown.code == 0, shown.err
    kinds = {entry["kind"] for entry in shown.json["entries"]}
    assert {"person", "prescription"} <= kinds
    refused = shell("patient", "show", number)
    assert refused.code == 2
    assert number not in refused.err + refused.out


def test_a_record_is_shown_by_account_and_as_it_was(shell: Shell) -> None:
    number = subject("PrescriptionIssued")
    account = shell("patient", "show", "-", "--json", typed=number).json["account_id"]
    now = shell("patient", "show", account, "--json").json
    then = shell("patient", "show", account, "--as-of", "2020-01-01", "--json").json
    assert now["entries"]
    assert then["entries"] == []


def test_nobody_known_is_a_sentence(shell: Shell) -> None:
    base = "9001011234"
    unknown = shell("patient", "show", "-", typed=base + pesel.calc_check_digit(base))
    assert unknown.code == 2
    assert "nobody is known" in unknown.err


def test_one_bad_line_and_nothing_is_sent(shell: Shell, tmp_path: Path) -> None:
    before = shell.until_read()["counters"]["received"]
    file = tmp_path / "bad.jsonl"
    file.write_text('{"type": "PrescriptionIsued"}\n{"type": "PrescriptionCancelled"}\n')
    done = shell("publish", "jsonl", str(file), "--json")
    assert done.code == 2
    assert {problem["line"] for problem in done.json["problems"]} == {1, 2}
    assert shell("status", "--json").json["counters"]["received"] == before


def test_the_quarantine_is_looked_after(shell: Shell) -> None:
    import asyncio

    from aiokafka import AIOKafkaProducer

    number = subject("PrescriptionIssued")
    kafka = shell("status", "--json").json["kafka"]

    async def poison() -> None:
        producer = AIOKafkaProducer(bootstrap_servers=kafka)
        await producer.start()
        headers = [("publisher", b"broken-clinic")]
        for _ in range(2):
            await producer.send_and_wait("clinic.events.v1", b"rubbish", number.encode(), headers=headers)
        await producer.stop()

    asyncio.run(poison())
    shell.until(lambda s: s["quarantine"]["waiting"] == 2)
    shell.until_read()
    listed = shell("quarantine", "list", "--json").json
    places = [one["place"] for one in listed["records"]]
    assert [one["reason"] for one in listed["records"]] == ["unreadable"] * 2
    masked = shell("quarantine", "show", places[0])
    assert "rubbish" not in masked.out
    revealed = shell("quarantine", "show", places[0], "--reveal", "--reason", "test", "--json").json
    assert bytes.fromhex(revealed["content"]) == b"rubbish"
    assert shell("quarantine", "redrive", places[0], "--json").json == {"tried": 1, "redriven": 0}
    account = shell("patient", "show", "-", "--json", typed=number).json
    assert [entry["state"] for entry in account["entries"] if entry["kind"] == "set-aside"] == ["open"]
    for place in places:
        assert shell("quarantine", "discard", place, "--reason", "a test record").code == 0
    assert shell("quarantine", "discard", places[0], "--reason", "again").code == 2
    assert shell("quarantine", "list", "--json").json["waiting"] == 0


def test_resume_wants_to_know_what(shell: Shell) -> None:
    assert shell("ingest", "resume").code == 2
    assert shell("ingest", "resume", "--publisher", "nobody", "--json").json["parked"] == 0


def test_the_ledger_verifies(shell: Shell) -> None:
    shell.until_read()
    done = shell("ledger", "verify", "--json")
    assert done.code == 0, done.out
    assert done.json["ok"]
    assert done.json["events"] == done.json["on_topic"] > 0


def test_a_simulated_population_moves_in_out_of_order(shell: Shell) -> None:
    before = shell.until_read()["counters"]
    done = shell("simulate", "--patients", "20", "--years", "1", "--seed", "5", "--until", "2026-01-01",
                 "--disorder", "--json")  # fmt: skip
    assert done.code == 0, done.err
    after = shell.until(
        lambda s: s["counters"]["received"] == before["received"] + done.json["sent"] and s["counters"]["lag"] == 0
    )["counters"]
    assert after["appended"] - before["appended"] == sum(done.json["events"].values())
    assert after["repeated"] - before["repeated"] == done.json["repeated"]


def test_no_pesel_is_in_any_log_or_process(shell: Shell) -> None:
    from kartoteka.simulation import records

    numbers = {record.key for record in records(20, 1, 5, date(2026, 1, 1))}
    numbers |= {v.encode() for one in examples() for v in one.values() if isinstance(v, str) and pesel.is_valid(v)}
    said = b"".join(path.read_bytes() for path in (shell.data_dir / "logs").iterdir())
    said += b"".join(" ".join(one.info["cmdline"] or ()).encode() for one in psutil.process_iter(["cmdline"]))
    assert len(said) > 1000
    assert not [number for number in numbers if number in said]


def test_status_says_where_each_process_answers_for_its_health(shell: Shell) -> None:
    health = shell("status", "--json").json["health"]
    assert set(health) >= {"records.ingest", "records.relay", "records.projection.records_v1"}
    for address in health.values():
        with urlopen(f"{address}/readyz", timeout=5) as answer:
            assert json.load(answer)["status"] == "ok"


def test_nothing_runs_after_down(tmp_path: Path) -> None:
    done = Shell(tmp_path / "empty")("status")
    assert done.code == 3
    assert "kartoteka up" in done.err
