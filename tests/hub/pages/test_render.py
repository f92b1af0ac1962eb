"""Pages are escaped, complete in both languages, and speak the language that was asked for."""

import re
import string

import pytest
from jinja2 import UndefinedError
from starlette.requests import Request

from hub.pages import STATIC_FOLDER, language_of, render
from hub.pages.render import PAGE_FOLDERS, texts


def request(query: str = "", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": query.encode(), "headers": raw})


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_texts_with_the_same_places_to_fill() -> None:
    swedish, english = texts("sv"), texts("en")

    assert {table: set(entries) for table, entries in swedish.items()} == {
        table: set(entries) for table, entries in english.items()
    }
    for table, entries in swedish.items():
        for key, text in entries.items():
            other = english[table][key]
            # A text may be a table of its own, of words such as states.
            pairs = (
                {word: (text[word], other[word]) for word in text} if isinstance(text, dict) else {"": (text, other)}
            )
            for word, (here, there) in pairs.items():
                assert slots(here) == slots(there), f"{table}.{key}.{word}"


@pytest.mark.parametrize(
    ("query", "headers", "language"),
    [
        ("", {}, "sv"),
        ("", {"accept_language": "en-GB,sv;q=0.8"}, "en"),
        ("", {"accept_language": "fi, sv;q=0.9, en;q=0.2"}, "sv"),
        ("", {"accept_language": ";;q=,en;q=x"}, "sv"),
        ("lang=en", {"accept_language": "sv"}, "en"),
        ("lang=fi", {"cookie": "tillit_language=en"}, "en"),
    ],
)
def test_language_is_the_one_asked_for(query: str, headers: dict[str, str], language: str) -> None:
    assert language_of(request(query, **headers)) == language


def test_the_applications_wish_goes_before_the_browsers() -> None:
    assert language_of(request(accept_language="sv"), ["en-US"]) == "en"


def test_what_is_put_in_is_escaped() -> None:
    page = render("login/activated.html", username="<script>alert(1)</script>")

    assert "<script>" not in page


def test_a_missing_variable_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("login/activated.html")


def test_the_language_link_keeps_the_address() -> None:
    page = render("login/start.html", here="/login?interaction=a%26b&lang=en")

    assert 'href="/login?interaction=a%26b&amp;lang=en"' in page


def test_no_template_holds_scripts_or_styles_of_its_own_or_names_another_host() -> None:
    found = [
        f"{path.name}: {match}"
        for folder in PAGE_FOLDERS
        for path in (folder / "templates").rglob("*.html")
        for match in re.findall(r"\sstyle=|<style|<script>|\son\w+=|https?://", path.read_text())
    ]

    assert found == []


def test_the_licence_lies_beside_what_is_not_ours() -> None:
    assert "Digitaliseringsdirektoratet" in (STATIC_FOLDER / "vendor/LICENSE.designsystemet").read_text()
