"""A card is read from Markdown, YAML and JSON, and written again the same."""

import json
from decimal import Decimal
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.documents import DocumentError, read_document, write_yaml
from evenhand.errors import InputError
from evenhand.modelcard import ModelCard, diff_cards, parse_file, parse_text, render_markdown
from evenhand.modelcard.json_schema import card_json_schema
from evenhand.modelcard.sections import SECTIONS, FieldKind

HEAD = """\
system:
  slug: loans
  name: Loan scoring
  purpose: Scores people who ask for a loan.
  people_affected: Applicants
  decision: Granting a loan
  deployment_method: online
  hosting: internal
  human_oversight: A clerk decides.
  jurisdictions: [EU]
  team: credit
model: {slug: score, name: Loan score, origin: own}
version:
  name: "3.0"
  change_class: new_data
  commit: a41f9c2
  run_url: https://ci.example.org/1
  training_data: loans-2025
  files:
    - {path: out/model.skops}
    - {name: notes.txt, sha256: AAAA, size: 12}
rule: {name: Refuse below, threshold: 0.35, human_action: A clerk reads every refusal.}
plan:
  - name: yearly
    data_set:
      slug: loans-2026
      name: Loans 2026
      attributes: [{column: sex, known_by: administrative}]
    columns: {groups: [sex, age], label: repaid, prediction: granted, score: p}
    goals:
      - equal-chances
      - {id: equal-errors, metric: false_negative_rate, by: [sex], threshold: 0.05}
    filter: year = 2026
    reference: {sex: male}
details:
  summary: A score from 0 to 1.
  released_on: 2026-10-01
  base_models: one
quantitative_analyses:
  results:
    - {metric: auc, value: 0.81, low: 0.79, high: 0.83}
    - {metric: auc, value: 0.78, group: women, data_set: Loans 2026}
""".replace("AAAA", "a" * 64)
BODY = """\
# Loan score for clerks

Made in spring.

## Intended use

Advice to clerks.

### Who
Clerks.

```
## not a heading
```

## Out-of-scope uses
Renting.

## Ethics & more
TODO

## Limitations
Not for firms.

## Change log
Nothing yet.
"""
CARD = f"---\n{HEAD}---\n{BODY}"


def test_head_and_body_make_one_card() -> None:
    card = parse_text(CARD, name="card.md")
    assert (card.name, card.version) == ("Loan score for clerks", "3.0")
    assert card.section("details").paragraphs == ("A score from 0 to 1.", "Made in spring.")
    assert card.section("details").facts == (("Released on", "2026-10-01"), ("Built on", "one"))
    assert "## not a heading" in card.section("intended_use").description
    assert card.section("out_of_scope").description == "Renting."
    assert card.section("caveats").lines == ("Not for firms.",)
    assert [extra.title for extra in card.extras] == ["Ethics & more", "Change log"]
    assert card.section("quantitative_analyses").facts[0][1] == (
        "auc 0.81 (0.79 to 0.83); auc for women, Loans 2026 0.78"
    )


def test_the_registration_is_read_beside_the_card() -> None:
    registration = parse_file(CARD, name="card.md").registration
    assert registration is not None
    assert (registration.system.slug, registration.system.team, registration.model.slug) == ("loans", "credit", "score")
    assert registration.version.change_class == "new_data"
    assert [(file.name, file.path) for file in registration.version.files] == [
        ("model.skops", "out/model.skops"), ("notes.txt", ""),
    ]  # fmt: skip
    assert registration.rule is not None
    assert registration.rule.threshold == Decimal("0.35")
    (planned,) = registration.plan
    assert planned.columns.to_json() == {
        "groups": ["sex", "age"], "label": "repaid", "prediction": "granted", "score": "p",
    }  # fmt: skip
    assert (planned.name, planned.filter, planned.options) == ("yearly", "year = 2026", {"reference": {"sex": "male"}})
    assert planned.goals[0] == "equal-chances"
    assert planned.data_set.attributes == ({"column": "sex", "label": "sex", "known_by": "administrative"},)


