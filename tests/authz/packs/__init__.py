"""Policy packs as an application would write them, and the published tables of who may."""

from copy import deepcopy
from pathlib import Path
from typing import Any

from authz.edge.yaml_cases.strict_yaml import load_strictly

FOLDER = Path(__file__).parent


def document(name: str, **changed: Any) -> dict[str, Any]:
    """The document of a pack, some of its top members changed."""
    read: dict[str, Any] = load_strictly((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return deepcopy(read) | changed
