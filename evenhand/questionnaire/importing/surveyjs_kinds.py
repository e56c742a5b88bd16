"""One function for each kind of SurveyJS element: what of it becomes the question."""

from collections.abc import Callable, Iterator
from typing import Any

from evenhand.questionnaire.expressions import Member, Name
from evenhand.questionnaire.importing.names import Names
from evenhand.questionnaire.importing.surveyjs_elements import CALCULATED, Pending, Question, Reading, plain, target_of
from evenhand.questionnaire.importing.targets import Target
from evenhand.questionnaire.importing.texts import joined


def _text(reading: Reading) -> Question:
    kind = str(reading.element.get("inputType") or "text")
    limits = _limits(reading)
    if kind in ("number", "range"):
        return {"type": "number", "min": limits.get("min"), "max": limits.get("max")}
    if kind in ("date", "url"):
        return {"type": "date" if kind == "date" else "link"}
    if kind not in ("text", "email", "tel"):
        reading.note(f"the input type {kind!r} has no counterpart; it is asked as a text.", "inputType")
    return {"type": "text", "max_length": limits.get("max_length")}


def _comment(reading: Reading) -> Question:
    return {"type": "longtext", "max_length": _limits(reading).get("max_length")}


def _limits(reading: Reading) -> dict[str, Any]:
    found: dict[str, Any] = {"min": reading.number("min"), "max": reading.number("max")}
    length = reading.number("maxLength")
    found["max_length"] = int(length) if length and length > 0 else None
    for position, check in enumerate(reading.listed("validators")):
        kind = str(check.get("type", "")).removesuffix("validator") if isinstance(check, dict) else ""
        if kind == "numeric":
            found |= {"min": check.get("minValue", found["min"]), "max": check.get("maxValue", found["max"])}
        elif kind == "text" and check.get("maxLength") and not check.get("minLength"):
            found["max_length"] = check["maxLength"]
        elif kind != "email":
            reading.note(f"the check {kind or 'without a type'!r} is not carried over.", "validators", position)
    return found


def _chosen(kind: str) -> Callable[[Reading], Question]:
    def read(reading: Reading) -> Question:
        choices = reading.elements.choices(reading, reading.element.get("choices"))
        choices += _special(reading, choices, kind)
        if not choices:
            reading.note("its choices come from elsewhere; it is asked as a text.", "choices")
            return {"type": "text"}
        return {"type": kind, "choices": choices, "score": _score(reading, choices)}

    return read


def _special(reading: Reading, choices: list[Question], kind: str) -> Iterator[Question]:
    taken = {choice["id"] for choice in choices}
    if (reading.element.get("hasOther") or reading.element.get("showOtherItem")) and "other" not in taken:
        yield {"id": "other", "label": reading.text("otherText") or "Other (describe)", "source_id": "other"}
    if (reading.element.get("hasNone") or reading.element.get("showNoneItem")) and "none" not in taken:
        none = {"id": "none", "label": reading.text("noneText") or "None", "source_id": "none"}
        yield {**none, "exclusive": True} if kind == "multi" else none


def _score(reading: Reading, choices: list[Question]) -> str | None:
    has_points = any("points" in choice for choice in choices)
    return reading.elements.points.score_for(reading.around) if has_points else None


def _ranking(reading: Reading) -> Question:
    reading.note("the order of a ranking is not kept; it is asked as a choice of several.")
    return _chosen("multi")(reading)


