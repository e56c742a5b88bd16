"""URLs of the assessments' API. No trailing slashes."""

from rest_framework.routers import SimpleRouter

from assessments.api import duties, legacy, risks, views

router = SimpleRouter(trailing_slash=False)
router.register("frameworks", views.FrameworkViewSet, basename="framework")
router.register("assessments", views.AssessmentViewSet, basename="assessment")
router.register("evidence", views.EvidenceViewSet, basename="evidence")
router.register("signoffs", views.SignOffViewSet, basename="signoff")
router.register("legacy-records", legacy.LegacyRecordViewSet, basename="legacy-record")
router.register("risks", risks.RiskViewSet, basename="risk")
router.register("duties", duties.DutyViewSet, basename="duty")
urlpatterns = router.urls
