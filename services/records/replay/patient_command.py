"""``kartoteka rebuild records --patient X``: who is meant, the rows made right, and what was wrong with them."""

import time
from contextlib import closing
from dataclasses import asdict
from typing import Final

import typer

from services.kernel.command_line import print_json
from services.kernel.replaying import Means
from services.kernel.settings import Settings
from services.records.meant import patient_meant
from services.records.replay.patient import PatientRebuilt, rebuild_patient
from services.records.replay.written import Wrong

PROCESS: Final = "kartoteka rebuild records --patient"
SAID: Final = {"missing": "missing", "doubled": "doubled", "different": "different", "stray": "too many"}


def rebuild_one(means: Means, settings: Settings, text: str, *, as_json: bool) -> None:
    """What the command does; the settings know where the key is by which a PESEL is looked up."""
    with closing(means.owner(PROCESS)) as connection:
        patient = patient_meant(connection, settings, text)
        began = time.perf_counter()
        done = rebuild_patient(connection, patient)
        seconds = time.perf_counter() - began
    if as_json:
        wrong = {table: found._asdict() for table, found in done.wrong.items()}
        print_json({**asdict(done), "wrong": wrong, "seconds": round(seconds, 3)})
    else:
        typer.echo("\n".join(sentences(done, seconds)))


def sentences(done: PatientRebuilt, seconds: float) -> list[str]:
    """What was wrong, a line for each table, then the verdict."""
    verdict = "are right now" if done.wrong else "were right, and nothing was changed"
    return [
        *(f"{table}: {_said(wrong)}" for table, wrong in done.wrong.items()),
        f"the rows of patient {done.patient_id} in {done.version}, which is read, {verdict}: "
        f"{done.events:,} events up to position {done.position}, in {seconds * 1000:.0f} ms",
    ]


def _said(wrong: Wrong) -> str:
    return ", ".join(f"{count:,} {SAID[name]}" for name, count in wrong._asdict().items() if count)
