"""OSCAL catalogs and profiles read into our format."""

import json
from typing import Any

import pytest

from evenhand.documents import write_yaml
from evenhand.errors import InputError
from evenhand.questionnaire.importing import Imported, import_framework
from evenhand.questionnaire.parsing import parse_framework

METADATA = {"title": "Toy catalog", "version": "2.0", "oscal-version": "1.1.2", "published": "2026-05-10T00:00:00Z"}


def control(identifier: str, *parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": identifier, "title": f"Control {identifier}", "parts": list(parts), **more}


def part(name: str, prose: str = "", *parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "prose": prose, **({"parts": list(parts)} if parts else {}), **more}


def catalog(*groups: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"catalog": {"uuid": "1b1d2f3a-0000-4000-8000-000000000001", "metadata": METADATA, "groups": groups, **more}}


def imported(document: Any) -> Imported:
    found = import_framework(json.dumps(document, indent=1), "oscal", name="toy.json")
    parse_framework(found.to_yaml())  # every import passes our own check, whatever it left out
    return found


def notes(found: Imported) -> str:
    return "\n".join(str(note) for note in found.notes)


def test_groups_are_sections_and_controls_are_asked() -> None:
    guidance, statement = part("guidance", "Ask everybody."), part("statement", "Keep a list of users.")
    inner = {"id": "ac.2", "title": "Inner", "controls": [control("ac-2", part("statement", "Review it."))]}
    group = {"id": "ac", "title": "Access", "controls": [control("ac-1", statement, guidance)], "groups": [inner]}
    found = imported(catalog(group))
    framework = found.framework
    assert (framework.id, framework.version, framework.published_on) == ("toy-catalog", "2.0", "2026-05-10")
    assert [str(section.title) for section in framework.sections] == ["Access", "Access: Inner"]
    assert [item.id for item in framework.controls] == ["ac-1", "ac-2"]
    first = framework.questions[0]
    assert (str(first.prompt), first.code, first.refs) == ("Keep a list of users.", "ac-1", ("ac-1",))
    assert str(first.help) == "Control ac-1\n\nAsk everybody."
    assert (first.source_id, first.is_tallied) == ("ac-1", True)
    assert found.notes == ()
    assert parse_framework(found.to_yaml()).questions_by_id.keys() == framework.questions_by_id.keys()


def test_every_assessment_objective_with_a_text_is_a_question() -> None:
    objectives = part(
        "assessment-objective",
        "Find out whether",
        part("assessment-objective", "a list exists;", id="ac-1_obj.a"),
        part("assessment-objective", "it is reviewed.", id="ac-1_obj.b"),
    )
    method = part("assessment-method", "", part("assessment-objects", "The list; its owner"))
    found = imported(catalog({"id": "ac", "title": "Access", "controls": [control("ac-1", objectives, method)]}))
    assert [(item.source_id, str(item.prompt)) for item in found.framework.questions] == [
        ("ac-1_obj.a", "Find out whether a list exists;"),
        ("ac-1_obj.b", "Find out whether it is reviewed."),
    ]
    assert str(found.framework.questions[0].evidence.expected) == "The list; its owner"
    assert {item.refs for item in found.framework.questions} == {("ac-1",)}


def test_parameters_are_written_into_the_text() -> None:
    params = [
        {"id": "p1", "values": ["30 days"]},
        {"id": "p2", "select": {"choice": ["weekly", "every {{ insert: param, p1 }}"]}},
        {"id": "p3", "label": "who reviews"},
    ]
    text = (
        "Review {{ insert: param, p2 }} by {{insert: param,p3}}, {{ insert: param, gone }}, in {{ insert: param, p1 }}."
    )
    found = imported(
        catalog({"id": "ac", "title": "A", "controls": [control("ac-1", part("statement", text), params=params)]})
    )
    expected = "Review [choose: weekly; every 30 days] by [who reviews], [gone], in 30 days."
    assert str(found.framework.questions[0].prompt) == expected


def test_enhancements_follow_their_control_and_withdrawn_ones_are_named() -> None:
    inner = [control("ac-1.1"), control("ac-1.2", props=[{"name": "status", "value": "withdrawn"}])]
    found = imported(
        catalog({"id": "ac", "title": "A", "controls": [control("ac-1", controls=inner), control("ac-1")]})
    )
    assert [item.source_id for item in found.framework.questions] == ["ac-1", "ac-1.1"]
    assert "(ac-1.2): this control is withdrawn" in notes(found)
    assert "a control with this id was read already" in notes(found)


def test_what_has_no_counterpart_is_named_with_its_place() -> None:
    odd = control(
        "ac-1",
        part("house-style", "x"),
        links=[{"href": "#ac-2"}],
        props=[{"name": "topic", "value": "x"}],
        params=[{"id": "p", "constraints": [{}]}],
    )
    found = imported(catalog({"id": "ac", "title": "A", "controls": [odd]}, **{"back-matter": {"resources": [{}]}}))
    for words in (
        "'house-style'",
        "links of a control",
        "constraints of a parameter",
        "properties topic",
        "citations and attachments",
    ):
        assert words in notes(found)
    assert "catalog.groups.0.controls.0 (ac-1)" in notes(found)


def test_a_profile_asks_for_the_controls_it_names() -> None:
    profile = {
        "profile": {
            "uuid": "x",
            "metadata": METADATA,
            "imports": [
                {"href": "#c", "include-controls": [{"with-ids": ["ac-1", "ac-2"]}]},
                {"href": "other.json", "include-all": {}, "exclude-controls": [{"with-ids": ["x"]}]},
            ],
            "merge": {"custom": {"groups": []}},
            "modify": {
                "set-parameters": [{"param-id": "p1", "values": ["9 days"]}],
                "alters": [
                    {
                        "control-id": "ac-2",
                        "adds": [{"parts": [part("statement", "Within {{ insert: param, p1 }}.")]}],
                        "removes": [{"by-name": "guidance"}],
                    }
                ],
            },
        }
    }
    found = imported(profile)
    assert [(item.source_id, str(item.prompt)) for item in found.framework.questions] == [
        ("ac-1", "ac-1"),
        ("ac-2", "Within 9 days."),
    ]
    for words in (
        "only named by their ids",
        "every control of 'other.json'",
        "left out by pattern",
        "own order",
        "takes out",
    ):
        assert words in notes(found)


def test_yaml_is_read_as_well() -> None:
    document = json.loads(json.dumps(catalog({"id": "ac", "title": "A", "controls": [control("ac-1")]})))
    found = import_framework(write_yaml(document), "oscal", name="toy.yaml")
    assert [str(item.prompt) for item in found.framework.questions] == ["Control ac-1"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('{"pages": []}', "is not an OSCAL catalog or profile: there is no 'catalog' or 'profile' at its top"),
        ('{"system-security-plan": {}}', "is not an OSCAL catalog or profile: it is an OSCAL system security plan"),
        ('{"catalog": []}', "no 'catalog' or 'profile'"),
        ('{"catalog": {"metadata": 3}}', "no control in it asks anything"),
        ("hello", "no 'catalog' or 'profile'"),
        ("<catalog/>", "no 'catalog' or 'profile'|is not valid YAML"),
    ],
)
def test_a_file_that_is_none_is_one_clear_sentence(content: str, why: str) -> None:
    with pytest.raises(InputError, match=why) as caught:
        import_framework(content, "oscal", name="toy.json")
    assert caught.value.sentence.startswith("toy.json")
