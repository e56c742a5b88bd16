"""Model cards: each publication is a new row that is never changed."""

from django.db import transaction

from evenhand.modelcard import ModelCard as CardDocument
from governance.events import publish
from governance.models import ModelCard, User, Version
from governance.permissions import require


@transaction.atomic
def publish_card(*, version: Version, card: CardDocument, by: User) -> ModelCard:
    """Publish a version's card. The same document again changes nothing."""
    version = Version.objects.select_for_update().get(pk=version.pk)
    require(by, "card.publish", version)
    latest = version.cards.first()
    if latest is not None and latest.sha256 == card.sha256:
        return latest
    published = ModelCard.objects.create(
        version=version,
        number=latest.number + 1 if latest else 1,
        document=card.to_dict(),
        sha256=card.sha256,
        published_by=by,
    )
    publish("card.published", subject=published, by=by)
    return published
