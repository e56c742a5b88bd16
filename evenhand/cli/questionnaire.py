"""``evenhand score`` and ``evenhand framework``: questionnaires without a server."""

from pathlib import Path
from typing import Annotated, Any

import typer

from evenhand.cli.importing import import_file
from evenhand.cli.output import ExitCode, note, say, table, write_json
from evenhand.documents import DocumentError, read_document, read_file
from evenhand.errors import InputError
from evenhand.questionnaire.editions import digest
from evenhand.questionnaire.parsing import MAX_BYTES, load_framework, warnings_of
from evenhand.questionnaire.schema import Framework, Scope
from evenhand.questionnaire.scoring import Result, score
from evenhand.questionnaire.source_answers import read_sourced_answers

Json = Annotated[
    str | None, typer.Option("--json", metavar="FILE", help="Write the result as JSON; - is standard output.")
]
FrameworkName = Annotated[
    str, typer.Argument(metavar="FRAMEWORK", help="The id of a framework we ship, such as nist-ai-rmf, or a file.")
]


def register(app: typer.Typer) -> None:
    """Add ``score`` and ``framework`` to the command line."""
    app.command("score")(score_answers)
    group = typer.Typer(help="Questionnaire definitions: check, import.", no_args_is_help=True)
    group.command("check")(check_framework)
    group.command("import")(import_file)
    app.add_typer(group, name="framework")


def score_answers(
    framework: FrameworkName,
    answers: Annotated[str, typer.Argument(metavar="ANSWERS.json", help="Answers by id or source id of questions.")],
    scope: Annotated[Scope | None, typer.Option("--scope", help="Only what is asked of this scope.")] = None,
    profile: Annotated[str | None, typer.Option("--profile", help="Only what this profile asks.")] = None,
    json_file: Json = None,
) -> ExitCode:
    """Scores, values, outcomes and duties of a set of answers.

    Exit code 1 where something could not be computed, or a consistency rule of level error is broken.
    """
    found = load_framework(framework)
    if scope is not None:
        found = found.for_scope(scope)
    if profile is not None:
        found = _with_profile(found, profile)
    given = read_sourced_answers(found, _read_answers_file(answers))
    result = score(found, given.answers)
    if json_file is not None:
        write_json({**result.to_json(), "notes": list(given.notes)}, json_file)
    for sentence in given.notes:
        note(f"note: {sentence}")
    if json_file != "-":
        _show_result(result)
    broken = any(check.is_error for check in result.checks)
    failed = any(not failure.is_waiting for failure in result.not_computed)
    return ExitCode.NOT_GOOD if broken or failed else ExitCode.GOOD


def _read_answers_file(path: str) -> Any:
    try:
        content = read_file(Path(path), max_bytes=MAX_BYTES)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.")
    return read_document(content, name=path, max_bytes=MAX_BYTES, syntax="json").value


def _with_profile(framework: Framework, profile: str) -> Framework:
    if profile not in framework.profiles_by_id:
        there_are = ", ".join(framework.profiles_by_id) or "none"
        raise InputError(f"{framework.id} has no profile {profile!r}; there are: {there_are}.")
    return framework.for_profile(profile)


def check_framework(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A framework as YAML or JSON.")],
    json_file: Json = None,
) -> ExitCode:
    """Check a framework: ids, references, types, conditions. Every fault is shown with its line."""
    try:
        framework = load_framework(file)
    except DocumentError as error:
        if json_file is not None:
            write_json({"problems": [problem.to_json() for problem in error.problems]}, json_file)
        for problem in error.problems:
            note(str(problem))
        return ExitCode.BAD_INPUT
    if json_file is not None:
        write_json({"problems": [], "warnings": list(warnings_of(framework)), **_facts(framework)}, json_file)
    if json_file != "-":
        for warning in warnings_of(framework):
            note(f"note: {warning}")
        facts = _facts(framework)
        say(f"{framework.id} {framework.version} is good: {facts['questions']} questions, SHA-256 {facts['sha256']}")
    return ExitCode.GOOD


def _facts(framework: Framework) -> dict[str, object]:
    return {
        "framework": framework.id,
        "version": framework.version,
        "sha256": digest(framework),
        "questions": len(framework.questions),
        "sections": len(framework.sections),
    }


def _show_result(result: Result) -> None:
    framework = result.framework
    say(f"{framework.title}, version {framework.version}{' (provisional)' if result.is_provisional else ''}")
    rows = [(score_id, f"{total.value:g} of {total.maximum:g}") for score_id, total in result.scores.items()]
    rows += [(value_id, "not computed" if value is None else str(value)) for value_id, value in result.values.items()]
    rows += [(outcome_id, option or "not computed") for outcome_id, option in result.outcomes.items()]
    if rows:
        say(table(("result", "value"), rows))
    for tally in result.tallies:
        said = ", ".join(f"{count} {choice.replace('_', ' ')}" for choice, count in tally.counts if count)
        say(f"{tally.section}: {said}")
    for follow_up in result.follow_ups:
        say(f"applies too: {follow_up.title or follow_up.framework}: {follow_up.why}")
    for duty in result.duties:
        say(f"duty: {duty.title}{f' (from {duty.starts_on})' if duty.starts_on else ''}")
    for check in result.checks:
        say(f"{'error' if check.is_error else 'warning'}: {check.message}")
    for failure in result.not_computed:
        say(f"not computed: {failure.id}: {failure.reason}")
    if result.missing:
        say(f"{len(result.missing)} things are missing; the first: {result.missing[0].message}")
