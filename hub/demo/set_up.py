"""Opens a house as the demo: tells its history at the first start, finds it again at every later one."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from hub.demo import staff_list
from hub.demo.credentials import Credentials, make_credentials, read_credentials
from hub.demo.description import write_description
from hub.demo.region import Region, build_region
from hub.demo.tell_history import beginning, tell_history
from hub.demo.told_clock import ToldClock
from hub.house import House, open_house
from hub.settings import Settings
from hub.web.application import front, management
from vocabulary.stockholm import day_of


@dataclass(frozen=True)
class Running:
    """``made`` is what the history holds, by kind; empty when the demo was there already."""

    house: House
    region: Region
    credentials: Credentials
    made: dict[str, int]
    application: ASGIApp
    management: ASGIApp

    def describe(self, pid_file: Path) -> dict[str, Any]:
        return write_description(self.house, self.region, self.credentials, pid_file)


def open_demo(settings: Settings, closing: ExitStack, *, tell: Callable[[str], None]) -> Running:
    """``tell`` gets what is being done, for the person who waits. A folder without credentials must be empty."""
    region = build_region()
    credentials, made = read_credentials(settings.data), dict[str, int]()
    clock = ToldClock()
    today = day_of(clock.now())
    if credentials is None:
        tell("Making a fictive Norrbotten with thirty days of history (once, about half a minute) …")
        clock.tell(beginning(today))
    house = open_house(settings, clock, closing)
    if credentials is None:
        made = tell_history(house, clock, region, today)
        lists = settings.data / "staff-lists"
        lists.mkdir(exist_ok=True)
        for name, text in staff_list.written_files(region, today).items():
            (lists / name).write_text(text, encoding="utf-8")
        credentials = make_credentials(house, region)
    return Running(house, region, credentials, made, front(house), management(house))
