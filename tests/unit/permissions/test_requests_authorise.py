"""An adult lets a practitioner look, who has a profession and a licence and no account."""

from typing import Any

import pytest

from kartoteka.publishing.licences import PROFESSIONS
from services.permissions.asking.requests import REPEATED, Authorise, Unauthorise
from tests.asking import CHILD, MOTHER, NOW, Family, said
from tests.permissions import moment

LICENCES = {
    "physician": "5425740", "dentist": "5425740", "nurse": "1234567P", "midwife": "1234567A", "pharmacist": "12345678",
    "feldsher": "1234567",
}  # fmt: skip


@pytest.fixture
def family() -> Family:
    return Family()


def authorise(profession: str = "physician", **changes: Any) -> Authorise:
    asked: dict[str, Any] = {"by": MOTHER, "profession": profession, "licence": LICENCES[profession], "until": None}
    return Authorise(**{**asked, **changes})


@pytest.mark.parametrize("profession", PROFESSIONS)
def test_pharmacists_see_prescriptions_and_all_others_the_record(family: Family, profession: str) -> None:
    (fact,) = family.has_done(authorise(profession, until=moment("2026-04-01")))
    assert said(fact) == {
        "viewer": None,
        "profession": profession,
        "licence": LICENCES[profession],
        "scope": "prescriptions" if profession == "pharmacist" else "record",
        "valid_until": moment("2026-04-01"),
    }


def test_nobody_with_an_account_sees_more_by_it(family: Family) -> None:
    before = family.periods(MOTHER, MOTHER)
    family.has_done(authorise())
    assert family.periods(MOTHER, MOTHER) == before


def test_the_same_again_is_so_already_and_another_end_takes_its_place(family: Family) -> None:
    family.has_done(authorise())
    assert family.asks(authorise(), "2026-03-02") == REPEATED
    family.has_done(authorise(until=moment("2026-04-01")), "2026-03-02")


def test_what_has_ended_is_given_anew(family: Family) -> None:
    family.has_done(authorise(until=moment("2026-03-02")))
    family.has_done(authorise(until=moment("2026-03-04")), "2026-03-03")


@pytest.mark.parametrize(("profession", "licence"), [("physician", "5425741"), ("nurse", "1234567"), ("nurse", "")])
def test_a_licence_that_was_never_issued_is_refused(family: Family, profession: str, licence: str) -> None:
    assert family.refuses(authorise(profession, licence=licence)) == "impossible_licence"


def test_an_end_that_has_passed_is_refused(family: Family) -> None:
    assert family.refuses(authorise(until=moment(NOW))) == "end_in_the_past"


def test_a_child_authorises_nobody(family: Family) -> None:
    assert family.refuses(authorise(by=CHILD)) == "not_an_adult"


def test_it_is_taken_back_once_and_only_for_this_licence(family: Family) -> None:
    family.has_done(authorise())
    family.has_done(authorise("pharmacist"))
    take_back = Unauthorise(MOTHER, "physician", LICENCES["physician"])
    (fact,) = family.has_done(take_back, "2026-03-02")
    assert said(fact) == {"viewer": None, "profession": "physician", "licence": LICENCES["physician"]}
    assert family.asks(take_back, "2026-03-03") == REPEATED
    assert family.asks(authorise("pharmacist"), "2026-03-03") == REPEATED


def test_what_was_never_given_is_taken_back_already(family: Family) -> None:
    assert family.asks(Unauthorise(MOTHER, "nurse", "1234567P")) == REPEATED
