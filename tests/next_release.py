"""The next release: a copy of this tree in which one schema has a new field, and views show it and are corrected.

What the runbook's "A change, from schema to switch" says, as whoever develops would do it.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[1]
PARTS = ("schemas", "kartoteka", "services", "infra", "tests")
SPECIALTY = {
    "name": "specialty",
    "type": ["null", "string"],
    "default": None,
    "doc": "Specialty in which it took place (kod specjalności komórki organizacyjnej), 4 digits; null: not stated.",
    "privacy": "clear",
    "pattern": "^[0-9]{4}$",
}


def next_release(tree: Path) -> Path:
    """This tree with the change, under a folder of its own."""
    for part in PARTS:
        shutil.copytree(REPOSITORY / part, tree / part)
    _add_the_field(tree / "schemas/clinic/VisitRecorded.avsc")
    for module in ("schemas.release", "schemas.asyncapi"):
        subprocess.run([sys.executable, "-m", module], cwd=tree, check=True, stdout=subprocess.DEVNULL)
    _show_it(tree / "services/records")
    _correct(tree / "services/records/views/next_dose.sql")
    return tree


def _add_the_field(path: Path) -> None:
    schema: dict[str, Any] = json.loads(path.read_text())
    schema["fields"].append(SPECIALTY)
    path.write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n")


def _show_it(records: Path) -> None:
    """The new column in the view of visits, and the new field of what people read: it has a default."""
    _rewrite(
        records / "views/visit.sql",
        ("    profession text\n)", "    profession text,\n    specialty text\n)"),
        (
            "        said(profession ORDER BY recency)\n",
            "        said(profession ORDER BY recency),\n        said(specialty ORDER BY recency)\n",
        ),
        ("provider, profession, true AS recorded", "provider, profession, specialty, true AS recorded"),
        ("provider, profession, NULL\n", "provider, profession, NULL::text, NULL\n"),
    )
    _rewrite(
        records / "entries.py",
        ("    visit: str | None = None\n", "    visit: str | None = None\n    specialty: str | None = None\n"),
    )


def _correct(view: Path) -> None:
    """The last good day for the second dose was shown a day too late."""
    before = "WHEN found IN ('second_dose', 'first_dose_not_closed') THEN second_until\n"
    _rewrite(view, (before, before.replace("second_until", "second_until - 1")))


def _rewrite(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text()
    for before, after in changes:
        assert text.count(before) == 1, f"{path.name} is not what the next release expects: {before}"
        text = text.replace(before, after)
    path.write_text(text)