def test_slugs_alone_name_what_is_registered_already() -> None:
    card = (
        "system: loans\nmodel: score\nversion: {name: '4'}\nplan: [{data_set: d, columns: {groups: [a], score: s}}]\n"
    )
    registration = parse_file(card, name="card.yaml").registration
    assert registration is not None
    assert registration.system.is_reference
    assert registration.plan[0].data_set.is_reference
    assert registration.rule is None


def test_a_card_without_registration_has_none() -> None:
    assert parse_file("# Only a card\n\nText.\n", name="card.md").registration is None
    assert parse_file('{"version": "1", "details": "x"}', name="card.json").registration is None


def test_yaml_json_and_markdown_say_the_same() -> None:
    document = parse_text(CARD, name="card.md").to_dict()
    as_json = parse_text(json.dumps(document), name="card.json")
    as_yaml = parse_text(write_yaml(document), name="card.yaml")
    sniffed = parse_text(write_yaml(document))
    assert as_json.to_dict() == as_yaml.to_dict() == sniffed.to_dict() == document
    assert as_json.sha256 == as_yaml.sha256 == ModelCard.from_dict(document).sha256


def test_placeholders_say_nothing() -> None:
    card = parse_text("## Training data\nTBD\n\n## Metrics\n[More Information Needed]\n\n## Factors\nAge and sex.\n")
    state = card.completeness()
    assert (state.n_filled, state.n_sections) == (1, 12)
    assert [section.title for section in card.filled_sections] == ["Factors and groups"]
    assert {section.id for section in state.missing} == {section.id for section in SECTIONS} - {"factors"}


def test_a_full_card_is_complete() -> None:
    card = ModelCard.from_dict({section.id: "Said." for section in SECTIONS})
    assert card.completeness().is_complete


def test_two_cards_differ_where_they_were_changed() -> None:
    old = parse_text(CARD)
    new = parse_text(CARD.replace("Renting.", "Renting and jobs.").replace("## Change log\nNothing yet.", "## Log\nA."))
    assert [(change.section, change.field) for change in diff_cards(old, new)] == [
        ("out_of_scope", "description"), ("more", "Change log"), ("more", "Log"),
    ]  # fmt: skip
    assert diff_cards(old, old) == ()


# content, line, what is said
BAD = [
    ("---\ndetails: x\n", 1, "never closed"),
    ("---\n- a\n---\n", 2, "must be a mapping"),
    ("---\na: [1\n---\n", 3, "not valid YAML"),
    ("---\ndetailz: x\n---\n", 2, "Did you mean 'details'"),
    ("---\ndetails: {summaryz: x}\n---\n", 2, "Did you mean 'summary'"),
    ("---\ndetails: x\ndetails: y\n---\n", 3, "given twice"),
    ("---\ndetails: &a x\n---\n", 2, "anchors"),
    ("---\ndetails: {released_on: soon}\n---\n", 2, "must be a date"),
    ("---\nquantitative_analyses: {results: [{metric: auc}]}\n---\n", 2, "needs 'value'"),
    ("---\nname: a\n---\n## Intended use\nA\n\n## Uses\nB\n", 7, "described twice"),
    ("---\nintended_use: A\n---\n\n## Intended use\nB\n", 5, "described twice"),
    ("- a\n- b\n", 1, "must be a mapping"),
    ('{"details": }', 1, "not valid JSON"),
    ("---\nsystem: {slug: loans}\n---\n", 2, "needs 'model'"),
    (CARD.replace("slug: loans\n", "slug: Loans!\n"), 3, "small-letters"),
    (CARD.replace("  purpose: Scores people who ask for a loan.\n", ""), 2, "both 'name' and 'purpose'"),
    (CARD.replace("online", "sometimes"), 8, "must be one of batch, online"),
    (CARD.replace("new_data\n", "bigger\n"), 16, "must be one of first"),
    (CARD.replace("ci.example.org", "").replace("https://", "ftp:"), 18, "web address"),
    (CARD.replace("a" * 64, "b" * 63), 22, "SHA-256"),
    (CARD.replace("name: notes.txt", "name: model.skops"), 22, "given twice"),
    (CARD.replace("{path: out/model.skops}", "{name: model.skops}"), 21, "needs a 'path'"),
    (CARD.replace("threshold: 0.35", "threshold: 35"), 23, "outside the scores"),
    (CARD.replace(", human_action: A clerk reads every refusal.", ""), 23, "needs 'human_action'"),
    (CARD.replace("groups: [sex, age], ", ""), 30, "needs 'groups'"),
    (CARD.replace("known_by: administrative", "known_by: guessed"), 29, "self-reported"),
    (CARD.replace("- equal-chances", "- 5"), 32, "name of a goal"),
    (CARD.replace("    columns: ", "    columnz: "), 25, "needs 'columns'"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "line", "said"), BAD)
