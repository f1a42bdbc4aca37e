"""`dragoman code` with a coder that takes its time and needs no tools: for tests that end a run in the middle.

python -m tests.fault.slow code INPUT --into DATASET --workers 2
"""

from __future__ import annotations

import sys

from dragoman import cli, runner
from tests.fault.jobs import slow

if __name__ == "__main__":
    runner.code_one = slow
    sys.exit(cli.main())
