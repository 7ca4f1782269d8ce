"""The screen before anyone is suggested: five taps in, one outcome out. Not validated, and not an abuse test.

The rules are content of the product, from its own safety guide; there is no score.
"""

from collections.abc import Mapping
from dataclasses import dataclass

QUESTIONS = ("uneasy", "harmed", "order", "seen", "pulled")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the screen says: which words to show, and the contact to keep ("" keeps nothing).

    Where “not for now” is offered, `fine_as_well` says whether “fine for now” is: once none of the five is open.
    """

    words: str
    contact: str = ""
    offer_not_for_now: bool = False
    fine_as_well: bool = False

    @property
    def may_be_fine(self) -> bool:
        """Whether these taps let the person say “fine for now”."""
        return self.contact == "ok" or self.fine_as_well


def screen(taps: Mapping[str, str]) -> Outcome:
    """The outcome of the taps; later rules give way to earlier ones.

    “Yes” and “rather not say” to having been harmed give the very same outcome.
    """
    if not any(taps.get(q) for q in QUESTIONS):
        return Outcome("unanswered")
    if taps.get("harmed") in ("yes", "rather_not") or taps.get("order") == "yes":
        return Outcome("leave", "not_for_now")
    if taps.get("order") == "not_sure":
        return Outcome("wait", "not_for_now")
    if taps.get("seen") in ("maybe", "yes"):
        return Outcome("not_now_send", "not_for_now")
    complete = all(taps.get(q) for q in QUESTIONS)
    if taps.get("uneasy") == "uneasy" or taps.get("pulled") in ("maybe", "yes"):
        return Outcome("offer_not_for_now", offer_not_for_now=True, fine_as_well=complete)
    if not complete:
        return Outcome("unanswered")
    return Outcome("ok", "ok")
