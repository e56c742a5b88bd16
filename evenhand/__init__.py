"""Evenhand: fairness evaluations, questionnaires, model cards and proofs, without any web framework."""

__version__: str

__all__ = ["__version__"]


def __getattr__(name: str) -> str:
    """The version, looked up when it is asked for: finding it takes longer than importing this package."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("evenhand")
    except PackageNotFoundError:  # a checkout that was never installed
        return "0.1.0"
