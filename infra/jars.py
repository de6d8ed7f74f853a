"""Kafka's jars: exact versions and checksums, fetched once per user.

`kafka-jars.lock` names every jar with its SHA-256, so a start neither resolves nor trusts
anything: what is in the cache and checks out is used, what is missing is fetched by jgo's
pure-Python downloader, which needs no Maven and no Java.

`python -m infra.jars` resolves `ROOTS` anew and writes the lock; only who changes a version runs it.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from infra.processes import ServerDidNotStart

# jgo takes a quarter of a second to import, and is needed only by who fetches jars.
if TYPE_CHECKING:
    from jgo.maven import Artifact, MavenContext

KAFKA_VERSION = "4.1.1"
# All three are named: without the log binding the broker logs nothing, and without
# kafka-clients the log binding's own dependency management picks an older, broken one.
ROOTS = (
    f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}",
    f"org.apache.kafka:kafka-clients:{KAFKA_VERSION}",
    "org.apache.logging.log4j:log4j-slf4j-impl:2.25.2",
)
LOCK = Path(__file__).with_name("kafka-jars.lock")
DOWNLOADS_AT_ONCE = 8
TIMEOUT_SECONDS = 60

Advance = Callable[[int], None]


class JarsUnavailable(ServerDidNotStart):
    """Kafka's jars could not be fetched, or are not the ones we pinned."""


@dataclass(frozen=True)
class Jar:
    """One line of the lock: a Maven coordinate, what its file must hash to, and how big it is."""

    coordinate: str
    sha256: str
    size_bytes: int

    @property
    def file_name(self) -> str:
        _, artifact, version = self.coordinate.split(":")
        return f"{artifact}-{version}.jar"


def kafka_class_path(cache: Path | None = None, lock: Path = LOCK) -> list[Path]:
    """Every jar of the broker, checked; fetches what the cache does not hold."""
    folder = cache or platformdirs.user_cache_path("kartoteka") / f"kafka-{KAFKA_VERSION}"
    jars = read_lock(lock)
    missing = [jar for jar in jars if not (folder / jar.file_name).exists()]
    if missing:
        _fetch(missing, folder)
    for jar in jars:
        _check(jar, folder / jar.file_name)
    return [folder / jar.file_name for jar in jars]


def read_lock(lock: Path = LOCK) -> list[Jar]:
    """The pinned jars in class path order."""
    lines = (line.split() for line in lock.read_text().splitlines())
    return [Jar(line[0], line[1], int(line[2])) for line in lines if line and line[0] != "#"]


def _check(jar: Jar, path: Path) -> None:
    found = sha256_of(path)
    if found != jar.sha256:
        raise JarsUnavailable(
            f"Apache Kafka did not start: {path} is not the pinned {jar.coordinate}. "
            f"Its SHA-256 is {found}, {LOCK.name} says {jar.sha256}. Delete it to have it fetched again."
        )


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetch(jars: list[Jar], folder: Path) -> None:
    """Downloads beside the cache, checks, then moves in, so that a broken download is never cached."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch, _shown(jars) as advance:
            maven = _maven(Path(scratch), advance)

            def fetch_one(jar: Jar) -> None:
                path = _artifact(maven, jar.coordinate).resolve()
                _check(jar, path)
                path.replace(folder / jar.file_name)

            with ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as pool:
                list(pool.map(fetch_one, jars))
    except (RuntimeError, OSError) as error:  # jgo raises these two, requests' errors are OSErrors
        raise JarsUnavailable(
            f"Apache Kafka did not start: its jars could not be fetched into {folder} "
            f"(needed once, then kept there): {error}"
        ) from error


@contextmanager
def _shown(jars: list[Jar]) -> Iterator[Advance]:
    """One progress bar on standard error; standard output belongs to the command's answer."""
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn()
    with Progress(*columns, console=Console(stderr=True)) as progress:
        total = sum(jar.size_bytes for jar in jars)
        task = progress.add_task(f"Fetching Apache Kafka {KAFKA_VERSION}", total=total)
        yield lambda size: progress.advance(task, size)


def _maven(folder: Path, advance: Advance | None = None) -> MavenContext:
    """A Maven repository reader that keeps its files in `folder`; mirrors come from jgo's own settings."""
    from jgo.config import GlobalSettings
    from jgo.constants import MAVEN_CENTRAL_URL
    from jgo.maven import MavenContext, PythonResolver

    @contextmanager
    def on_download(_file: str, _size: int) -> Iterator[Advance]:
        yield advance or (lambda _: None)

    mirrors = GlobalSettings.load().repositories
    return MavenContext(
        resolver=PythonResolver(progress_callback=on_download),
        repo_cache=folder,
        remote_repos=mirrors or {"central": MAVEN_CENTRAL_URL},
        timeout=TIMEOUT_SECONDS,
    )


def _artifact(maven: MavenContext, coordinate: str) -> Artifact:
    group, name, version = coordinate.split(":")
    return maven.project(group, name).at_version(version).artifact()


def write_lock(lock: Path = LOCK) -> None:
    """Resolves `ROOTS` with all they need and writes coordinates and checksums."""
    from jgo.maven import Dependency

    with tempfile.TemporaryDirectory() as scratch:
        maven = _maven(Path(scratch))
        roots = [Dependency(_artifact(maven, root), scope="compile") for root in ROOTS]
        named, needed = maven.resolver.resolve(roots)
        artifacts = [dependency.artifact for dependency in [*named, *needed]]
        with ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as pool:
            paths = list(pool.map(lambda artifact: artifact.resolve(), artifacts))
        lines = [
            f"{a.groupId}:{a.artifactId}:{a.version} {sha256_of(path)} {path.stat().st_size}\n"
            for a, path in zip(artifacts, paths, strict=True)
        ]
    heading = "# Written by `python -m infra.jars`: the broker's class path, SHA-256 and size in bytes.\n"
    lock.write_text(heading + "".join(lines))


if __name__ == "__main__":
    write_lock()
