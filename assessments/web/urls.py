"""URLs of the assessments' pages."""

from django.urls import path

from assessments.web import copied, decisions, evidence, exchange, lists, people, questions, tasks

app_name = "assessments"
urlpatterns = [
    path("frameworks/", lists.FrameworkList.as_view(), name="framework-list"),
    path("frameworks/<uuid:uid>/", lists.FrameworkDetail.as_view(), name="framework-detail"),
    path("assessments/", lists.AssessmentList.as_view(), name="assessment-list"),
    path("assessments/start/", lists.AssessmentStart.as_view(), name="assessment-start"),
    path("assessments/<uuid:uid>/", tasks.AssessmentDetail.as_view(), name="assessment-detail"),
    path("assessments/<uuid:uid>/people/", people.AssessmentPeople.as_view(), name="assessment-people"),
    path("assessments/<uuid:uid>/organisation/", copied.AssessmentCopied.as_view(), name="assessment-copied"),
    path("assessments/<uuid:uid>/export/<str:kind>/", exchange.ExportFile.as_view(), name="assessment-export"),
    path("assessments/<uuid:uid>/import/", exchange.ImportAnswers.as_view(), name="assessment-import"),
    path("assessments/<uuid:uid>/check/", decisions.CheckAnswers.as_view(), name="assessment-check"),
    path("assessments/<uuid:uid>/withdraw/", decisions.Withdraw.as_view(), name="assessment-withdraw"),
    path("assessments/<uuid:uid>/review/", decisions.Review.as_view(), name="assessment-review"),
    path("assessments/<uuid:uid>/questions/<str:page>/", questions.QuestionPage.as_view(), name="assessment-question"),
    path(
        "assessments/<uuid:uid>/questions/<str:page>/save/",
        questions.AutosaveQuestion.as_view(),
        name="assessment-autosave",
    ),
    path(
        "assessments/<uuid:uid>/questions/<str:page>/conflict/",
        questions.ConflictPage.as_view(),
        name="assessment-conflict",
    ),
    path("assessments/<uuid:uid>/evidence/<str:question_id>/", evidence.AddEvidence.as_view(), name="evidence-create"),
    path("assessments/<uuid:uid>/comments/<str:question_id>/", evidence.AddComment.as_view(), name="comment-create"),
    path("evidence/<uuid:uid>/", evidence.EvidenceFile.as_view(), name="evidence-detail"),
    path("evidence/<uuid:uid>/withdraw/", evidence.WithdrawEvidence.as_view(), name="evidence-withdraw"),
]
