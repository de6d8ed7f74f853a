"""What is said to somebody whose request was not carried out: what is wrong, and what to do.

Codes of refusals, and of two answers that are none: nothing was decided yet, or the key was used for something else.
No sentence says more about another person than its code, and one code is said with one sentence.
"""

from typing import Final, NamedTuple

from services.permissions.asking.requests import Code

BEING_CHECKED: Final = "being_checked"
KEY_USED: Final = "key_used"
LANGUAGES: Final = ("pl", "uk", "en")


class Sentence(NamedTuple):
    """One text in three languages."""

    pl: str
    uk: str
    en: str


SENTENCES: Final[dict[str, Sentence]] = {
    Code.MAY_NOT_DESIGNATE: Sentence(
        "Opiekuna może dodać tylko osoba, która teraz zgłasza to dziecko do ubezpieczenia i ma pełną władzę "
        "rodzicielską. Sprawdź numer dziecka i zgłoszenie u swojego płatnika (pracodawcy).",
        "Додати опікуна може лише особа, яка зараз зареєструвала цю дитину у своєму страхуванні та має повні "
        "батьківські права. Перевірте номер дитини та реєстрацію у свого платника (роботодавця).",
        "Only a person who insures this child now, with full parental rights, can add a guardian. Check the child's "
        "number, and the registration with your payer (employer).",
    ),
    Code.MAY_NOT_REMOVE: Sentence(
        "Tego dostępu nie możesz cofnąć. Cofnąć go może osoba, która ubezpiecza dziecko, osoba, która go dostała, "
        "albo pełnoletni właściciel konta. W innych sprawach zadzwoń na infolinię.",
        "Ви не можете скасувати цей доступ. Це може зробити особа, яка страхує дитину, особа, що отримала доступ, "
        "або повнолітній власник облікового запису. В інших випадках зателефонуйте на гарячу лінію.",
        "You cannot take this access away. The person who insures the child can, the person who was given it, or the "
        "adult whose account it is. Otherwise call the hotline.",
    ),
    Code.NOT_DECLARED: Sentence(
        "Brakuje oświadczenia, że wskazana osoba jest opiekunem prawnym dziecka. Zaznacz je, jeśli to prawda.",
        "Бракує заяви про те, що вказана особа є законним опікуном дитини. Позначте її, якщо це правда.",
        "The declaration is missing that this person is a legal guardian of the child. Tick it if that is true.",
    ),
    Code.NO_MATCH: Sentence(
        "Nie możemy dodać osoby o tych danych. Sprawdź z nią numer PESEL i nazwisko; jeśli są poprawne, zapytaj w "
        "oddziale NFZ.",
        "Ми не можемо додати особу з такими даними. Перевірте разом із нею номер PESEL і прізвище; якщо вони "
        "правильні, зверніться до відділення NFZ.",
        "We cannot add a person with these details. Check the PESEL and the surname with them; if they are right, "
        "ask an NFZ branch.",
    ),
    Code.ONESELF: Sentence(
        "Podany numer należy do tej samej osoby. Podaj numer drugiej osoby.",
        "Указаний номер належить тій самій особі. Укажіть номер іншої особи.",
        "Both numbers belong to the same person. Give the other person's number.",
    ),
    Code.NOT_AN_ADULT: Sentence(
        "Upoważnić kogoś do swojego konta może tylko osoba pełnoletnia.",
        "Уповноважити когось до свого облікового запису може лише повнолітня особа.",
        "Only an adult can let somebody else use their account.",
    ),
    Code.END_IN_THE_PAST: Sentence(
        "Podany koniec już minął. Podaj późniejszy dzień albo zostaw to pole puste.",
        "Указаний кінець уже минув. Укажіть пізніший день або залиште поле порожнім.",
        "The end that was given has passed. Give a later day, or leave it empty.",
    ),
    Code.IMPOSSIBLE_LICENCE: Sentence(
        "Tak nie wygląda numer prawa wykonywania tego zawodu. Sprawdź numer i zawód.",
        "Номер ліцензії для цієї професії має інший вигляд. Перевірте номер і професію.",
        "A licence number of this profession does not look like that. Check the number and the profession.",
    ),
    Code.NO_DOCUMENT: Sentence(
        "Brakuje znaku dokumentu. Podaj znak pisma, które okazano, albo sygnaturę sądu.",
        "Бракує номера документа. Укажіть номер пред’явленого документа або справи суду.",
        "The document's reference is missing. Give that of the paper that was shown, or the court's.",
    ),
    Code.UNKNOWN_PERSON: Sentence(
        "Nie znamy osoby o tym numerze. Sprawdź oba numery.",
        "Ми не знаємо особи з таким номером. Перевірте обидва номери.",
        "Nobody is known under one of these numbers. Check both.",
    ),
    Code.VIEWER_NOT_AN_ADULT: Sentence(
        "Dostęp można potwierdzić tylko żyjącej osobie pełnoletniej, którą zna rejestr PESEL. Sprawdź numer.",
        "Підтвердити доступ можна лише живій повнолітній особі, яку знає реєстр PESEL. Перевірте номер.",
        "Access can be confirmed only to a living adult whom the civil register knows. Check the number.",
    ),
    Code.NOT_A_CHILD: Sentence(
        "Dostęp można potwierdzić tylko do konta żyjącego dziecka, które zna rejestr PESEL. Osoba pełnoletnia sama "
        "udziela upoważnienia.",
        "Підтвердити доступ можна лише до облікового запису живої дитини, яку знає реєстр PESEL. Повнолітня особа "
        "надає доступ сама.",
        "Access can be confirmed only to the account of a living child whom the civil register knows. An adult "
        "delegates it in person.",
    ),
    Code.BLOCKED: Sentence(
        "Tej osobie zablokowano dostęp do tego konta. Najpierw trzeba odblokować, na podstawie orzeczenia sądu.",
        "Цій особі заблоковано доступ до цього облікового запису. Спершу його треба розблокувати за рішенням суду.",
        "This person is blocked from this account. Unblock first, by a court's decision.",
    ),
    Code.RIGHTS_LOST: Sentence(
        "Sąd zawiesił tej osobie władzę rodzicielską albo jej pozbawił. Potwierdzenie jest możliwe po zmianie w "
        "rejestrze.",
        "Суд призупинив батьківські права цієї особи або позбавив її цих прав. Підтвердження можливе після зміни в "
        "реєстрі.",
        "A court has suspended or removed this person's parental rights. Confirm after the register has changed.",
    ),
    Code.NO_KEY: Sentence(
        "Zapis tego konta jest zamknięty na stałe, więc nie można do niego nic dołączyć. Zgłoś to administratorowi.",
        "Записи цього облікового запису закрито назавжди, тому до них нічого не можна додати. Повідомте "
        "адміністратора.",
        "The key of this record is gone, so no papers can be kept with it. Tell the administrator.",
    ),
    BEING_CHECKED: Sentence(
        "Sprawdzamy najnowsze dane. Spróbuj ponownie za kilka minut.",
        "Ми перевіряємо найновіші дані. Спробуйте ще раз за кілька хвилин.",
        "The newest data are being checked. Try again in a few minutes.",
    ),
    KEY_USED: Sentence(
        "Tego klucza użyto już do innego polecenia. Wyślij nowe polecenie z nowym kluczem.",
        "Цей ключ уже використано для іншої команди. Надішліть нову команду з новим ключем.",
        "This key was used for another request already. Send a new request with a new key.",
    ),
}


def says(code: str, lang: str) -> str:
    """The sentence for a code in a language; in Polish for a language that we do not speak."""
    sentence = SENTENCES[code]
    return sentence[LANGUAGES.index(lang)] if lang in LANGUAGES else sentence.pl
