"""The files of a run: found, and read whole within a limit, plain or gzipped."""

import gzip
import zlib
from pathlib import Path
from typing import Final

from kartoteka.publishing.fhir.refusals import Unmappable

SUFFIXES: Final = (".json", ".json.gz")
# A file is kept as it is while its resources are read one by one; the rest of 500 MB is for what is known of each.
BUNDLE_LIMIT_BYTES: Final = 96 * 1024 * 1024
_CHUNK_BYTES: Final = 1024 * 1024
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


def files(paths: list[Path]) -> list[Path]:
    """The files named, and those with bundles in the folders named, in a fixed order; Unmappable if there is none."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = [file for file in sorted(path.rglob("*")) if file.name.endswith(SUFFIXES) and file.is_file()]
            if not inside:
                raise Unmappable(f"{path} holds no file that ends with {' or '.join(SUFFIXES)}")
            found.extend(inside)
        elif path.exists():
            found.append(path)
        else:
            raise Unmappable(f"{path} does not exist")
    return list(dict.fromkeys(found))


def content_of(path: Path) -> bytearray:
    """All bytes of a file, unzipped, without byte order mark; Unmappable when they are too many or not whole."""
    content = bytearray()
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            # Piece by piece: a small gzip file may hold any amount.
            while len(content) <= BUNDLE_LIMIT_BYTES and (chunk := file.read(_CHUNK_BYTES)):
                content += chunk
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Unmappable("is no whole gzip file: it seems cut off or damaged, fetch it again") from error
    except OSError as error:
        raise Unmappable(f"cannot be read: {error.strerror or error}") from error
    if len(content) > BUNDLE_LIMIT_BYTES:
        raise Unmappable(f"is larger than {BUNDLE_LIMIT_BYTES // 1024**2} MiB: split the bundle, one patient each")
    if content.startswith(_UTF_16):
        raise Unmappable("is UTF-16: save it as UTF-8")
    if content.startswith(_BYTE_ORDER_MARK):
        del content[: len(_BYTE_ORDER_MARK)]
    return content