def _rating(reading: Reading) -> Question:
    values = reading.listed("rateValues")
    if not values:
        first, last = reading.number("rateMin") or 1, reading.number("rateMax") or reading.number("rateCount") or 5
        step = reading.number("rateStep") or 1
        count = int((last - first) // step) + 1 if step > 0 else 0
        if not 2 <= count <= 50:
            reading.note("its scale has no counterpart; it is asked as a number.")
            return {"type": "number", "min": first, "max": last}
        values = [first + position * step for position in range(count)]
    choices = reading.elements.choices(reading, values, key="rateValues")
    for choice, key in ((choices[0], "minRateDescription"), (choices[-1], "maxRateDescription")):
        said = reading.text(key)
        choice["label"] = joined(choice["label"], said, ": ") if said else choice["label"]
    return {"type": "single", "choices": choices, "score": _score(reading, choices)}


def _boolean(reading: Reading) -> Question:
    for key in ("labelTrue", "labelFalse"):
        if reading.element.get(key):
            reading.note("the answers read 'yes' and 'no' here.", key)
    return {"type": "boolean"}


def _number(reading: Reading) -> Question:
    limits = _limits(reading)
    return {"type": "number", "min": limits["min"], "max": limits["max"]}


def _matrix(reading: Reading) -> Question:
    """One choice in each row: a question in parts."""
    taken, parts = Names(), []
    required = reading.element.get("isAllRowRequired") or reading.element.get("eachRowRequired")
    for position, row in enumerate(reading.listed("rows")):
        value, text = (row.get("value"), row.get("text")) if isinstance(row, dict) else (row, None)
        element = {"type": "radiogroup", "title": text or plain(value), "choices": reading.element.get("columns")}
        element |= {"isRequired": True} if required else {}
        path = (*reading.path, "rows", position)
        parts.append(reading.elements.inner(element, path, plain(value), reading.variable, taken))
    return _in_parts(reading, parts)


def _multiple_text(reading: Reading) -> Question:
    taken, parts = Names(), []
    for position, item in enumerate(reading.listed("items")):
        path = (*reading.path, "items", position)
        element = {"type": "text", **item} if isinstance(item, dict) else {"type": "text", "name": item}
        name = plain(element.get("name") or f"item{position + 1}")
        parts.append(reading.elements.inner(element, path, name, reading.variable, taken))
    return _in_parts(reading, parts)


def _matrix_of_kinds(reading: Reading) -> Question:
    """Fixed rows with columns of their own kinds: every cell is a part."""
    taken, parts = Names(), []
    for row in reading.listed("rows"):
        value, text = (row.get("value"), row.get("text")) if isinstance(row, dict) else (row, None)
        for position, column in enumerate(_columns(reading)):
            name = f"{plain(value)}.{column['name']}"
            title = joined(
                reading.elements.texts.read(text, reading.path) or plain(value),
                reading.elements.texts.read(column.get("title"), reading.path) or column["name"],
                ": ",
            )
            path = (*reading.path, "columns", position)
            parts.append(reading.elements.inner({**column, "title": title}, path, name, reading.variable, taken))
    return _in_parts(reading, parts)


def _in_parts(reading: Reading, parts: list[Question]) -> Question:
    if not parts:
        reading.note("it has no rows; it is asked as a text.")
        return {"type": "longtext"}
    return {"type": "parts", "questions": parts}


def _columns(reading: Reading) -> list[dict[str, Any]]:
    found = []
    for position, column in enumerate(reading.listed("columns")):
        given = column if isinstance(column, dict) else {"name": column}
        kind = given.get("cellType") or reading.element.get("cellType") or "dropdown"
        shared = {"choices": reading.element.get("choices")} if "choices" not in given else {}
        name = plain(given.get("name") or f"column{position + 1}")
        found.append({**shared, **given, "type": "dropdown" if kind == "default" else kind, "name": name})
    return found


def _rows(reading: Reading) -> Question:
    return _group(reading, _columns(reading), "columns", ("minRowCount", "maxRowCount"))


def _panels(reading: Reading) -> Question:
    inner = [item for item in reading.listed("templateElements") if isinstance(item, dict)]
    return _group(reading, inner, "templateElements", ("minPanelCount", "maxPanelCount"))


_NOT_A_COLUMN = (
    "html",
    "paneldynamic",
    "matrixdynamic",
    "matrix",
    "matrixdropdown",
    "multipletext",
    "panel",
    *CALCULATED,
)


def _group(reading: Reading, inner: list[dict[str, Any]], key: str, counts: tuple[str, str]) -> Question:
    taken, columns, row = Names(), [], dict[str, Target]()
    for position, element in enumerate(inner):
        path, name = (*reading.path, key, position), plain(element.get("name") or f"column{position + 1}")
        if element.get("type") in _NOT_A_COLUMN:
            message = f"a {element['type']} cannot stand in a repeated row; it is left out."
            reading.elements.notes.add(path, message, name=name)
            continue
        column = reading.elements.inner(element, path, name, Name("row"), taken)
        target = target_of(column, Member(Name("row"), column["id"]), element)
        if target is not None:
            row[name] = target
        columns.append(column)
        for ours, theirs in (("visible_if", "visibleIf"), ("required_if", "requiredIf")):
            if isinstance(element.get(theirs), str):
                sources = ((element[theirs], (*path, theirs)),)
                reading.elements.pending.append(Pending(column, ours, sources, name, row))
    if not columns:
        reading.note("it has nothing to repeat; it is asked as a text.")
        return {"type": "longtext"}
    low, high = (reading.number(count) for count in counts)
    return {
        "type": "group",
        "questions": columns,
        "min_rows": int(low) if low else None,
        "max_rows": min(int(high), 500) if high else None,
    }


READERS: dict[str, Callable[[Reading], Question]] = {
    "text": _text,
    "comment": _comment,
    "radiogroup": _chosen("single"),
    "dropdown": _chosen("single"),
    "buttongroup": _chosen("single"),
    "imagepicker": _chosen("single"),
    "checkbox": _chosen("multi"),
    "tagbox": _chosen("multi"),
    "ranking": _ranking,
    "rating": _rating,
    "boolean": _boolean,
    "slider": _number,
    "matrix": _matrix,
    "matrixdropdown": _matrix_of_kinds,
    "matrixdynamic": _rows,
    "paneldynamic": _panels,
    "multipletext": _multiple_text,
    "file": lambda _: {"type": "file"},
    "html": lambda _: {"type": "info"},
}