def test_a_broken_card_names_its_line(content: bytes | str, line: int, said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse_file(content, name="card")
    fitting = [problem for problem in caught.value.problems if said in problem.message]
    assert fitting, [str(problem) for problem in caught.value.problems]
    assert fitting[0].line == line


def test_too_large_empty_or_not_text_is_refused() -> None:
    for content, said in (
        ("x" * 1_000_001, "1,000,000"),
        ("", "is empty"),
        (" \n", "is empty"),
        (b"\xff\xfe", "UTF-8"),
    ):
        with pytest.raises(DocumentError, match=said):
            parse_text(content)
    nothings: list[Any] = [None, [], "x", 3]
    for document in nothings:
        with pytest.raises(InputError):
            ModelCard.from_dict(document)
    with pytest.raises(DocumentError, match="must be a mapping"):
        ModelCard.from_dict({"details": 5})


def test_windows_line_ends_and_a_byte_order_mark_are_read() -> None:
    content = ("\ufeff" + CARD.replace("\n", "\r\n")).encode("utf-8")
    assert parse_text(content, name="card.md").to_dict() == parse_text(CARD, name="card.md").to_dict()


def test_the_published_schema_is_made_from_the_table_and_takes_the_card() -> None:
    schema = card_json_schema()
    shipped = json.loads((files("evenhand.modelcard") / "schemas" / "card.schema.json").read_text(encoding="utf-8"))
    assert shipped == schema
    validator = jsonschema.Draft202012Validator(schema)
    assert list(validator.iter_errors(read_document(HEAD, name="head").value)) == []
    assert list(validator.iter_errors(parse_text(CARD).to_dict())) == []
    assert list(validator.iter_errors({"detailz": "x"}))


# --- properties

_TEXT = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), whitelist_characters="\n"), min_size=1, max_size=60
).filter(lambda text: text.strip())
_AWKWARD = st.sampled_from(
    [
        "yes",
        "null",
        "1e5",
        "2026-01-01",
        "# heading",
        "## Intended use\nx",
        "---",
        "```\n## a",
        "a: b",
        "- x",
        "'",
        "1_0",
        "~",
    ]
)
_VALUE = {
    FieldKind.TEXT: _TEXT | _AWKWARD,
    FieldKind.LIST: st.lists(_TEXT | _AWKWARD, min_size=1, max_size=3),
    FieldKind.DATE: st.dates().map(str),
    FieldKind.RESULTS: st.just([{"metric": "auc", "value": 0.5}]),
}
_DOCUMENT = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Loan score", "yes", "3"]),
        "more": st.lists(st.fixed_dictionaries({"title": st.sampled_from(["Log", "Uses"]), "text": _TEXT}), max_size=2),
        **{
            section.id: st.fixed_dictionaries({}, optional={spec.id: _VALUE[spec.kind] for spec in section.fields})
            for section in SECTIONS[:4]
        },
    },
)


@given(_DOCUMENT)
def test_markdown_reads_back_as_the_same_card(document: Any) -> None:
    card = ModelCard.from_dict(document)
    again = parse_text(render_markdown(card), name="card.md")
    assert again.to_dict() == card.to_dict()
    assert again.sha256 == card.sha256
