"""People are born, marry, part, move, get other numbers and die; nobody speaks of them when they could not."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta

from kartoteka.publishing.reading import Read
from kartoteka.publishing.statement import Statement
from kartoteka.publishing.validation import Checks, refuse_wrong
from kartoteka.simulation.deaths import SAID_OF_THE_DEAD
from tests.unit.simulation.conftest import UNTIL
from tests.unit.simulation.looking import grouped, of_type, register, values

NOW = datetime.combine(UNTIL, time(), UTC)
Seeds = list[list[Statement]]


def persons(statement: Statement) -> list[str]:
    """Everybody whom a statement names."""
    names = [field["name"] for field in statement.kind.fields if field["privacy"] == "person"]
    return [statement.value[name] for name in names if statement.value[name] is not None]


def test_every_statement_passes_the_checks_of_the_kit(told_by_seed: Seeds) -> None:
    for told in told_by_seed:
        checks = Checks(NOW)
        wrong = Counter((s.type, p.path, p.says) for s in told for p in checks.problems(s.type, Read(dict(s.value))))
        assert wrong == Counter()
        for statement in told[::20]:
            refuse_wrong(statement, NOW)


def test_every_pesel_is_announced_once(told_by_seed: Seeds) -> None:
    for told in told_by_seed:
        announced = Counter(s.value["person"] for s in of_type(told, "PersonRegistered"))
        announced.update(s.value["new_number"] for s in of_type(told, "PersonNumberChanged"))
        assert set(announced.values()) == {1}


def test_nobody_is_spoken_of_before_their_pesel_was_announced(told_by_seed: Seeds) -> None:
    for told in told_by_seed:
        known: set[str] = set()
        for statement in told:
            if statement.type == "PersonRegistered":
                known.add(statement.value["person"])
            elif statement.type == "PersonNumberChanged":
                known.add(statement.value["new_number"])
            assert known.issuperset(persons(statement)), statement.type


def test_the_dead_are_spoken_of_by_offices_only(told_by_seed: Seeds) -> None:
    for told in told_by_seed:
        renamed = {s.value["person"]: s.value["new_number"] for s in of_type(told, "PersonNumberChanged")}
        died = {s.value["person"]: s.value["died_on"] for s in of_type(told, "PersonDied")}
        assert len(died) > 3
        assert died.keys().isdisjoint(renamed)
        for statement in told:
            on = died.get(statement.key.decode())
            if on is not None and statement.value["occurred_at"].date() > on:
                assert statement.type in SAID_OF_THE_DEAD
                assert not statement.type.startswith(("Prescription", "Visit", "Vaccination", "Test", "Document"))


def test_after_a_new_number_nobody_uses_the_old_one(told_by_seed: Seeds) -> None:
    changes = 0
    for told in told_by_seed:
        gone: set[str] = set()
        for statement in told:
            assert gone.isdisjoint(persons(statement))
            if statement.type == "PersonNumberChanged":
                gone.add(statement.value["person"])
        spoken_of = {statement.key.decode() for statement in told}
        changes += sum(s.value["new_number"] in spoken_of for s in of_type(told, "PersonNumberChanged"))
    assert changes >= 3


def test_what_happened_to_a_newborn_is_said_when_the_pesel_has_come(told_by_seed: Seeds) -> None:
    stays = doses = 0
    for told in told_by_seed:
        announced = {s.value["person"]: s.value for s in of_type(told, "PersonRegistered")}
        for statement in of_type(told, "VisitRecorded") + of_type(told, "VaccinationDoseRecorded"):
            child = announced.get(statement.value["patient"])
            happened = statement.value[statement.kind.source["medical_time"]]
            if child is None or happened > child["occurred_at"]:
                continue
            assert child["birth_date"] <= happened.date() <= child["birth_date"] + timedelta(days=14)
            assert statement.value["occurred_at"] > child["occurred_at"]
            stays += statement.type == "VisitRecorded"
            doses += statement.type == "VaccinationDoseRecorded" and happened.date() == child["birth_date"]
    assert stays > 10
    assert doses > 10


def test_twins_are_born_on_one_day_to_the_same_parents(told_by_seed: Seeds) -> None:
    twins = 0
    for told in told_by_seed:
        children = [one for one in values(told, "PersonRegistered") if one["mother"] or one["father"]]
        for born in grouped(children, "mother", "father", "birth_date").values():
            assert sorted(child["sex"] for child in born) in (["female", "male"], ["female"], ["male"])
            twins += len(born) == 2
    assert twins


def test_women_who_marry_take_a_name_and_some_return_to_theirs(told_by_seed: Seeds) -> None:
    renamed = 0
    for told in told_by_seed:
        known = register(told)
        for change in values(told, "NameChanged"):
            person = known[change["person"]]
            assert person["sex"] == "female"
            assert person["birth_date"] < change["changed_on"] - timedelta(days=18 * 365)
            renamed += change["surname"] != person["surname"]
    assert renamed > 5


def test_courts_decide_about_the_rights_of_a_parent_over_a_child_under_age(told_by_seed: Seeds) -> None:
    decided: Counter[str] = Counter()
    for told in told_by_seed:
        known = register(told)
        same = {number: value["person"] for number, value in known.items()}
        for decision in values(told, "ParentalRightsChanged"):
            child = known[decision["child"]]
            assert same[decision["parent"]] in (child["mother"], child["father"])
            assert child["birth_date"] < decision["valid_from"] < child["birth_date"] + timedelta(days=18 * 366)
            decided[decision["rights"]] += 1
    assert {"limited", "removed", "full"} <= set(decided)


def test_guardians_are_of_age_and_what_ends_was_established(told_by_seed: Seeds) -> None:
    ends = 0
    for told in told_by_seed:
        known = register(told)
        said = values(told, "GuardianshipEstablished")
        assert said
        established = {(one["ward"], one["guardian"]): one["valid_from"] for one in said}
        for one in said:
            assert known[one["guardian"]]["birth_date"] < one["valid_from"] - timedelta(days=18 * 365)
        for end in values(told, "GuardianshipEnded"):
            ends += 1
            begun = established.get((end["ward"], end["guardian"]))
            assert begun is None or begun < end["valid_until"]
    assert ends


def test_families_from_ukraine_arrive_meanwhile_and_read_ukrainian(told_by_seed: Seeds) -> None:
    languages: Counter[str] = Counter()
    arrived = 0
    for told in told_by_seed:
        languages.update(s.value["language"] for s in of_type(told, "LanguageChosen"))
        first = told[0].value["occurred_at"] + timedelta(days=1)
        arrived += sum(
            s.value["occurred_at"] > first and s.value["birth_date"] < first.date() - timedelta(days=400)
            for s in of_type(told, "PersonRegistered")
        )
    assert arrived > 5
    assert 0.005 < languages["uk"] / languages.total() < 0.1
