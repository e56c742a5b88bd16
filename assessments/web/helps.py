"""What stands beside a question: why it is asked, who knows, what proves it, where it stands."""

from dataclasses import dataclass

from evenhand.questionnaire.schema import Framework, Question
from evenhand.questionnaire.texts import Text


@dataclass(frozen=True)
class Reference:
    """A clause the question belongs to. Those of other frameworks are our mapping, and say so."""

    text: str
    url: str = ""
    is_our_mapping: bool = False


@dataclass(frozen=True)
class Help:
    """The words of the rail."""

    why: Text
    who_knows: Text
    good_evidence: Text
    references: tuple[Reference, ...]


def help_of(framework: Framework, question: Question) -> Help:
    controls = {control.id: control for control in framework.controls}
    references = []
    if question.code and framework.source:
        references.append(Reference(f"{framework.source.name}, {question.code}", framework.source.url or ""))
    for ref in (ref for ref in question.refs if ref != question.code):
        control = controls.get(ref)
        if control is not None:
            references.append(Reference(control.id, control.url or ""))
        else:
            references.append(Reference(ref.replace(":", ", "), is_our_mapping=True))
    return Help(
        why=question.why,
        who_knows=question.who,
        good_evidence=question.evidence.expected,
        references=tuple(references),
    )
