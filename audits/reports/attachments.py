"""The files inside a report: counts, results, content, checkpoint and proofs, each with a description."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from audits.reports.content import RecordProof, ReportContent
from evenhand.ledger.canonical import canonical_bytes, sha256_hex


class AttachmentError(ValueError):
    """The counts handed in do not fit the content."""


@dataclass(frozen=True, kw_only=True)
class AttachedFile:
    """One file inside the PDF."""

    name: str
    data: bytes
    description: str
    media_type: str = "application/json"

    @property
    def sha256(self) -> str:
        """Hex SHA-256 of its bytes."""
        return sha256_hex(self.data)


def attached_files(content: ReportContent, proof: RecordProof, counts: Mapping[str, bytes]) -> tuple[AttachedFile, ...]:
    """All files of a report, in a fixed order. Counts must be those the content states, byte for byte."""
    files = [
        AttachedFile(name="content.json", data=content.canonical(), description="Everything this report says, as data"),
        *_evidence(content, counts),
        AttachedFile(
            name="checkpoint.txt",
            data=proof.checkpoint.encode(),
            description="The ledger's signed checkpoint",
            media_type="text/plain",
        ),
        AttachedFile(
            name="proofs.json",
            data=json.dumps(proof.proofs, ensure_ascii=False, indent=1, sort_keys=True).encode(),
            description="Proof that this report's content is in the ledger",
        ),
    ]
    return tuple(files)


def _evidence(content: ReportContent, counts: Mapping[str, bytes]) -> list[AttachedFile]:
    files = []
    for evaluation in content.evaluations:
        if not evaluation.counts:
            continue
        data = counts.get(evaluation.counts)
        if data is None:
            raise AttachmentError(f"{evaluation.number} names {evaluation.counts}, which was not handed in.")
        files.append(
            AttachedFile(name=evaluation.counts, data=data, description=f"Counts of {evaluation.number}: the evidence")
        )
        if evaluation.result is not None:
            files.append(
                AttachedFile(
                    name=evaluation.counts.replace("counts-", "result-", 1),
                    data=canonical_bytes(evaluation.result),
                    description=f"Result of {evaluation.number}, as computed from its counts",
                )
            )
    return files
