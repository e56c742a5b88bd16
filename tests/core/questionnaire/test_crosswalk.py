"""The crosswalk between frameworks, and the answers offered on its basis."""

from typing import Any

import pytest

from evenhand.questionnaire.answers import Answer, answers_to_json, read_answers
from evenhand.questionnaire.converting import converted, readable
from evenhand.questionnaire.crosswalk import Crosswalk, Link, ref_key, related, related_to_question, shipped_crosswalk
from evenhand.questionnaire.offers import Offer, OfferKind, Source, offers
from evenhand.questionnaire.parsing import load_framework, parse_framework
from evenhand.questionnaire.references import check_references
from evenhand.questionnaire.schema import Framework

NIST = load_framework("nist-ai-rmf")
STATEMENT = load_framework("iso-42001-soa")
RECORD = load_framework("iso-42005-record")
CANADA = load_framework("canada-aia")

EU_ACT = ("eu-ai-act", "eu-ai-act-fria", "eu-ai-act-annex-iv")
OFFICIAL, OURS = "official NIST crosswalk", "project judgement"


def refs_of(framework: str, clause: str, to: str) -> list[str]:
    return [item.ref for item in related(framework, clause) if item.framework == to]


# --- clauses


def test_a_clause_leads_to_related_clauses_with_the_basis() -> None:
    found = {(item.framework, item.ref): (item.relation, item.basis) for item in related("nist-ai-rmf", "GOVERN 1.1")}
    assert found["iso-42001-soa", "A.2.2"] == ("related", OFFICIAL)
    assert found["eu-ai-act", "Art. 17(1)(a)"] == ("related", OURS)


def test_a_crosswalk_is_read_both_ways() -> None:
    backwards = {item.ref: item.basis for item in related("iso-42001-soa", "A.2.2")}
    assert (backwards["GOVERN 1.1"], backwards["GOVERN 1.2"]) == (OFFICIAL, OURS)
    for link in shipped_crosswalk().links:
        for here, there in ((link.origin, link.target), (link.target, link.origin)):
            framework, _, clause = here.partition(":")
            assert there in {item.full_ref for item in related(framework, clause)}


def test_a_clause_stands_for_its_paragraphs_whichever_way_it_is_spelt() -> None:
    assert "MAP 5.1" in refs_of("eu-ai-act", "Art. 27", "nist-ai-rmf")
    found = refs_of("eu-ai-act", "Art.9(2)(a)", "nist-ai-rmf")
    assert "MAP 3.2" in found  # linked to Art. 9(2)(a) itself
    assert "GOVERN 1.3" in found  # linked to Art. 9(2)
    assert "GOVERN 1.4" in found  # linked to Art. 9 as a whole
    assert "MANAGE 2.3" not in found  # linked to another point of Art. 9(2)


def test_a_number_is_not_the_beginning_of_another() -> None:
    assert ref_key("eu-ai-act:Art. 9(2)(a)") == ("eu-ai-act", "art", "9", "2", "a")
    assert ref_key("eu-ai-act:Art.9(2)(a)") == ref_key("eu-ai-act:Art. 9(2)(a)")
    walk = Crosswalk([Link("a:Art. 5", "b:1", "related", "x"), Link("a:Art. 50", "b:2", "related", "x")])
    assert [item.ref for item in related("a", "Art. 5", walk)] == ["1"]
    assert related("a", "Art. 500", walk) == ()


def test_what_no_crosswalk_names_is_related_to_nothing() -> None:
    assert related("nist-ai-rmf", "GOVERN 9.9") == related("nobody", "1") == ()


def test_every_clause_of_the_crosswalk_is_one_a_framework_we_ship_cites() -> None:
    cited = {(framework.id, control.id) for framework in (NIST, STATEMENT) for control in framework.controls}
    for link in shipped_crosswalk().links:
        for ref in (link.origin, link.target):
            framework, _, clause = ref.partition(":")
            assert framework in ("nist-ai-rmf", "iso-42001-soa", *EU_ACT)
            assert framework in EU_ACT or (framework, clause) in cited, ref


