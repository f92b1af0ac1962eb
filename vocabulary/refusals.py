"""The root of every refusal in the house. Each room draws its own tree below it in its ``refusals.py``.

A refusal is an answer to bad input or missing rights, never a programming error. ``code`` is stable and stands in
the API, the log and the tests; ``description`` is for people and may go out; ``detail`` stays in our own log.
"""


class Refusal(Exception):
    """Something asked for cannot be done, and the asker can be told why.

    ``code`` is a class attribute in snake_case. ``description`` is lower case without final period, names input in
    backticks and holds no personal data. ``pointer`` is a JSON pointer to the field at fault, where there is one.
    ``members`` go out beside the description, as JSON (RFC 9457 section 3.2): what edges add for this very caller.
    """

    code = "refused"

    def __init__(self, description: str, *, pointer: str | None = None, detail: str | None = None) -> None:
        super().__init__(description)
        self.description = description
        self.pointer = pointer
        self.detail = detail
        self.members: dict[str, object] = {}

    def errors(self) -> tuple[tuple[str, str], ...]:
        """Everything that is wrong, each with the JSON pointer of its field; the first is ``pointer``'s."""
        return () if self.pointer is None else ((self.pointer, self.description),)


class InvalidValue(Refusal):
    """A text is not what its type demands. ``others`` are what else is wrong beside it, as ``errors`` has it."""

    code = "invalid_value"

    def __init__(
        self,
        description: str,
        *,
        pointer: str | None = None,
        detail: str | None = None,
        others: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(description, pointer=pointer, detail=detail)
        self.others = others

    def errors(self) -> tuple[tuple[str, str], ...]:
        return (*super().errors(), *self.others)
