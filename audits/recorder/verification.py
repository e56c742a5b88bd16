"""What a verification of the ledger found."""

from __future__ import annotations

from dataclasses import dataclass, field

from evenhand.ledger.chain import Fault


@dataclass
class Verification:
    """What was looked at, and what is wrong with it."""

    n_entries: int = 0
    n_unsealed: int = 0
    n_subjects: int = 0
    n_checkpoints: int = 0
    n_erased: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.faults

    @property
    def first_fault(self) -> Fault | None:
        """The fault at the lowest place of the tree; one that names its entry before one that cannot."""
        return min(self.faults, key=lambda fault: (fault.index, fault.entry_uid is None), default=None)
