"""The library starts quickly: what is slow to import is imported on first use."""

import subprocess
import sys


def test_importing_brings_neither_scipy_nor_statsmodels_nor_django() -> None:
    code = (
        "import sys, evenhand.fairness, evenhand.cli;"
        "print([n for n in ('scipy', 'statsmodels', 'sklearn', 'pandas', 'django', 'celery') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
