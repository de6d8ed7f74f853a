"""The three languages: messages from the catalogues under ``locale``; days and numbers as each language has them."""

import gettext
import io
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Final

from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from services.permissions.rules.instants import POLAND

# The language as patients choose it, the locale whose dates it has, and how it writes them.
LOCALES: Final = {"pl": "pl", "uk": "uk", "en": "en_GB"}
_DAYS: Final = {"pl": "d MMMM y", "uk": "d MMMM y 'року'", "en": "d MMMM y"}


def catalog(language: str) -> Catalog:
    """The messages of a language as translators wrote them."""
    place = files("services.permissions.why") / "locale" / language / "LC_MESSAGES" / "access.po"
    with place.open("rb") as written:
        return read_po(written, locale=language, domain="access")


@dataclass(frozen=True)
class Tongue:
    """One language."""

    language: str
    messages: gettext.GNUTranslations

    def say(self, key: str, **values: object) -> str:
        """The sentence behind a key, with its values put in."""
        return self.messages.gettext(key).format(**values)

    def day(self, day: date) -> str:
        """A day as people write it."""
        return format_date(day, _DAYS[self.language], locale=LOCALES[self.language])

    def moment(self, moment: datetime) -> str:
        """A moment in Poland; midnight is where a day begins, and needs no time."""
        local = moment.astimezone(POLAND)
        time = "" if (local.hour, local.minute) == (0, 0) else f", {local:%H:%M}"
        return self.day(local.date()) + time

    def days_left(self, days: int) -> str:
        """How many days are left, in the right plural."""
        return self.messages.ngettext("days.left", "days.left", days).format(days=days)


@cache
def tongue(language: str) -> Tongue:
    """The language of this name, its catalogue read at first use."""
    if language not in LOCALES:
        raise ValueError(f"no texts in this language; there are {', '.join(LOCALES)}")
    compiled = io.BytesIO()
    write_mo(compiled, catalog(language))
    compiled.seek(0)
    return Tongue(language, gettext.GNUTranslations(compiled))
