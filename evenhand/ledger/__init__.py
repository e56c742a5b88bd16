"""The ledger: entries, their Merkle tree, signed checkpoints, and proofs that anyone can check offline."""
