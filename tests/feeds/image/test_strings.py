"""Packed texts: what goes in comes out, and is found again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.image.strings import Strings, find, sorted_order

TEXTS = st.lists(st.text(max_size=5), max_size=8)


@given(TEXTS)
def test_texts_come_back(texts: list[str]) -> None:
    packed = Strings.pack(texts)
    assert list(packed) == texts
    assert len(packed) == len(texts)
    assert packed.is_consistent()


@given(TEXTS, st.text(max_size=5))
def test_every_text_is_found_and_no_other(texts: list[str], other: str) -> None:
    packed = Strings.pack(texts)
    order = sorted_order(packed)
    for text in texts:
        index = find(packed, order, text)
        assert index is not None
        assert texts[index] == text
    assert (find(packed, order, other) is None) == (other not in texts)


def test_indices_beyond_the_end_are_errors_and_negative_ones_count_back() -> None:
    packed = Strings.pack(["a", "ü", ""])
    assert packed[-2] == "ü"
    with pytest.raises(IndexError, match="text 3 of 3"):
        packed[3]


def test_what_no_text_may_hold_is_replaced() -> None:
    assert list(Strings.pack(["a\ud800b"])) == ["a?b"]
