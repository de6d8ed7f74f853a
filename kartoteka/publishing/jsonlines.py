"""JSON lines: one event a line, ``{"type": "PrescriptionIssued", …}``.

A line is parsed once by a fast parser. That parser keeps the last of two equal keys without a word,
so the quotation marks of the line are counted against those of what was understood: each key and
each text has two. Only a line that fails either is looked at again, slowly, to say what is wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, Final

import orjson

from kartoteka.publishing.malformed import malformed
from kartoteka.publishing.reading import read
from kartoteka.publishing.repeats import FirstSaid
from kartoteka.publishing.statement import Statement, publisher_problem
from kartoteka.publishing.validation import Checks, publishable, type_problem
from schemas.derive import Json
from schemas.shape import Problem

LINE_LIMIT: Final = 1024 * 1024
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_GZIP: Final = b"\x1f\x8b"
_CHUNK: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class LineProblem:
    """One thing that is wrong: the line (from 1), the field's path (empty: the whole line), and what."""

    line: int
    path: str
    says: str

    def __str__(self) -> str:
        return f"{self.line} {self.path}: {self.says}" if self.path else f"{self.line}: {self.says}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not empty, with either its statement or everything that is wrong with it."""

    number: int
    statement: Statement | None
    problems: tuple[LineProblem, ...] = ()


@dataclass(slots=True)
class Reader:
    """Reads and checks the lines of one file, each by itself and against those before it.

    ``checks`` is that of files read before, where they count too.
    """

    now: datetime
    checks: Checks | None = None
    _checks: Checks = field(init=False)
    _first_said: FirstSaid[int] = field(init=False, default_factory=FirstSaid)

    def __post_init__(self) -> None:
        self._checks = self.checks or Checks(self.now)

    def lines(self, file: BinaryIO) -> Iterator[Line]:
        """Every line of the file that is not empty, whether it is in order or not."""
        for number, text in _split(file):
            if text is None:
                yield _refused(number, [Problem("", f"is longer than {LINE_LIMIT:,} bytes: one event fits easily")])
            elif number == 1 and (says := _other_file(text)) is not None:
                yield _refused(number, [Problem("", says)])
                return
            elif text and not text.isspace():
                yield self.line(number, text)

    def line(self, number: int, text: bytes) -> Line:
        """One line, without its line end."""
        parsed, malformations = _parse(text)
        if parsed is None:
            return _refused(number, malformations)
        wrong = malformations + _envelope_problems(parsed)
        type_name = parsed.get("type")
        if not isinstance(type_name, str) or type_name not in publishable():
            return _refused(number, wrong)
        found = read(type_name, parsed)
        told = {problem.path for problem in malformations}
        wrong += [problem for problem in self._checks.problems(type_name, found) if problem.path not in told]
        statement = Statement(type_name, found.value, parsed.get("publisher"))
        if not wrong:
            wrong += self._said_otherwise(number, statement)
        return _refused(number, wrong) if wrong else Line(number, statement)

    def _said_otherwise(self, number: int, statement: Statement) -> list[Problem]:
        line = self._first_said.otherwise(number, statement)
        if line is None:
            return []
        return [Problem("event_id", f"stands in line {line} too, with other content: a new statement needs a new id")]


def _split(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Number and text of each line, without line end and byte order mark; None: too long to be read."""
    number = 0
    while text := file.readline(LINE_LIMIT + 3):
        number += 1
        complete = text.endswith(b"\n")
        text = text.removesuffix(b"\n").removesuffix(b"\r")
        if number == 1:
            text = text.removeprefix(_BYTE_ORDER_MARK)
        yield number, text if len(text) <= LINE_LIMIT else None
        while not complete and (rest := file.readline(_CHUNK)):
            complete = rest.endswith(b"\n")


def _other_file(start: bytes) -> str | None:
    """What a file is that cannot be JSON lines, by its first bytes; two of four are zero where UTF-16 has no mark."""
    if start.startswith(_GZIP):
        return "the file is compressed: unpack it first"
    return "the file is UTF-16: save it as UTF-8" if start.startswith(_UTF_16) or b"\x00" in start[:4] else None


def _parse(text: bytes) -> tuple[Json | None, list[Problem]]:
    """The object of a line as far as it can be understood, and what is wrong with it as JSON."""
    parsed, wrong = parsed_whole(text)
    if type(parsed) is dict:
        return parsed, wrong
    return None, wrong or [Problem("", 'must be a JSON object, {"type": …, …}, one a line')]


def parsed_whole(text: bytes) -> tuple[Any, list[Problem]]:
    """What the text says as far as it can be understood, and what is wrong with it as JSON, equal keys included."""
    try:
        parsed: Any = orjson.loads(text)
        if _quotation_marks(text) == _quotation_marks(orjson.dumps(parsed)):
            return parsed, []
        return malformed(text, None)
    except orjson.JSONDecodeError as error:
        return malformed(text, error)
    except orjson.JSONEncodeError:
        # It writes fewer levels than it reads.
        return None, [Problem("", "is nested too deeply")]


def _quotation_marks(text: bytes) -> int:
    """Quotation marks that begin or end a key or a text."""
    if b"\\" in text:
        text = text.replace(b"\\\\", b"").replace(b'\\"', b"")
    return text.count(b'"')


def _envelope_problems(parsed: Json) -> list[Problem]:
    """What is wrong with the keys beside the event's own fields."""
    wrong: list[Problem] = []
    if (says := _type_problem(parsed.get("type"))) is not None:
        wrong.append(Problem("type", says))
    if "publisher" in parsed:
        publisher = parsed["publisher"]
        says = publisher_problem(publisher) if isinstance(publisher, str) else 'must be text in quotation marks ("…")'
        if says is not None:
            wrong.append(Problem("publisher", says))
    return wrong


def _type_problem(name: Any) -> str | None:
    if name is None:
        return 'is missing: name the event, such as "type": "PrescriptionIssued"'
    if not isinstance(name, str):
        return "must be the name of an event in quotation marks"
    return type_problem(name)


def _refused(number: int, wrong: list[Problem]) -> Line:
    return Line(number, None, tuple(LineProblem(number, problem.path, problem.says) for problem in wrong))
