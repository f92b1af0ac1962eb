"""The house's look: one layout, one style, texts per language, and the function that renders every room's pages.

Not for what pages do: each room's own ``edge/http`` decides that and lays its templates in ``edge/pages``.
"""

from hub.pages.language import language_of, remember_language
from hub.pages.render import STATIC_FOLDER, render

__all__ = ["STATIC_FOLDER", "language_of", "remember_language", "render"]
