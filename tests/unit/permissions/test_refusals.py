"""Every refusal has one sentence of its own in three languages, which tells nothing about anybody."""

import pytest

from services.permissions.asking.refusals import BEING_CHECKED, KEY_USED, LANGUAGES, SENTENCES, says
from services.permissions.asking.requests import Code


def test_every_code_has_a_sentence() -> None:
    assert set(SENTENCES) == {*Code, BEING_CHECKED, KEY_USED}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_two_codes_share_a_sentence_and_none_holds_a_number(lang: str) -> None:
    sentences = [says(code, lang) for code in SENTENCES]
    assert len(set(sentences)) == len(sentences)
    assert not any(letter.isdigit() for sentence in sentences for letter in sentence)


@pytest.mark.parametrize("code", SENTENCES)
def test_the_languages_differ_and_ukrainian_is_cyrillic(code: str) -> None:
    polish, ukrainian, english = SENTENCES[code]
    assert len({polish, ukrainian, english}) == 3
    assert sum("а" <= letter.lower() <= "я" or letter in "іїєґ" for letter in ukrainian) > len(ukrainian) / 2


def test_an_unknown_language_is_answered_in_polish() -> None:
    assert says(Code.ONESELF, "de") == SENTENCES[Code.ONESELF].pl
