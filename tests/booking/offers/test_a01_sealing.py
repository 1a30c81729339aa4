"""A01: tokens: what was sealed comes back, and nothing else does."""

import base64
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.domain.errors import NotOnSale, OfferForged
from booking.service.sealing import MAX_PLAIN_BYTES, MAX_TOKEN_CHARS, TAG_BYTES, Seal

SECRET = bytes(range(32))
SEAL = Seal(SECRET, "offer")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

contents = st.recursive(
    st.none() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=20,
)


@given(contents)
def test_what_was_sealed_comes_back(content: Any) -> None:
    assert SEAL.open(SEAL.close(content)) == content


@pytest.mark.parametrize("content", [["X90", 1], ["X90", 12], ["X90", 123]])
def test_every_other_character_in_every_place_is_refused(content: list[Any]) -> None:
    """All of them, in the three ways in which base64 ends: 63 x the length of the token."""
    token = SEAL.close(content)
    tried = 0
    for place, right in enumerate(token):
        for wrong in ALPHABET.replace(right, ""):
            with pytest.raises(OfferForged):
                SEAL.open(token[:place] + wrong + token[place + 1 :])
            tried += 1
    assert tried == 63 * len(token)


@pytest.mark.parametrize(
    "change",
    [
        lambda _: "",
        lambda token: token[:-1],
        lambda token: token[1:],
        lambda token: token + "A",
        lambda token: token + "=",
        lambda token: token + "\n",
        lambda token: " " + token,
        lambda token: token[:9] + "!" + token[9:],
        lambda token: token[:9] + "ü" + token[10:],
        lambda token: token[:9] + "\ud800" + token[10:],
        lambda token: token.replace("-", "+").replace("_", "/") + "=",
        lambda _: "A" * (MAX_TOKEN_CHARS + 1),
    ],
)
def test_other_writings_of_a_token_are_refused(change: Any) -> None:
    with pytest.raises(OfferForged):
        SEAL.open(change(SEAL.close(["X90", 1])))


@given(st.text())
def test_any_text_is_refused_in_a_plain_way(text: str) -> None:
    with pytest.raises(OfferForged):
        SEAL.open(text)


def test_tokens_of_another_purpose_or_secret_are_refused() -> None:
    for other in (Seal(SECRET, "journey"), Seal(bytes(32), "offer")):
        with pytest.raises(OfferForged, match="not the offer token"):
            SEAL.open(other.close(["X90"]))


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        Seal(b"secret", "offer")


def test_a_bomb_is_refused_before_it_is_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zlib.compress(bytes(10_000_000), wbits=-15)
    token = base64.urlsafe_b64encode(bytes(TAG_BYTES) + bomb).rstrip(b"=").decode()
    assert len(token) <= MAX_TOKEN_CHARS
    monkeypatch.setattr("booking.service.sealing.inflate", pytest.fail)
    with pytest.raises(OfferForged):
        SEAL.open(token)


@pytest.mark.parametrize("size", [MAX_PLAIN_BYTES + 1, 10 * MAX_PLAIN_BYTES])
def test_what_could_not_be_opened_is_not_sealed(size: int) -> None:
    with pytest.raises(NotOnSale, match="too many legs"):
        SEAL.close(["x" * size])
