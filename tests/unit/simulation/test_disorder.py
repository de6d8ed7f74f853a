"""Disorder repeats, delays and shuffles, and loses nothing."""

from collections import Counter
from datetime import date
from itertools import count

from kartoteka.simulation import Population, disorder
from kartoteka.simulation.disorder import VERY_LATE_WINDOW, WINDOW

ORDERED = range(60_000)


def first_places(disordered: list[int]) -> dict[int, int]:
    places: dict[int, int] = {}
    for place, item in enumerate(disordered):
        places.setdefault(item, place)
    return places


def test_nothing_is_lost_and_about_thirty_percent_come_twice() -> None:
    times = Counter(disorder(ORDERED, 1))
    assert set(times) == set(ORDERED)
    assert set(times.values()) == {1, 2}
    assert 0.29 < (times.total() - len(ORDERED)) / len(ORDERED) < 0.31


def test_repeats_are_the_same_bytes() -> None:
    records = list(Population(patients=150, years=1, seed=7, until=date(2025, 1, 1)).records())
    sent = Counter((r.topic, r.key, r.value, tuple(r.headers)) for r in disorder(records, 1))
    assert set(sent) == {(r.topic, r.key, r.value, tuple(r.headers)) for r in records}
    assert sent.total() > len(records) * 1.28


def test_the_same_seed_and_names_give_the_same_disorder() -> None:
    assert list(disorder(ORDERED, 1, 2)) == list(disorder(ORDERED, 1, 2))
    assert list(disorder(ORDERED, 1, 2)) != list(disorder(ORDERED, 1, 3))
    assert list(disorder(ORDERED, 2, 2)) != list(disorder(ORDERED, 1, 2))


def test_most_come_within_a_window_and_a_few_very_late() -> None:
    """Each item takes 1.3 places, so lateness is measured in items that came before it and should not have."""
    latest, late = -1, []
    for item in disorder(ORDERED, 1):
        latest = max(latest, item)
        late.append(latest - item)
    assert max(late) <= VERY_LATE_WINDOW
    assert 0.002 < sum(behind > WINDOW for behind in late) / len(late) < 0.02
    assert sum(behind > 0 for behind in late) / len(late) > 0.9


def test_a_stream_without_end_is_disordered_as_it_comes() -> None:
    taken = count()
    disordered = disorder(taken, 1)
    assert len([next(disordered) for _ in range(1000)]) == 1000
    assert next(taken) < 1000 + 2 * WINDOW
