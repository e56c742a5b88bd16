"""The plan of each framework, made once."""

from dataclasses import replace
from weakref import WeakKeyDictionary

from evenhand.questionnaire.conditions import compile_condition
from evenhand.questionnaire.plan import Plan
from evenhand.questionnaire.planning import Planner
from evenhand.questionnaire.reachability import unreachable
from evenhand.questionnaire.schema import Framework

_plans: WeakKeyDictionary[Framework, Plan] = WeakKeyDictionary()


def plan_of(framework: Framework) -> Plan:
    """The plan of a framework, its conditions compiled when they are first run."""
    if framework not in _plans:
        _plans[framework] = Planner(framework).plan()
    return _plans[framework]


def checked_plan_of(framework: Framework) -> Plan:
    """The plan with every condition compiled now; its ``faults`` are what is wrong with the framework."""
    planner = Planner(framework, read=compile_condition)
    plan = planner.plan()
    if not plan.faults:
        plan = replace(plan, faults=tuple(unreachable(plan, planner.variables)))
    _plans[framework] = plan
    return plan
