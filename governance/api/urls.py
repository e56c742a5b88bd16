"""URLs of the registry's API. No trailing slashes."""

from rest_framework.routers import SimpleRouter

from governance.api import notices, openapi, views

__all__ = ["openapi", "urlpatterns"]

router = SimpleRouter(trailing_slash=False)
router.register("teams", views.TeamViewSet, basename="team")
router.register("tokens", views.TokenViewSet, basename="token")
router.register("systems", views.SystemViewSet, basename="system")
router.register("models", views.ModelViewSet, basename="model")
router.register("rules", views.RuleViewSet, basename="rule")
router.register("versions", views.VersionViewSet, basename="version")
router.register("cards", views.CardViewSet, basename="card")
router.register("datasets", views.DataSetViewSet, basename="dataset")
router.register("notices", notices.NoticeViewSet, basename="notice")
urlpatterns = router.urls
