"""The ledger's writer with everything that it needs; ingest and the operators' commands use the same."""

from services.kernel.bookmarks import Bookmarks
from services.kernel.index_key import IndexKey
from services.kernel.key_files import read_key_file
from services.kernel.patient_keys import PatientKeys, master_keys
from services.kernel.settings import NotConfigured, Settings
from services.records.intake import Intake
from services.records.ledger import LedgerRecorder
from services.records.people import People
from services.records.quarantine import Quarantine


def intake(settings: Settings, bookmarks: Bookmarks) -> Intake:
    """The ledger's writer, with the keys that it needs."""
    if settings.keys_folder is None:
        raise NotConfigured("KARTOTEKA_KEYS_FOLDER is not set: nothing can be sealed without keys")
    folder = settings.keys_folder
    index = IndexKey(read_key_file(folder / "index.key"))
    keys = PatientKeys(master_keys(folder))
    ledger = LedgerRecorder(settings.database_url)
    quarantine = Quarantine(read_key_file(folder / "service.key"))
    return Intake(index, People(index, keys), ledger, quarantine, bookmarks)
