"""Renders the gallery: one page for the components, one for each kind of page. Needs no database."""

from pathlib import Path
from typing import Any

from django.core.paginator import Paginator
from django.template import Engine, RequestContext
from django.test import RequestFactory, override_settings

from config.states import STATES, TIERS
from governance.models import User
from tests.looks import sample_registry, sample_work, samples

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("components", "home", "system", "version", "tasks", "question", "report", "sign_in")


def engine() -> Engine:
    return Engine(
        dirs=[str(ROOT / "config/templates"), str(Path(__file__).parent / "templates")],
        app_dirs=True,
        builtins=["config.ui", "django.templatetags.static"],
        context_processors=["django.template.context_processors.request", "django.template.context_processors.csrf"],
    )


def person() -> User:
    user = User(name="Maren Solberg", email="maren@example.org")
    user.__dict__["role_line"] = "Compliance, Pretrial services"
    return user


def bad_form() -> samples.SampleForm:
    return samples.SampleForm({"name": "", "due_on": "3 Nov", "kind": "batch", "text": "Typed text stays."})


def contexts(chart: str = "", phone_chart: str = "") -> dict[str, dict[str, Any]]:
    components = {
        "states": sorted(STATES),
        "tiers": list(TIERS),
        "form": samples.SampleForm(),
        "bad_form": bad_form(),
        "page_obj": Paginator(range(120), 50).page(2),
        "now": samples.NOW,
        "digest": samples.DIGEST,
        "job": {
            "uid": "1",
            "title": "Evaluation",
            "status": "running",
            "step": "counting part 3 of 8",
            "done": 3,
            "total": 8,
            "started_at": samples.NOW,
        },
        "queued_job": {"uid": "2", "title": "Report", "status": "queued"},
        "failed_job": {
            "uid": "3",
            "title": "Calibration",
            "status": "failed",
            "error": "Column decile_score: 3 cells are empty. Fill them or leave the rows out, then try again.",
            "retry_url": "#",
            "details": "EmptyCellError at row 12",
        },
        "files": [{"name": "model.skops", "sha256": samples.DIGEST, "size": 412_000, "url": "#"}],
        **{key: value for key, value in sample_registry.system().items() if key in {"tabs", "facts"}},
        "entries": sample_registry.home()["entries"],
    }
    return {
        "components": components,
        "home": sample_registry.home(),
        "system": sample_registry.system(),
        "version": sample_registry.version(chart, phone_chart),
        "tasks": sample_work.tasks(),
        "question": {**sample_work.question(), "form": samples.SampleForm()},
        "report": sample_work.report(),
        "sign_in": {"form": samples.SampleForm()},
    }


def render(page: str, **drawings: str) -> str:
    request = RequestFactory().get("/")
    request.user = person()
    context = RequestContext(request, {"user": request.user, **contexts(**drawings)[page]})
    with override_settings(ROOT_URLCONF="tests.looks.urls"):
        return engine().get_template(f"looks/{page}.html").render(context)
