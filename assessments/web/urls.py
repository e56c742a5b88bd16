"""URLs of the assessments' pages."""

from django.urls import path

from assessments.web import (
    compare,
    copied,
    decisions,
    duties,
    evidence,
    exchange,
    legacy,
    lists,
    outcome,
    people,
    questions,
    risks,
    sections,
    starting,
    tasks,
)

app_name = "assessments"
urlpatterns = [
    path("frameworks/", lists.FrameworkList.as_view(), name="framework-list"),
    path("frameworks/<uuid:uid>/", lists.FrameworkDetail.as_view(), name="framework-detail"),
    path("assessments/", lists.AssessmentList.as_view(), name="assessment-list"),
    path("assessments/start/", starting.AssessmentStart.as_view(), name="assessment-start"),
    path("assessments/earlier/add/", legacy.LegacyAdd.as_view(), name="legacy-add"),
    path("assessments/earlier/<uuid:uid>/", legacy.LegacyDetail.as_view(), name="legacy-detail"),
    path("assessments/earlier/<uuid:uid>/file/", legacy.LegacyFile.as_view(), name="legacy-file"),
    path("assessments/<uuid:uid>/", tasks.AssessmentDetail.as_view(), name="assessment-detail"),
    path("assessments/<uuid:uid>/people/", people.AssessmentPeople.as_view(), name="assessment-people"),
    path("assessments/<uuid:uid>/organisation/", copied.AssessmentCopied.as_view(), name="assessment-copied"),
    path("assessments/<uuid:uid>/export/<str:kind>/", exchange.ExportFile.as_view(), name="assessment-export"),
    path("assessments/<uuid:uid>/import/", exchange.ImportAnswers.as_view(), name="assessment-import"),
    path("assessments/<uuid:uid>/outcome/", outcome.AssessmentOutcome.as_view(), name="assessment-outcome"),
    path("assessments/<uuid:uid>/compare/", compare.AssessmentCompare.as_view(), name="assessment-compare"),
    path(
        "assessments/<uuid:uid>/sections/<str:section_id>/", sections.SectionPage.as_view(), name="assessment-section"
    ),
    path(
        "assessments/<uuid:uid>/questions/<str:page>/confirm/", sections.ConfirmAnswer.as_view(), name="answer-confirm"
    ),
    path("assessments/<uuid:uid>/questions/<str:page>/offer/", sections.UseOffer.as_view(), name="answer-offer"),
    path("duties/", duties.DutyList.as_view(), name="duty-list"),
    path("duties/<uuid:uid>/", duties.DutyDetail.as_view(), name="duty-detail"),
    path("systems/<uuid:uid>/risks/", risks.RiskList.as_view(), name="risk-list"),
    path("systems/<uuid:uid>/risks/new/", risks.RiskCreate.as_view(), name="risk-create"),
    path("risks/<uuid:uid>/", risks.RiskDetail.as_view(), name="risk-detail"),
    path("mitigations/<uuid:uid>/done/", risks.MitigationDone.as_view(), name="mitigation-done"),
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
