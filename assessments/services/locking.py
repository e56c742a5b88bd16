"""Every write of an assessment first takes its row, so that writes come one after the other."""

from assessments.models import AnswerAuthor, Assessment
from governance.models import User


def locked(assessment: Assessment) -> Assessment:
    """The assessment as it is now, held until the transaction ends.

    Rows that point to it may still be added (no key is locked), so that a change of the registry that raises doubts
    about answers never waits for somebody who waits for the registry.
    """
    return Assessment.objects.with_parts().select_for_update(of=("self",), no_key=True).get(pk=assessment.pk)


def note_author(assessment: Assessment, user: User, act: AnswerAuthor.Act) -> None:
    """Remember for good that this person had a hand in the assessment."""
    AnswerAuthor.objects.bulk_create([AnswerAuthor(assessment=assessment, user=user, act=act)], ignore_conflicts=True)
