"""``evenhand register`` and ``evenhand push``: what CI says to an Evenhand server."""

from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.output import ExitCode, note, read_json, say, write_json
from evenhand.cli.registering import register_card
from evenhand.client import Client, Json, Profile
from evenhand.errors import InputError
from evenhand.modelcard import parse_file

ProfileName = Annotated[str, typer.Option("--profile", help="A profile of ~/.config/evenhand/profiles.toml.")]
JsonOut = Annotated[str, typer.Option("--json", help="Write the answer as JSON to this file; - is standard output.")]
GOOD_VERDICTS = ("met", None)


def register(app: typer.Typer) -> None:
    """Add ``register`` and ``push`` to the command line."""
    app.command("register")(register_version)
    app.command("push")(push)


def register_version(
    card: Annotated[Path, typer.Argument(help="The model card: Markdown with a YAML head, YAML or JSON.")],
    profile: ProfileName = "",
    json_out: JsonOut = "",
) -> ExitCode:
    """Register the version a card describes, with its system, model, rule, goals and plan."""
    try:
        content = card.read_bytes()
    except OSError as error:
        raise InputError(f"{card} cannot be read: {error.strerror}.")
    found = parse_file(content, name=str(card))
    if found.registration is None:
        raise InputError(f"{card} has no registration: write system, model and version into its head.")
    with Client(Profile.find(profile)) as client:
        made = register_card(client, found.registration, found.card, folder=card.parent)
        url = f"{client.profile.url}/versions/{made.version['uid']}/"
    if json_out:
        answer = {"system": made.system, "model": made.model, "version": made.version, "created": made.created}
        write_json({**answer, "uploaded": made.uploaded, "url": url}, json_out)
    if json_out != "-":
        what = ", ".join(made.created) or "nothing, all of it was there"
        say(f"{made.model['name']} {made.version['name']}: {url}")
        say(f"New on the server: {what}.")
    return ExitCode.GOOD


def push(
    data: Annotated[
        Path, typer.Argument(help="counts.json of `evenhand count`, or a CSV or Parquet file of predictions.")
    ],
    model: Annotated[str, typer.Option("--model", help="The model: its uid, or system/model.")],
    version: Annotated[str, typer.Option("--version", help="The version: its uid, or its name.")],
    group: Annotated[
        list[str] | None, typer.Option("--group", help="Group columns of a file; may be repeated.")
    ] = None,
    label: Annotated[str, typer.Option("--label", help="Column with what happened.")] = "",
    prediction: Annotated[str, typer.Option("--prediction", help="Column with the model's decision.")] = "",
    score: Annotated[str, typer.Option("--score", help="Column with the model's score.")] = "",
    threshold: Annotated[str, typer.Option("--threshold", help="Positive from this score on.")] = "",
    positive: Annotated[str, typer.Option("--positive", help="The positive value where it is not 1.")] = "",
    extracted_on: Annotated[str, typer.Option("--extracted-on", help="Day the data were drawn, as 2026-11-23.")] = "",
    control_total: Annotated[int | None, typer.Option("--control-total", help="Rows there must be.")] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for the verdict.")] = True,  # noqa: FBT002 - a switch
    profile: ProfileName = "",
    json_out: JsonOut = "",
) -> ExitCode:
    """Hand in evidence for a version: counts made at home (rows stay there), or a file that the server counts."""
    facts = {"extracted_on": extracted_on, "control_total": control_total}
    said = {name: value for name, value in facts.items() if value not in ("", None)}
    columns = {"label": label, "prediction": prediction, "score": score, "threshold": threshold, "positive": positive}
    fields = {name: value for name, value in columns.items() if value}
    if group:
        fields["group"] = ",".join(group)
    with Client(Profile.find(profile)) as client:
        uid = client.version(model, version)["uid"]
        if data.suffix == ".json":
            evaluation = client.hand_in_counts(uid, read_json(str(data)), **said)
        else:
            if not group:
                raise InputError("Name the group columns of the file with --group.")
            evaluation = client.hand_in_file(
                uid, data, {**fields, **{name: str(value) for name, value in said.items()}}
            )
        note(f"Evaluation {evaluation['uid']} is {evaluation['status']}.")
        if wait:
            evaluation = client.wait_for_evaluation(evaluation["uid"])
        url = f"{client.profile.url}/evaluations/{evaluation['uid']}/"
    if json_out:
        write_json({**evaluation, "url": url}, json_out)
    return _outcome(evaluation, url, quiet=json_out == "-")


def _outcome(evaluation: Json, url: str, *, quiet: bool) -> ExitCode:
    status, verdict = evaluation["status"], evaluation.get("verdict") or None
    if not quiet:
        say(f"{verdict or status}: {url}")
        for line in (evaluation.get("result") or {}).get("verdicts", []):
            if line["metric"] is None:
                say(line["sentence"])
    if status == "failed":
        note(f"The evaluation failed: {evaluation['error']}")
    good = status in ("completed", "waiting", "queued", "running") and verdict in GOOD_VERDICTS
    return ExitCode.GOOD if good else ExitCode.NOT_GOOD
