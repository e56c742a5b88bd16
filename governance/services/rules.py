"""Decision rules: how a score becomes a decision, and what people do with it."""

from decimal import Decimal

from django.db import transaction

from governance.errors import InvalidError
from governance.events import publish, snapshot
from governance.models import DecisionRule, Model, User
from governance.permissions import require


@transaction.atomic
def set_rule(
    *,
    model: Model,
    name: str,
    human_action: str,
    by: User,
    threshold: Decimal | None = None,
    score_minimum: Decimal = Decimal(0),
    score_maximum: Decimal = Decimal(1),
    positive_means: str = "",
    post_processing: str = "",
    overrides: str = "",
) -> DecisionRule:
    """Set the model's decision rule. The same rule again changes nothing; another becomes the current one."""
    model = Model.objects.select_for_update().get(pk=model.pk)
    require(by, "rule.set", model)
    _check(human_action, threshold, score_minimum, score_maximum)
    content = {
        "name": name,
        "threshold": threshold,
        "score_minimum": score_minimum,
        "score_maximum": score_maximum,
        "positive_means": positive_means,
        "human_action": human_action,
        "post_processing": post_processing,
        "overrides": overrides,
    }
    current = DecisionRule.objects.filter(model=model, is_current=True).first()
    if current and all(getattr(current, field) == value for field, value in content.items()):
        return current
    if current:
        before = snapshot(current)
        current.is_current = False
        current.save(update_fields=["is_current"])
        publish("rule.replaced", subject=current, by=by, before=before)
    rule = DecisionRule.objects.create(
        model=model, number=DecisionRule.objects.filter(model=model).count() + 1, is_current=True, **content
    )
    publish("rule.set", subject=rule, by=by)
    return rule


def _check(human_action: str, threshold: Decimal | None, minimum: Decimal, maximum: Decimal) -> None:
    if not human_action.strip():
        raise InvalidError("Say what people do with the score.", fields={"human_action": ["required"]})
    if minimum >= maximum:
        raise InvalidError(
            "The lowest score must be below the highest.", fields={"score_minimum": ["not below maximum"]}
        )
    if threshold is not None and not minimum <= threshold <= maximum:
        raise InvalidError(
            f"The threshold {threshold} lies outside the scores, {minimum} to {maximum}.",
            fields={"threshold": ["outside the score's range"]},
        )
