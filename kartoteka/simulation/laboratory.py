"""Test results, COVID-19 among them."""

from typing import Any, Final, NamedTuple

from kartoteka.simulation.scene import DAY, HOUR, Scene
from kartoteka.simulation.stream import Stream
from kartoteka.simulation.visits import Visit

EXAMINED: Final = 0.22


class Value(NamedTuple):
    """One line of a result, drawn between ``low`` and ``high``; no unit: positive or negative."""

    name: str
    code: str | None
    unit: str | None
    reference: str | None
    low: float = 0
    high: float = 0


TESTS: Final = (
    (
        "Morfologia krwi",
        (
            Value("Hemoglobina", "C55", "g/dl", "12,0–16,0", 10.5, 17),
            Value("Leukocyty", "C55", "tys./µl", "4,0–10,0", 3.2, 14),
            Value("Płytki krwi", "C55", "tys./µl", "150–400", 120, 450),
        ),
    ),
    ("Glukoza na czczo", (Value("Glukoza", "L43", "mg/dl", "70–99", 65, 160),)),
    (
        "Lipidogram",
        (
            Value("Cholesterol całkowity", "I99", "mg/dl", "< 190", 120, 290),
            Value("Cholesterol HDL", "K01", "mg/dl", "> 40", 30, 90),
            Value("Triglicerydy", "O49", "mg/dl", "< 150", 50, 300),
        ),
    ),
    ("TSH", (Value("Tyreotropina", "L69", "mIU/l", "0,27–4,20", 0.1, 8),)),
    ("Test antygenowy SARS-CoV-2 (COVID-19)", (Value("Antygen SARS-CoV-2", None, None, "ujemny"),)),
    ("Kreatynina", (Value("Kreatynina", "M37", "mg/dl", "0,6–1,2", 0.5, 1.9),)),
)


def examine(scene: Scene, visit: Visit) -> None:
    chance, period = scene.chance, scene.period
    if not chance.chance(EXAMINED):
        return
    test, values = chance.pick(TESTS)
    issued = visit.end + HOUR + chance.random() * 2 * DAY
    value = {
        "patient": visit.person.pesel,
        "result": f"LAB/{visit.clinic.number}/{chance.digits(10)}",
        "test": test,
        "sampled_at": period.time(visit.day, visit.start),
        "issued_at": period.time(visit.day, issued),
        "provider": visit.clinic.number,
        "visit": visit.number,
        "items": [_item(chance, n, one) for n, one in enumerate(values, start=1)],
    }
    at = period.time(visit.day, issued + 30)
    scene.journal.say("TestResultPublished", visit.clinic.publisher, at, value)


def _item(chance: Stream, number: int, one: Value) -> dict[str, Any]:
    measured = f"{one.low + chance.random() * (one.high - one.low):.1f}".replace(".", ",")
    return {
        "item": number,
        "name": one.name,
        "test_code": one.code,
        "result_value": measured if one.unit else "dodatni" if chance.chance(0.12) else "ujemny",
        "unit": one.unit,
        "reference_range": one.reference,
    }
