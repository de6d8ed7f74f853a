"""What was answered under which key: a command that is sent again gets the same answer, and is carried out once."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from psycopg import Connection

from kartoteka.publishing.statement import looks_personal
from services.kernel.named_sql import queries_beside

SQL: Final = queries_beside(__file__, "desk.sql")
KEY_CHARACTERS: Final = 200


class KeyUsed(Exception):
    """The key was used for another request."""


class Answer(msgspec.Struct, frozen=True):
    """How a command ended; nothing about anybody."""

    command: str
    outcome: str
    code: str | None
    decided_at: datetime | None


class Answers:
    """The answer under one key, for one request; requests with one key take turns until the transaction ends."""

    def __init__(self, connection: Connection[Any], key: str, digest: bytes) -> None:
        self.connection = connection
        self.key = key
        self.digest = digest

    def given(self) -> Answer | None:
        """What was answered before; KeyUsed when it was to another request."""
        self.connection.execute(SQL["lock_key"], (self.key,))
        row = self.connection.execute(SQL["answered"], (self.key,)).fetchone()
        if row is None:
            return None
        if row[0] != self.digest:
            raise KeyUsed
        return msgspec.convert(row[1], Answer)

    def keep(self, answer: Answer) -> None:
        self.connection.execute(SQL["keep_answer"], (self.key, self.digest, msgspec.json.encode(answer).decode()))


def key_problem(key: str) -> str | None:
    """What is wrong with a key, which is kept in the clear."""
    if not 1 <= len(key) <= KEY_CHARACTERS or not (key.isascii() and key.isprintable()):
        return f"must have 1 to {KEY_CHARACTERS} printable ASCII characters; a new UUID for each request is best"
    if looks_personal(key) and not _is_uuid(key):
        return "must not hold 11 digits in a row: that looks like a PESEL, and keys are kept"
    return None


def _is_uuid(key: str) -> bool:
    """Random digits may stand in any order; a PESEL has no place among 32 of them."""
    try:
        return len(UUID(key).hex) == len(key.replace("-", ""))
    except ValueError:
        return False
