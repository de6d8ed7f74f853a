"""Who is meant by what somebody typed: an account identifier, a patient id, or a PESEL that nobody else saw."""

from typing import Any
from uuid import UUID

from psycopg import Connection
from stdnum.iso7064 import mod_37_36

from schemas.shape import looks_like_pesel
from services.kernel.index_key import ACCOUNT_CHARACTERS, IndexKey


class NoSuchPatient(Exception):
    """Nobody is known under this id; the sentence never holds the id itself when it may be a PESEL."""


class NotAnId(NoSuchPatient):
    """What was given cannot be anybody's identifier, whoever is known here."""


def resolve(connection: Connection[Any], index: IndexKey, text: str, *, secret: bool) -> UUID:
    """The patient meant by an account id or a patient id, or by a PESEL that came on standard input."""
    wanted = text.strip().upper()
    if looks_like_pesel(wanted):
        if not secret:
            raise NotAnId("a PESEL is never an argument, others could see it; give '-' and type it")
        return _patient(connection, "patient_by_digest", index.number_digest(wanted.encode()))
    if len(wanted) == ACCOUNT_CHARACTERS + 1 and wanted.isalnum():
        if not mod_37_36.is_valid(wanted):
            raise NotAnId("the account identifier has a wrong check character; compare it once more")
        return _patient(connection, "patient_by_account", wanted)
    try:
        patient = UUID(wanted)
    except ValueError as error:
        raise NotAnId("give an account identifier, a patient id, or '-' and a PESEL") from error
    known = connection.execute("SELECT records_door.patient_known(%s)", (patient,)).fetchone()
    if known != (True,):
        raise NoSuchPatient("nobody is known under this patient id")
    return patient


def _patient(connection: Connection[Any], function: str, wanted: bytes | str) -> UUID:
    row = connection.execute(f"SELECT records_door.{function}(%s)".encode(), (wanted,)).fetchone()
    if row is None or row[0] is None:
        raise NoSuchPatient("nobody is known under this number")
    patient: UUID = row[0]
    return patient
