"""Every write is a service: keyword-only, says who acts, and announces what it changed."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import assessments.services
import governance.services

ROOT = Path(__file__).resolve().parents[2]
SERVICES = sorted(
    path for app in ("governance", "assessments", "audits") for path in (ROOT / app).glob("services/*.py")
)
WRITES = {"save", "create", "bulk_create", "bulk_update", "update_or_create", "get_or_create"}
MANAGERS = {"update", "delete"}  # of querysets; a dict and a file have methods of that name too
ANNOUNCES = {"publish", "record_refusal"}

# Modules that write rows and announce nothing, each with its reason. A new one must be argued for here.
SILENT = {
    # progress of a job that is under way: its start and its end are announced by the modules that call this
    "audits/services/jobs.py",
    # pictures kept beside a result so that a page need not draw them again
    "audits/services/drawing.py",
    # who wrote part of an assessment: announced with the answer or evidence it stands for
    "assessments/services/locking.py",
    # what the latest check of the ledger found: written into the ledger it would change what was checked
    "audits/services/ledger_checks.py",
    # messages to people: what they tell of is announced by whoever calls this
    "governance/services/notices.py",
}

# Steps inside a service of another module, called in its transaction and never by an edge.
STEPS = {
    "fail_evaluation", "fail_report", "copy_signed_answers", "open_steps", "set_conditions", "signed", "write_steps",
    "complete_if_agreed",
}  # fmt: skip


def writes_of(tree: ast.Module) -> list[str]:
    """Calls that change rows: `x.save(...)`, `X.objects...create(...)`, `X.objects...update(...)`."""
    found = []
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if not isinstance(call.func, ast.Attribute):
            continue
        name, owner = call.func.attr, ast.unparse(call.func.value)
        if owner == "self" or "save=False" in map(ast.unparse, call.keywords):
            continue  # a view's own method; the bytes of a file, whose row is saved afterwards
        if name in WRITES or (name in MANAGERS and ".objects" in owner):
            found.append(f"{owner}.{name} in line {call.lineno}")
    return found


def announces(tree: ast.Module) -> bool:
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(isinstance(func, ast.Name) and func.id in ANNOUNCES for func in calls)


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_writes_in_silence(path: Path) -> None:
    tree = ast.parse(path.read_text())
    written, name = writes_of(tree), str(path.relative_to(ROOT))
    if name in SILENT:
        assert not announces(tree), f"{name} announces now; take it off the list"
    else:
        assert not written or announces(tree), f"{name} writes and publishes nothing: {written}"


def test_the_list_of_exceptions_names_real_modules() -> None:
    assert {str(path.relative_to(ROOT)) for path in SERVICES} >= SILENT


def test_edges_write_nothing_themselves() -> None:
    edges = [
        path
        for app in ("governance", "assessments", "audits")
        for edge in ("web", "api")
        for path in (ROOT / app / edge).rglob("*.py")
    ]
    writing = {str(path.relative_to(ROOT)) for path in edges if writes_of(ast.parse(path.read_text()))}
    # the answer to an Idempotency-Key is about the request, not about anything on the record
    assert writing == {"governance/api/base.py"}


def offered(package: ModuleType) -> Iterator[tuple[str, inspect.Signature]]:
    for name in package.__all__:
        thing = getattr(package, name)
        if inspect.isfunction(thing):
            yield f"{package.__name__}.{name}", inspect.signature(thing)


def public_writes(path: Path) -> Iterator[ast.FunctionDef]:
    """Functions of a module without underscore that announce something themselves."""
    functions = (node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef))
    for node in functions:
        if not node.name.startswith("_") and announces(ast.Module(body=[node], type_ignores=[])):
            yield node


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_announces_takes_keywords_and_says_who_acts(path: Path) -> None:
    for function in public_writes(path):
        where = f"{path.relative_to(ROOT)}: {function.name}"
        if function.name in STEPS:
            continue
        assert not function.args.args, f"{where} takes positional arguments"
        names = {argument.arg for argument in function.args.kwonlyargs}
        by_the_system = ast.unparse(function).count("by=None")
        assert "by" in names or by_the_system, f"{where} does not say who acts"


def test_services_that_act_for_a_person_are_keyword_only() -> None:
    for package in (governance.services, assessments.services):
        for name, signature in offered(package):
            if "by" in signature.parameters:
                kinds = {each.kind for each in signature.parameters.values()}
                assert kinds <= {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}, name
