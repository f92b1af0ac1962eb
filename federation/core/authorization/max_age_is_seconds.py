"""How old a login may be, in whole seconds.  (OpenID Connect Core 3.1.2.1)"""

import re
from datetime import timedelta

from federation.core.authorization.draft import Draft
from federation.refusals import InvalidRequest

_SECONDS = re.compile(r"[0-9]{1,9}", re.ASCII)


def max_age_is_seconds(draft: Draft) -> None:
    asked = draft.one("max_age")
    if asked is None:
        return
    if not _SECONDS.fullmatch(asked):
        raise InvalidRequest("`max_age` is a whole number of seconds")
    draft.max_age = timedelta(seconds=int(asked))
