"""Model cards: the document of a model version, read from Markdown, YAML or JSON, compared and written again."""

from evenhand.modelcard.card import ModelCard
from evenhand.modelcard.comparing import CardChange, diff_cards
from evenhand.modelcard.parsing import CardFile, parse_file, parse_text
from evenhand.modelcard.registration import (
    Columns,
    DataSetFacts,
    FileFacts,
    ModelFacts,
    PlannedEvaluation,
    Registration,
    RuleFacts,
    SystemFacts,
    VersionFacts,
)
from evenhand.modelcard.render import render_markdown
from evenhand.modelcard.schema import CardSection, Completeness, ExtraSection, SectionState

__all__ = [
    "CardChange",
    "CardFile",
    "CardSection",
    "Columns",
    "Completeness",
    "DataSetFacts",
    "ExtraSection",
    "FileFacts",
    "ModelCard",
    "ModelFacts",
    "PlannedEvaluation",
    "Registration",
    "RuleFacts",
    "SectionState",
    "SystemFacts",
    "VersionFacts",
    "diff_cards",
    "parse_file",
    "parse_text",
    "render_markdown",
]
