"""URLs of the assessments' API. No trailing slashes."""

from rest_framework.routers import SimpleRouter

from assessments.api import campaigns, comments, deciding, duties, frameworks, legacy, library, risks, views

router = SimpleRouter(trailing_slash=False)
router.register("frameworks", frameworks.FrameworkViewSet, basename="framework")
router.register("assessments", views.AssessmentViewSet, basename="assessment")
router.register("evidence", views.EvidenceViewSet, basename="evidence")
router.register("signoffs", deciding.SignOffViewSet, basename="signoff")
router.register("legacy-records", legacy.LegacyRecordViewSet, basename="legacy-record")
router.register("risks", risks.RiskViewSet, basename="risk")
router.register("duties", duties.DutyViewSet, basename="duty")
router.register("library", library.LibraryViewSet, basename="library")
router.register("comments", comments.CommentViewSet, basename="comment")
router.register("campaigns", campaigns.CampaignViewSet, basename="campaign")
router.register("campaign-items", campaigns.CampaignItemViewSet, basename="campaign-item")
router.register("routes", deciding.RouteViewSet, basename="route")
router.register("signatories", deciding.SignatoryViewSet, basename="signatory")
router.register("delegations", deciding.DelegationViewSet, basename="delegation")
router.register("signoff-steps", deciding.StepViewSet, basename="signoff-step")
router.register("use-conditions", deciding.UseConditionViewSet, basename="use-condition")
urlpatterns = router.urls
