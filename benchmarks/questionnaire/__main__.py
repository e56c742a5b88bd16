"""Measures questionnaires and writes `docs/benchmarks-questionnaire.md`: `make bench-questionnaire`."""

import argparse
import gc
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from benchmarks.fairness import machine
from benchmarks.questionnaire import engines, subject
from evenhand.documents import write_yaml
from evenhand.questionnaire import conditions as compiled
from evenhand.questionnaire.evaluation import evaluate
from evenhand.questionnaire.explaining import distance, drivers
from evenhand.questionnaire.parsing import framework_from_document, parse_framework
from evenhand.questionnaire.plans import plan_of
from evenhand.questionnaire.schema import Framework
from evenhand.questionnaire.scoring import score
from evenhand.questionnaire.variables import kind_of_answer
from evenhand.questionnaire.writing import framework_to_document

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks-questionnaire.md"
DISTRIBUTIONS = {"cel-python": "cel-python", "json-logic": "json-logic-qubit"}
Row = tuple[str, float, float | None]  # what, milliseconds, at most


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure loading and computing of the largest framework.")
    parser.add_argument("--quick", action="store_true", help="few repeats, to see that it works; writes no page")
    given = parser.parse_args()
    before, repeats = machine.load(), 3 if given.quick else 50
    framework = subject.largest()
    rows = _own(framework, repeats)
    peers, disagreeing = _peers(framework, repeats)
    for name, milliseconds, limit in [*rows, *peers]:
        print(f"{'MISS' if limit and milliseconds > limit else 'ok  '} {name}: {milliseconds:.3f} ms")
    if not given.quick:
        PAGE.write_text(_page(framework, rows, peers, before))
        print(f"Wrote docs/{PAGE.name}.")
    for name in disagreeing:
        print(f"{name} and Evenhand disagree on what shows.", file=sys.stderr)
    return 1 if disagreeing else 0


def _own(framework: Framework, repeats: int) -> list[Row]:
    document = framework_to_document(framework)
    text = write_yaml(document)
    state = subject.answered(framework, seed=1)
    outcome = framework.outcomes[0].id
    random_ = Random(2)
    asked = [question for question in framework.questions if question.id in state.visible]

    def one_answer() -> object:
        question = random_.choice(asked)
        return state.with_answer(question.id, subject.some_answer(question, random_))

    def ready(value: Framework) -> object:
        return plan_of(value)

    measure = partial(_milliseconds, repeats=repeats)
    return [
        (
            "load from the stored, checked edition, ready to compute",
            measure(lambda: ready(framework_from_document(document, is_checked=True)), prepare=_forget),
            50,
        ),
        (
            "load from YAML with every check and line numbers",
            measure(lambda: parse_framework(text), prepare=_forget),
            500,
        ),
        ("compute all visibility, scores and outcomes", measure(lambda: evaluate(framework, state.answers)), 5),
        ("compute what one answer changes", measure(one_answer), 5),
        ("the whole result, with what is missing and duties", measure(lambda: score(framework, state.answers)), None),
        ("the answers that drive the outcome, each with its others", measure(lambda: drivers(state, outcome)), 50),
        ("the distance to another outcome", measure(lambda: distance(state, outcome)), 50),
    ]


def _peers(framework: Framework, repeats: int) -> tuple[list[Row], list[str]]:
    """The same conditions over the same answers: compiled, and run once for each."""
    sources = subject.conditions(framework)
    kinds = {question.id: kind_of_answer(question) for question in framework.questions if question.takes_answer}
    variables = dict(subject.answered(framework, seed=1).context.variables)
    there = {name: make for name, (module, make) in engines.PEERS.items() if find_spec(module)}
    found: list[Row] = []
    expected, disagreeing = engines.ours(sources, kinds)(variables), []
    for name, make in {"Evenhand": engines.ours, **there}.items():
        few = repeats if name == "Evenhand" else max(3, repeats // 10)
        compiling = _milliseconds(partial(_compiled, make, sources, kinds), repeats=few, prepare=_forget)
        run = make(sources, kinds)
        disagreeing += [name] if run(variables) != expected else []
        found.append((f"{name}: compile {len(sources)} conditions", compiling, None))
        found.append((f"{name}: run them", _milliseconds(partial(run, variables), repeats=few), None))
    return found, disagreeing


def _compiled(make: engines.Engine, sources: tuple[str, ...], kinds: Any) -> object:
    """Ready to run: Evenhand compiles a condition when it is first run, so each is run once over no answers."""
    run = make(sources, kinds)
    return run(dict.fromkeys(kinds)) if make is engines.ours else run


def _forget() -> None:
    """No text that was compiled before is known any more."""
    compiled.forget()


def _milliseconds(work: Callable[[], object], *, repeats: int, prepare: Callable[[], object] = lambda: None) -> float:
    """The median; a first run is not timed."""
    prepare()
    work()
    gc.collect()
    times = []
    for _ in range(repeats):
        prepare()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times) * 1000


def _page(framework: Framework, rows: list[Row], peers: list[Row], before: float) -> str:
    libraries = [
        "common-expression-language",
        *(DISTRIBUTIONS[name] for name in DISTRIBUTIONS if _measured(name, peers)),
    ]
    text = (Path(__file__).parent / "page.md").read_text()
    for mark, value in {
        "MACHINE": machine.described(),
        "LIBRARIES": ", ".join(f"{name} {version(name)}" for name in libraries),
        "LOAD": f"{before:.1f}",
        "DAY": datetime.now(UTC).date().isoformat(),
        "QUESTIONS": str(len(framework.questions)),
        "CONDITIONS": str(len(subject.conditions(framework))),
        "TARGETS": "\n".join(_line(*row) for row in rows),
        "PEERS": "\n".join(f"| {name} | {milliseconds:.3g} ms |" for name, milliseconds, _ in peers),
    }.items():
        text = text.replace(f"{{{mark}}}", value)
    return text


def _measured(name: str, peers: list[Row]) -> bool:
    return any(row[0].startswith(f"{name}:") for row in peers)


def _line(name: str, milliseconds: float, limit: float | None) -> str:
    asked, met = ("no target", "") if limit is None else (f"{limit:g} ms", "yes" if milliseconds <= limit else "**no**")
    return f"| {name} | {milliseconds:.3g} ms | {asked} | {met} |"


if __name__ == "__main__":
    sys.exit(main())
