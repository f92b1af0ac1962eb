"""Questions put to the engine and to Cedar, many at a time, since the entities of many are read faster at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from authz.core.decide import decide_or_raise
from authz.core.decision import Decision
from tests.authz.oracle.cedar_export import CedarAnswer, answers, can_say
from tests.authz.oracle.compared import told
from tests.authz.oracle.generated import Question

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Compared:
    """``number`` is the question's place among all that were drawn, those that Cedar cannot be asked included."""

    number: int
    question: Question
    decision: Decision
    cedar: CedarAnswer

    @property
    def differs(self) -> bool:
        return self.decision.permit is not self.cedar.permit

    def told(self, seed: int) -> str:
        """Cedar's answer with the policies that decided, before what the other two say."""
        said = "permit" if self.cedar.permit else "deny"
        why = ", ".join(sorted(self.cedar.policies)) or "no policy permits"
        return f"cedar: {said}: {why}\n{told(self.question, f'seed {seed}, question {self.number}')}"


def compared(questions: Iterable[Question]) -> Iterator[Compared]:
    """Those that Cedar can be asked, with both answers; the others are left out."""
    asked = ((n, question) for n, question in enumerate(questions) if can_say(question.request, question.facts))
    while portion := list(islice(asked, AT_ONCE)):
        found = answers([(question.request, question.facts) for _, question in portion])
        for (number, question), answer in zip(portion, found, strict=True):
            yield Compared(number, question, decide_or_raise(question.request, question.facts), answer)
