"""Fields of Django forms: label, hint, error and control, tied together."""

from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

from config.ui.library import register


@register.simple_tag
def field(bound: BoundField, hint: str = "", label: str = "", width: str = "", *, optional: bool | None = None) -> str:
    """A form field: label, hint, error, control, tied together for screen readers.

    `width` is short, date or half; `optional` writes "(optional)" and follows `required` unless given.
    """
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "select" if widget.__class__.__name__.startswith("Select") else "textarea")
    shape = _shape(widget.__class__.__name__, kind)
    # Django's own help texts are markup of ours; a hint handed in may carry anybody's words.
    bound_hint = conditional_escape(hint) if hint else mark_safe(str(bound.help_text or ""))  # noqa: S308
    ids = [f"{bound.auto_id}_{part}" for part, there in (("hint", bound_hint), ("error", bound.errors)) if there]
    context = {
        "bound": bound,
        "shape": shape,
        "label": label or bound.label,
        "hint": bound_hint,
        "optional": not bound.field.required if optional is None else optional,
        "control": bound.as_widget(attrs=_control_attributes(shape, width, ids, invalid=bool(bound.errors))),
    }
    return render_to_string("components/field.html", context)


def _shape(widget: str, kind: str) -> str:
    if widget in {"RadioSelect", "CheckboxSelectMultiple"}:
        return "choices"
    if kind in {"checkbox", "hidden"}:
        return kind
    return "select" if kind == "select" else "line"


def _control_attributes(shape: str, width: str, ids: list[str], *, invalid: bool) -> dict[str, str | bool]:
    css = {"select": "form-select", "line": "form-control"}.get(shape, "")
    attributes: dict[str, str | bool] = {"class": f"{css} width-{width}" if width and css else css}
    if ids:
        attributes["aria-describedby"] = " ".join(ids)
    if invalid:
        attributes["aria-invalid"] = "true"
    return {name: value for name, value in attributes.items() if value}