def test_the_impact_assessment_and_the_annex_are_linked_like_the_act_they_belong_to() -> None:
    for part, clause in (("eu-ai-act-fria", "Art. 27"), ("eu-ai-act-annex-iv", "Annex IV")):
        assert refs_of(part, clause, "nist-ai-rmf") == refs_of("eu-ai-act", clause, "nist-ai-rmf") != []


def test_all_subcategories_and_all_controls_are_in_the_crosswalk() -> None:
    subcategories = [
        question for section in NIST.sections for question in section.questions if section.chapter != "generative"
    ]
    assert all(related_to_question(NIST, question) for question in subcategories)
    controls = [question for section in STATEMENT.sections[1:] for question in section.questions]
    unknown = [str(question.code) for question in controls if not related_to_question(STATEMENT, question)]
    assert unknown == ["A.7.6", "A.10.4"]  # no subcategory asks how data is prepared or what customers expect


def test_a_question_leads_to_what_it_names_and_to_what_its_own_clauses_lead_to() -> None:
    named = related_to_question(CANADA, CANADA.question("impact_18"))
    assert [(item.full_ref, item.basis) for item in named] == [("nist-ai-rmf:MEASURE 2.11", "named by canada-aia")]
    linked = {item.full_ref: item.basis for item in related_to_question(NIST, NIST.question("measure_2_11"))}
    assert linked["eu-ai-act:Art. 10(2)(f)"] == OURS


def test_same_as_of_the_frameworks_here_names_questions_that_are_there() -> None:
    screening = load_framework("screening")
    problems = check_references([NIST, STATEMENT, RECORD, CANADA, screening])
    assert [problem for problem in problems if "same_as" in problem] == []


# --- values

TYPES = parse_framework("""\
evenhand_framework: 1
framework: {id: types, version: "1", title: Types}
sections:
  - id: all
    title: All
    questions:
      - {id: text, type: text, prompt: Text, max_length: 20}
      - {id: longtext, type: longtext, prompt: Long}
      - {id: boolean, type: boolean, prompt: Is it?}
      - {id: number, type: number, prompt: How many, unit: people, min: 0}
      - {id: wide_number, type: number, prompt: How much}
      - {id: date, type: date, prompt: When}
      - {id: link, type: link, prompt: Where}
      - id: single
        type: single
        prompt: Which
        choices: [{id: 'yes', label: Certainly}, {id: 'no', label: No}, {id: c, label: Sea}]
      - {id: other, type: single, prompt: Which, choices: [{id: c, label: C}, {id: d, label: D}]}
      - id: multi
        type: multi
        prompt: Which ones
        choices: [{id: 'yes', label: Certainly}, {id: c, label: Sea}]
      - id: rows
        type: group
        prompt: Rows
        questions: [{id: who, type: text, prompt: Who?}, {id: how, type: longtext, prompt: How}]
      - id: narrow_rows
        type: group
        prompt: Rows
        questions: [{id: who, type: text, prompt: Who}]
      - id: matrix
        type: matrix
        prompt: Risk
        likelihood: [{id: rare, label: Rare}, {id: often, label: Often}]
        severity: [{id: small, label: Small}, {id: big, label: Big}]
        levels: [{id: low, label: Low, up_to: 2}, {id: high, label: High, up_to: 4}]
      - id: parts
        type: parts
        prompt: Parts
        questions: [{id: text, type: text, prompt: 'Text:'}, {id: date, type: date, prompt: Date}]
""")
RISK = {"likelihood": "often", "severity": "big"}
ROWS = [{"who": "Ana", "how": "By mail"}, {"who": "Bo"}]


