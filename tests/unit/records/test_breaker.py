"""When a publisher is parked and a partition stops: the pure rules, against a plain count of the last thousand."""

from collections import deque
from random import Random

import pytest

from services.records.breaker import PARTITION_LIMIT, PUBLISHER_LIMIT, WHOLE_PARTITION, WINDOW, Breaker, Window
from services.records.reasons import Reason


def counted(breaker: Breaker, publisher: str | None, *, bad: int = 0, good: int = 0) -> Breaker:
    """The breaker after so many bad and then so many good records of a publisher."""
    for _ in range(bad):
        breaker.count(publisher, bad=True)
    for _ in range(good):
        breaker.count(publisher, bad=False)
    return breaker


def test_the_limits_are_those_of_the_guarantee() -> None:
    assert (PUBLISHER_LIMIT, PARTITION_LIMIT, WINDOW) == (50, 200, 1000)


@pytest.mark.parametrize(("bad", "parked"), [(0, False), (50, False), (51, True), (200, True)])
def test_a_publisher_is_parked_with_its_51st_bad_record(bad: int, parked: bool) -> None:
    assert counted(Breaker(), "clinic", bad=bad).parks("clinic") is parked


@pytest.mark.parametrize(("bad", "stopped"), [(0, False), (51, False), (200, False), (201, True)])
def test_a_partition_stops_with_its_201st_bad_record(bad: int, stopped: bool) -> None:
    breaker = Breaker()
    for n in range(bad):
        breaker.count(f"clinic-{n % 7}", bad=True)
    assert breaker.stops() is stopped


def test_one_bad_publisher_parks_nobody_else() -> None:
    breaker = counted(Breaker(), "bad", bad=51)
    assert breaker.parks("bad")
    assert not breaker.parks("good")
    assert not breaker.stops()


def test_the_fifty_first_may_come_late_among_the_last_thousand() -> None:
    breaker = counted(Breaker(), "clinic", bad=50, good=949)
    assert not breaker.parks("clinic")
    assert counted(breaker, "clinic", bad=1).parks("clinic")


def test_what_was_bad_a_thousand_records_ago_is_forgotten() -> None:
    breaker = counted(Breaker(), "clinic", bad=50, good=950)
    assert not counted(breaker, "clinic", bad=1).parks("clinic")
    assert len(breaker.windows["clinic"].bad) == 50


def test_good_records_of_others_do_not_make_a_publishers_bad_ones_old() -> None:
    breaker = counted(Breaker(), "clinic", bad=50)
    counted(breaker, "other", good=5000)
    assert counted(breaker, "clinic", bad=1).parks("clinic")


def test_good_records_of_others_make_the_partitions_bad_ones_old() -> None:
    breaker = Breaker()
    for n in range(200):
        breaker.count(f"clinic-{n}", bad=True)
    counted(breaker, "other", good=1000)
    assert not counted(breaker, "late", bad=1).stops()


def test_without_a_publisher_a_record_counts_for_the_partition_only() -> None:
    breaker = counted(Breaker(), None, bad=200)
    assert set(breaker.windows) == {WHOLE_PARTITION}
    assert not breaker.parks(None)
    assert not breaker.parks("clinic")
    assert not breaker.stops()
    assert counted(breaker, None, bad=1).stops()


def test_fewer_than_a_thousand_seen_is_the_same_numbers() -> None:
    breaker = counted(Breaker(), "clinic", good=3)
    assert counted(breaker, "clinic", bad=51).parks("clinic")


def test_conflicts_and_parked_records_do_not_count_and_all_others_do() -> None:
    assert {reason for reason in Reason if not reason.counts_as_bad} == {Reason.CONFLICT, Reason.PARKED}


def test_only_what_changed_needs_saving() -> None:
    breaker = Breaker({"other": Window(3, [3])})
    assert counted(breaker, "clinic", good=5).changed == set()
    assert counted(breaker, "clinic", bad=1).changed == {"clinic", WHOLE_PARTITION}


def test_a_window_remembers_no_more_than_it_needs() -> None:
    window = Window()
    for _ in range(5000):
        window.count(bad=True)
    assert len(window.bad) == WINDOW


@pytest.mark.parametrize("seed", range(8))
def test_any_traffic_is_judged_as_a_plain_count_of_the_last_thousand_judges_it(seed: int) -> None:
    random = Random(seed)
    share = random.choice([0.02, 0.049, 0.052, 0.19, 0.21])
    breaker, last = Breaker(), {name: deque[bool](maxlen=WINDOW) for name in ("a", "b", WHOLE_PARTITION)}
    for _ in range(4000):
        publisher, bad = random.choice(["a", "b", None]), random.random() < share
        breaker.count(publisher, bad=bad)
        for name in {publisher or WHOLE_PARTITION, WHOLE_PARTITION}:
            last[name].append(bad)
        assert breaker.stops() is (sum(last[WHOLE_PARTITION]) > 200)
        assert [breaker.parks(name) for name in ("a", "b")] == [sum(last[name]) > 50 for name in ("a", "b")]
