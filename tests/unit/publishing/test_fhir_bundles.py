"""Bundles as files: what is read, what is refused with its place and remedy, and that nothing is half sent."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from kartoteka.publishing.fhir.bundles import MOST_RESOURCES
from kartoteka.publishing.fhir.files import BUNDLE_LIMIT_BYTES, files
from kartoteka.publishing.fhir.refusals import Unmappable
from kartoteka.publishing.fhir.run import Run
from tests.unit.publishing.conftest import Publish
from tests.unit.publishing.fhir_samples import (
    ALL,
    COVERAGE,
    DOSE,
    NOW,
    OBSERVATION,
    PATIENT,
    PESEL_SYSTEM,
    PHYSICIAN_SYSTEM,
    PRACTITIONER,
    REQUEST,
    VISIT,
    bundle,
    polish,
)


def test_what_has_no_counterpart_is_counted_and_named(publish: Publish) -> None:
    claims = [{"resourceType": "Claim"}, {"resourceType": "Claim", "id": "c"}]
    assert dict(publish(bundle(PATIENT, *claims)).counts.no_counterpart_yet) == {"Claim": 2}


def in_a_bundle(entry: bytes) -> bytes:
    return b'{"resourceType": "Bundle", "entry": [' + entry + b"]}"


BROKEN = [
    ([{"resourceType": "Patient"}], "entry[0] Patient: has no id"),
    ([PATIENT | {"birthDate": "2014"}], "no birthDate that is known to the day"),
    ([PATIENT | {"gender": "unknown"}], "no gender"),
    ([PATIENT | {"name": [{"family": "Nowak"}]}], "no name with 'given' and 'family'"),
    ([PATIENT | {"name": [{"family": "No\x00wak", "given": ["J"]}]}], "the character NUL"),
    ([PATIENT | {"identifier": polish(PESEL_SYSTEM, "1430053058")}], "a PESEL that is not 11 digits"),
    ([PATIENT, PATIENT | {"id": "p2"}], "Patient/p2 and Patient/p1 have one PESEL"),
    ([*ALL[:4], DOSE | {"patient": {"reference": "Patient/nobody"}}], "patient points to Patient/nobody"),
    ([*ALL[:4], DOSE | {"patient": None, "encounter": None}], "patient points to no Patient"),
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


def test_no_message_names_a_person_even_where_the_id_does(publish: Publish) -> None:
    spoiled = [
        PATIENT | {"birthDate": "2014"},
        PATIENT | {"id": "p2", "gender": "?"},
        PATIENT | {"id": "p3", "identifier": polish(PESEL_SYSTEM, "143005305811")},
        DOSE | {"patient": {"reference": f"Patient?identifier={PESEL_SYSTEM}|14300530582"}},
    ]
    wrong = publish(bundle(*ALL[1:4], *spoiled)).wrong
    assert len(wrong) == len(spoiled)
    wrong += publish(bundle(PATIENT | {"id": "14300530581", "birthDate": None}, COVERAGE)).wrong
    wrong += publish(bundle(COVERAGE | {"beneficiary": {"reference": "Patient/14300530581"}})).wrong
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
        ("cut.json.gz", gzip.compress(json.dumps(bundle(*ALL)).encode())[:200], "cut off or damaged"),
        ("nan.json", b'{"resourceType": "Bundle",\n"entry": [{"a": NaN}]}', "line 2, column 17: NaN and Infinity"),
        ("wide.json", json.dumps(bundle(*ALL)).encode("utf-16"), "is UTF-16: save it as UTF-8"),
        ("deep.json", b'{"resourceType": "Bundle", "entry": ' + b"[" * 100_000, "is nested too deeply"),
        (
            "nested.json",
            in_a_bundle(b'{"resource": {"resourceType": "Patient", "x": ' + b"[" * 300 + b"]" * 300 + b"}}"),
            "is nested too deeply",
        ),
        ("twice.json", b'{"resourceType": "Bundle", "entry": [], "entry": []}', "a key that stands twice"),
        (
            "inner.json",
            in_a_bundle(b'{"resource": {"resourceType": "Patient"}, "resource": {"resourceType": "Patient"}}'),
            "a key that stands twice",
        ),
        (
            "pair.json",
            in_a_bundle(b'{"resource": {"resourceType": "Patient", "gender": "male", "gender": "female"}}'),
            "the key 'gender' stands twice: keep one",
        ),
        (
            "half.json",
            in_a_bundle(b'{"resource": {"resourceType": "Patient", "gender": "\\ud83d"}}'),
            "half of a character (such as \\ud83d) at line 1, column 90: write it whole",
        ),
    ],
)
def test_a_file_that_is_no_bundle_is_refused_with_its_name(tmp_path, name, content, says) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    (broken,) = Run([path], synthetic=False, stated_at=None, now=NOW).check()
    assert broken.file == str(path)
    assert says in broken.says


def test_a_gzipped_bundle_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path) -> None:
    plain = json.dumps(bundle(*ALL)).encode()
    (tmp_path / "a.json").write_bytes(
        b"\xef\xbb\xbf" + json.dumps(bundle(*ALL), indent=1).replace("\n", "\r\n").encode()
    )
    (tmp_path / "b.json.gz").write_bytes(gzip.compress(plain))
    (tmp_path / "notes.txt").write_text("no bundle")
    run = Run(files([tmp_path]), synthetic=False, stated_at=None, now=NOW)
    assert list(run.check()) == []
    assert run.counts.bundles == 2


def test_a_path_without_bundles_is_refused(tmp_path) -> None:
    for path in (tmp_path, tmp_path / "missing.json"):
        with pytest.raises(Unmappable, match=str(path)):
            files([path])


def test_a_bundle_that_is_too_large_is_refused_before_it_fills_the_memory(tmp_path) -> None:
    """Two gigabytes in two megabytes of gzip, and a plain file of 200 MB; neither is kept by more than the limit."""
    with (tmp_path / "plain.json").open("wb") as plain:
        plain.truncate(200_000_000)
    (tmp_path / "bomb.json.gz").write_bytes(gzip.compress(bytes(20_000_000)) * 100)
    for name in ("plain.json", "bomb.json.gz"):
        says, peak = in_a_process_of_its_own(tmp_path / name)
        assert "is larger than 96 MiB: split the bundle, one patient each" in says
        assert peak <= 500_000_000


def test_a_bundle_of_countless_small_resources_is_refused(tmp_path) -> None:
    claims = b",".join([b'{"resource":{"resourceType":"Claim"}}'] * (MOST_RESOURCES + 1))
    (tmp_path / "many.json").write_bytes(in_a_bundle(claims))
    (broken,) = Run([tmp_path / "many.json"], synthetic=False, stated_at=None, now=NOW).check()
    assert "holds more than 100,000 resources: split the bundle" in broken.says


def test_a_bundle_near_the_limit_is_read_within_half_a_gigabyte(tmp_path) -> None:
    one = json.dumps(
        {"fullUrl": "urn:b:NUMBER", "resource": OBSERVATION | {"id": "bNUMBER", "note": [{"text": "x" * 2000}]}}
    )
    count = (BUNDLE_LIMIT_BYTES - 10_000) // (len(one) + 20)
    others = ",".join(one.replace("NUMBER", str(number)) for number in range(count))
    (tmp_path / "large.json").write_bytes(
        in_a_bundle(json.dumps({"resource": PATIENT}).encode() + b"," + others.encode())
    )
    says, peak = in_a_process_of_its_own(tmp_path / "large.json")
    assert says == ""
    assert peak <= 500_000_000


# Of its memory since it began: a process inherits the greatest that getrusage tells from the one that started it.
PROBE = """
import re, sys
from datetime import UTC, datetime
from pathlib import Path
from kartoteka.publishing.fhir.run import Run
for broken in Run([Path(sys.argv[1])], False, None, datetime.now(UTC)).check():
    print(broken.says)
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024)
"""


def in_a_process_of_its_own(path: Path) -> tuple[str, int]:
    """What is said about a file, and the greatest memory that it took, bytes."""
    done = subprocess.run([sys.executable, "-c", PROBE, str(path)], capture_output=True, text=True, check=True)
    *says, peak = done.stdout.splitlines()
    return "".join(says), int(peak)
