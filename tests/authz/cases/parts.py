"""The folder of the decision cases, and the world that they speak of."""

from pathlib import Path

FOLDER = Path(__file__).parent
WORLD = (FOLDER / "world.yaml").read_text(encoding="utf-8")
