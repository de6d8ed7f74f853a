"""The content of a document: media type, digest and place, of an attachment or of the resource itself."""

import base64
import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, Final, NamedTuple

from kartoteka.publishing.fhir.bundles import Entry
from kartoteka.publishing.fhir.elements import objects, text
from kartoteka.publishing.fhir.mapping import Context, canonical_digest
from kartoteka.publishing.fhir.refusals import Unmappable
from schemas.derive import Json

ANY_TYPE: Final = "application/octet-stream"
FHIR_TYPE: Final = "application/fhir+json"
LONGEST_PLACE: Final = 1000
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*", re.ASCII)
_SPACE: Final = re.compile(r"\s+")


class Content(NamedTuple):
    """What the index says of a document's content, under the names of the event's fields."""

    content_type: str
    digest: str
    place: str


def content_of(attachments: Iterable[Json], entry: Entry, context: Context) -> Content:
    """Of the first attachment whose bytes, or whose SHA-256, are here; else of the resource, which names the others.

    The digest of a document that is elsewhere cannot be known: FHIR states a SHA-1.
    """
    for number, attachment in enumerate(attachments):
        found = _inline(attachment, number, entry, context) or _elsewhere(attachment)
        if found is not None:
            return found
    return Content(FHIR_TYPE, canonical_digest(entry.resource), place_of(entry, context))


def text_content(words: str, entry: Entry, context: Context) -> Content:
    """Of words that stand in the resource."""
    return Content("text/plain", sha256(words.encode()).hexdigest(), place_of(entry, context))


def place_of(entry: Entry, context: Context) -> str:
    """Where the resource is: its fullUrl, else a URN made of its number."""
    return text(entry.full_url, LONGEST_PLACE + 1) or f"urn:uuid:{context.number(entry.resource)}"


def _inline(attachment: Json, number: int, entry: Entry, context: Context) -> Content | None:
    data, holder = attachment.get("data"), attachment
    if data is None and (binary := _binary(attachment, context)) is not None:
        data, holder = binary.get("data"), attachment if attachment.get("contentType") else binary
    if not isinstance(data, str):
        return None
    try:
        decoded = base64.b64decode(_SPACE.sub("", data), validate=True)
    except ValueError as error:
        raise Unmappable(f"attachment {number} has data that is no base64: encode it again") from error
    place = attachment["url"] if data is not attachment.get("data") else place_of(entry, context)
    return Content(media_type(holder.get("contentType")), sha256(decoded).hexdigest(), place)


def _binary(attachment: Json, context: Context) -> Json | None:
    """The Binary in the same bundle that an attachment's address names."""
    url = attachment.get("url")
    found = context.references.find(url) if isinstance(url, str) and len(url) <= LONGEST_PLACE else None
    return found.resource if found is not None and found.type == "Binary" else None


def _elsewhere(attachment: Json) -> Content | None:
    """A document at an address, where the hash is, against the rule, a SHA-256."""
    url = text(attachment.get("url"), LONGEST_PLACE + 1)
    try:
        digest = base64.b64decode(str(attachment.get("hash")), validate=True)
    except ValueError:
        return None
    if url is None or len(url) > LONGEST_PLACE or len(digest) != sha256().digest_size:
        return None
    return Content(media_type(attachment.get("contentType")), digest.hex(), url)


def media_type(stated: Any) -> str:
    """Without parameters, in small letters."""
    bare = stated.partition(";")[0].strip().lower() if isinstance(stated, str) else ""
    return bare if _MEDIA_TYPE.fullmatch(bare) else ANY_TYPE


def attachments_in(contents: Any) -> Iterable[Json]:
    """The attachments of a DocumentReference's contents."""
    return [attachment for content in objects(contents) for attachment in objects(content.get("attachment"))]
