"""What families live through, told day by day: the complete explanation that each one reads, in three languages.

The expected pages stand in ``golden``. After a change of words: ``PYTHONPATH=. python <this file>`` writes them anew;
then they are to be read, not only compared.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from services.permissions.why.explanation import Depth
from services.permissions.why.reasons import ReasonCode
from services.permissions.why.texts import render
from services.permissions.why.tongues import LOCALES
from tests.families import Family

GOLDEN: Final = Path(__file__).parent / "golden"


class Asked(NamedTuple):
    """Somebody asks about somebody at a moment, with what was known then."""

    viewer: str
    subject: str | None
    at: str
    depth: Depth = Depth.CITIZEN


Story = Callable[[Family], list[Asked]]


def job_change_with_a_gap(family: Family) -> list[Asked]:
    """Anna leaves the bakery; ten days later the school employs her, and registers Zosia again after nine more."""
    family.born("zosia", "2018-05-04", "anna", "piotr")
    family.title("anna", "2019-09-01", payer="bakery")
    family.insures("anna", "zosia", "2020-01-01", payer="bakery")
    family.title_ends("anna", "2019-09-01", "2026-03-01", payer="bakery", said="2026-02-15")
    family.title("anna", "2026-03-11", payer="school")
    family.insures("anna", "zosia", "2026-03-20", payer="school")
    days = ("2026-02-14", "2026-02-20", "2026-03-01", "2026-03-15", "2026-03-20")
    return [Asked("anna", "zosia", f"{day} 10:00") for day in days]


def other_parent_insures_in_between(family: Family) -> list[Asked]:
    """While Anna has no job Piotr registers Zosia; he adds Anna, and at her next job both of them insure her."""
    family.born("zosia", "2018-05-04", "anna", "piotr")
    family.insures("anna", "zosia", "2020-01-01", payer="bakery")
    family.insures_no_more("anna", "zosia", "2026-03-01", payer="bakery")
    family.insures("piotr", "zosia", "2026-03-05", payer="railway")
    family.designates("piotr", "anna", "zosia", "2026-03-07 18:00")
    family.insures("anna", "zosia", "2026-04-01", payer="school")
    days = ("2026-03-04", "2026-03-05", "2026-03-08", "2026-04-02")
    return [*(Asked("anna", "zosia", f"{day} 10:00") for day in days), Asked("piotr", "zosia", "2026-03-06 10:00")]


def own_title(family: Family) -> list[Asked]:
    """Kacper begins his vocational practice in September; an NFZ branch confirms his mother, and the practice ends."""
    family.born("kacper", "2009-11-20", "beata", "marek")
    family.insures("beata", "kacper", "2015-01-01")
    family.title("kacper", "2026-09-01", payer="workshop", said="2026-08-15")
    family.confirms("beata", "kacper", "2026-09-10 12:00")
    family.title_ends("kacper", "2026-09-01", "2027-07-01", payer="workshop")
    moments = ("2026-08-20 10:00", "2026-08-31 23:59", "2026-09-01 00:01", "2026-09-11 10:00", "2027-07-02 10:00")
    return [Asked("beata", "kacper", at) for at in moments]


def twenty_one_days(family: Family) -> list[Asked]:
    """A new job on 4 May: the registration may come till 25 May; it does not."""
    family.born("ola", "2020-02-02", "ewa")
    family.title("ewa", "2026-05-04", said="2026-05-03")
    moments = ("2026-05-03 23:59", "2026-05-04 00:01", "2026-05-20 10:00", "2026-05-25 23:59", "2026-05-26 00:01")
    return [Asked("ewa", "ola", at) for at in moments]


def designated_then_removed(family: Family) -> list[Asked]:
    """Piotr insures, adds Anna to the guardians, and takes her off again one evening."""
    family.born("zosia", "2018-05-04", "anna", "piotr")
    family.insures("piotr", "zosia", "2019-01-01")
    family.designates("piotr", "anna", "zosia", "2026-01-10 09:00")
    family.removes("piotr", "anna", "zosia", "2026-06-01 20:15")
    return [Asked("anna", "zosia", at) for at in ("2026-01-10 08:59", "2026-06-01 20:14", "2026-06-01 20:16")]


def divorce_block(family: Family) -> list[Asked]:
    """After the divorce the hotline blocks Piotr by the court's paper, and lifts the block half a year later."""
    family.born("zosia", "2018-05-04", "anna", "piotr")
    family.insures("anna", "zosia", "2019-01-01")
    family.designates("anna", "piotr", "zosia", "2024-09-01 12:00")
    family.blocks("piotr", "zosia", "2026-04-01 12:00")
    family.unblocks("piotr", "zosia", "2026-10-01 12:00")
    blocked = "2026-04-01 12:01"
    return [
        Asked("piotr", "zosia", "2026-04-01 11:59"),
        Asked("piotr", "zosia", blocked),
        Asked("piotr", "zosia", blocked, Depth.OPERATOR),
        Asked("piotr", "zosia", "2026-10-01 12:01"),
    ]


