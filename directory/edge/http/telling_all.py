"""Who sends something of the wrong type is told at once, too, what breaks a rule in the rest of the body.

Boundary: what can be told of each attribute by itself. What depends on other entries is told when the form is right.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from directory.edge.http.bodies import Body, broken_in


class TellsAll(APIRoute):
    """A route whose body is the attributes of an entry."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as error:
                raise RequestValidationError([*error.errors(), *self._broken(error)], body=error.body) from None

        return told

    def _broken(self, error: RequestValidationError) -> list[dict[str, Any]]:
        form = None if self.body_field is None else self.body_field.field_info.annotation
        if not isinstance(error.body, dict) or not (isinstance(form, type) and issubclass(form, Body)):
            return []
        faulty = {str(each["loc"][1]) for each in error.errors() if each["loc"][0] == "body" and len(each["loc"]) > 1}
        return [
            {"type": "rule_broken", "loc": ("body", name), "msg": said, "ctx": {"error": said}}
            for name, said in broken_in(form, error.body, faulty)
        ]
