"""Who is meant by what an operator gave; ``-`` asks for it, and only so may it be a PESEL. No patient key is needed."""

import getpass
import sys
from typing import Any
from uuid import UUID

from psycopg import Connection

from services.kernel.command_line import BadInput
from services.kernel.index_key import IndexKey
from services.kernel.key_files import read_key_file
from services.kernel.settings import Settings
from services.kernel.who import NoSuchPatient, resolve


def patient_meant(connection: Connection[Any], settings: Settings, text: str) -> UUID:
    """The patient; BadInput says why there is none."""
    assert settings.keys_folder is not None
    index = IndexKey(read_key_file(settings.keys_folder / "index.key"))
    secret = text == "-"
    try:
        return resolve(connection, index, _asked() if secret else text, secret=secret)
    except NoSuchPatient as unknown:
        raise BadInput(str(unknown)) from None


def _asked() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("PESEL, account identifier or patient id: ")
    return sys.stdin.readline()
