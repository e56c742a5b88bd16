"""``evenhand disclosure`` and ``evenhand publish``: how many cells are small, and the counts that anybody may see."""

import re
import secrets
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from evenhand.cli.output import ExitCode, note, read_json, say, table, write_json
from evenhand.errors import InputError
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.disclosure.document import SCHEMA
from evenhand.fairness.disclosure.edition import PublicEdition
from evenhand.fairness.disclosure.public import Shown
from evenhand.fairness.disclosure.publishing import publish
from evenhand.fairness.disclosure.report import disclosure
from evenhand.fairness.disclosure.suppression import MINIMUM

CountsFile = Annotated[str, typer.Argument(metavar="COUNTS", help="Counts made by evenhand count.")]
Minimum = Annotated[int, typer.Option("--minimum", help="Numbers of fewer people than this are small.")]
Show = Annotated[
    list[str] | None,
    typer.Option("--show", metavar="GROUP", help="Show a group however small, such as race=Asian,sex=Female."),
]
Reason = Annotated[
    list[str] | None, typer.Option("--reason", help="Why: once for all groups shown, or once for each --show.")
]


def register(app: typer.Typer) -> None:
    """Add ``disclosure`` and ``publish`` to the command line."""
    app.command("disclosure")(report_small_cells)
    app.command("publish")(publish_counts)


def report_small_cells(
    counts_file: CountsFile,
    minimum: Minimum = MINIMUM,
    json_file: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="Write the report as JSON; - is standard output.")
    ] = None,
) -> ExitCode:
    """Say how many cells of COUNTS are small. Exit code 1 where any is: then publish an edition, not the counts."""
    found = disclosure(Counts.from_json(read_json(counts_file)), minimum=minimum)
    if json_file is not None:
        write_json(found.to_json(), json_file)
    if json_file != "-":
        head = ["table", "groups", f"under {minimum}", "cells", f"under {minimum}", "of one person", "uniform groups"]
        rows = [
            [
                " x ".join(each.by) or "everyone",
                *(str(n) for n in (each.groups, each.small_groups, each.cells, each.small_cells, each.single_cells)),
                str(each.uniform_groups),
            ]
            for each in found.tables
        ]
        say(table(head, rows, numeric=frozenset(range(1, len(head)))))
        if found.score_bins:
            say(f"\n{found.small_score_bins} of {found.score_bins} score bins hold a small number of people by label.")
    return ExitCode.NOT_GOOD if found.small_cells else ExitCode.GOOD


def publish_counts(
    counts_file: CountsFile,
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="FILE", help="Where to write; - is standard output.")
    ] = "-",
    minimum: Minimum = MINIMUM,
    order: Annotated[int | None, typer.Option("--order", help="How many attributes are crossed at most.")] = None,
    show: Show = None,
    reason: Reason = None,
    preset: Annotated[
        str | None, typer.Option("--preset", help="nyc_ll144: number and rate of every group, 2 % rule for ratios.")
    ] = None,
    *,
    hide_uniform: Annotated[
        bool, typer.Option("--hide-uniform", help="Withhold also that nobody of a group has a label or prediction.")
    ] = False,
    key: Annotated[
        str | None, typer.Option("--key", metavar="HEX", help="The secret of the commitment (default: a new one).")
    ] = None,
) -> ExitCode:
    """Write the public edition of COUNTS: no small numbers, none that give them away, and still enough to recompute."""
    counts = Counts.from_json(read_json(counts_file))
    secret = secrets.token_hex(32) if key is None else key
    edition = publish(
        counts,
        minimum=minimum,
        order=order,
        show=_shown(show or (), reason or (), counts.attributes),
        preset=preset,
        hide_uniform=hide_uniform,
        key=secret,
    )
    write_json(edition.to_json(), output)
    _explain(edition)
    if key is None:
        note(f"Keep this key secret; with it and the counts you can prove what the edition was made from: {secret}")
    return ExitCode.GOOD


def is_public(value: Any) -> bool:
    """Whether a JSON value says that it is a public edition."""
    return isinstance(value, dict) and value.get("schema") == SCHEMA


def public_edition(value: Any, *, judged: bool) -> PublicEdition:
    """The public edition of a JSON value; goals and strata need the full counts and are refused."""
    if judged:
        raise InputError("A public edition is not judged and has no strata: goals and --within need the full counts.")
    return PublicEdition.from_json(value)


def _explain(edition: PublicEdition) -> None:
    for each in edition.left_out:
        note(f"Left out: {each.what}. {each.why}")
    if edition.shown:
        note(f"Shown for a stated reason, with small numbers: {len(edition.shown)} groups.")


def _shown(texts: Sequence[str], reasons: Sequence[str], attributes: Sequence[str]) -> list[Shown]:
    if reasons and len(reasons) not in (1, len(texts)):
        raise InputError("Give one --reason for all groups shown, or one for each --show.")
    if texts and not reasons:
        raise InputError("Say why the groups are shown however small they are (--reason).")
    several = list(reasons) * (len(texts) if len(reasons) == 1 else 1)
    return [Shown(_levels(text, attributes), reason) for text, reason in zip(texts, several, strict=bool(texts))]


def _levels(text: str, attributes: Sequence[str]) -> dict[str, str]:
    """``race=Asian,sex=Female`` as levels; a comma inside a level is no separator."""
    starts = "|".join(re.escape(name) for name in attributes)
    found: dict[str, str] = {}
    for part in re.split(rf",\s*(?=(?:{starts})\s*=)", text):
        name, equals, level = part.partition("=")
        if not equals:
            raise InputError(f"Group {text!r} is not understood; write column=value, with commas between columns.")
        found[name.strip()] = level.strip()
    return found
