"""URLs of the pages of audits."""

from django.urls import path

from audits.web import audits, evaluations, exploring, goals, papers, record, reports

app_name = "audits"
urlpatterns = [
    path("evaluations/", evaluations.EvaluationList.as_view(), name="evaluation-list"),
    path("evaluations/<uuid:uid>/", evaluations.EvaluationDetail.as_view(), name="evaluation-detail"),
    path("evaluations/<uuid:uid>/explore/", exploring.FairnessExplorer.as_view(), name="fairness"),
    path("evaluations/<uuid:uid>/job/", evaluations.EvaluationJob.as_view(), name="evaluation-job"),
    path("evaluations/<uuid:uid>/file/", evaluations.EvaluationFile.as_view(), name="evaluation-file"),
    path("evaluations/<uuid:uid>/retry/", evaluations.EvaluationRetry.as_view(), name="evaluation-retry"),
    path("evaluations/<uuid:uid>/close/", evaluations.EvaluationClose.as_view(), name="evaluation-close"),
    path("models/<uuid:uid>/goals/", goals.GoalList.as_view(), name="goal-list"),
    path("models/<uuid:uid>/goals/new/", goals.GoalPropose.as_view(), name="goal-propose"),
    path("models/<uuid:uid>/plan/", goals.PlanSet.as_view(), name="plan-set"),
    path("goals/<uuid:uid>/agree/", goals.GoalAgree.as_view(), name="goal-agree"),
    path("goals/<uuid:uid>/retire/", goals.GoalRetire.as_view(), name="goal-retire"),
    path("audits/", audits.AuditList.as_view(), name="audit-list"),
    path("systems/<uuid:uid>/audits/new/", audits.AuditOpen.as_view(), name="audit-open"),
    path("audits/<uuid:uid>/", audits.AuditDetail.as_view(), name="audit-detail"),
    path("audits/<uuid:uid>/change/", audits.AuditChange.as_view(), name="audit-change"),
    path("audits/<uuid:uid>/conclude/", audits.AuditConclude.as_view(), name="audit-conclude"),
    path("audits/<uuid:uid>/report/", audits.ReportRequest.as_view(), name="report-request"),
    path("assessments/<uuid:uid>/pdf/", papers.AssessmentPdf.as_view(), name="assessment-pdf"),
    path("reports/", reports.ReportList.as_view(), name="report-list"),
    path("reports/<uuid:uid>/", reports.ReportDetail.as_view(), name="report-detail"),
    path("reports/<uuid:uid>/job/", reports.ReportJob.as_view(), name="report-job"),
    path("reports/<uuid:uid>/file/", reports.ReportFile.as_view(), name="report-file"),
    path("reports/<uuid:uid>/bundle/", reports.ReportBundle.as_view(), name="report-bundle"),
    path("reports/<uuid:uid>/retry/", reports.ReportRetry.as_view(), name="report-retry"),
    path("record/", record.RecordList.as_view(), name="record"),
    path("record/checkpoint/", record.CheckpointFile.as_view(), name="record-checkpoint"),
    path("record/<uuid:uid>/", record.EntryDetail.as_view(), name="record-entry"),
]
