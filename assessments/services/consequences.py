"""What follows from an approval: tier, duties and risks of the system, and the notices about them."""

from assessments.models import Assessment
from governance.models import User


def after_approval(assessment: Assessment, by: User) -> None:
    """Called in the transaction in which an assessment becomes approved, after older ones are superseded."""
