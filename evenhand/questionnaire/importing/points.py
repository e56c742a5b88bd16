"""How points are found in a format that has none of its own: in the values of choices, by a rule."""

import re
from dataclasses import dataclass

from evenhand.errors import InputError

DEFAULT_SCORE = "points"
_LONGEST_VALUE = 500


@dataclass(frozen=True)
class PointsRule:
    """``pattern`` finds the points of a choice in its value (its first group); ``suffixes`` say which score they feed.

    Without suffixes every question with such choices feeds one score. With them a question, or a panel or page around
    it, must end in ``-SUFFIX``.
    """

    pattern: re.Pattern[str] | None = None
    suffixes: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, pattern: str | None, suffixes: tuple[str, ...] = ()) -> "PointsRule":
        """A rule from what was typed: a regular expression, and ``SUFFIX=score`` pairs."""
        if pattern is None:
            if suffixes:
                raise InputError("Scores by suffix need a points rule too; add --points, such as '-([0-9]+)$'.")
            return NO_POINTS
        try:
            compiled = re.compile(pattern)
        except re.error as error:
            raise InputError(f"The points rule {pattern!r} is not a regular expression: {error}.")
        if compiled.groups < 1:
            raise InputError(f"The points rule {pattern!r} needs a group (...) around the number.")
        return cls(compiled, tuple(_pair(text) for text in suffixes))

    @property
    def scores(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(score for _, score in self.suffixes)) or (DEFAULT_SCORE,)

    def score_for(self, names: tuple[str, ...]) -> str | None:
        """The score a question feeds, by its own name and the names around it, the nearest first."""
        if self.pattern is None:
            return None
        if not self.suffixes:
            return DEFAULT_SCORE
        for name in names:
            for suffix, score in self.suffixes:
                if name.endswith(f"-{suffix}"):
                    return score
        return None

    def points_of(self, value: str) -> float | None:
        """The points in a choice's value; None when it has none."""
        found = self.pattern.search(value[:_LONGEST_VALUE]) if self.pattern else None
        try:
            return float(found.group(1)) if found else None
        except (TypeError, ValueError):
            return None


NO_POINTS = PointsRule()


def _pair(text: str) -> tuple[str, str]:
    suffix, equals, score = text.partition("=")
    if not (suffix and equals and re.fullmatch(r"[a-z][a-z0-9_]{0,79}", score)):
        raise InputError(f"The score {text!r} is not understood; write SUFFIX=score, such as RS=raw.")
    return suffix, score
