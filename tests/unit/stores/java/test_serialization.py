"""The skipper of serialized Java objects: exact ends, and bounds on hostile input."""

import pytest
from tests.unit.stores import jks_writer as w

from unpin.stores.java import serialization as javaser
from unpin.stores.java.serialization import SerializationError, Skipper, StepLimitError

HEADER = b"\xac\xed\x00\x05"
EXACT = {
    "null": b"\x70",
    "string": b"\x74" + w.utf("text"),
    "long string": b"\x7c" + (3).to_bytes(8, "big") + b"abc",
    "sealed object": w.sealed_object()[4:],
    "class": b"\x76" + w.class_description("A"),
    "enum": b"\x7e" + w.class_description("E") + b"\x74" + w.utf("ONE"),
    "array of longs": b"\x75" + w.class_description("[J") + b"\0\0\0\2" + bytes(16),
    "array of objects": b"\x75" + w.class_description("[LA;") + b"\0\0\0\2\x70\x70",
    "primitive fields": b"\x73"
    + w.class_description("A", b"I" + w.utf("i") + b"D" + w.utf("d"), count=2)
    + bytes(12),
    "write method": b"\x73" + w.class_description("A", flags=3) + b"\x77\x02ab\x78",
    "long block": b"\x73" + w.class_description("A", flags=3) + b"\x7a\0\0\0\1a\x70\x78",
    "externalizable": b"\x73" + w.class_description("A", flags=12) + b"\x77\x01a\x78",
}


@pytest.mark.parametrize("body", EXACT.values(), ids=EXACT)
def test_ends_at_the_last_byte_of_the_object(body):
    data = b"before" + HEADER + body
    assert Skipper(data + b"\x70after", len(data) + 6).skip(6) == len(data)


@pytest.mark.parametrize("body", EXACT.values(), ids=EXACT)
def test_every_truncation_is_refused(body):
    data = HEADER + body
    for end in range(len(data)):
        with pytest.raises(SerializationError):
            Skipper(data, end).skip(0)


@pytest.mark.parametrize(
    "body",
    [
        b"\x71\x00\x7e\x00\x00",
        b"\x71\x00\x00\x00\x00",
        b"\x73\x70",
        b"\x73\x74" + w.utf("no class"),
        b"\x7d\x00\x00\x00\x00",
        b"\x7b\x70",
        b"\x00",
        b"\x73" + w.class_description("A", b"V" + w.utf("v"), count=1),
        b"\x73" + w.class_description("A", flags=4) + b"\x78",
    ],
)
def test_what_no_secret_key_holds_is_refused(body):
    data = HEADER + body + bytes(64)
    with pytest.raises(SerializationError):
        Skipper(data, len(data)).skip(0)


def test_nesting_is_bounded():
    data = HEADER + (b"\x75" + w.class_description("[LA;") + b"\0\0\0\1") * 5000 + b"\x70"
    with pytest.raises(StepLimitError, match="deep"):
        Skipper(data, len(data)).skip(0)


def test_a_class_that_is_its_own_superclass():
    data = HEADER + b"\x73" + w.class_description("A", parent=w.reference(0))
    with pytest.raises(StepLimitError, match="superclasses"):
        Skipper(data, len(data)).skip(0)


def test_steps_are_bounded_over_all_objects_of_a_store(monkeypatch):
    data = w.sealed_object()
    monkeypatch.setattr(javaser, "MAX_STEPS", 100)
    skipper = Skipper(data, len(data))
    spent = 0
    while skipper._steps + spent <= 100:
        before = skipper._steps
        assert skipper.skip(0) == len(data)
        spent = skipper._steps - before
    with pytest.raises(StepLimitError, match="more than 100"):
        skipper.skip(0)


def test_a_secret_key_costs_few_steps():
    data = w.sealed_object()
    skipper = Skipper(data, len(data))
    skipper.skip(0)
    assert skipper._steps < 40
