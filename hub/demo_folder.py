"""Where the demo keeps its data when nobody says where."""

import os
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_FOR_ROOT = Path("/var/lib/tillit/demo")


def default_folder() -> Path:
    """``.tillit/demo`` in the clone; /var/lib/tillit/demo when we are root and slapd's user cannot reach the clone."""
    if os.geteuid() == 0 and not all(parent.stat().st_mode & 0o001 for parent in (_ROOT, *_ROOT.parents)):
        return _FOR_ROOT
    return _ROOT / ".tillit" / "demo"
