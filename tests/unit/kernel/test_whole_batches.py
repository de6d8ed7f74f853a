"""A broker's answer as whole batches: all of it, from where it was wanted, and nothing that was not written so."""

import gzip
import struct
from collections.abc import Callable

import pytest
from aiokafka import TopicPartition

from services.kernel.damage import Damage
from services.kernel.whole_batches import HEAD, WholeBatch, records_of, whole_batches
from tests.ledger_batches import Sent, built, with_attributes

PLACE = TopicPartition("ledger", 3)
CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}
CONTROL, TRANSACTIONAL = 0x20, 0x10
MAGIC_AT, CHECKSUM_AT = 16, 17


def batch(first: int, last: int, codec: int = 0) -> bytes:
    records = [Sent(offset, b"key", b"value" * 20, []) for offset in range(first, last + 1)]
    return built(records, codec).content


def read(answer: bytes, wanted_from: int = 0) -> list[WholeBatch]:
    return list(whole_batches(PLACE, answer, wanted_from))


PLAIN = batch(0, 9)[HEAD.size :]


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)
def test_records_are_there_unread_however_they_were_compressed(codec: int) -> None:
    content = batch(0, 9, codec)
    assert (len(content) < len(batch(0, 9))) is (codec != 0)
    (found,) = read(content)
    assert (found.base_offset, found.offset, found.count, found.timestamp) == (0, 9, 10, 1_009)
    assert bytes(found.records) == PLAIN


def test_batches_follow_each_other_and_each_goes_on_where_the_one_before_ended() -> None:
    found = read(batch(5, 6) + batch(7, 7) + batch(20, 22), wanted_from=5)
    assert [(one.base_offset, one.offset, one.wanted_from) for one in found] == [(5, 6, 5), (7, 7, 7), (20, 22, 8)]
    assert records_of(found) == 6


@pytest.mark.parametrize("left", [0, 1, HEAD.size - 1, HEAD.size, HEAD.size + 1])
def test_what_was_cut_off_comes_with_the_next_answer(left: int) -> None:
    assert [one.offset for one in read(batch(0, 1) + batch(2, 3)[:left])] == [1]
    assert read(batch(2, 3)[:-1]) == []


def test_the_batch_that_an_offset_lies_in_is_whole_and_those_before_it_are_left_out() -> None:
    (found,) = read(batch(0, 4) + batch(5, 9), wanted_from=7)
    assert (found.base_offset, found.offset, found.wanted_from, found.count) == (5, 9, 7, 5)


def test_an_empty_answer_has_none() -> None:
    assert read(b"") == []


def flipped(content: bytes, at: int) -> bytes:
    changed = bytearray(content)
    changed[at] ^= 1
    return bytes(changed)


@pytest.mark.parametrize("at", [CHECKSUM_AT, CHECKSUM_AT + 4, HEAD.size - 1, HEAD.size, len(batch(0, 9)) - 1])
def test_a_batch_with_one_wrong_bit_is_damage_that_says_where(at: int) -> None:
    with pytest.raises(Damage, match="the batch at ledger/3/5 is not what was written: its checksum differs"):
        read(batch(0, 4) + flipped(batch(5, 14), at))


def test_before_the_damage_stands_what_was_right() -> None:
    found = whole_batches(PLACE, batch(0, 4) + flipped(batch(5, 9), HEAD.size), 0)
    assert next(found).offset == 4
    with pytest.raises(Damage):
        next(found)


def test_a_length_that_leads_nowhere_ends() -> None:
    content = bytearray(batch(0, 9))
    struct.pack_into(">i", content, 8, -12)
    with pytest.raises(Damage, match="checksum differs"):
        read(bytes(content))


def other_format(content: bytes) -> bytes:
    return content[:MAGIC_AT] + b"\1" + content[MAGIC_AT + 1 :]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (other_format, "has the unknown format 1"),
        (lambda content: with_attributes(content, CONTROL | TRANSACTIONAL), "belongs to a transaction"),
        (lambda content: with_attributes(content, TRANSACTIONAL), "belongs to a transaction"),
        (lambda content: with_attributes(content, 5), "is compressed in the unknown way 5"),
    ],
    ids=["format", "end of a transaction", "within a transaction", "codec"],
)
def test_a_batch_that_no_relay_writes_is_damage_that_says_where(change: Callable[[bytes], bytes], says: str) -> None:
    with pytest.raises(Damage, match=f"the batch at ledger/3/7 {says}"):
        read(change(batch(7, 9)))


def test_what_lies_below_the_wanted_offset_is_nobody_s_business_but_for_its_checksum() -> None:
    (found,) = read(with_attributes(batch(0, 4), CONTROL) + batch(5, 9), wanted_from=5)
    assert found.base_offset == 5


def test_gzip_is_what_everybody_calls_gzip() -> None:
    """The builder is the client library's own, like the codecs: one of them is checked with another's eyes."""
    assert gzip.decompress(batch(0, 9, 1)[HEAD.size :]) == PLAIN
