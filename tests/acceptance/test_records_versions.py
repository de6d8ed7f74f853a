"""A new version of the read model in a running house: its process comes when it is full, and the old one goes."""

from typing import Any

from tests.acceptance.conftest import Shell

FIRST = "records_v1"


def of_records(status: Any) -> dict[str, str]:
    """The versions, and what each is there for."""
    return {one["version"]: one["there_as"] for one in status["versions"]["records"]}


def runs(status: Any, version: str) -> bool:
    reader = status["services"]["records"].get(f"projection.{version}", {})
    return bool(reader.get("running")) and f"records.projection.{version}" in status["health"]


def test_every_full_version_has_a_process_for_as_long_as_there_is_that_version(shell: Shell) -> None:
    assert shell("simulate", "--patients", "6", "--years", "1", "--seed", "3").code == 0
    shell.until_read()
    status = shell.until(lambda status: runs(status, FIRST))
    assert (of_records(status), status["hints"]) == ({FIRST: "read"}, [])
    rebuilt = shell("rebuild", "records", "--json")
    assert rebuilt.code == 0, rebuilt.err
    status = shell.until(lambda status: len(of_records(status)) == 2)
    new = next(version for version, there_as in of_records(status).items() if there_as == "next")
    shell.until(lambda status: runs(status, new))
    verified = shell("verify", "records", "--json")
    assert verified.code == 0, verified.out + verified.err
    switched = shell("switch", "records", "--json")
    assert (switched.code, switched.json) == (0, {"version": new, "before": FIRST}), switched.err
    status = shell.until(lambda status: runs(status, FIRST) and runs(status, new))
    assert (of_records(status), status["not_running"]) == ({FIRST: "previous", new: "read"}, [])
    assert shell("rollback", "records", "--json").json == {"version": FIRST, "before": new}
    assert shell("switch", "records").code == 0
    assert shell("prune", "records", "--also-previous", "--json").json == {"dropped": [FIRST], "left": [new]}
    gone = shell.until(lambda status: f"records.projection.{FIRST}" not in status["health"])
    assert (of_records(gone), f"projection.{FIRST}" in gone["services"]["records"]) == ({new: "read"}, False)
    assert runs(gone, new)
    assert shell("down").code == 0
    assert shell("up").code == 0
    shell.until(lambda status: runs(status, new) and status["not_running"] == [])
    log = (shell.data_dir / "logs" / f"records.projection.{new}.log").read_text()
    assert "Traceback" not in log
