"""URLs of the API of audits. No trailing slashes."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from audits.api import audits, evaluations, goals, ledger, papers

router = SimpleRouter(trailing_slash=False)
router.register("goals", goals.GoalViewSet, basename="goal")
router.register("plans", goals.PlanViewSet, basename="plan")
router.register("evaluations", evaluations.EvaluationViewSet, basename="evaluation")
router.register("audits", audits.AuditViewSet, basename="audit")
router.register("reports", audits.ReportViewSet, basename="report")
urlpatterns = [
    path(
        "versions/<uuid:uid>/evaluations",
        evaluations.VersionEvaluationsViewSet.as_view({"get": "list", "post": "create"}),
        name="version-evaluations",
    ),
    path("assessments/<uuid:uid>/pdf", papers.AssessmentPdfViewSet.as_view({"get": "pdf"}), name="assessment-pdf-file"),
    *ledger.urlpatterns,
    *router.urls,
]
