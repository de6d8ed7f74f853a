"""Every message in three languages: there, alike in its places for values, and in the right letters."""

import re
import string
from datetime import UTC, date, datetime
from itertools import chain

import pytest
from babel.messages.catalog import Message

from services.permissions.rules.standing import GroundCode
from services.permissions.why.answer import NoteCode
from services.permissions.why.endings import Cause
from services.permissions.why.evidence import Institution, LineCode
from services.permissions.why.explanation import ADVISED, OWN
from services.permissions.why.reasons import ReasonCode
from services.permissions.why.texts import being_checked, render, speak
from services.permissions.why.tongues import LOCALES, catalog, tongue
from tests.families import Family

SENTENCES = {
    *(f"ground.{code}" for code in (OWN, *GroundCode)),
    *(f"note.{code}" for code in NoteCode),
    *(f"reason.{code}" for code in ReasonCode),
    *(f"step.{code}" for code in ReasonCode),
    *(f"step.before_{cause}" for cause in ADVISED),
    f"step.{ReasonCode.REGISTRATION_ON_ITS_WAY}.last_day",
    *(f"cause.{cause}" for cause in Cause),
    *("answer.own", "answer.allowed", "answer.refused", "being_checked"),
    *("until.known", "until.unknown", "as_of", "as_of.now"),
}
PHRASES = {
    *(f"institution.{code}" for code in Institution),
    *(f"fact.{code}" for code in LineCode),
    *(f"heading.{part}" for part in ("why", "until", "steps", "facts", "inside")),
    *("fact.ends", "days.left"),
}
# What every language writes as it is.
NAMES = re.compile(r"ZUS|NFZ|PESEL|ikp-pomoc@cez\.gov\.pl|\{\w+\}")


def messages(language: str) -> dict[str, list[str]]:
    """Every message of a language by its key, each plural form of it."""
    return {_key(message): _forms(message) for message in catalog(language) if message.id}


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LOCALES)
def test_every_message_that_is_said_is_there_and_no_other(language: str) -> None:
    assert messages(language).keys() == SENTENCES | PHRASES


@pytest.mark.parametrize("language", LOCALES)
def test_no_message_is_empty_or_marked_as_unsure(language: str) -> None:
    assert all(chain.from_iterable(messages(language).values()))
    assert not any(message.fuzzy for message in catalog(language) if message.id)


def test_places_for_values_agree_in_all_languages() -> None:
    every = {language: messages(language) for language in LOCALES}
    for key in SENTENCES | PHRASES:
        found = {frozenset(places(form)) for language in LOCALES for form in every[language][key]}
        assert len(found) == 1, key


def test_no_two_languages_say_a_sentence_alike() -> None:
    every = {language: messages(language) for language in LOCALES}
    for key in SENTENCES:
        assert len({every[language][key][0] for language in LOCALES}) == 3, key


def test_ukrainian_is_written_in_cyrillic_and_the_others_are_not() -> None:
    for language in LOCALES:
        said = chain.from_iterable(messages(language).values())
        letters = {letter for form in said for letter in NAMES.sub("", form) if letter.isalpha()}
        cyrillic = {letter for letter in letters if "Ѐ" <= letter <= "ӿ"}
        assert cyrillic == (letters if language == "uk" else set()), language


@pytest.mark.parametrize("language", LOCALES)
def test_sentences_end_and_phrases_do_not(language: str) -> None:
    every = messages(language)
    assert [key for key in SENTENCES - {"until.known"} if not every[key][0].endswith(".")] == []
    assert [key for key in PHRASES for form in every[key] if form.endswith(".")] == []


@pytest.mark.parametrize("language", LOCALES)
def test_whoever_is_sent_to_the_hotline_reads_its_number(language: str) -> None:
    every = messages(language)
    for key in ("not_registered", "no_tie", "rights_lost", "removed", "came_of_age", "birth_unknown", "died"):
        assert "19 239" in every[f"step.{key}"][0]
    assert "ikp-pomoc@cez.gov.pl" in every["step.own_title"][0]


@pytest.mark.parametrize(
    ("language", "day_before", "last_day"),
    [
        ("pl", "Poczekaj do 23 marca 2026 (jeszcze 1 dzień).", "Poczekaj jeszcze tylko dziś, 23 marca 2026."),
        ("uk", "Зачекайте до 23 березня 2026 року (ще 1 день).", "Зачекайте ще сьогодні, 23 березня 2026 року."),
        ("en", "Wait until 23 March 2026 (1 day left).", "Wait for the rest of today, 23 March 2026."),
    ],
)
def test_the_last_day_of_waiting_has_a_sentence_of_its_own(language: str, day_before: str, last_day: str) -> None:
    family = Family()
    family.born("zosia", "2018-05-04", "anna")
    family.title("anna", "2026-03-02")
    for at, said in (("2026-03-22 23:59", day_before), ("2026-03-23 00:00", last_day), ("2026-03-23 23:59", last_day)):
        (step,) = speak(family.asks("anna", "zosia", at), language).next_steps
        assert step.text.startswith(said)


@pytest.mark.parametrize(
    ("language", "closing"),
    [
        ("pl", "Stan na 2 marca 2026, 12:00; uwzględniono to, co zapisano do 3 marca 2026, 14:30."),
        ("uk", "Станом на 2 березня 2026 року, 12:00; враховано те, що було записано до 3 березня 2026 року, 14:30."),
        ("en", "As of 2 March 2026, 12:00, from what was recorded by 3 March 2026, 14:30."),
    ],
)
def test_the_page_closes_with_both_moments(language: str, closing: str) -> None:
    told = Family().asks("anna", "anna", "2026-03-02 12:00", known="2026-03-03 14:30")
    assert render(told, language).splitlines()[-1] == closing


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("pl", ["jeszcze 1 dzień", "jeszcze 2 dni", "jeszcze 5 dni", "jeszcze 21 dni"]),
        ("uk", ["ще 1 день", "ще 2 дні", "ще 5 днів", "ще 21 день"]),
        ("en", ["1 day left", "2 days left", "5 days left", "21 days left"]),
    ],
)
def test_days_are_counted_as_the_language_does(language: str, said: list[str]) -> None:
    assert [tongue(language).days_left(days) for days in (1, 2, 5, 21)] == said


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("pl", "3 maja 2026", "3 maja 2026, 14:30"),
        ("uk", "3 травня 2026 року", "3 травня 2026 року, 14:30"),
        ("en", "3 May 2026", "3 May 2026, 14:30"),
    ],
)
def test_dates_are_written_as_the_language_does_and_times_are_those_of_warsaw(
    language: str, day: str, moment: str
) -> None:
    assert tongue(language).day(date(2026, 5, 3)) == day
    assert tongue(language).moment(datetime(2026, 5, 2, 22, 0, tzinfo=UTC)) == day
    assert tongue(language).moment(datetime(2026, 5, 3, 12, 30, tzinfo=UTC)) == moment


def test_while_it_is_checked_everybody_reads_one_text() -> None:
    assert "Sprawdzamy" in being_checked("pl")
    assert "перевіряємо" in being_checked("uk")
    assert "checking" in being_checked("en")


def test_there_is_no_fourth_language() -> None:
    with pytest.raises(ValueError, match="pl, uk, en"):
        tongue("de")