def rights_suspended_then_back(family: Family) -> list[Asked]:
    """A court suspends Tomasz's rights for half a year."""
    family.born("lena", "2015-03-03", "magda", "tomasz")
    family.insures("tomasz", "lena", "2016-01-01")
    family.rights("tomasz", "lena", "suspended", "2026-02-01")
    family.rights("tomasz", "lena", "full", "2026-08-01")
    moments = ("2026-01-31 23:59", "2026-02-01 00:01", "2026-07-31 23:59", "2026-08-01 00:01")
    return [Asked("tomasz", "lena", at) for at in moments]


def eighteenth_birthday(family: Family) -> list[Asked]:
    """Julia comes of age on 15 July; the next day she lets her mother look, for some months."""
    family.born("julia", "2008-07-15", "dorota", "adam")
    family.insures("dorota", "julia", "2010-01-01")
    family.delegates("julia", "dorota", "2026-07-16 18:00", until="2027-01-01", scope="see")
    moments = ("2026-07-01 10:00", "2026-07-14 23:59", "2026-07-15 00:01", "2026-07-17 10:00", "2026-12-10 10:00")
    return [Asked("dorota", "julia", at) for at in moments]


def born_on_29_february(family: Family) -> list[Asked]:
    """2026 has no 29 February: Igor is of age when the 28th begins."""
    family.born("igor", "2008-02-29", "renata")
    family.insures("renata", "igor", "2010-01-01")
    return [Asked("renata", "igor", at) for at in ("2026-02-27 23:59", "2026-02-28 00:01")]


def ukrainian_mother(family: Family) -> list[Asked]:
    """Nobody insures Danylo; the hotline confirms Oksana for half a year, and nobody asks in time for more."""
    family.born("danylo", "2016-06-06", "oksana", said="2026-02-10")
    family.confirms("oksana", "danylo", "2026-03-02 11:00", until="2026-09-02 11:00")
    moments = ("2026-03-01 10:00", "2026-03-03 10:00", "2026-08-20 10:00", "2026-09-02 10:59", "2026-09-02 11:01")
    return [Asked("oksana", "danylo", at) for at in moments]


def half_orphan(family: Family) -> list[Asked]:
    """Jan's father dies and ZUS still names him; then comes the pension, Jan's own title, and the hotline helps."""
    family.born("jan", "2014-01-01", "halina", "stefan")
    family.insures("stefan", "jan", "2015-01-01")
    family.died("stefan", "2026-01-15", said="2026-01-18")
    family.title("jan", "2026-01-15", payer="pension office", said="2026-02-20")
    family.confirms("halina", "jan", "2026-02-25 09:30")
    days = ("2026-01-17", "2026-01-19", "2026-02-21", "2026-02-26")
    return [Asked("halina", "jan", f"{day} 10:00") for day in days]


def court_guardian_of_an_adult(family: Family) -> list[Asked]:
    """A court puts an incapacitated adult in Helena's care, and ends it at the turn of the year."""
    family.born("marek", "1990-04-04")
    family.guardian("helena", "marek", "2026-03-02", said="2026-02-20")
    family.guardian_ends("helena", "marek", "2027-01-01")
    moments = ("2026-02-19 10:00", "2026-03-01 23:59", "2026-03-02 00:01", "2027-01-01 00:01")
    return [Asked("helena", "marek", at) for at in moments]


