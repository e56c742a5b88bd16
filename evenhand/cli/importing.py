"""``evenhand framework import``: a framework of another format, turned into ours."""

from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.output import ExitCode, note, say, write_json, write_text
from evenhand.errors import InputError
from evenhand.questionnaire.importing import Imported, Source, Wishes, import_framework
from evenhand.questionnaire.importing.points import PointsRule
from evenhand.reading import SLUG

_POINTS = "Points of a choice: a regular expression over its value, such as '-([0-9]+)$' (surveyjs)."
_SCORE = "Which score is fed by questions, panels or pages whose name ends in -SUFFIX (surveyjs); may be repeated."


def import_file(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A file of the other format, YAML or JSON.")],
    source: Annotated[Source, typer.Option("--from", help="Which format it is.")],
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="FILE.yaml", help="Where to write; - is standard output.")
    ] = "-",
    framework_id: Annotated[str | None, typer.Option("--id", help="The id of the new framework.")] = None,
    version: Annotated[str | None, typer.Option("--version", help="Its version.")] = None,
    points: Annotated[str | None, typer.Option("--points", metavar="REGEX", help=_POINTS)] = None,
    score: Annotated[list[str] | None, typer.Option("--score", metavar="SUFFIX=SCORE", help=_SCORE)] = None,
    json_file: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="Write the notes as JSON; - is standard output.")
    ] = None,
) -> ExitCode:
    """Turn a framework of another format into ours. What could not be carried over is named on standard error."""
    if framework_id is not None and not SLUG.fullmatch(framework_id):
        raise InputError(f"The id {framework_id!r} is not allowed; use small letters, digits and hyphens.")
    if (points or score) and source is not Source.SURVEYJS:
        raise InputError("--points and --score are for surveyjs; the other formats have points of their own.")
    if output == "-" and json_file == "-":
        raise InputError("Standard output can take the framework or the notes, not both; name a file with -o.")
    rule = PointsRule.of(points, tuple(score or ()))
    found = import_framework(_content(file), source, name=file, wishes=Wishes(framework_id, version, rule))
    write_text(found.to_yaml(), output)
    _tell(found, output, json_file)
    return ExitCode.GOOD


def _content(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.")


def _tell(found: Imported, output: str, json_file: str | None) -> None:
    for remark in found.notes:
        note(f"note: {remark}")
    if json_file is not None:
        write_json({"framework": found.framework.id, "notes": [remark.to_json() for remark in found.notes]}, json_file)
    if output != "-" and json_file != "-":
        framework = found.framework
        say(
            f"{output}: {framework.id} {framework.version}, {len(framework.questions)} questions"
            f" in {len(framework.sections)} sections; {len(found.notes)} notes"
        )
