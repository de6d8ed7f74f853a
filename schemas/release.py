"""Release what is new: give every new or changed schema the next registry id.

``python -m schemas.release`` adds files to ``released/``; it never changes one that is there.
"""

import json

from schemas.catalogue import HERE, decision_sources, sources, subjects
from schemas.derive import Json

RELEASED = HERE / "released"


def unreleased() -> dict[str, Json]:
    """Subjects whose newest released schema is not the one that stands in the folders."""
    newest: dict[str, Json] = {}
    for row in _index():
        newest[row["subject"]] = json.loads((RELEASED / f"{row['id']}.avsc").read_text())
    everything = [*sources(), *decision_sources()]
    current = {subject: schema for source in everything for subject, schema in subjects(source).items()}
    return {subject: schema for subject, schema in current.items() if newest.get(subject) != schema}


def release() -> list[int]:
    """Write every unreleased schema under the next free id, and the index; the ids that were given."""
    index = _index()
    given: list[int] = []
    for subject, schema in unreleased().items():
        row = {
            "id": 1 + max((r["id"] for r in index), default=0),
            "subject": subject,
            "version": 1 + sum(r["subject"] == subject for r in index),
        }
        (RELEASED / f"{row['id']}.avsc").write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n")
        index.append(row)
        given.append(int(row["id"]))
    (RELEASED / "index.json").write_text(json.dumps(index, indent=1) + "\n")
    return given


def _index() -> list[Json]:
    path = RELEASED / "index.json"
    rows: list[Json] = json.loads(path.read_text()) if path.exists() else []
    return rows


if __name__ == "__main__":
    print("released:", release() or "nothing new")
