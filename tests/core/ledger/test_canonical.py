"""Canonical JSON against the published examples of RFC 8785, and the salted digests."""

import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.errors import CanonicalError
from evenhand.ledger.canonical import canonical_bytes, canonical_digest, make_salt, salted_digest

# RFC 8785, section 3.2.2 (input) and 3.2.4 (output).
RFC_INPUT = (
    r'{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],'
    r'"string": "\u20ac$\u000F\u000aA\u0027\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}'
)
RFC_OUTPUT = (
    "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a"
    "5b3333333333333333332e333333333333332c31652b33302c342e352c302e3030322c31652d32375d"
    "2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d"
)
# RFC 8785, section 3.2.3: names in the order of their UTF-16 code units.
SORTED_NAMES = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False)
)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


def test_the_example_of_the_rfc() -> None:
    assert canonical_bytes(json.loads(RFC_INPUT)).hex() == RFC_OUTPUT


def test_names_are_sorted_by_utf_16_code_units() -> None:
    written = canonical_bytes(dict.fromkeys(reversed(SORTED_NAMES), 0))
    assert list(json.loads(written)) == SORTED_NAMES


@given(JSON)
def test_reading_and_writing_again_gives_the_same_bytes(value: object) -> None:
    once = canonical_bytes(value)  # type: ignore[arg-type]  # hypothesis has no recursive types
    assert canonical_bytes(json.loads(once, parse_int=float)) == once


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, "\ud800", {1: 2}, {"a": object()}, b"bytes"])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(CanonicalError, match="no canonical JSON form"):
        canonical_bytes(value)  # type: ignore[arg-type]  # on purpose


def test_the_digest_is_sha_256_of_the_canonical_bytes() -> None:
    assert canonical_digest({"b": 1, "a": 2}) == hashlib.sha256(b'{"a":2,"b":1}').hexdigest()


def test_a_salted_digest_is_an_hmac_and_depends_on_its_salt() -> None:
    first, second = make_salt(), make_salt()
    assert salted_digest(b"approved", salt=first) == hmac.new(first, b"approved", hashlib.sha256).digest()
    assert salted_digest(b"approved", salt=first) != salted_digest(b"approved", salt=second)


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(ValueError, match="can be guessed"):
        salted_digest(b"approved", salt=b"short")
