"""By what a version of the read model is made: a digest of its tables and views, and of what loads them."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from services.records.read_model import create_version

HERE: Final = Path(__file__).parent
LOADED_BY: Final = ("columns.py", "projection.py")
DIGITS: Final = 16


@cache
def build() -> str:
    """Another table, another view, another way to load: another build."""
    digest = hashlib.sha256("\0".join(create_version("records", with_keys=True)).encode())
    for name in LOADED_BY:
        digest.update(b"\0" + (HERE / name).read_bytes())
    return digest.hexdigest()[:DIGITS]
