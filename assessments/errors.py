"""Refusals of the assessments, with what the pages and the API need to show them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from evenhand.documents import Problem
from evenhand.questionnaire.completeness import Missing
from governance.errors import ConflictError, InvalidError

if TYPE_CHECKING:
    from assessments.models import Answer


class IncompleteAnswersError(InvalidError):
    """It cannot be handed in yet; each missing answer is named."""

    code = "incomplete"

    def __init__(self, missing: Sequence[Missing]) -> None:
        named = " ".join(item.message for item in missing[:5])
        more = f" And {len(missing) - 5} more." if len(missing) > 5 else ""
        fields: dict[str, list[str]] = {}
        for item in missing:
            fields.setdefault(item.path or "organisation", []).append(item.message)
        super().__init__(f"Not handed in yet; still missing ({len(missing)}): {named}{more}", fields=fields)
        self.missing = tuple(missing)


class FaultyFrameworkError(InvalidError):
    """A framework cannot be published as it is; each fault is named with its line."""

    code = "faulty_framework"

    def __init__(self, problems: Sequence[Problem]) -> None:
        more = f" And {len(problems) - 1} more." if len(problems) > 1 else ""
        fields: dict[str, list[str]] = {}
        for problem in problems:
            place = f"line {problem.line}: " if problem.line else ""
            fields.setdefault(problem.where or "framework", []).append(f"{place}{problem.message}")
        super().__init__(f"Not published: {problems[0]}{more}", fields=fields)
        self.problems = tuple(problems)


class AnswerOvertakenError(ConflictError):
    """The person's own later save was faster than this one, which was sent while they were still writing."""

    code = "answer_overtaken"

    def __init__(self) -> None:
        super().__init__("You saved this answer since, on this page or in another window. Reload to see it.")


class AnswerConflictError(ConflictError):
    """Somebody else saved this answer in between. Both texts are kept."""

    code = "answer_conflict"

    def __init__(self, saved: "Answer", draft: dict[str, Any]) -> None:
        super().__init__(
            f"{saved.answered_by} changed this answer while you were writing. Nothing is lost: your text is kept.",
            fields={"revision": [f"saved meanwhile as revision {saved.revision}"]},
        )
        self.saved = saved
        self.draft = draft


class RefusedRowsError(InvalidError):
    """A file of answers has rows that cannot be taken; nothing of it was saved."""

    code = "refused_rows"

    def __init__(self, name: str, rows: Sequence[tuple[int, str, str]]) -> None:
        number, question, reason = rows[0]
        more = f" And {len(rows) - 1} more." if len(rows) > 1 else ""
        fields: dict[str, list[str]] = {}
        for row, asked, why in rows:
            fields.setdefault(f"row {row}", []).append(f"{asked}: {why}")
        super().__init__(f"Nothing was saved. {name}, row {number} ({question}): {reason}{more}", fields=fields)
