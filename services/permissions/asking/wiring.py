"""Puts the desk together from what a process may know."""

from collections.abc import Iterator
from contextlib import contextmanager

from services.kernel.database import connect
from services.kernel.index_key import IndexKey
from services.kernel.key_files import read_key_file
from services.kernel.operators import keys_url
from services.kernel.patient_keys import PatientKeys, master_keys
from services.kernel.settings import NotConfigured, Settings
from services.permissions.asking.desk import Desk, Place
from services.permissions.recorder import DecisionRecorder


def desk_of(settings: Settings) -> Desk:
    """The desk; NotConfigured for a process without keys."""
    if settings.keys_folder is None:
        raise NotConfigured("KARTOTEKA_KEYS_FOLDER is not set: nobody can be found by a number without the index key")
    index = IndexKey(read_key_file(settings.keys_folder / "index.key"))
    return Desk(DecisionRecorder(settings.database_url), index, PatientKeys(master_keys(settings.keys_folder)))


@contextmanager
def place_of(settings: Settings, process: str) -> Iterator[Place]:
    """One connection to each database, for one command."""
    with connect(settings.database_url, process) as main, connect(keys_url(settings), process) as keys:
        yield Place(main, keys)
