"""From where a question is asked: the care sector's own networks, or an open one."""

from enum import StrEnum


class NetworkZone(StrEnum):
    """An unstated zone counts as open (HSLF-FS 2016:40 3 kap. 15 §)."""

    SJUNET = "sjunet"
    LUMIORA = "lumiora"
    OPEN = "open"
