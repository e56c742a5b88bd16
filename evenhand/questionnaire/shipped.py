"""The frameworks that come with the package: ``frameworks/*.yaml``."""

from functools import cache
from importlib.resources import files


@cache
def shipped_ids() -> tuple[str, ...]:
    """The ids of the frameworks we ship, sorted."""
    folder = files("evenhand.questionnaire") / "frameworks"
    return tuple(sorted(item.name.removesuffix(".yaml") for item in folder.iterdir() if item.name.endswith(".yaml")))


def shipped_text(framework_id: str) -> str:
    """The YAML of a framework we ship; ``KeyError`` when there is none with this id."""
    if framework_id not in shipped_ids():
        raise KeyError(framework_id)
    return (files("evenhand.questionnaire") / "frameworks" / f"{framework_id}.yaml").read_text(encoding="utf-8")
