"""Evenhand: fairness evaluations, questionnaires, model cards and proofs, without any web framework."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("evenhand")
except PackageNotFoundError:  # a checkout that was never installed
    __version__ = "0.1.0"

__all__ = ["__version__"]
