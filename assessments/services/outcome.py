"""What follows from the answers of an assessment now: scores, outcomes, duties, checks, other assessments."""

from assessments.models import Assessment
from assessments.services.standing import Standing, standing_of
from evenhand.questionnaire.scoring import Result, score


def result_of(assessment: Assessment) -> Result:
    """The result of an assessment by its present answers; for an approved one these are the signed ones."""
    return result_of_standing(standing_of(assessment))


def result_of_standing(standing: Standing) -> Result:
    """The result of answers that have been read already."""
    return score(standing.framework, standing.said, evidence=standing.n_evidence, evaluation=standing.evaluation)
