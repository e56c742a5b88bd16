"""What a verification found: one line a check, what it cannot show, and on whose word the rest stands."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class State(Enum):
    """How a check came out."""

    HOLDS = "holds"
    FAILS = "fails"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked.

    Attributes
    ----------
    name
        Short name, stable over versions: what a script looks at.
    state
        How it came out.
    sentence
        What that means here, for a reader.
    """

    name: str
    state: State
    sentence: str


@dataclass(slots=True)
class Verification:
    """The whole outcome.

    Attributes
    ----------
    file
        Name of what was checked.
    signer
        The line about who signed; first in the print.
    checks
        In the order they were made.
    cannot_show
        What this check cannot show, whatever came out.
    rests_on
        On whose word the rest stands.
    """

    file: str
    signer: str = ""
    fingerprint: str = ""
    checks: list[Check] = field(default_factory=list)
    cannot_show: list[str] = field(default_factory=list)
    rests_on: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """True when something was checked and nothing failed."""
        return any(check.state is State.HOLDS for check in self.checks) and not self.failures

    @property
    def failures(self) -> list[Check]:
        """The checks that failed."""
        return [check for check in self.checks if check.state is State.FAILS]

    def holds(self, name: str, sentence: str) -> None:
        """Record a check that holds.

        Parameters
        ----------
        name, sentence
            See `Check`.
        """
        self.checks.append(Check(name, State.HOLDS, sentence))

    def fails(self, name: str, sentence: str) -> None:
        """Record a check that fails.

        Parameters
        ----------
        name, sentence
            See `Check`.
        """
        self.checks.append(Check(name, State.FAILS, sentence))

    def skips(self, name: str, sentence: str) -> None:
        """Record something that could not be checked and does not count as a failure.

        Parameters
        ----------
        name, sentence
            See `Check`.
        """
        self.checks.append(Check(name, State.NOT_CHECKED, sentence))

    def lines(self) -> list[str]:
        """Return the outcome as lines to print.

        Returns
        -------
        list[str]
            Signer, one line a check, then what stays open, then the verdict.
        """
        width = max(len(state.value) for state in State) + 2
        told = [self.signer] if self.signer else []
        told += [f"{check.state.value:<{width}}{check.sentence}" for check in self.checks]
        told += [f"{'not shown':<{width}}{sentence}" for sentence in self.cannot_show]
        told += [f"{'rests on':<{width}}{sentence}" for sentence in self.rests_on]
        return [*told, self.verdict]

    @property
    def verdict(self) -> str:
        """The last line."""
        if self.is_good:
            return f"good: everything that was checked in {self.file} holds."
        count = len(self.failures)
        return f"NOT GOOD: {count} check{'' if count == 1 else 's'} of {self.file} failed; do not rely on it."

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as JSON values.

        Returns
        -------
        dict[str, Any]
            ``file, good, signer, fingerprint, checks, cannot_show, rests_on``.
        """
        return {
            "file": self.file,
            "good": self.is_good,
            "signer": self.signer,
            "fingerprint": self.fingerprint,
            "checks": [
                {"name": check.name, "state": check.state.value, "sentence": check.sentence} for check in self.checks
            ],
            "cannot_show": self.cannot_show,
            "rests_on": self.rests_on,
        }
