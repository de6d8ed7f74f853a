"""What a process says of itself: JSON lines, and under which name."""

import json
import logging
import os
import socket
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import structlog

from services.kernel.damage import Damage
from services.kernel.settings import NotConfigured


def worker_name(process: str) -> str:
    """A name for this worker that no other living one has."""
    return f"{process}@{socket.gethostname()}:{os.getpid()}"


def configure_logs(process: str, output: TextIO = sys.stdout, level: int = logging.INFO) -> None:
    """Every line of ours is one JSON object on standard output; libraries only say what is wrong."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=output),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    handler = logging.StreamHandler(output)
    handler.setFormatter(Discreet())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


class Discreet(logging.Formatter):
    """A library's log line without its message, which may quote a value; of our own errors the sentence too."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {"library": record.name, "level": record.levelname.lower()}
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            frames = traceback.extract_tb(error.__traceback__)
            said["error"] = type(error).__name__
            said["at"] = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
        if isinstance(error, Damage | NotConfigured):
            said["event"] = str(error)
        return json.dumps({**said, "timestamp": datetime.now(UTC).isoformat()})
