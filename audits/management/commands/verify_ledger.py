"""Recompute the whole ledger and name what was changed."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audits import recorder
from evenhand.errors import EvenhandError
from evenhand.ledger.checkpoints import verify_checkpoint


class Command(BaseCommand):
    help = "Recompute entries, tree, stories and checkpoints from the tables; name the first entry that was altered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--checkpoint",
            action="append",
            default=[],
            metavar="FILE",
            help="a checkpoint kept outside this house, which the ledger must continue (may be repeated)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kept = tuple(self._read(name) for name in options["checkpoint"])
        result = recorder.verify(kept_checkpoints=kept)
        self._count(result)
        first = result.first_fault
        if first is None:
            self.stdout.write(_whose_word(has_outside=bool(kept)))
            return
        for fault in result.faults:
            self.stderr.write(f"{fault.kind}: {fault.sentence}")
        raise CommandError(f"The ledger does not hold. First: {first.sentence}")

    def _read(self, name: str) -> str:
        try:
            note = Path(name).read_text()
            verify_checkpoint(note, recorder.verifier_keys())
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"The checkpoint {name} cannot be read: {error}.") from error
        except EvenhandError as error:
            raise CommandError(f"The checkpoint {name} is not one of this ledger: {error.sentence}") from error
        return note

    def _count(self, result: recorder.Verification) -> None:
        self.stdout.write(
            f"{result.n_entries} entries in the tree, {result.n_unsealed} not sealed yet, "
            f"{result.n_subjects} subjects, {result.n_checkpoints} checkpoints, {result.n_erased} contents erased."
        )


def _whose_word(*, has_outside: bool) -> str:
    if has_outside:
        return "All of it fits together and continues the checkpoints you kept."
    return (
        "All of it fits together. That nobody with the key and the database rebuilt the whole of it, only a "
        "checkpoint kept outside can show: pass one with --checkpoint FILE."
    )
