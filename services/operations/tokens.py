"""The token by which the portal, gives commands over HTTP: made with the house, kept beside the passwords."""

import os
import secrets
from pathlib import Path
from typing import Final

TITLE: Final = "permissions.commands"
ROLE: Final = "permissions_commands"
FILE: Final = "permissions-commands.token"
VARIABLE: Final = "KARTOTEKA_COMMANDS_TOKEN"


def ensure_token(folder: Path) -> None:
    """Make the token unless it is there; readable for its owner only."""
    path = folder / FILE
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        _write(path, secrets.token_urlsafe(32))


def token(folder: Path) -> str:
    """The token: the environment's word, else the folder's; made where there is none yet."""
    if given := os.environ.get(VARIABLE):
        return given
    ensure_token(folder)
    return (folder / FILE).read_text().strip()


def hand_out_token(folder: Path, to: Path) -> None:
    """Put the token where the process that asks for it looks, if that place is there."""
    if (to / ROLE).is_dir():
        _write(to / ROLE / FILE, token(folder))


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    new.replace(path)
