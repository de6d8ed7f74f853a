"""FHIR bundles: what becomes of a resource, and that the same bundle always says the same."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from stdnum.pl import pesel

from kartoteka.publishing.fhir.bundles import BUNDLE_LIMIT_BYTES, Unmappable, files
from kartoteka.publishing.fhir.run import Run
from kartoteka.publishing.fhir.vaccines import target_disease
from kartoteka.publishing.licences import possible_pwz
from kartoteka.publishing.statement import Statement

Json = dict[str, Any]
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
GOLDEN_PESEL = "14300537632"
GOLDEN_PWZ = "8481816"
GOLDEN_RPWDL = "296030023832"
GOLDEN_EVENT_ID = "473b2b53-e3ff-59b5-ac5e-7bcd2d938f94"
PESEL_SYSTEM = "urn:oid:2.16.840.1.113883.3.4424.1.1.616"
PHYSICIAN_SYSTEM = "urn:oid:2.16.840.1.113883.3.4424.1.6.2"
PROVIDER_SYSTEM = "urn:oid:2.16.840.1.113883.3.4424.2.3.1"
CVX = "http://hl7.org/fhir/sid/cvx"


def polish(system: str, value: str) -> list[Json]:
    return [{"system": system, "value": value}]


PATIENT: Json = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": polish(PESEL_SYSTEM, "14300530581"),
    "name": [{"family": "Nowak", "given": ["Jan", "Maria"]}],
    "gender": "male",
    "birthDate": "2014-10-05",
}
ORGANIZATION: Json = {"resourceType": "Organization", "id": "o1", "identifier": polish(PROVIDER_SYSTEM, "000000001688")}
PRACTITIONER: Json = {"resourceType": "Practitioner", "id": "d1", "identifier": polish(PHYSICIAN_SYSTEM, "5425740")}
VISIT: Json = {
    "resourceType": "Encounter",
    "id": "v1",
    "status": "finished",
    "period": {"start": "2026-01-10T09:00:00+01:00", "end": "2026-01-10T09:30:00+01:00"},
    "participant": [{"individual": {"reference": "Practitioner/d1"}}],
    "serviceProvider": {"reference": "Organization/o1"},
}
DOSE: Json = {
    "resourceType": "Immunization",
    "id": "i1",
    "status": "completed",
    "vaccineCode": {"coding": [{"system": CVX, "code": "165", "display": "HPV9"}]},
    "patient": {"reference": "Patient/p1"},
    "encounter": {"reference": "Encounter/v1"},
    "occurrenceDateTime": "2026-01-10T09:15:00.1234567+01:00",
}
REQUEST: Json = {
    "resourceType": "MedicationRequest",
    "id": "m1",
    "identifier": [{"value": "4" * 44}, {"value": "0042"}],
    "status": "active",
    "intent": "order",
    "medicationCodeableConcept": {"text": "Amoksycylina 500 mg"},
    "subject": {"reference": "Patient/p1"},
    "encounter": {"reference": "Encounter/v1"},
    "authoredOn": "2026-01-10T09:20:00+01:00",
    "dosageInstruction": [{"text": "co 8 godzin"}],
}
ALL = [PATIENT, ORGANIZATION, PRACTITIONER, VISIT, DOSE, REQUEST]


def bundle(*resources: Json, **more: Any) -> Json:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources], **more}


class Published:
    """What one run made of its bundles."""

    def __init__(self, run: Run) -> None:
        self.wrong = [f"{broken.place}: {broken.says}" for broken in run.check()]
        self.counts = run.counts
        self.statements: list[Statement] = [] if self.wrong else list(run.statements())

    def of(self, event: str) -> list[dict[str, Any]]:
        return [dict(statement.value) for statement in self.statements if statement.type == event]

    def one(self, event: str) -> dict[str, Any]:
        (value,) = self.of(event)
        return value


Publish = Callable[..., Published]


@pytest.fixture
def publish(tmp_path: Path) -> Publish:
    """Writes the bundles, each into its file, and runs over them."""

    def run(
        *bundles: Json, synthetic: bool = False, stated_at: datetime | None = None, now: datetime = NOW
    ) -> Published:
        paths = [tmp_path / f"{number}.json" for number, _ in enumerate(bundles)]
        for path, content in zip(paths, bundles, strict=True):
            path.write_text(json.dumps(content))
        return Published(Run(paths, synthetic, stated_at, now))

    return run


def test_a_patient_is_registered_under_the_pesel_of_the_bundle(publish: Publish) -> None:
    person = publish(bundle(PATIENT)).one("PersonRegistered")
    assert person["person"] == "14300530581"
    assert (person["given_names"], person["surname"], person["sex"]) == ("Jan Maria", "Nowak", "male")
    assert person["birth_date"] == date(2014, 10, 5)
    assert person["occurred_at"] == datetime(2014, 10, 4, 22, tzinfo=UTC)


def test_a_dose_is_recorded_and_closed_with_its_finished_visit(publish: Publish) -> None:
    published = publish(bundle(*ALL))
    assert published.wrong == []
    dose, closed = published.one("VaccinationDoseRecorded"), published.one("VaccinationDoseClosed")
    assert (dose["target_disease"], dose["product"], dose["dose_number"]) == ("HPV", "HPV9", 1)
    assert dose["given_at"] == datetime(2026, 1, 10, 8, 15, 0, 123456, tzinfo=UTC)
    assert dose["provider"] == closed["provider"] == "000000001688"
    assert (closed["vaccination"], closed["visit"]) == (dose["vaccination"], dose["visit"])
    assert closed["closed_at"] == datetime(2026, 1, 10, 8, 30, tzinfo=UTC)


def test_an_unfinished_visit_leaves_the_dose_open(publish: Publish) -> None:
    published = publish(bundle(*ALL[:3], VISIT | {"status": "in-progress"}, DOSE))
    assert len(published.of("VaccinationDoseRecorded")) == 1
    assert published.of("VaccinationDoseClosed") == []


def test_a_medication_request_is_a_prescription_of_one_item(publish: Publish) -> None:
    prescription = publish(bundle(*ALL)).one("PrescriptionIssued")
    assert (prescription["prescription"], prescription["access_code"]) == ("4" * 44, "0042")
    assert (prescription["practitioner"], prescription["profession"]) == ("5425740", "physician")
    assert prescription["valid_until"] == date(2026, 2, 9)
    (item,) = prescription["items"]
    assert (item["medicine"], item["quantity"], item["dosage"]) == ("Amoksycylina 500 mg", 1, "co 8 godzin")


def test_a_dosage_in_parts_is_put_together(publish: Publish) -> None:
    parts = {
        "asNeededBoolean": True,
        "timing": {"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}},
        "doseAndRate": [{"doseQuantity": {"value": 2, "unit": "tabl."}}],
    }
    request = REQUEST | {"dosageInstruction": [parts], "dispenseRequest": {"numberOfRepeatsAllowed": 2}}
    (item,) = publish(bundle(*ALL[:4], request)).one("PrescriptionIssued")["items"]
    assert item["dosage"] == "po 2 tabl., 3 × / d, w razie potrzeby"
    assert item["quantity"] == 3


def test_doses_of_a_disease_are_counted_by_date_unless_they_say_which_they_are(publish: Publish) -> None:
    later = DOSE | {"id": "i2", "occurrenceDateTime": "2026-02-10"}
    earlier = DOSE | {"id": "i0", "occurrenceDateTime": "2025-12-10"}
    flu = DOSE | {"id": "i3", "vaccineCode": {"coding": [{"system": CVX, "code": "140"}]}}
    booster = DOSE | {"id": "i4", "protocolApplied": [{"doseNumberPositiveInt": 7}]}
    numbers = {
        (dose["given_at"].month, dose["target_disease"], dose["dose_number"])
        for dose in publish(bundle(*ALL[:4], later, earlier, flu, booster)).of("VaccinationDoseRecorded")
    }
    assert numbers == {(12, "HPV", 1), (2, "HPV", 3), (1, "INFLUENZA", 1), (1, "HPV", 7)}


@pytest.mark.parametrize(
    ("codes", "disease"),
    [
        (["62"], "HPV"),
        (["137"], "HPV"),
        (["165"], "HPV"),
        (["3"], "MMR"),
        (["08"], "HEPB"),
        (["115"], "TDAP"),
        (["140"], "INFLUENZA"),
        (["213"], "COVID-19"),
        (["99999"], "OTHER"),
        ([], "OTHER"),
        (["99999", "21"], "VARICELLA"),
    ],
)
def test_the_disease_of_a_vaccine(codes, disease) -> None:
    assert target_disease(codes) == disease


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (DOSE | {"status": "not-done"}, "status not-done"),
        (DOSE | {"status": "entered-in-error"}, "status entered-in-error"),
        (DOSE | {"occurrenceDateTime": "2026-01"}, "no day on which it was given"),
        (DOSE | {"encounter": None}, "no provider is named, by it or by its Encounter"),
        (REQUEST | {"intent": "plan"}, "intent plan"),
        (REQUEST | {"status": "entered-in-error"}, "status entered-in-error"),
        (REQUEST | {"status": {"Jan": "Nowak"}}, None),
        (REQUEST | {"encounter": None}, "no practitioner is named, by it or by its Encounter"),
        (REQUEST | {"medicationCodeableConcept": None}, "no medicine is named"),
    ],
)
def test_what_says_nothing_is_counted_with_its_reason(publish: Publish, resource, reason) -> None:
    published = publish(bundle(*ALL[:4], resource))
    assert published.wrong == []
    expected = {(resource["resourceType"], reason): 1} if reason else {}
    assert dict(published.counts.not_mapped) == expected


def test_what_has_no_counterpart_is_counted_and_named(publish: Publish) -> None:
    claims = [{"resourceType": "Claim"}, {"resourceType": "Claim", "id": "c"}]
    assert dict(publish(bundle(PATIENT, *claims)).counts.no_counterpart_yet) == {"Claim": 2}


def test_the_same_bundle_gives_the_same_bytes_in_any_run_and_beside_any_other(publish: Publish) -> None:
    stranger = bundle(PATIENT | {"id": "p2", "identifier": polish(PESEL_SYSTEM, "44051401359")})
    alone = publish(bundle(*ALL))
    beside = publish(stranger, bundle(*ALL), now=datetime(2027, 1, 1, tzinfo=UTC))
    assert alone.statements
    assert [s.record("x") for s in alone.statements] == [s.record("x") for s in beside.statements[1:]]


def test_a_corrected_resource_is_a_new_statement_and_a_corrected_neighbour_too(publish: Publish) -> None:
    first = publish(bundle(*ALL)).one("VaccinationDoseRecorded")
    corrected = publish(bundle(*ALL[:4], DOSE | {"lotNumber": "A1"})).one("VaccinationDoseRecorded")
    moved = publish(bundle(*ALL[:4], DOSE, DOSE | {"id": "i0", "occurrenceDateTime": "2025-01-01"}))
    second = next(dose for dose in moved.of("VaccinationDoseRecorded") if dose["dose_number"] == 2)
    assert len({first["event_id"], corrected["event_id"], second["event_id"]}) == 3
    assert first["vaccination"] == corrected["vaccination"] == second["vaccination"]


def test_the_resource_the_bundle_and_the_option_say_in_this_order_when_it_was_stated(
    publish: Publish,
) -> None:
    stated, stamp = datetime(2026, 3, 1, tzinfo=UTC), "2026-03-02T00:00:00Z"
    updated = PATIENT | {"meta": {"lastUpdated": "2026-03-03T00:00:00Z"}}
    days = [
        publish(bundle(updated, timestamp=stamp), stated_at=stated).one("PersonRegistered")["occurred_at"].day,
        publish(bundle(PATIENT, timestamp=stamp), stated_at=stated).one("PersonRegistered")["occurred_at"].day,
        publish(bundle(PATIENT), stated_at=stated).one("PersonRegistered")["occurred_at"].day,
    ]
    assert days == [3, 2, 1]


def test_a_visit_that_ends_in_the_future_was_not_stated_in_the_future(publish: Publish) -> None:
    visit = VISIT | {"period": {"start": "2026-03-10T09:00:00Z", "end": "2026-03-17T09:00:00Z"}}
    closed = publish(bundle(*ALL[:3], visit, DOSE)).one("VaccinationDoseClosed")
    assert closed["occurred_at"] == datetime(2026, 1, 10, 8, 15, 0, 123456, tzinfo=UTC)
    assert closed["closed_at"] == datetime(2026, 3, 17, 9, tzinfo=UTC)


def test_two_versions_of_one_time_are_refused(publish: Publish) -> None:
    published = publish(bundle(*ALL), bundle(*ALL[:4], DOSE | {"lotNumber": "A1"}))
    assert len(published.wrong) == 1
    assert "entry[4] Immunization/i1" in published.wrong[0]
    assert "--stated-at" in published.wrong[0]


def test_a_person_is_registered_before_anything_is_said_about_them(publish: Publish) -> None:
    odd = PATIENT | {"identifier": polish(PESEL_SYSTEM, "14300530582")}
    published = publish(bundle(*reversed([odd, *ALL[1:]])))
    assert published.wrong == []
    assert published.statements[0].type == "PersonRegistered"


def test_one_name_in_two_systems_is_two_persons(publish: Publish) -> None:
    others = [PATIENT | {"identifier": polish(PESEL_SYSTEM, "44051401359"), "birthDate": "1944-05-14"}, *ALL[1:]]
    there = [resource | {"meta": {"source": "https://there.example#r1"}} for resource in others]
    published = publish(bundle(*ALL), bundle(*there))
    assert published.wrong == []
    assert [dose["patient"] for dose in published.of("VaccinationDoseRecorded")] == ["14300530581", "44051401359"]


REFERENCES = [
    "Organization/o1",
    "https://server.example/fhir/Organization/o1/_history/3",
    "urn:uuid:6a2a3c5e-0000-4000-8000-000000000001",
    f"Organization?identifier={PROVIDER_SYSTEM}|000000001688",
    f"Organization?identifier={PROVIDER_SYSTEM}%7C000000001688",
    "Organization?identifier=000000001688",
]


@pytest.mark.parametrize("reference", REFERENCES)
@pytest.mark.parametrize("elsewhere", [False, True])
def test_references_are_followed_within_the_bundle_and_into_others(publish: Publish, reference, elsewhere) -> None:
    home = bundle(PATIENT, PRACTITIONER, VISIT | {"serviceProvider": {"reference": reference}}, DOSE)
    hospital = {"fullUrl": REFERENCES[2], "resource": ORGANIZATION}
    if elsewhere:
        published = publish(home, bundle() | {"entry": [hospital]})
    else:
        home["entry"].append(hospital)
        published = publish(home)
    assert published.wrong == []
    assert published.one("VaccinationDoseRecorded")["provider"] == "000000001688"


def test_a_contained_resource_is_found(publish: Publish) -> None:
    dose = DOSE | {"contained": [ORGANIZATION], "performer": [{"actor": {"reference": "#o1"}}]}
    published = publish(bundle(PATIENT, PRACTITIONER, VISIT | {"serviceProvider": None}, dose))
    assert published.one("VaccinationDoseRecorded")["provider"] == "000000001688"


BROKEN = [
    ([{"resourceType": "Patient"}], "entry[0] Patient: has no id"),
    ([PATIENT | {"birthDate": "2014"}], "no birthDate that is known to the day"),
    ([PATIENT | {"gender": "unknown"}], "no gender"),
    ([PATIENT | {"name": [{"family": "Nowak"}]}], "no name with 'given' and 'family'"),
    ([PATIENT | {"name": [{"family": "No\x00wak", "given": ["J"]}]}], "the character NUL"),
    ([PATIENT | {"identifier": polish(PESEL_SYSTEM, "1430053058")}], "a PESEL that is not 11 digits"),
    ([PATIENT, PATIENT | {"id": "p2"}], "Patient/p2 and Patient/p1 have one PESEL"),
    ([*ALL[:4], DOSE | {"patient": {"reference": "Patient/nobody"}}], "patient points to Patient/nobody"),
    ([*ALL[:4], DOSE | {"patient": None}], "patient points to no Patient"),
    ([*ALL[:4], DOSE | {"encounter": {"reference": "urn:uuid:0"}}], "encounter points to urn:uuid:0"),
    ([*ALL[:3], VISIT | {"serviceProvider": {"reference": "Organization/x"}}, DOSE], "serviceProvider points to"),
    ([*ALL[:4], DOSE | {"performer": [{"actor": {"reference": "#x"}}]}], "a contained resource that it does not"),
    (
        [*ALL[:2], PRACTITIONER | {"identifier": polish(PHYSICIAN_SYSTEM, "5425741")}, VISIT, REQUEST],
        "no licence number",
    ),
    ([*ALL, DOSE | {"id": "i9", "occurrenceDateTime": "1899-12-31"}], "must be a time from 1900-01-01"),
]


@pytest.mark.parametrize(("resources", "says"), BROKEN, ids=[says for _, says in BROKEN])
def test_broken_input_is_said_with_its_place_and_nothing_is_published(publish: Publish, resources, says) -> None:
    published = publish(bundle(*resources))
    assert any(says in wrong for wrong in published.wrong), published.wrong
    assert all(wrong.startswith("entry[") for wrong in published.wrong)
    assert published.statements == []


def test_no_message_names_a_person(publish: Publish) -> None:
    spoiled = [
        PATIENT | {"birthDate": "2014"},
        PATIENT | {"id": "p2", "gender": "?"},
        PATIENT | {"id": "p3", "identifier": polish(PESEL_SYSTEM, "143005305811")},
        DOSE | {"patient": {"reference": f"Patient?identifier={PESEL_SYSTEM}|14300530582"}},
    ]
    wrong = publish(bundle(*ALL[1:4], *spoiled)).wrong
    assert len(wrong) == len(spoiled)
    assert not any(secret in "\n".join(wrong) for secret in ("143005", "Nowak", "Jan"))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("cut.json", json.dumps(bundle(*ALL)).encode()[:-7], "cut off"),
        ("cut.json", json.dumps(bundle(*ALL)).encode()[:200], "cut off"),
        ("empty.json", b"", "cut off"),
        ("cut.json.gz", gzip.compress(json.dumps(bundle(*ALL)).encode())[:-20], "cut off or damaged"),
        ("not.json.gz", json.dumps(bundle(*ALL)).encode(), "cut off or damaged"),
        ("odd.json", b'{"resourceType": "Bundle", oops}', "is not JSON at line 1, column"),
        ("patient.json", json.dumps(PATIENT).encode(), "holds a Patient, not a Bundle"),
        ("list.json", b"[]", "not a Bundle"),
        ("entry.json", json.dumps(bundle() | {"entry": {}}).encode(), "an 'entry' that is not a list"),
        ("bare.json", json.dumps(bundle() | {"entry": [{}]}).encode(), "holds no resource"),
        ("bomb.json.gz", gzip.compress(bytes(BUNDLE_LIMIT_BYTES + 1)), "is larger than 32 MiB"),
    ],
)
def test_a_file_that_is_no_bundle_is_refused_with_its_name(tmp_path, name, content, says) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    (broken,) = Run([path], synthetic=False, stated_at=None, now=NOW).check()
    assert broken.file == str(path)
    assert says in broken.says


def test_a_gzipped_bundle_and_a_byte_order_mark_are_fine(tmp_path) -> None:
    plain = json.dumps(bundle(*ALL)).encode()
    (tmp_path / "a.json").write_bytes(b"\xef\xbb\xbf" + plain)
    (tmp_path / "b.json.gz").write_bytes(gzip.compress(plain))
    (tmp_path / "notes.txt").write_text("no bundle")
    run = Run(files([tmp_path]), synthetic=False, stated_at=None, now=NOW)
    assert list(run.check()) == []
    assert run.counts.bundles == 2


def test_a_path_without_bundles_is_refused(tmp_path) -> None:
    for path in (tmp_path, tmp_path / "missing.json"):
        with pytest.raises(Unmappable, match=str(path)):
            files([path])


def without_numbers(*resources: Json) -> list[Json]:
    return [{key: value for key, value in resource.items() if key != "identifier"} for resource in resources]


def test_without_polish_numbers_input_is_refused_naming_the_option(publish: Publish) -> None:
    wrong = publish(bundle(*without_numbers(*ALL))).wrong
    assert wrong
    assert all("--synthetic-identifiers" in sentence for sentence in wrong)
    assert sum("Patient/p1 has no PESEL" in sentence for sentence in wrong) == 1


def test_with_the_option_every_number_is_valid_and_always_the_same(publish: Publish) -> None:
    published = publish(bundle(*without_numbers(*ALL)), synthetic=True)
    assert published.wrong == []
    person, prescription = published.one("PersonRegistered"), published.one("PrescriptionIssued")
    assert pesel.is_valid(person["person"])
    assert pesel.get_birth_date(person["person"]) == date(2014, 10, 5)
    assert pesel.get_gender(person["person"]) == "M"
    assert possible_pwz(prescription["practitioner"])
    # Golden: another derivation would make every person of every earlier run somebody else.
    assert person["person"] == GOLDEN_PESEL
    assert prescription["practitioner"] == GOLDEN_PWZ
    assert prescription["provider"] == GOLDEN_RPWDL
    assert str(person["event_id"]) == GOLDEN_EVENT_ID


def test_the_same_id_from_another_system_is_another_person(publish: Publish) -> None:
    (patient,) = without_numbers(PATIENT)
    first, second = (
        publish(bundle(patient, identifier={"system": system}), synthetic=True).one("PersonRegistered")["person"]
        for system in ("https://a.example", "https://b.example")
    )
    assert first != second


def test_a_synthetic_number_that_two_resources_would_have_is_refused(publish: Publish, monkeypatch) -> None:
    monkeypatch.setattr("kartoteka.publishing.fhir.synthetic._number", lambda kind, identity: 7)
    patient, *others = without_numbers(*ALL)
    wrong = publish(bundle(patient, patient | {"id": "p2"}, *others), synthetic=True).wrong
    assert len(wrong) == 1
    assert "Patient/p2 and Patient/p1 have one PESEL" in wrong[0]
