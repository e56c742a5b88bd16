"""From measured seconds to the table of targets."""

from dataclasses import dataclass
from typing import Any

Measured = dict[str, Any]
NONE = "no target"
BOOTSTRAP = 100  # replicates of fairlearn that its time is scaled to


@dataclass(frozen=True)
class Line:
    """One target: what was measured, what was reached and what is asked for."""

    measure: str
    reached: str
    target: str
    met: bool


def lines(found: Measured, *, tens: int, hundreds: int) -> list[Line]:
    """Every target of which both sides were measured."""
    made = [
        _bootstrap(found),
        *(_points(found, peer, least) for peer, least in (("fairlearn", 250), ("aif360", 60), ("aequitas", 4))),
        *_scans(found, tens, hundreds),
        *_groups(found),
        _import(found),
    ]
    return [line for line in made if line is not None]


def details(found: Measured) -> list[tuple[str, str, float, float | None, float | None]]:
    """Contestant, part, seconds, processor seconds, MiB over import: everything that was timed."""
    return [
        (name, part, timing["wall"], timing.get("cpu"), timing.get("mib"))
        for name, parts in found.items()
        for part, timing in parts.items()
        if isinstance(timing, dict) and "wall" in timing
    ]


def disagreements(found: Measured, *, within: float = 1e-9) -> list[str]:
    """Peers whose true positive rates are not ours: then something else was measured."""
    ours = found.get("evenhand", {}).get("tpr", {})
    wrong = []
    for peer in ("fairlearn", "aif360", "aequitas"):
        theirs = found.get(peer, {}).get("tpr")
        if theirs is not None and any(abs(theirs.get(name, 9) - value) > within for name, value in ours.items()):
            wrong.append(peer)
    return wrong


def scaled(fairlearn: Measured) -> float:
    """Seconds of 100 replicates: those of none, and fifty times what two replicates add."""
    none, two = fairlearn["points"]["wall"], fairlearn["bootstrap of 2"]["wall"]
    return float(none + (two - none) / 2 * BOOTSTRAP)


def _bootstrap(found: Measured) -> Line | None:
    if not {"evenhand", "fairlearn"} <= found.keys():
        return None
    peer, ours = found["fairlearn"], found["evenhand"]["everything"]["wall"]
    times = (peer["read"]["wall"] + scaled(peer)) / ours
    return Line(
        "all metrics, comparisons and 10,000 bootstrap replicates, against fairlearn's MetricFrame with 100 (scaled)",
        f"{times:,.0f} x ({ours:.3f} s)",
        "5,000 x",
        times >= 5_000,
    )


def _points(found: Measured, peer: str, least: int) -> Line | None:
    if not {"evenhand", peer} <= found.keys():
        return None
    theirs, ours = found[peer], found["evenhand"]["points"]["wall"]
    times = (theirs["read"]["wall"] + theirs["points"]["wall"]) / ours
    alone = theirs["points"]["wall"] / ours
    return Line(
        f"point estimates, against {peer}",
        f"{times:,.1f} x ({alone:,.1f} x without its reading of the file)",
        f"{least} x",
        times >= least,
    )


def _scans(found: Measured, tens: int, hundreds: int) -> list[Line]:
    made = []
    if {"scan", "bare_read"} <= found.keys():
        ours, bare = found["scan"]["count"], found["bare_read"]["read"]["wall"]
        times = ours["wall"] / bare
        made.append(Line(f"{tens:,} rows over the bare read", f"{times:.2f} x", "1.0 x", times <= 1))
        made.append(_memory(f"{tens:,} rows", ours["mib"], 150))
    if {"scan_scores", "bare_read"} <= found.keys():
        ours, bare = found["scan_scores"]["count"], found["bare_read"]["read with score"]["wall"]
        times = ours["wall"] / bare
        made.append(Line(f"{tens:,} rows with scores over the bare read", f"{times:.2f} x", NONE, met=True))
        made.append(_memory(f"{tens:,} rows with scores", ours["mib"], 150))
    if "scan_folder" in found:
        ours = found["scan_folder"]["count"]
        made.append(Line(f"{hundreds:,} rows in a folder", f"{ours['wall']:.1f} s", "10 s", ours["wall"] < 10))
        made.append(_memory(f"{hundreds:,} rows in a folder", ours["mib"], 150))
    return made


def _groups(found: Measured) -> list[Line]:
    if "groups" not in found:
        return []
    ours, plain = found["groups"]["evaluate"], found["groups"]["plain draws"]["wall"]
    return [
        Line(
            f"2,000 groups, 10,000 replicates (plain NumPy draws on one core: {plain:.1f} s)",
            f"{ours['wall']:.1f} s",
            "6 s",
            ours["wall"] < 6,
        ),
        _memory("2,000 groups", ours["mib"], 500),
    ]


def _import(found: Measured) -> Line | None:
    if "importing" not in found:
        return None
    wall = found["importing"]["import"]["wall"]
    return Line("import of evenhand.fairness", f"{wall:.2f} s", "0.6 s", wall < 0.6)


def _memory(what: str, mib: float, most: int) -> Line:
    return Line(f"{what}: memory over import", f"{mib:.0f} MiB", f"{most} MiB", mib <= most)
