"""Renders a page: the layout of the house around a room's template, with that language's texts.

Templates and texts are read once. A missing variable or text is an error, never an empty space; everything that is put
in is escaped. Pages hold neither scripts nor styles of their own (CSP3: ``script-src 'self'; style-src 'self'``).
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hub.pages.language import FIRST_LANGUAGE, LANGUAGES

_ROOT = Path(__file__).parents[2]
STATIC_FOLDER = Path(__file__).parent / "static"

# Whoever has pages has a folder with `templates/` and `texts/<language>.toml`; the texts' tables must not collide.
_ROOMS = ("federation", "authz", "sync", "directory")
PAGE_FOLDERS = (Path(__file__).parent, *filter(Path.is_dir, (_ROOT / room / "edge/pages" for room in _ROOMS)))


def render(template: str, **context: object) -> str:
    """The page ``template`` as HTML. ``language`` is ``sv`` or ``en``; ``here`` is the address of this page, path and
    query, for the language links. Both have defaults. Texts are at ``t.<table>.<key>``.
    """
    language = str(context.setdefault("language", FIRST_LANGUAGE))
    here = str(context.setdefault("here", "/"))
    links = {other: _with_language(here, other) for other in LANGUAGES if other != language}
    return _environment().get_template(template).render(
        t=texts(language), language_links=links, language_names=LANGUAGES, **context
    )  # fmt: skip


@cache
def texts(language: str) -> Mapping[str, Mapping[str, str]]:
    """Every room's texts in ``language``: table → key → text."""
    found: dict[str, Mapping[str, str]] = {}
    for folder in PAGE_FOLDERS:
        for table, entries in tomllib.loads((folder / "texts" / f"{language}.toml").read_text()).items():
            if table in found:
                raise ValueError(f"two rooms have a table of texts named `{table}`")
            found[table] = entries
    return found


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader([folder / "templates" for folder in PAGE_FOLDERS]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["static"] = static_address
    return environment


@cache
def static_address(name: str) -> str:
    """The address of a static file, with a mark of its content so that browsers may keep it for ever."""
    mark = sha256((STATIC_FOLDER / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={mark}"


def _with_language(here: str, language: str) -> str:
    parts = urlsplit(here)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "lang"]
    return f"{parts.path}?{urlencode([*kept, ('lang', language)])}"