@pytest.mark.parametrize(
    ("source", "value", "target", "expected"),
    [
        ("text", "Few", "longtext", "Few"),
        ("longtext", "Few", "text", "Few"),
        ("longtext", "Far more than twenty characters", "text", None),
        ("longtext", "Two\nlines", "text", None),
        ("number", 12, "longtext", "12 people"),
        ("date", "2026-11-24", "text", "2026-11-24"),
        ("text", "2026-11-24", "date", None),
        ("wide_number", -3, "number", None),
        ("number", 3, "wide_number", 3),
        ("boolean", True, "single", "yes"),
        ("single", "no", "boolean", False),
        ("single", "c", "boolean", None),
        ("single", "c", "other", "c"),
        ("single", "yes", "other", None),
        ("single", "c", "multi", ["c"]),
        ("multi", ["c"], "single", "c"),
        ("multi", ["yes", "c"], "single", None),
        ("multi", ["yes", "c"], "longtext", "Certainly, Sea"),
        ("boolean", False, "text", "No"),
        ("link", "https://example.org", "text", "https://example.org"),
        ("narrow_rows", [{"who": "Ana"}], "rows", [{"who": "Ana"}]),
        ("rows", ROWS, "narrow_rows", None),
        ("rows", ROWS, "longtext", "- Who: Ana; How: By mail\n- Who: Bo"),
        ("matrix", RISK, "matrix", RISK),
        ("matrix", RISK, "longtext", "likelihood: Often, severity: Big"),
        ("parts", {"text": "x", "date": "2026-11-24"}, "longtext", "Text: x\nDate: 2026-11-24"),
        ("parts", {"text": "x"}, "rows", None),
    ],
)  # fmt: skip
def test_a_value_is_carried_over_only_where_it_fits(source: str, value: Any, target: str, expected: Any) -> None:
    found = converted(TYPES.question(source), value, TYPES.question(target))
    assert (found, type(found)) == (expected, type(expected))


def test_a_value_always_fits_the_question_it_was_given_to() -> None:
    given = {
        "text": "x", "longtext": "x\ny", "boolean": False, "number": 3, "date": "2026-11-24", "single": "c",
        "multi": ["yes", "c"], "rows": ROWS, "matrix": RISK, "parts": {"text": "x"}, "link": "https://example.org",
    }  # fmt: skip
    for question_id, value in given.items():
        assert converted(TYPES.question(question_id), value, TYPES.question(question_id)) == value
        assert readable(TYPES.question(question_id), value)


def test_what_is_not_known_is_not_carried_over() -> None:
    assert converted(TYPES.question("text"), {"unknown": True}, TYPES.question("longtext")) is None
    row = [{"who": "Ana", "how": {"unknown": True}}]
    assert converted(TYPES.question("rows"), row, TYPES.question("narrow_rows")) == [{"who": "Ana"}]


# --- offers


def source(framework: Framework, answers: dict[str, Any], name: str = "") -> Source:
    return Source(framework, read_answers(framework, answers), name)


def offered(target: Framework, path: str, *sources: Source, kind: OfferKind = OfferKind.SAME) -> list[Offer]:
    return [one for one in offers(target, sources).get(path, ()) if one.kind is kind]


PURPOSE = "To sort applications by urgency."
MAP = NIST.for_scope("system")
MAPPED = source(MAP, {"map_1_1": {"state": "yes", "purpose": PURPOSE, "explanation": "-"}}, "the mapping")


def test_the_same_question_is_offered_the_answer_with_source_and_basis() -> None:
    [found] = offered(RECORD, "purpose", MAPPED)
    assert (found.value, found.text) == (PURPOSE, PURPOSE)
    assert (found.source, found.framework, found.question) == ("the mapping", "nist-ai-rmf", "map_1_1.purpose")
    assert (found.relation, str(found.basis)) == ("same", "Both ask what the system is for (project judgement)")


def test_it_is_offered_back_although_only_one_side_names_the_other() -> None:
    named = {same.framework_id for part in MAP.question("map_1_1").questions for same in part.same_as}
    assert RECORD.id not in named
    [found] = offered(MAP, "map_1_1.purpose", source(RECORD, {"purpose": PURPOSE}))
    assert (found.value, found.question) == (PURPOSE, "purpose")


def test_a_table_is_offered_as_it_stands() -> None:
    rating = {"likelihood": "likely", "severity": "serious"}
    rows = [{"impact": "Refused", "falls_on": "Applicants", "effect": "harm", "rating": rating}]
    given = source(MAP, {"map_5_1": {"state": "yes", "impacts": rows, "explanation": "-"}})
    [found] = offered(RECORD, "impacts", given)
    assert found.value == rows
    assert answers_to_json(read_answers(RECORD, {"impacts": found.value})) == {"impacts": rows}


