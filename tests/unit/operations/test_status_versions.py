"""What the status says of versions: which there are, whose process is missing, and when the program is another one."""

from dataclasses import replace
from datetime import UTC, datetime

from services.operations.processes import PER_VERSION
from services.operations.status import ProcessStatus, VersionStatus, _not_running, hints
from services.operations.status_table import _versions_line
from services.records.commands import PatientReadModel

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
READ = VersionStatus("records_v1", PatientReadModel().build(), NOW, NOW, loading=False, there_as="read")
LOADING = VersionStatus("records_v2", READ.build, NOW, None, loading=True, there_as="next")
RUNNING = ProcessStatus(True, 0, 0.0, 0.0, 1, None, [])
FACTS = {"permissions": [VersionStatus("1", "b", NOW, None, loading=False, there_as="read")]}


def test_a_version_that_another_program_made_is_a_hint_and_only_if_it_is_read() -> None:
    other = replace(READ, build="other")
    assert hints({"records": [READ, LOADING]}) == []
    assert hints({"records": [replace(other, there_as="previous"), READ]}) == []
    (hint,) = hints({"records": [other]})
    assert "records_v1, which is read, was made by another build (other)" in hint
    assert "'kartoteka rebuild records'" in hint


def test_each_version_lacks_a_process_of_its_own_but_for_one_that_is_being_loaded() -> None:
    running = {"projection.records_v1": RUNNING, "projection.records_v2": replace(RUNNING, running=False)}

    def missing(*versions: VersionStatus) -> list[str]:
        found = _not_running({"records": running}, {}, {"records": list(versions), **FACTS})
        return [title for title in found if title.startswith(PER_VERSION["records"].title)]

    assert missing(READ, LOADING) == []
    assert missing(READ, replace(LOADING, loading=False)) == ["records.projection.records_v2"]
    assert missing(replace(READ, version="records_v10")) == ["records.projection.records_v10"]


def test_the_line_says_what_each_version_is_there_for() -> None:
    assert _versions_line("records", [READ, LOADING]) == (
        f"versions of records: records_v1 (read, full since 2026-03-01 12:00, build {READ.build}) · "
        f"records_v2 (next, loading, build {READ.build})"
    )
