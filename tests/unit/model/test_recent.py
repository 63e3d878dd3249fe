"""What bytes were read as is kept within a bound."""

from unpin.model.recent import Recent


def test_what_was_kept_is_found_by_equal_bytes():
    recent = Recent()
    recent.keep(b"root", 1)
    assert recent.get(bytes(bytearray(b"root"))) == 1
    assert recent.get(b"other") is None


def test_no_more_is_kept_than_the_bound():
    recent = Recent()
    for number in range(recent.most * 3):
        recent.keep(number.to_bytes(4), number)
        assert len(recent) <= recent.most
    assert recent[(recent.most * 3 - 1).to_bytes(4)] == recent.most * 3 - 1


def test_long_bytes_are_not_kept():
    recent = Recent()
    recent.keep(bytes(recent.longest + 1), 1)
    assert not recent
