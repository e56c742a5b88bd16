"""URLs of the registry's pages."""

from django.urls import path

from governance.models import DataSet
from governance.web import home, inbox, systems, teams, versions

app_name = "governance"
urlpatterns = [
    path("", home.HomePage.as_view(), name="home"),
    path("search/", home.SearchPage.as_view(), name="search"),
    path("inbox/", inbox.Inbox.as_view(), name="inbox"),
    path("inbox/read/", inbox.AllRead.as_view(), name="inbox-read"),
    path("inbox/<uuid:uid>/", inbox.OpenNotice.as_view(), name="notice-open"),
    path("systems/", systems.SystemList.as_view(), name="system-list"),
    path("systems/new/", systems.SystemCreate.as_view(), name="system-create"),
    path("systems/<uuid:uid>/", systems.SystemDetail.as_view(), name="system-detail"),
    path("systems/<uuid:uid>/change/", systems.SystemChange.as_view(), name="system-change"),
    path("systems/<uuid:uid>/move/", systems.SystemMove.as_view(), name="system-move"),
    path("systems/<uuid:uid>/models/new/", systems.ModelCreate.as_view(), name="model-create"),
    path("models/<uuid:uid>/", systems.ModelDetail.as_view(), name="model-detail"),
    path("versions/<uuid:uid>/", versions.VersionDetail.as_view(), name="version-detail"),
    path("versions/<uuid:uid>/card/", versions.CardDetail.as_view(), name="card-detail"),
    path("cards/<uuid:uid>/", versions.CardRevision.as_view(), name="card-revision"),
    path("files/<uuid:uid>/", versions.FileDownload.as_view(), name="file-download"),
    path("datasets/", teams.DataSetList.as_view(), name="dataset-list"),
    path("datasets/<uuid:uid>/", teams.DataSetDetail.as_view(), name="dataset-detail"),
    path("datasets/<uuid:uid>/file/", versions.FileDownload.as_view(kind=DataSet), name="dataset-download"),
    path("teams/", teams.TeamList.as_view(), name="team-list"),
    path("teams/<uuid:uid>/", teams.TeamDetail.as_view(), name="team-detail"),
    path("memberships/<uuid:uid>/revoke/", teams.RoleRevoke.as_view(), name="role-revoke"),
    path("tokens/", teams.TokenList.as_view(), name="token-list"),
    path("tokens/<uuid:uid>/revoke/", teams.TokenRevoke.as_view(), name="token-revoke"),
]
