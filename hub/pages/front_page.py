"""The first page: what this is, and where to go. Holds nothing that needs a login."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from hub.pages.language import language_of, remember_language
from hub.pages.render import render


def router(issuer: str) -> APIRouter:
    made = APIRouter(include_in_schema=False)

    @made.get("/")
    def show(request: Request) -> HTMLResponse:
        page = render("front.html", language=language_of(request), here=request.url.path, issuer=issuer)
        answer = HTMLResponse(page)
        remember_language(request, answer)
        return answer

    return made
