"""Signed notes and checkpoints, against the published example of the note format and against forgeries."""

import base64
from dataclasses import replace

import pytest

from evenhand.errors import InputError, ProofError, SignatureError
from evenhand.ledger.checkpoints import Checkpoint, read_checkpoint, verify_checkpoint
from evenhand.ledger.notes import SignerKey, VerifierKey, open_note, sign_note, split_note

# The example of Go's golang.org/x/mod/sumdb/note documentation, from which C2SP's signed note was taken.
EXAMPLE_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
EXAMPLE_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
EXAMPLE_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
EXAMPLE_SIGNATURE = (
    "\N{EM DASH} PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# The example of c2sp.org/tlog-checkpoint: the form without Evenhand's heads line.
FOREIGN = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "\N{EM DASH} example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)


@pytest.fixture(scope="module")
def signer() -> SignerKey:
    return SignerKey.generate("evenhand.example/ledger")


@pytest.fixture
def checkpoint() -> Checkpoint:
    return Checkpoint("evenhand.example/ledger", 42, b"r" * 32, 7, b"h" * 32)


def test_the_published_example_is_signed_alike() -> None:
    signer = SignerKey.parse(EXAMPLE_SECRET)
    assert str(signer.verifier) == EXAMPLE_PUBLIC
    assert signer.to_text() == EXAMPLE_SECRET
    assert sign_note(EXAMPLE_TEXT, signer) == f"{EXAMPLE_TEXT}\n{EXAMPLE_SIGNATURE}"


def test_the_published_example_is_opened() -> None:
    text, signed_by = open_note(f"{EXAMPLE_TEXT}\n{EXAMPLE_SIGNATURE}", [VerifierKey.parse(EXAMPLE_PUBLIC)])
    assert (text, [key.name for key in signed_by]) == (EXAMPLE_TEXT, ["PeterNeumann"])


def test_the_private_key_is_not_shown(signer: SignerKey) -> None:
    assert signer.seed.hex() not in repr(signer)
    assert repr(signer.seed) not in repr(signer)


def test_a_checkpoint_is_read_back(signer: SignerKey, checkpoint: Checkpoint) -> None:
    note = checkpoint.sign(signer)
    assert verify_checkpoint(note, [signer.verifier]) == checkpoint
    assert read_checkpoint(note) == checkpoint


def test_the_text_has_the_form_of_the_specification(checkpoint: Checkpoint) -> None:
    root, heads = base64.b64encode(b"r" * 32).decode(), base64.b64encode(b"h" * 32).decode()
    assert checkpoint.text() == f"evenhand.example/ledger\n42\n{root}\nheads 7 {heads}\n"


def test_every_changed_character_of_the_text_is_noticed(signer: SignerKey, checkpoint: Checkpoint) -> None:
    note = checkpoint.sign(signer)
    for place in range(len(checkpoint.text())):
        changed = note[:place] + chr(ord(note[place]) ^ 1) + note[place + 1 :]
        with pytest.raises(ProofError):
            verify_checkpoint(changed, [signer.verifier])


def test_a_checkpoint_by_another_key_of_the_same_name_is_refused(signer: SignerKey, checkpoint: Checkpoint) -> None:
    forged = checkpoint.sign(SignerKey.generate(signer.name))
    with pytest.raises(SignatureError, match="No trusted key"):
        verify_checkpoint(forged, [signer.verifier])


def test_a_retired_key_still_counts(signer: SignerKey, checkpoint: Checkpoint) -> None:
    retired = SignerKey.generate(signer.name)
    assert verify_checkpoint(checkpoint.sign(retired), [signer.verifier, retired.verifier]) == checkpoint


def test_a_witness_alone_does_not_make_a_checkpoint(signer: SignerKey, checkpoint: Checkpoint) -> None:
    witness = SignerKey.generate("witness.example/w")
    with pytest.raises(ProofError, match="not signed by the key of that ledger"):
        verify_checkpoint(sign_note(checkpoint.text(), witness), [witness.verifier])
    both = sign_note(checkpoint.text(), signer, witness)
    assert verify_checkpoint(both, [signer.verifier, witness.verifier]) == checkpoint


def test_one_bad_signature_of_a_known_key_spoils_the_note(signer: SignerKey, checkpoint: Checkpoint) -> None:
    witness = SignerKey.generate("witness.example/w")
    other = sign_note(replace(checkpoint, size=43).text(), witness).rpartition("\n\n")[2]
    with pytest.raises(SignatureError, match="does not fit"):
        verify_checkpoint(checkpoint.sign(signer) + other, [signer.verifier, witness.verifier])
    assert verify_checkpoint(checkpoint.sign(signer) + other, [signer.verifier]) == checkpoint


def test_another_ledgers_checkpoint_is_not_ours() -> None:
    assert split_note(FOREIGN)[1][0][0] == "example.com/behind-the-sofa"
    with pytest.raises(ProofError, match="not a ledger checkpoint"):
        read_checkpoint(FOREIGN)


@pytest.mark.parametrize(
    "text",
    [
        "o\n042\n{root}\nheads 7 {root}\n",
        "o\n-1\n{root}\nheads 7 {root}\n",
        "o\n42\nshort\nheads 7 {root}\n",
        "o\n42\n{root}\ntails 7 {root}\n",
        "o\n42\n{root}\nheads 7\n",
        "o\n42\n{root}\nheads x {root}\n",
    ],
)
def test_malformed_checkpoints_are_refused(signer: SignerKey, text: str) -> None:
    root = base64.b64encode(bytes(32)).decode()
    with pytest.raises(ProofError):
        read_checkpoint(sign_note(text.format(root=root), signer))


@pytest.mark.parametrize("note", ["", "text\n", "text\n\nsignature\n", "text\n\n\N{EM DASH} name !!\n", "a\tb\n\nc\n"])
def test_what_is_not_a_note_is_refused(note: str) -> None:
    with pytest.raises(SignatureError):
        split_note(note)


def test_a_flood_of_signatures_is_refused(signer: SignerKey, checkpoint: Checkpoint) -> None:
    note = checkpoint.sign(signer)
    line = note.rpartition("\n\n")[2]
    with pytest.raises(SignatureError, match="at most 100"):
        split_note(note + line * 100)


@pytest.mark.parametrize(
    "key", ["", "name", "name+00000000+!!", "name+00000000+AgAA", EXAMPLE_PUBLIC.replace("c7", "c8")]
)
def test_damaged_public_keys_are_refused(key: str) -> None:
    with pytest.raises(InputError):
        VerifierKey.parse(key)


@pytest.mark.parametrize("key", ["", EXAMPLE_PUBLIC, EXAMPLE_SECRET.replace("c74f", "c74e")])
def test_damaged_private_keys_are_refused_without_showing_them(key: str) -> None:
    with pytest.raises(InputError) as caught:
        SignerKey.parse(key)
    assert "AYEKFALV" not in str(caught.value)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "tab\t"])
def test_names_that_a_note_cannot_carry_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="cannot name"):
        SignerKey.generate(name)


def test_a_key_signs_only_its_own_ledger(signer: SignerKey, checkpoint: Checkpoint) -> None:
    with pytest.raises(ValueError, match="cannot sign a checkpoint"):
        replace(checkpoint, origin="other.example").sign(signer)


def test_a_text_with_control_characters_is_not_signed(signer: SignerKey) -> None:
    with pytest.raises(InputError, match="control characters"):
        sign_note("a\rb\n", signer)
