"""Every fault of a framework file is a load error that names file, line, id and reason."""

# ruff: noqa: E501

import re
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evenhand.documents import DocumentError
from evenhand.questionnaire.answers import read_answers
from evenhand.questionnaire.evaluation import evaluate
from evenhand.questionnaire.parsing import load_framework, parse_framework
from tests.core.questionnaire.hiring import HIRING

# what to replace, by what, the line to name (by its text afterwards), where, why
FAULTS = {
    "number of the format": ("evenhand_framework: 1", "evenhand_framework: 2", None, "evenhand_framework: 1"),
    "unknown key": ("    title: Start\n", "    titlez: Start\n", "titlez", "Did you mean 'title'"),
    "unknown type": ("type: boolean", "type: yesno", "type: yesno", "must be one of single, multi"),
    "no type": ("        type: boolean\n", "", "id: automated", "needs 'type'"),
    "duplicate question": ("{id: people, type", "{id: phase, type", "id: phase, type", "already used by a question"),
    "score takes a question's id": ("- {id: risk}", "- {id: risk}\n  - {id: phase}", "id: phase", "already used"),
    "duplicate part": ("- {id: why, type", "- {id: state, type", "{id: state, type: long", "part 'state' is given twice"),
    "duplicate choice": ("{id: live, label", "{id: design, label", "id: design, label: Live", "given twice"),
    "duplicate section": ("- id: details", "- id: start", None, "section 'start' is given twice"),
    "duplicate option": ("{id: medium, if", "{id: high, if", None, "option 'high' is given twice"),
    "unreachable option": ("{id: medium, if: raised > 2.0}", "{id: medium, if: true}", "id: low", "never reached"),
    "id that is a word of the language": ("{id: people, type", "{id: size, type", "id: size", "word of the expression"),
    "id with capitals": ("{id: people, type", "{id: People, type", "id: People", "small_letters"),
    "version that is a number": ('version: "2.1"', "version: 2.1", "version: 2.1", "put it in quotes"),
    "unknown id": ("if: raised > 6.0", "if: raisd > 6.0", "raisd", "did you mean 'raised'"),
    "unknown choice": ("visible_if: phase == 'live'", "visible_if: phase == 'life'", "life", "did you mean 'live'"),
    "unknown choice in a list": ("visible_if: phase == 'live'", "visible_if: phase in ['live', 'dead']", "dead", "dead"),
    "unknown choice of a multi": ("phase == 'live'", "\"'post' in sources\"", "post", "not one of the choices"),
    "unknown part": ('"harms.state == \'open\'"', '"harms.stat == \'open\'"', "harms.stat", "did you mean 'state'"),
    "unknown column": ("row.rating.level", "row.rate.level", "row.rate", "there is no 'rate' here"),
    "unknown level": ("level == 'high')", "level == 'top')", "'top'", "not one of the choices"),
    "unknown function": ("if: raised > 6.0", "if: round(raised) > 6.0", "round(", "unknown function 'round'"),
    "not a condition": ("if: raised > 6.0", "if: raised", "if: raised", "must be true or false"),
    "text compared with a number": ("visible_if: phase == 'live'", "visible_if: phase == 4", "phase == 4", "compare"),
    "whole number times points": ("risk.value * 2.0", "risk.value * 2", "value * 2", "write 2.0 instead of 2"),
    "not on a number": ("if: raised > 6.0", "if: '!raised'", "!raised", "a bool is needed after '!'"),
    "exists over no list": ("harms.rows.exists", "phase.exists", "phase.exists", "needs a list"),
    "macro variable in use": ("exists(row, row", "exists(phase, phase", "exists(phase", "already in use"),
    "syntax": ("if: raised > 6.0", "if: raised >", "raised >", "expected a value"),
    "character": ("if: raised > 6.0", "if: raised > 6.0 @ 1", "@", "not part of the language"),
    "chained comparison": ("if: raised > 6.0", "if: 1.0 < raised < 6.0", "1.0 <", "cannot follow each other"),
    "question cycle": (
        "type: boolean",
        "type: boolean\n        visible_if: level == 'low'",
        None,
        "depends on itself",
    ),
    "value cycle": (
        "- {id: per_head, expr: \"risk.value / people\"}",
        "- {id: per_head, expr: other + 1.0}\n  - {id: other, expr: per_head + 1.0}",
        None,
        "depends on itself",
    ),
    "points without a score": ("        score: care\n", "", "points: 1", "has no 'score'"),
    "unknown score": ("score: care", "score: cares", "score: cares", "no score 'cares'"),
    "unknown choice set": ("choices: practice", "choices: practise", "practise", "no choice set 'practise'"),
    "unknown chapter": ("    chapter: basics\n    visible", "    chapter: basic\n    visible", "chapter: basic", "no chapter"),
    "unknown control": ('refs: [rule-1, "other:1.2"]', "refs: [rule-2]", "rule-2", "no control 'rule-2'"),
    "unknown question in a check": ("questions: [automated]", "questions: [auto]", "[auto]", "no question 'auto'"),
    "unknown option in sets": ("{high: high, medium", "{hihg: high, medium", "sets", "no option 'hihg'"),
    "unknown column as title": ("item_title: name", "item_title: namez", "item_title: namez", "no column 'namez'"),
    "bad date": ("from: 2026-08-02", "from: 2026-02-30", "2026-02-30", "must be a date"),
    "min above max": ("min: 0, max: 1000000", "min: 9, max: 1", "min: 9", "above the largest"),
    "column required by a condition": ("- {id: name, type: text,", "- {id: name, required_if: true, type: text,", "required_if: true", "cannot be required by a condition"),
    "column that reads a later one": ("- {id: name, type: text,", "- {id: name, visible_if: row.rating.level == 'high', type: text,", "visible_if: row.rating", "there is no 'rating' here"),
    "column that reads outside its row": ("- {id: name, type: text,", "- {id: name, visible_if: phase == 'live', type: text,", "visible_if: phase", "unknown id 'phase'"),
    "unknown fact": ("{id: policy, type: link,", "{id: policy, prefill: system.namex, type: link,", "system.namex", "did you mean 'system.name'"),
    "unknown fact to rely on": ("{id: policy, type: link,", "{id: policy, relies_on: [system.size], type: link,", "system.size", "there is no fact 'system.size'"),
    "fact of another kind": ("{id: policy, type: link,", "{id: policy, prefill: evaluation.impact_ratios, type: link,", "impact_ratios", "is a rows"),
    "the same as itself": ("{id: policy, type: link,", "{id: policy, same_as: [{question: 'hiring:policy', basis: x}], type: link,", "same_as", "cannot be the same as itself"),
    "the same as nothing here": ("{id: policy, type: link,", "{id: policy, same_as: [{question: 'hiring:polic', basis: x}], type: link,", "same_as", "no question 'hiring:polic'"),
    "same_as that is no reference": ("{id: policy, type: link,", "{id: policy, same_as: [{question: policy, basis: x}], type: link,", "same_as", "must look like 'framework-id:question_id'"),
    "same_as without a basis": ("{id: policy, type: link,", "{id: policy, same_as: [{question: 'other:policy'}], type: link,", "same_as", "needs 'basis'"),
    "same_as twice": ("{id: policy, type: link,", "{id: policy, same_as: [{question: 'o:p', basis: x}, {question: 'o:p', basis: y}], type: link,", "same_as", "given twice"),
    "profile of nothing": ("scores:\n", "profiles: [{id: short, title: Short, only: [startx]}]\nscores:\n", "only: [startx]", "no section or question 'startx'"),
    "profile twice": ("scores:\n", "profiles: [{id: a, title: A}, {id: a, title: B}]\nscores:\n", "profiles", "the profile 'a' is given twice"),
    "profile for an unknown fact": ("scores:\n", "profiles: [{id: a, title: A, for: {size: [big]}}]\nscores:\n", "profiles", "can be chosen by"),
    "profile for an unknown tier": ("scores:\n", "profiles: [{id: a, title: A, for: {risk_tier: [huge]}}]\nscores:\n", "profiles", "'huge' is not one of"),
    "profile of no question": ("scores:\n", "profiles: [{id: a, title: A, only: []}]\nscores:\n", "profiles", "leave it out"),
    "follow-up on itself": ("duties:\n", "follow_ups: [{id: f, framework: hiring, if: true, why: x}]\nduties:\n", "follow_ups", "cannot follow itself"),
    "follow-up without a reason": ("duties:\n", "follow_ups: [{id: f, framework: other, if: true}]\nduties:\n", "follow_ups", "needs 'why'"),
    "follow-up with an unknown id": ("duties:\n", "follow_ups: [{id: f, framework: other, if: levelx == 'high', why: x}]\nduties:\n", "follow_ups", "did you mean 'level'"),
    "fact that cannot be set": ("sets: {risk_tier:", "sets: {risk_level:", "sets", "cannot be set by an outcome"),
    "tier that is none": ("medium: limited", "medium: middling", "sets", "must be one of prohibited, high, limited, minimal"),
    "option that no answers lead to": ("if: raised > 6.0", "if: phase == 'live' && phase == 'design'", "phase == 'live' &&", "no answers make its condition true"),
    "option behind one that covers it": ("if: raised > 2.0}", "if: phase == 'live'}\n      - {id: late, if: \"phase in ['live'] && automated == true\"}", "id: late", "one before it is true already"),
    "option behind all cases": ("if: raised > 6.0}", "if: phase == 'live'}\n      - {id: design, if: phase != 'live'}", "id: medium", "one before it is true already"),
    "question that never shows": ("{id: policy, type: link,", "{id: policy, visible_if: \"phase == 'live' && !(phase in ['live'])\", type: link,", "id: policy", "is never shown"),
    "question that its section hides": ("{id: policy, type: link,", "{id: policy, visible_if: \"phase == 'design'\", type: link,", "id: policy", "is never shown"),
    "part that never shows": ("visible_if: \"harms.state == 'open'\"", "visible_if: \"harms.state == 'open' && harms.state == 'done'\"", "id: why", "is never shown"),
    "level that is never reached": ("levels: [{id: low, up_to: 2}, {id: high, up_to: 10}]", "levels: [{id: none, up_to: 0.5}, {id: low, up_to: 2}, {id: high, up_to: 10}]", "levels:", "'none' is never reached"),
    "last level that is never reached": ("{id: high, up_to: 10}]", "{id: high, up_to: 10}, {id: top, up_to: 20}]", "levels:", "'top' is never reached"),
    "exclusive choice of a single": ("{id: live, label: Live,", "{id: live, exclusive: true, label: Live,", "choices:", "only a choice of a multi"),
    "source id twice": ("{id: policy, type: link,", "{id: policy, source_id: x, type: link, prompt: P}\n      - {id: other, source_id: x, type: link,", "id: other", "'x' is given twice"),
    "source id of a choice twice": ("{id: design, label: Design, points: 1}\n          - {id: live,", "{id: design, source_id: x, label: Design, points: 1}\n          - {id: live, source_id: x,", "id: live", "'x' is given twice"),
    "group in a group": ("- {id: name, type: text, prompt: Harm, required: true}", "- {id: name, type: group, prompt: H, questions: [{id: x, type: text, prompt: X}]}", "type: group, prompt: H", "cannot be a group"),
    "levels out of order": ("{id: high, up_to: 10}", "{id: high, up_to: 1}", "up_to: 1}", "above the level before"),
    "tally of own choices": ("prompt: {en: Which phase?", "tally: true\n        prompt: {en: Which phase?", "tally: true", "shared choice set"),
    "choices on a number": ("min: 0, max: 1000000", "choices: practice", "choices: practice", "not a field"),
    "language": ("fr: Contrôle d'embauche", "french: x", "french", "language code"),
    "repeated key": ("    title: Start\n", "    title: Start\n    title: Again\n", "Again", "given twice"),
    "alias": ("    title: Start\n", "    title: &t Start\n", "&t", "anchors"),
    "tag": ("    title: Start\n", "    title: !!python/name:os.system Start\n", "!!python", "tags"),
    "broken yaml": ("questions: [automated]", "questions: [automated", None, "not valid YAML"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_names_file_line_and_reason(fault: str) -> None:
    old, new, marked, reason = FAULTS[fault]
    assert old in HIRING
    text = HIRING.replace(old, new, 1)
    with pytest.raises(DocumentError) as caught:
        parse_framework(text, name="hiring.yaml")
    shown = [str(problem) for problem in caught.value.problems]
    fitting = [problem for problem in caught.value.problems if re.search(re.escape(reason), str(problem))]
    assert fitting, shown
    assert all(problem.file == "hiring.yaml" and problem.line for problem in caught.value.problems), shown
    if marked is not None:
        lines = text.splitlines()
        assert any(marked in line for line in lines[(fitting[0].line or 0) - 1 : (fitting[0].line or 0) + 1]), (
            shown,
            marked,
        )


def test_all_faults_are_told_at_once_in_the_order_of_their_lines() -> None:
    text = (
        HIRING.replace("titlez", "title").replace("type: boolean", "type: yesno").replace("from: 2026-08-02", "from: x")
    )
    with pytest.raises(DocumentError) as caught:
        parse_framework(text)
    lines = [problem.line or 0 for problem in caught.value.problems]
    assert len(lines) >= 2
    assert lines == sorted(lines)


def test_faults_name_the_id_they_belong_to() -> None:
    with pytest.raises(DocumentError) as caught:
        parse_framework(HIRING.replace("if: raised > 6.0", "if: raisd > 6.0"), name="h.yaml")
    assert caught.value.problems[0].where == "level.high.if"


@pytest.mark.parametrize("content", ["", "[]", "5", "text", "{}", "evenhand_framework: 1", b"\xff\xfe\x00", "- a\n- b"])
def test_what_is_no_framework_at_all_is_refused_in_words(content: bytes | str) -> None:
    with pytest.raises(DocumentError):
        parse_framework(content, name="x")


def test_too_large_a_file_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(DocumentError, match="at most 2,000,000"):
        parse_framework("# " + "x" * 2_000_001)


HOSTILE = {
    "a million brackets of YAML": "'a: ' + '[' * 1_000_000",
    "a million brackets of JSON": "'[' * 1_000_000",
    "half a million values": "'a:\\n' + '- 1\\n' * 490_000",
    "half a million empty lists": "'a: [' + '[],' * 490_000 + ']'",
    "a hundred thousand unknown fields": "HIRING + ''.join(f'field_{n}: 1\\n' for n in range(100_000))",
    "a hundred thousand questions": "HIRING.split('      - id: phase')[0] + '      - {id: a, type: x}\\n' * 80_000",
    "ten thousand unknown ids": "MANY(10_000, 'visible_if: q{n}x == 1.0')",
    "two thousand questions that wait for each other in a circle": "MANY(1_900, 'visible_if: q{m} != null')",
    "a bomb of aliases": "'a: &a [x, x]\\nb: &b [*a, *a]\\nc: [*b, *b]'",
    "a bomb of merged keys": "'a: &a {x: 1}\\nb: &b {<<: *a}\\nc: {<<: [*a, *b]}'",
    "a long key": "'x' * 1_900_000 + ': 1'",
    "a long number": "'evenhand_framework: ' + '9' * 1_900_000",
    "a long expression": "HIRING.replace('raised > 6.0', '\"' + '1.0 + ' * 30_000 + '1.0 > raised\"')",
    "deep brackets": "HIRING.replace('raised > 6.0', '\"' + '(' * 900 + 'raised' + ')' * 900 + ' > 1.0\"')",
    "31 brackets": "HIRING.replace('raised > 6.0', '\"' + '(' * 31 + 'raised' + ')' * 31 + ' > 1.0\"')",
    "deep not": "HIRING.replace('raised > 6.0', '\"' + '!' * 1_900 + 'true\"')",
    "deep minus": "HIRING.replace('raised > 6.0', '\"' + '-' * 1_900 + 'raised > 1.0\"')",
    "deep conditionals": "HIRING.replace('raised > 6.0', '\"' + 'true ? true : ' * 130 + 'true\"')",
    "a long chain of members": "HIRING.replace('raised > 6.0', '\"raised' + '.a' * 900 + '\"')",
    "deep lists": "HIRING.replace('raised > 6.0', '\"' + '[' * 900 + ']' * 900 + ' == []\"')",
    "nested macros": "HIRING.replace('raised > 6.0', '\"sources.all(a, sources.all(b, sources.all(c, true)))\"')",
    "a document of 41 levels": "'a: ' + '[' * 41 + ']' * 41",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_refused_quickly_and_the_process_lives(name: str) -> None:
    """In a process of its own: one message, in seconds, within 600 MB."""
    program = f"""
import resource, time
from tests.core.questionnaire.hiring import HIRING
from evenhand.documents import DocumentError
from evenhand.questionnaire.parsing import parse_framework

def MANY(count, more):
    rows = "".join(f"      - {{{{id: q{{n}}, type: number, prompt: P, {{more.format(n=n, m=(n + 1) % count)}}}}}}\\n" for n in range(count))
    return HIRING.split("  - id: start")[0] + "  - id: start\\n    title: T\\n    questions:\\n" + rows

text = {HOSTILE[name]}
resource.setrlimit(resource.RLIMIT_AS, (600_000_000, 600_000_000))
start = time.process_time()
try:
    parse_framework(text, name="x")
except DocumentError as error:
    print("refused", f"{{time.process_time() - start:.2f}}", len(error.problems), error.sentence[:200])
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout[:7]) == (0, "refused"), ended.stdout + ended.stderr
    _, seconds, n_problems, _ = ended.stdout.split(" ", 3)
    assert float(seconds) < 10, ended.stdout
    assert int(n_problems) <= 100


def test_a_file_of_50_megabytes_is_not_even_read(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    with file.open("wb") as out:
        out.truncate(50_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(DocumentError, match="is 50,000,000 bytes long; at most 2,000,000 are read"):
        load_framework(str(file))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


def test_a_long_chain_of_questions_is_planned_and_run_in_no_time() -> None:
    rows = "".join(
        f"      - {{id: q{n}, type: number, prompt: P, visible_if: q{n - 1} != null}}\n" for n in range(1, 1_900)
    )
    text = (
        'evenhand_framework: 1\nframework: {id: chain, version: "1", title: Chain}\n'
        "sections:\n  - id: all\n    title: All\n    questions:\n      - {id: q0, type: number, prompt: P}\n" + rows
    )
    start = time.process_time()
    framework = parse_framework(text)
    found = evaluate(framework, read_answers(framework, {f"q{n}": n for n in range(1_899)}))
    assert len(found.visible) == 1_900
    assert len(found.with_answer("q9", None).visible) == 10
    assert time.process_time() - start < 10


def test_the_widest_expression_allowed_runs() -> None:
    program = """
from tests.core.questionnaire.hiring import HIRING
from evenhand.questionnaire.parsing import parse_framework
from evenhand.questionnaire.scoring import score
wide = "1.0+" * 490 + "1.0 > raised"
deep = "(" * 28 + "raised > 2.0" + ")" * 28
text = HIRING.replace("raised > 6.0", wide).replace("raised > 2.0", deep)
print(score(parse_framework(text), {}).outcomes["level"])
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=False)
    assert (ended.returncode, ended.stdout.strip()) == (0, "high"), ended.stderr
