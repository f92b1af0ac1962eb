"""What the client wants asked; ``none`` goes with nothing else.  (OpenID Connect Core 3.1.2.1)"""

from federation.core.authorization.draft import Draft
from federation.core.interaction import Prompt
from federation.refusals import InvalidRequest


def prompt_is_supported(draft: Draft) -> None:
    asked = draft.one("prompt")
    if asked is None:
        return
    try:
        draft.prompts = frozenset(Prompt(word) for word in asked.split(" "))
    except ValueError:
        raise InvalidRequest("`prompt` is `none`, `login` or `select_account`") from None
    if Prompt.NONE in draft.prompts and len(draft.prompts) > 1:
        raise InvalidRequest("`prompt=none` goes with nothing else")
