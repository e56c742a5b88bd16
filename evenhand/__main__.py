"""Run the command line as ``python -m evenhand``."""

from evenhand.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
