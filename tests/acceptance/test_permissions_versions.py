"""A new version of permissions in a running house: its process comes by itself, is read, and the old one goes."""

from typing import Any

from tests.acceptance.conftest import Shell


def of_permissions(status: Any) -> Any:
    return status["services"].get("permissions", {})


def runs(status: Any, reader: str) -> bool:
    return bool(of_permissions(status).get(reader, {}).get("running")) and f"permissions.{reader}" in status["health"]


def test_every_version_has_a_process_for_as_long_as_there_is_that_version(shell: Shell) -> None:
    assert shell("simulate", "--patients", "6", "--years", "1", "--seed", "3").code == 0
    shell.until_read()
    shell.until(lambda status: runs(status, "facts.v1"))
    rebuilt = shell("rebuild", "permissions", "--json")
    assert rebuilt.code == 0, rebuilt.err
    new = f"facts.v{rebuilt.json['version']}"
    shell.until(lambda status: runs(status, new))
    verified = shell("verify", "permissions", "--json")
    assert verified.code == 0, verified.out + verified.err
    switched = shell("switch", "permissions")
    assert (switched.code, "goes on beside it" in switched.out) == (0, True), switched.err
    status = shell.until(lambda status: runs(status, "facts.v1") and runs(status, new))
    assert status["not_running"] == []
    assert shell("prune", "permissions", "--json").json["dropped"] == []
    assert shell("prune", "permissions", "--also-previous", "--json").json["dropped"] == [1]
    gone = shell.until(
        lambda status: "facts.v1" not in of_permissions(status) and "permissions.facts.v1" not in status["health"]
    )
    assert runs(gone, new)
    log = (shell.data_dir / "logs" / f"permissions.{new}.log").read_text()
    assert "Traceback" not in log
