"""The only writer and reader of the record: append, seal, prove, read, verify."""

from audits.recorder.appending import append, erase_content
from audits.recorder.keys import ensure_keys, signer, verifier_keys
from audits.recorder.proving import prove_consistency, prove_head, prove_inclusion, sealed_checkpoint
from audits.recorder.reading import (
    PastState,
    all_as_of,
    as_of,
    checkpoint_of_size,
    earlier_sizes,
    entries,
    entry_of_event,
    history,
    latest_checkpoint,
    parts_as_of,
)
from audits.recorder.sealing import (
    age_of_oldest_unsealed,
    checkpoint,
    fits_last_checkpoint,
    queue_forgotten,
    seal,
)
from audits.recorder.store import tree_size
from audits.recorder.verification import Verification
from audits.recorder.verifying import verify

__all__ = [
    "PastState",
    "Verification",
    "age_of_oldest_unsealed",
    "all_as_of",
    "append",
    "as_of",
    "checkpoint",
    "checkpoint_of_size",
    "earlier_sizes",
    "ensure_keys",
    "entries",
    "entry_of_event",
    "erase_content",
    "fits_last_checkpoint",
    "history",
    "latest_checkpoint",
    "parts_as_of",
    "prove_consistency",
    "prove_head",
    "prove_inclusion",
    "queue_forgotten",
    "seal",
    "sealed_checkpoint",
    "signer",
    "tree_size",
    "verifier_keys",
    "verify",
]
