"""The named outcomes of a record; the reasons of the quarantined are part of the promise to publishers."""

from enum import StrEnum

from schemas.reasons import SENTENCES, Reason

__all__ = ["SENTENCES", "Outcome", "Reason"]


class Outcome(StrEnum):
    """How the first reading of a record ended; every record ends in exactly one."""

    APPENDED = "appended"
    REPEATED = "repeated"
    QUARANTINED = "quarantined"
