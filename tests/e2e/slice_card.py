"""The card an engineer sends in the journey, and the predictions of the model it describes."""

import csv
from pathlib import Path

CARD = """---
name: General recidivism scale
system:
  slug: bail-advice
  name: Bail advice
  purpose: Gives people who await trial a number from 1 to 10 for the chance of a new arrest within two years.
  people_affected: Defendants of one county, their families, and the public.
  decision: Release or detention before trial. A judge decides.
  human_oversight: The score is advice; the judge may leave it.
  deployment_method: batch
  hosting: cloud
  jurisdictions: [US (Florida)]
model: {slug: scale, name: General scale, origin: vendor, vendor: Example}
version: {name: "2.1", change_class: new_data, commit: a41f9c2}
rule:
  name: Medium or high counts as flagged
  human_action: A judge sees the score at the first hearing and decides about release.
  positive_means: medium or high
plan:
  - name: Two-year outcomes by race
    data_set:
      slug: broward-journey
      name: Broward County, two years
      source: ProPublica, 23 May 2016
      gaps: Asian and Native American defendants are too few to judge.
      attributes: [{column: race, label: Race, known_by: administrative}]
    columns: {groups: [race], label: two_year_recid, prediction: flagged}
    goals:
      - id: equal-false-alarms
        name: Equal false alarms
        metric: false_positive_rate
        by: [race]
        side: equal
        threshold: 0.05
        view: defendants
        why: A wrong flag costs liberty.
        words:
          people: defendants
          outcome: were arrested again
          no_outcome: were not arrested again
          subject: the score
          selects: flags
          rejects: does not flag
---
# General recidivism scale

## Model details

A vendor's score from 1 to 10.

## Intended use

Advice at the first hearing.

## Caveats

A new arrest is not the same as a new offence.
"""

# race: true positives, false positives, false negatives, true negatives (ProPublica 2016, all 7,214 rows)
CONFUSION = {
    "African-American": (1369, 805, 532, 990),
    "Asian": (6, 2, 3, 21),
    "Caucasian": (505, 349, 461, 1139),
    "Hispanic": (103, 87, 129, 318),
    "Native American": (9, 3, 1, 5),
    "Other": (43, 36, 90, 208),
}


def write_predictions(path: Path) -> None:
    """Rows that give exactly the published counts."""
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["race", "two_year_recid", "flagged"])
        for race, (tp, fp, fn, tn) in CONFUSION.items():
            for label, flagged, n in ((1, 1, tp), (0, 1, fp), (1, 0, fn), (0, 0, tn)):
                rows.writerows([[race, label, flagged]] * n)
