"""The index key: what it derives never changes, and never meets what it derives for another use."""

import unicodedata
from uuid import UUID

import pytest

from services.kernel.index_key import ACCOUNT_CHARACTERS, IndexKey, derive, normalised

INDEX, OTHER = IndexKey(bytes(range(32))), IndexKey(bytes(32))
PATIENT = UUID("00000000-0000-4000-8000-00000000000a")
PESEL = b"85010112345"


def test_what_was_derived_once_is_derived_for_ever() -> None:
    """Look-ups, entry ids and account identifiers are kept; a change here would lose everybody."""
    assert INDEX.number_digest(PESEL).hex() == "c4b7d6e5ee7669b5312cd4debc973ba5f42be7b41fc30e4494e11a8a4b6d6af9"
    assert str(INDEX.derived_id("prescription", b"1" * 44)) == "da02f62e-7c4b-85b7-ba55-d4fefa477611"
    assert (
        INDEX.surname_check(PATIENT, "Kowalska-Nowak").hex()
        == "d1c13e51c8a676000f7d109a9c23be388a92e14f2ef9d253f651a05196756597"
    )
    assert INDEX.account_id(PATIENT) == "EOEAOHT2DX2Y8"
    assert derive(bytes(32), b"inbox").hex() == "b3ae4367afec2c5e07e63281ffbf6c7381fe774c5635d9142a201f90d280eea7"


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        IndexKey(bytes(length))


def test_another_key_derives_something_else() -> None:
    assert INDEX.number_digest(PESEL) != OTHER.number_digest(PESEL)
    assert INDEX.derived_id("payer", b"1") != OTHER.derived_id("payer", b"1")
    assert INDEX.surname_check(PATIENT, "a") != OTHER.surname_check(PATIENT, "a")
    assert INDEX.account_id(PATIENT) != OTHER.account_id(PATIENT)
    assert derive(bytes(32), b"inbox") != derive(bytes(32), b"outbox")


def test_digests_of_different_uses_never_meet() -> None:
    data = PATIENT.bytes
    digests = [INDEX.number_digest(data), INDEX.surname_check(PATIENT, ""), INDEX._digest(b"account", data)]
    digests += [INDEX._digest(b"id:" + kind, data) for kind in (b"person", b"payer", b"visit", b"prescription")]
    assert len(set(digests)) == len(digests)


def test_a_label_never_continues_in_the_data() -> None:
    assert INDEX._digest(b"id:pay", b"er") != INDEX._digest(b"id:payer", b"")
    assert INDEX.derived_id("pay", b"er") != INDEX.derived_id("payer", b"")


def test_numbers_of_different_kinds_have_different_ids() -> None:
    assert len({INDEX.derived_id(kind, b"V-1") for kind in ("vaccination", "visit", "dispensing", "payer")}) == 4


@pytest.mark.parametrize(
    ("parts", "others"),
    [((b"ab", b"c"), (b"a", b"bc")), ((b"ab",), (b"a", b"b")), ((b"", b"a"), (b"a", b"")), ((), (b"",))],
)
def test_parts_of_an_id_never_run_into_each_other(parts: tuple[bytes, ...], others: tuple[bytes, ...]) -> None:
    assert INDEX.derived_id("title", *parts) != INDEX.derived_id("title", *others)


def test_a_derived_id_is_a_uuid_of_version_8() -> None:
    ids = [INDEX.derived_id("payer", str(n).encode()) for n in range(200)]
    assert {(one.version, one.variant) for one in ids} == {(8, "specified in RFC 4122")}
    assert len(set(ids)) == 200


def checks(identifier: str) -> bool:
    """ISO 7064, hybrid system MOD 37,36, after the standard's own words."""
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    product = 36
    for character in identifier[:-1]:
        total = (product + alphabet.index(character)) % 36 or 36
        product = total * 2 % 37
    return (product + alphabet.index(identifier[-1])) % 36 == 1


def test_an_account_identifier_has_13_characters_the_last_of_which_checks_the_others() -> None:
    for n in range(300):
        account = INDEX.account_id(UUID(int=n))
        assert len(account) == ACCOUNT_CHARACTERS + 1 == 13
        assert set(account[:-1]) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        assert checks(account)


def test_one_wrong_or_two_exchanged_characters_show() -> None:
    account = INDEX.account_id(PATIENT)
    for index in range(12):
        for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567":
            if other != account[index]:
                assert not checks(account[:index] + other + account[index + 1 :])
        if index < 11 and account[index] != account[index + 1]:
            assert not checks(account[:index] + account[index + 1] + account[index] + account[index + 2 :])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kowalska", "KOWALSKA"),
        ("Żółć", "żółć"),
        ("ŁĄCKI", "łącki"),
        ("Źdźbło-Ćwik", "ŹDŹBŁO ĆWIK"),
        ("Kowalska-Nowak", "Kowalska Nowak"),
        ("Kowalska - Nowak", "Kowalska-Nowak"),
        ("  Kowalska   Nowak ", "Kowalska Nowak"),
        ("Kowalska\tNowak", "Kowalska\u00a0Nowak"),
        ("Kowalska\u2010Nowak", "Kowalska-Nowak"),
        ("Kowalska\u2011Nowak", "Kowalska-Nowak"),
        ("Kowalska\u2013Nowak", "Kowalska-Nowak"),
        ("Groß", "GROSS"),
        *((unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name)) for name in ("Żółć", "Łączyńska")),
        (unicodedata.normalize("NFD", "ŚWIĄTEK"), "świątek"),
    ],
)
def test_one_surname_in_two_spellings_is_one(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)
    assert INDEX.surname_check(PATIENT, one) == INDEX.surname_check(PATIENT, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Łącki", "Lacki"), ("Żak", "Źak"), ("Kowalska", "Kowalski"), ("Nowak", "Nowa K"), ("Kowalska-Nowak", "Kowalska")],
)
def test_two_surnames_are_two(one: str, other: str) -> None:
    assert INDEX.surname_check(PATIENT, one) != INDEX.surname_check(PATIENT, other)


def test_a_surname_is_compared_for_one_patient_only() -> None:
    assert INDEX.surname_check(PATIENT, "Nowak") != INDEX.surname_check(UUID(int=1), "Nowak")