def delegated_grandmother(family: Family) -> list[Asked]:
    """Pawel lets his grandmother manage his account, and ends it a week before the time."""
    family.born("pawel", "1995-10-10")
    family.delegates("pawel", "zofia", "2026-05-01 10:00", until="2026-11-01")
    family.delegates_no_more("pawel", "zofia", "2026-10-25 09:00")
    moments = ("2026-05-02 10:00", "2026-10-20 10:00", "2026-10-25 09:01")
    return [Asked("zofia", "pawel", at) for at in moments]


def nobody_can_tell_them_apart(family: Family) -> list[Asked]:
    """A stranger, a number that nobody has, and a blocked father read the same page."""
    family.born("zosia", "2018-05-04", "anna", "piotr")
    family.insures("piotr", "zosia", "2019-01-01")
    family.blocks("piotr", "zosia", "2026-04-01 12:00")
    at = "2026-04-02 10:00"
    return [Asked("stranger", "zosia", at), Asked("anna", None, at), Asked("piotr", "zosia", at)]


def newborn(family: Family) -> list[Asked]:
    """ZUS is faster than the register: until the birth date is known nobody sees the account."""
    family.insures("anna", "antek", "2026-06-01")
    family.born("antek", "2026-05-20", "anna", "piotr", said="2026-06-04")
    return [Asked("anna", "antek", f"{day} 10:00") for day in ("2026-06-02", "2026-06-04")]


def death_of_a_child(family: Family) -> list[Asked]:
    """The register announces a death: the account closes, and the page says where to turn."""
    family.born("hania", "2019-09-09", "anna", "piotr")
    family.insures("anna", "hania", "2020-01-01")
    family.died("hania", "2026-05-05")
    return [Asked("anna", "hania", f"{day} 10:00") for day in ("2026-05-04", "2026-05-05")]


def ones_own_account(family: Family) -> list[Asked]:
    """Nobody needs a ground for their own account."""
    family.born("anna", "1990-01-01")
    return [Asked("anna", "anna", "2026-05-04 10:00")]


STORIES: Final[tuple[Story, ...]] = (
    job_change_with_a_gap,
    other_parent_insures_in_between,
    own_title,
    twenty_one_days,
    designated_then_removed,
    divorce_block,
    rights_suspended_then_back,
    eighteenth_birthday,
    born_on_29_february,
    ukrainian_mother,
    half_orphan,
    court_guardian_of_an_adult,
    delegated_grandmother,
    nobody_can_tell_them_apart,
    newborn,
    death_of_a_child,
    ones_own_account,
)


def pages(story: Story, language: str) -> list[str]:
    """What is read at each moment of a story."""
    family = Family()
    return [
        render(family.asks(asked.viewer, asked.subject, asked.at, asked.depth, known=asked.at), language)
        for asked in story(family)
    ]


def told(story: Story, language: str) -> str:
    """A story as its file has it: who asks and when, then the page."""
    asked = story(Family())
    heads = [f"=== {one.viewer}, {one.at}{' (operator)' * (one.depth is Depth.OPERATOR)}" for one in asked]
    return "\n".join(f"{head}\n\n{page}" for head, page in zip(heads, pages(story, language), strict=True))


def golden(story: Story, language: str) -> Path:
    return GOLDEN / f"{story.__name__}.{language}.txt"


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_a_family_reads_what_was_written_down_for_it(story: Story, language: str) -> None:
    assert told(story, language) == golden(story, language).read_text(encoding="utf-8")


def test_every_golden_page_belongs_to_a_story() -> None:
    expected = {golden(story, language) for story in STORIES for language in LOCALES}
    assert set(GOLDEN.iterdir()) == expected


def test_the_stories_reach_every_reason() -> None:
    reached = set()
    for story in STORIES:
        family = Family()
        for asked in story(family):
            answer = family.asks(asked.viewer, asked.subject, asked.at, asked.depth, known=asked.at)
            reached |= {reason.code for reason in answer.reasons}
    assert reached == set(ReasonCode)


@pytest.mark.parametrize("language", LOCALES)
def test_stranger_unknown_number_and_blocked_father_read_equal_pages(language: str) -> None:
    assert len(set(pages(nobody_can_tell_them_apart, language))) == 1


if __name__ == "__main__":
    for each in STORIES:
        for tongue in LOCALES:
            golden(each, tongue).write_text(told(each, tongue), encoding="utf-8")
