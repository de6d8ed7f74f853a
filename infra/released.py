"""What a schema registry is asked, answered from the released schemas; refusals carry Confluent's codes."""

from functools import cache
from typing import Final

import schemas
from schemas import Registered
from schemas.canonical import NoSchema, canonical_form, schema_text

LATEST: Final = ("latest", "-1")
READ_ONLY: Final = (
    "This registry is read-only: schemas come with a release of kartoteka "
    "('python -m schemas.release'), and released ones never change"
)


class Refusal(Exception):
    """An answer in Confluent's form: HTTP status, its finer code, one sentence."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@cache
def by_subject() -> dict[str, list[Registered]]:
    """Every released schema under its subject, oldest version first."""
    found: dict[str, list[Registered]] = {}
    for schema in sorted(schemas.registered().values(), key=lambda s: (s.subject, s.version)):
        found.setdefault(schema.subject, []).append(schema)
    return found


def of_id(schema_id: int) -> Registered:
    found = schemas.registered().get(schema_id)
    if found is None:
        raise Refusal(404, 40403, f"Schema {schema_id} not found")
    return found


def versions(subject: str) -> list[Registered]:
    """All versions of a subject, oldest first."""
    found = by_subject().get(subject)
    if found is None:
        raise Refusal(404, 40401, "Subject not found: it is the topic, a hyphen and the record's full name")
    return found


def version(subject: str, asked: str) -> Registered:
    """One version of a subject, by its number or as the latest."""
    found = versions(subject)
    if asked in LATEST:
        return found[-1]
    if not (asked.isascii() and asked.isdecimal() and 0 < int(asked) < 2**31):
        raise Refusal(422, 42202, "The version is neither a number from 1 nor 'latest'")
    if int(asked) > len(found):
        raise Refusal(404, 40402, f"Version {asked} not found: the latest is {found[-1].version}")
    return found[int(asked) - 1]


def look_up(subject: str, text: str, schema_type: str | None) -> Registered:
    """The newest version under a subject that writes the same bytes as this schema; the very same one if there is."""
    known = versions(subject)
    form = _form(text, schema_type)
    alike = [schema for schema in known if _form_of(schema.id) == form]
    if not alike:
        raise Refusal(404, 40403, "Schema not found: no version of the subject writes the same bytes as this one")
    return next((schema for schema in alike if schema_text(schema.source) == text), alike[-1])


def register(subject: str, text: str, schema_type: str | None) -> Registered:
    """A registration of what is there already is a repeat and answered; anything else would be a write."""
    try:
        return look_up(subject, text, schema_type)
    except Refusal as refusal:
        if refusal.status == 404:
            raise Refusal(422, 42205, READ_ONLY) from refusal
        raise


@cache
def _form_of(schema_id: int) -> str:
    return canonical_form(schema_text(schemas.registered()[schema_id].source))


def _form(text: str, schema_type: str | None) -> str:
    if schema_type not in (None, "AVRO"):
        raise Refusal(422, 42201, "Only schemas of type AVRO are kept here")
    try:
        return canonical_form(text)
    except NoSchema as error:
        raise Refusal(422, 42201, f"Invalid schema: {error}") from error
