"""A hand-made framework with one of everything, small enough to compute by hand."""

HIRING = """\
evenhand_framework: 1
framework:
  id: hiring
  version: "2.1"
  title: {en: Hiring check, fr: Contrôle d'embauche}
  dates: {published: 2026-01-15}
  source: {name: Made for tests, licence: CC0-1.0}
chapters:
  - {id: basics, code: A, title: Basics}
controls:
  - {id: rule-1, title: Ask people}
choice_sets:
  - id: practice
    choices: [{id: done, label: Done}, {id: open, label: Open}]
scores:
  - {id: risk}
  - {id: care, max: all_questions}
  - {id: fixed, max: 20}
sections:
  - id: start
    title: Start
    chapter: basics
    questions:
      - id: phase
        type: single
        prompt: {en: Which phase?, fr: Quelle phase?}
        required: true
        score: [risk, fixed]
        choices:
          - {id: design, label: Design, points: 1}
          - {id: live, label: Live, points: 4}
      - id: automated
        type: boolean
        prompt: Does it decide alone?
        score: risk
        points: {yes: 3, no: 0}
      - id: sources
        type: multi
        prompt: Which sources?
        score: care
        choices:
          - {id: cv, label: CV, points: 1}
          - {id: test, label: Test, points: 2}
          - {id: none_, label: None, exclusive: true, points: 5}
      - {id: people, type: number, prompt: How many people a year?, min: 0, max: 1000000, whole: true, unit: people}
      - {id: note, type: info, prompt: Read the guide first.}
  - id: details
    title: Details
    chapter: basics
    visible_if: phase == 'live'
    questions:
      - id: harms
        code: A.2
        type: parts
        prompt: What harm may follow?
        required: true
        refs: [rule-1, "other:1.2"]
        evidence: {expected: A list, required_if: "harms.state == 'done'"}
        questions:
          - {id: state, type: single, prompt: State, required: true, choices: practice, tally: true}
          - {id: why, type: longtext, prompt: Why?, visible_if: "harms.state == 'open'", required: true}
          - id: rows
            type: group
            prompt: Harms
            item_title: name
            required_if: "harms.state == 'done'"
            min_rows: 1
            questions:
              - {id: name, type: text, prompt: Harm, required: true}
              - id: rating
                type: matrix
                prompt: Rating
                likelihood: [{id: rare, label: Rare}, {id: often, label: Often}]
                severity: [{id: mild, label: Mild}, {id: grave, label: Grave, points: 5}]
                levels: [{id: low, up_to: 2}, {id: high, up_to: 10}]
      - {id: owner, type: person, prompt: Owner, visible_if: "harms.rows.exists(row, row.rating.level == 'high')"}
      - {id: policy, type: link, prompt: Policy}
      - {id: minutes, type: file, prompt: Minutes}
      - {id: reviewed_on, type: date, prompt: Reviewed on}
      - {id: remarks, type: text, prompt: Remarks, max_length: 20, na: never, carry: never}
values:
  - {id: raised, expr: "automated == true ? risk.value * 2.0 : risk.value"}
  - {id: per_head, expr: "risk.value / people"}
outcomes:
  - id: level
    title: Level
    options:
      - {id: high, label: High, if: raised > 6.0}
      - {id: medium, if: raised > 2.0}
      - {id: low, if: true}
    sets: {risk_tier: {high: high, medium: limited}}
duties:
  - {id: ask, if: "level == 'high'", title: Ask an outsider, refs: [rule-1], from: 2026-08-02}
  - {id: tell, if: "people > 100.0", title: Tell the public}
checks:
  - id: odd
    if: "automated == true && phase == 'design'"
    level: error
    message: A design decides nothing.
    questions: [automated]
"""
