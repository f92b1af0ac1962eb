"""Writes a new schema step: ``python -m hub.migrations "what changes"``."""

import sys
import tempfile
from pathlib import Path

from hub.database import make_engine
from hub.migrations import upgrade, write_step

with tempfile.TemporaryDirectory() as folder:
    scratch = make_engine(f"sqlite:///{Path(folder) / 'scratch.db'}")
    upgrade(scratch)
    write_step(scratch, sys.argv[1])
    scratch.dispose()