@pytest.mark.parametrize("state", [{"not_applicable": "No purpose"}, {"unknown": True}])
def test_what_was_set_aside_or_is_not_known_is_not_offered(state: dict[str, Any]) -> None:
    assert offers(RECORD, [source(MAP, {"map_1_1": state})]) == {}
    unknown = {"map_1_1": {"state": "yes", "purpose": {"unknown": True}, "explanation": "-"}}
    assert offered(RECORD, "purpose", source(MAP, unknown)) == []


def test_hidden_answers_are_not_offered() -> None:
    hidden = {"impact_23": "no", "impact_23y": "Newcomers"}
    assert offered(RECORD, "hardest_hit", source(CANADA, hidden)) == []
    [found] = offered(RECORD, "hardest_hit", source(CANADA, hidden | {"impact_23": "yes"}))
    assert found.value == "Newcomers"


def test_a_related_answer_is_there_to_be_read_not_to_be_taken_over() -> None:
    govern = NIST.for_scope("organisation")
    given = source(govern, {"govern_1_1": {"state": "yes", "explanation": "List kept by legal."}})
    [found] = offered(STATEMENT, "a_2_2", given, kind=OfferKind.RELATED)
    assert (found.question, found.value, str(found.basis)) == ("govern_1_1", None, OFFICIAL)
    assert "List kept by legal." in found.text
    assert "In place" in found.text


def test_questions_that_cite_the_same_clause_are_related() -> None:
    given = source(CANADA, {"fairness_design_12": "yes", "project_details_phase": "design"})
    found = offered(MAP, "measure_3_3", given, kind=OfferKind.RELATED)
    assert [(one.question, str(one.basis)) for one in found] == [
        ("fairness_design_12", "both refer to nist-ai-rmf:MEASURE 3.3")
    ]


def test_a_crosswalk_speaks_only_for_the_two_frameworks_it_links() -> None:
    """Canada's question names MEASURE 2.11, which is linked to A.7.4; nobody linked Canada's question to A.7.4."""
    measured = source(MAP, {"measure_2_11": {"state": "partly", "explanation": "By sex only."}}, "NIST")
    checked = source(CANADA, {"impact_18": "not_checked"}, "Canada")
    assert {one.source for one in offers(STATEMENT, [measured, checked])["a_7_4"]} == {"NIST"}
    assert {one.source for one in offers(RECORD, [measured, checked])["performance"]} == {"NIST", "Canada"}


def test_the_same_question_comes_first_and_only_once() -> None:
    both = [MAPPED, source(CANADA, {"project_details_description": "Triage"}, "the AIA")]
    found = offers(RECORD, both)["purpose"]
    kinds = [one.kind for one in found]
    assert kinds == sorted(kinds, key=[OfferKind.SAME, OfferKind.RELATED].index)
    assert len({(one.source, one.question) for one in found}) == len(found)
    assert {one.source for one in found if one.kind is OfferKind.SAME} == {"the mapping", "the AIA"}


def test_an_answer_that_does_not_fit_is_offered_to_be_read() -> None:
    first = parse_framework(_asking("first", "longtext", ""))
    second = parse_framework(_asking("second", "date", "same_as: [{question: 'first:it', basis: one}]"))
    given = Source(first, {"it": Answer("In the spring")})
    [found] = offers(second, [given])["it"]
    assert (found.kind, found.value, found.text) == (OfferKind.SAME, None, "In the spring")


def test_a_framework_is_not_offered_its_own_answers() -> None:
    assert offers(MAP, [MAPPED]) == {}


def test_only_the_questions_asked_for_are_looked_at() -> None:
    assert set(offers(RECORD, [MAPPED], only=["purpose"])) == {"purpose"}
    assert len(offers(RECORD, [MAPPED])) > 1
    assert offers(RECORD, [MAPPED], only=[]) == {}


def _asking(framework: str, kind: str, more: str) -> str:
    return f"""\
evenhand_framework: 1
framework: {{id: {framework}, version: "1", title: T}}
sections:
  - id: all
    title: All
    questions:
      - id: it
        type: {kind}
        prompt: When
        {more}
"""
