"""Every refusal of every room has a stable code of its own kind and an HTTP answer in the one table."""

import importlib
import re
from http import HTTPStatus

import pytest

from hub.web.answers import STATUS
from tests.architecture.tree import ROOMS
from vocabulary.refusals import Refusal

for room in ROOMS:
    importlib.import_module(f"{room}.refusals")
importlib.import_module("hub.archive_authorities")
importlib.import_module("hub.data_folder")
importlib.import_module("hub.serving")
importlib.import_module("directory.edge.ldap.refusals")

ONLY_AT_THE_COMMAND_LINE = {
    "cannot_listen", "database_unreachable", "folder_refused", "login_failed", "port_taken", "slapd_will_not_start",
    "unknown_member",
}  # fmt: skip
NEVER_AN_ANSWER = {"invalid_subject_token"}  # becomes a denial


def every_refusal(root: type[Refusal] = Refusal) -> list[type[Refusal]]:
    return [root, *(found for child in root.__subclasses__() for found in every_refusal(child))]


@pytest.mark.parametrize("refusal", every_refusal(), ids=lambda refusal: refusal.__name__)
def test_refusal_has_an_answer(refusal: type[Refusal]) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", refusal.code)
    if refusal.code not in ONLY_AT_THE_COMMAND_LINE | NEVER_AN_ANSWER:
        assert refusal.code in STATUS, f"{refusal.__name__} has no HTTP answer"


def test_table_names_no_code_that_does_not_exist() -> None:
    known = {refusal.code for refusal in every_refusal()}

    assert set(STATUS) <= known


def test_answers_are_refusals() -> None:
    assert all(400 <= status < 500 or status == HTTPStatus.SERVICE_UNAVAILABLE for status in STATUS.values())
