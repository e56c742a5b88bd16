"""Models of a system."""

from django.db import transaction
from django.utils.text import slugify

from governance.errors import ConflictError, InvalidError
from governance.events import publish
from governance.models import Model, System, User
from governance.permissions import require


@transaction.atomic
def register_model(
    *,
    system: System,
    name: str,
    by: User,
    slug: str = "",
    origin: str = Model.Origin.OWN,
    vendor: str = "",
    description: str = "",
) -> Model:
    """Register a model family. A vendor's model names its vendor."""
    require(by, "model.register", system)
    slug = slug or slugify(name)[:80]
    if origin not in Model.Origin.values:
        raise InvalidError(
            f"{origin} is no origin; choose one of {', '.join(Model.Origin.values)}.", fields={"origin": ["unknown"]}
        )
    if Model.objects.filter(system=system, slug=slug).exists():
        raise ConflictError(
            f"{system.name} has a model with the short name {slug} already.", fields={"slug": ["already in use"]}
        )
    if not name.strip():
        raise InvalidError("Give the model a name.", fields={"name": ["required"]})
    model = Model.objects.create(
        system=system, slug=slug, name=name, origin=origin, vendor=vendor, description=description
    )
    publish("model.registered", subject=model, by=by)
    return model
