"""When a list stops: it looks empty, cut in half or broken, and only naming the number of leavers lets it through."""

from dataclasses import dataclass

from sync.core.plan import Plan
from sync.refusals import Braked, LeaversNotConfirmed

LEAVERS_ALWAYS_ALLOWED = 5
MOST_LEAVERS_PERCENT = 20
MOST_ERRORS_PERCENT = 30


@dataclass(frozen=True, slots=True)
class Brake:
    """One reason to stop. ``code`` is stable."""

    code: str
    message: str


def brakes(plan: Plan) -> tuple[Brake, ...]:
    """Every reason why ``plan`` must not be carried out unasked; empty when it may."""
    leavers = len(plan.leavers)
    return tuple(
        Brake(code, message)
        for code, applies, message in (
            ("list_empty", plan.written == 0, "the list has no rows"),
            (
                "many_leavers",
                _too_many(leavers, plan.active),
                f"{leavers} of {plan.active} people would leave",
            ),
            (
                "many_emptied",
                _too_many(plan.emptied, plan.active),
                f"{plan.emptied} of {plan.active} people would stay without any assignment",
            ),
            (
                "many_errors",
                plan.in_error * 100 > plan.written * MOST_ERRORS_PERCENT,
                f"{plan.in_error} of {plan.written} rows are in error",
            ),
            (
                "leavers_in_doubt",
                plan.unattributed > 0 and leavers > 0,
                f"{plan.unattributed} rows in error name nobody, so that it is not certain who has left",
            ),
        )
        if applies
    )


def require_released(plan: Plan, confirm_leavers: int | None) -> None:
    """Raise unless the plan may be carried out: ``confirm_leavers``, where given, must equal the number of leavers.

    Raises ``LeaversNotConfirmed`` for another number, and ``Braked`` when there is a brake and no number at all.
    """
    leavers = len(plan.leavers)
    if confirm_leavers is not None:
        if confirm_leavers != leavers:
            raise LeaversNotConfirmed(
                f"`confirm_leavers` is {confirm_leavers}, but {leavers} people would leave; look at the plan again"
            )
        return
    found = brakes(plan)
    if found:
        reasons = "; ".join(brake.message for brake in found)
        raise Braked(f"stopped: {reasons}. If this is as it should be, confirm with `confirm_leavers={leavers}`")


def _too_many(people: int, active: int) -> bool:
    return people > LEAVERS_ALWAYS_ALLOWED and people * 100 > active * MOST_LEAVERS_PERCENT
