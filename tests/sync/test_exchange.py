"""A round as such: what it sends, what it believes."""

from sync.exchange import cut_batch


def test_a_batch_is_cut_by_bytes_and_never_empty() -> None:
    assert cut_batch([b"x" * 10] * 5, 25) == [b"x" * 10] * 2
    assert cut_batch([b"x" * 100], 25) == [b"x" * 100]
    assert cut_batch([], 25) == []
