"""When two schemas write the same bytes: the Parsing Canonical Form of the Avro specification.

It leaves out what a code generator may drop (doc, defaults, our own attributes) and keeps what bytes depend on.
"""

import json

from fastavro.schema import to_parsing_canonical_form

from schemas.derive import Json


class NoSchema(ValueError):
    """A text that is no Avro schema."""


def canonical_form(text: str) -> str:
    """The canonical form of a schema in JSON; NoSchema when it is none."""
    try:
        return str(to_parsing_canonical_form(json.loads(text)))
    # Broken schemas surface as almost any type of exception, and all of them mean the same.
    except Exception as error:
        raise NoSchema(f"this is no Avro schema ({type(error).__name__}); send it as JSON text") from error


def schema_text(schema: Json) -> str:
    """A schema as a registry hands it out: one line of JSON."""
    return json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
