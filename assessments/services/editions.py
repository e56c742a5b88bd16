"""Publishing frameworks: read, checked, and from then on unchangeable."""

from django.db import transaction
from django.utils import timezone

from assessments.models import FrameworkEdition
from evenhand.questionnaire.editions import document_digest
from evenhand.questionnaire.parsing import load_framework
from evenhand.questionnaire.schema import Framework
from evenhand.questionnaire.shipped import shipped_ids
from evenhand.questionnaire.writing import framework_to_document
from governance.errors import ConflictError
from governance.events import publish
from governance.models import Team, User
from governance.permissions import require


@transaction.atomic
def publish_edition(
    *, framework: Framework, by: User | None, team: Team | None = None, change_note: str = ""
) -> FrameworkEdition:
    """Publish a checked framework. The same content again changes nothing; other content needs a new version.

    An edition of a team is seen by its people only; one without a team is everybody's.
    """
    document = framework_to_document(framework)
    edition = FrameworkEdition(
        framework_id=framework.id,
        version=framework.version,
        title=str(framework.title)[:200],
        team=team,
        change_note=change_note.strip(),
        document=document,
        sha256=document_digest(document),
        published_at=timezone.now(),
    )
    if by is not None:
        require(by, "framework.publish", edition)
    existing = FrameworkEdition.objects.filter(framework_id=framework.id, version=framework.version).first()
    if existing is not None:
        if existing.sha256 == edition.sha256:
            return existing
        raise ConflictError(
            f"{framework.title} {framework.version} is published already with other content. Give it a new version.",
            fields={"version": ["published with other content"]},
        )
    edition.save()
    publish("framework.published", subject=edition, by=by)
    return edition


def load_shipped_frameworks() -> list[FrameworkEdition]:
    """Publish every framework that comes with the package. Running it again changes nothing."""
    return [publish_edition(framework=load_framework(name), by=None) for name in shipped_ids()]
