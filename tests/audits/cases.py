"""The COMPAS case built by services alone, for tests that must really commit."""

from dataclasses import dataclass
from decimal import Decimal

from audits.models import Evaluation
from audits.services.goals import agree_goal, propose_goal
from audits.services.plans import set_plan
from governance import services
from governance.models import Team, User, Version
from tests.audits.conftest import COLUMNS, GOAL


@dataclass(frozen=True)
class Case:
    """Who and what there is."""

    team: Team
    engineer: User
    compliance: User
    version: Version

    @property
    def owed(self) -> Evaluation:
        found: Evaluation = Evaluation.objects.get(version=self.version, is_extra=False)
        return found


def person(team: Team, role: str) -> User:
    user = services.create_person(email=f"{role}@{team.slug}.example", name=role.title(), password=None, by=None)
    services.grant_role(team=team, user=user, role=role, by=None)
    return user


def build_case() -> Case:
    team = services.create_team(slug="pretrial", name="Pretrial services", by=None)
    engineer, compliance = person(team, "engineer"), person(team, "compliance")
    system = services.register_system(team=team, name="Recidivism risk score", purpose="Scores.", by=engineer)
    model = services.register_model(system=system, name="General score", by=engineer)
    services.set_rule(
        model=model, name="5 and up", human_action="A judge sees the score.", threshold=Decimal(5),
        score_minimum=Decimal(1), score_maximum=Decimal(10), by=engineer,
    )  # fmt: skip
    goal = agree_goal(goal=propose_goal(model=model, document=GOAL, by=engineer), by=compliance)
    data_set = services.register_dataset(team=team, name="Broward County", by=engineer)
    set_plan(model=model, name="By race", data_set=data_set, columns=COLUMNS, goals=[goal], by=engineer)
    version, _ = services.register_version(model=model, name="2.1", by=engineer)
    return Case(team, engineer, compliance, version)
