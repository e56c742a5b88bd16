"""Invented content of assessment, question and report pages."""

from typing import Any

from tests.looks.samples import DIGEST, NOW, days


def tasks() -> dict[str, Any]:
    def row(name: str, what: str, state: str, done: int, total: int, **more: Any) -> dict[str, Any]:
        return {"name": name, "what": what, "url": "#", "state": state, "done": done, "total": total, **more}

    return {
        "groups": [
            {
                "title": "Govern: asked once for the whole organisation",
                "rows": [row("GOVERN 1 to 6", "Rules, people, culture", "inherited", 19, 19, who="Organisation")],
            },
            {
                "title": "Map: the setting and its risks",
                "rows": [
                    row("MAP 1", "The setting is understood", "done", 6, 6, who="Maren"),
                    row(
                        "MAP 3",
                        "Abilities and cost are compared",
                        "needs_review",
                        5,
                        5,
                        who="Tomas",
                        due_on=days(4),
                        note="4 carried to confirm",
                    ),
                    row("MAP 5", "Effects on people", "in_progress", 1, 2, who="Maren", due_on=days(-2)),
                    row("MANAGE 1", "Risks are ranked", "cannot_start", 0, 4, note="after MAP 5"),
                    row("MANAGE 2", "Plans and response", "not_started", 0, 9, due_on=days(11)),
                ],
            },
        ]
    }


def question() -> dict[str, Any]:
    return {
        "question": {
            "code": "MAP 5.1",
            "text": "For each possible impact: how likely is it, how bad or good, and on what evidence?",
            "help": "Name effects on people, groups and society, good ones too.",
        },
        "number": 17,
        "of": 53,
        "who": "Maren Solberg",
        "autosaves": True,
        "saved_at": "09:41",
        "previous_url": "#",
        "previous_code": "MAP 4.2",
        "next_url": "#",
        "next_code": "MAP 5.2",
        "list_url": "#",
        "in_form": True,
        "help": {
            "why": "Risks are ranked by what you write here.",
            "who_knows": "Domain experts and those affected.",
            "good_evidence": "An impact register with sources.",
            "references": [
                {"text": "NIST AI 100-1, MAP 5.1", "url": "#"},
                {"text": "Article 27", "url": "#", "is_our_mapping": True},
            ],
        },
        "changes": "2 impacts are severe and likely, so MANAGE 1 asks for a treatment of each.",
        "evidence_list": [
            {
                "title": "Fairness evaluation of version 2.1",
                "url": "#",
                "origin": "from Evenhand",
                "is_evaluation": True,
            },
            {
                "title": "Detention statistics.pdf",
                "url": "#",
                "origin": "from Jonas",
                "is_file": True,
                "sha256": DIGEST,
                "expires_on": days(90),
                "remove_url": "#",
            },
            {"title": "Validation study", "url": "#", "origin": "from the vendor", "expires_on": days(-3)},
        ],
        "comments": [{"author": "Jonas Weber", "at": NOW, "text": "Which years does the incident log cover?"}],
    }


def report() -> dict[str, Any]:
    return {
        "report": {
            "number": "AR-8",
            "organisation": "Pretrial services",
            "title": "Risk score",
            "kind": "Management record",
            "conclusion": "Version 2.1 may not be used. One goal is not met.",
            "issued_at": NOW,
            "sha256": DIGEST,
            "signer": "Evenhand report key",
            "file_url": "#",
            "period": "2024 to 2026",
        },
        "code": "signed",
        "sentence": "The file is signed, and its figures follow from counts that are attached to it.",
        "file_name": "AR-8.pdf",
        "fingerprint": DIGEST,
        "checked_at": NOW,
        "checks": [
            {
                "what": "41 entries of the record are in the tree",
                "shows": "These entries are unchanged. It does not show that nothing else happened.",
                "code": "holds",
            },
            {
                "what": "Signature of the checkpoint",
                "shows": "The head comes from this organisation's key",
                "code": "holds",
            },
            {
                "what": "Inner workings of the vendor's model",
                "shows": "Not disclosed, so nobody could test them",
                "code": "gap",
            },
        ],
        "note": "evenhand.example.org/record\n18204\nYl3yq0m6uZ4n1d8cW0o5Tgq7bJ2xkVf9sRhE4aPtLwM=\n\n- record 7Qd1k0Ap",
    }
