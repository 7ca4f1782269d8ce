"""What may be answered, and what an exercise's answers mean for the pod. Pure: no clock, no storage."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workbook.content import Exercise, Prompt
from workbook.ladder import NOT_AGAIN
from workbook.refused import Refused

LINE_LONGEST = 300
TEXT_LONGEST = 20_000
NAME_LONGEST = 80
MOST_MEMBERS = 5_000  # in one workbook: every page reads them all
REASON_LONGEST = 500
SLIDER_ENDS = {"slider": (0, 10), "overlap": (0, 100)}
ANSWERED = ("warm", "short")  # what came back was a contact
SURE = ("unsure", "partly", "yes")
GOOD_FOR = ("listen", "practical", "company", "knows", "advice", "emergency")

_ODD = re.compile("[\x00\ud800-\udfff]")  # a null, or half of a sign

Value = Any
Key = tuple[str, str]  # prompt key and the member it is about ("" where it is about none)


def accept(prompt: Prompt, value: Value) -> Value:
    """The value as it is stored, or Refused; `None`, "" and [] all mean “left open”."""
    return _ACCEPT[prompt.kind](prompt, value)


def left_open(prompt: Prompt, value: Value) -> bool:
    """Whether a stored value says nothing: emptied again, or a tick taken back."""
    return value in (None, "", []) or (value is False and prompt.kind == "tick")


def _line(_: Prompt, value: Value) -> str:
    return accept_line(value)


def _long_text(_: Prompt, value: Value) -> str:
    return accept_words(value, TEXT_LONGEST)


def accept_line(value: Value) -> str:
    """A line of words; Refused where it is too long or cannot be kept."""
    return accept_words(value, LINE_LONGEST)


def accept_words(value: Value, longest: int) -> str:
    """Words of at most so many characters, exactly as typed; Refused where they are more, or cannot be kept."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused("not_text")
    if _ODD.search(value):
        raise Refused("text_odd")
    if len(value) > longest:
        raise Refused("text_long", most=longest, over=len(value) - longest)
    return value


def _yes_no(_: Prompt, value: Value) -> bool:
    if value not in (True, False, None):
        raise Refused("not_offered")
    return bool(value)


def _one(prompt: Prompt, value: Value) -> str:
    if value in (None, ""):
        return ""
    if not any(o.key == value for o in prompt.options):
        raise Refused("not_offered")
    return str(value)


def _later(_: Prompt, value: Value) -> str:
    """An ISO date, or that it shall not be looked at again."""
    if value in (None, "", NOT_AGAIN):
        return value or ""
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise Refused("not_offered") from None


def _many(prompt: Prompt, value: Value) -> list[str]:
    picked = list(dict.fromkeys(value or ()))
    if any(key not in {o.key for o in prompt.options} for key in picked):
        raise Refused("not_offered")
    return _at_most(prompt, picked)


def _number(prompt: Prompt, value: Value) -> int | None:
    low, high = SLIDER_ENDS[prompt.kind]
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise Refused("not_offered")
    return value


def _ids(prompt: Prompt, value: Value) -> list[str]:
    return _at_most(prompt, list(dict.fromkeys(str(v) for v in value or ())))


def _at_most(prompt: Prompt, picked: list[str]) -> list[str]:
    if prompt.most and len(picked) > prompt.most:
        raise Refused("too_many", most=prompt.most)
    return picked


def _id(_: Prompt, value: Value) -> str:
    return accept_words(value or "", 200)


def _never(_: Prompt, __: Value) -> Value:
    """The five taps of the safety screen are never an answer: nothing of them is kept."""
    raise Refused("never_kept")


_ACCEPT: dict[str, Callable[[Prompt, Value], Value]] = {
    "tick": _yes_no,
    "toggle": _yes_no,
    "line": _line,
    "long_text": _long_text,
    "starter": _long_text,
    "pick_one": _one,
    "each_member": _one,
    "later_each_member": _later,
    "stage": _one,
    "pick_many": _many,
    "tags_each_member": _many,
    "slider": _number,
    "overlap": _number,
    "names": _ids,
    "members": _ids,
    "leave_off": _ids,
    "doors": _ids,
    "help_lines": _ids,
    "ring_each_member": _ids,
    "ring_one": _id,
    "member": _id,
    "try": _id,
    "country": _id,
    "safety": _never,
}


def accept_reason(reason: str) -> str:
    """Why a member changed place: short, or empty."""
    return accept_words(reason, REASON_LONGEST)


BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters and signs by their kind, of which nothing can be seen


def accept_member_name(name: str) -> str:
    """A member's name or nickname; the same name twice is allowed, an empty one is not."""
    shown = " ".join(accept_words(name, TEXT_LONGEST).split())
    if not any(unicodedata.category(sign)[0] in "LMNPS" and sign not in BLANK for sign in shown):
        raise Refused("member_name_empty")
    if len(shown) > NAME_LONGEST:
        raise Refused("member_name_long", most=NAME_LONGEST)
    return shown


@dataclass(frozen=True, slots=True)
class Fact:
    """Something an answer says about a member; a `good_for` fact is about one kind of help and is yes or no."""

    member_id: str
    field: str
    value: Value


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one exercise's answers mean: facts about members, who was in touch, what they say of a try (None: no try)."""

    facts: tuple[Fact, ...] = ()
    try_fields: Mapping[str, Value] | None = None
    try_id: str = ""
    touched: tuple[str, ...] = ()


def meaning(exercise: Exercise, given: Mapping[Key, Value], followed: Mapping[str, Value] | None = None) -> Meaning:
    """Read an exercise's standing answers as a whole, so that changing or erasing one takes back what it meant.

    `followed` is what the try says so far that they come back to.
    """
    so_far = followed or {}
    who = _subject(exercise, given) or str(so_far.get("member", ""))
    facts: dict[tuple[str, str], Fact] = {}
    fields: dict[str, Value] = {}
    touched: list[str] = []
    for (key, about), value in given.items():
        prompt = next((p for p in exercise.prompts if p.key == key), None)
        if prompt is None or left_open(prompt, value):
            continue
        for fact in _facts(prompt, about or who, value):
            facts[(fact.member_id, fact.field)] = fact
        if prompt.fills == "check_in.touched":
            touched += value
        target = prompt.fills.removeprefix("try.")
        if target != prompt.fills:
            fields[target] = value
    facts |= {(fact.member_id, "heard"): fact for fact in _heard(exercise, given)}
    if fields.get("outcome") in ANSWERED and who:  # a hello that went out is a try; what came back was a contact
        touched.append(who)
        facts[(who, "last_touch")] = Fact(who, "last_touch", "week")
    try_id = next((str(given.get((p.key, ""), "")) for p in exercise.prompts if p.kind == "try"), "")
    asks_which = any(p.kind == "try" for p in exercise.prompts)
    if fields.get("state") == "let_go" and who:
        facts[(who, "contact")] = Fact(who, "contact", "not_for_now")
    if asks_which and not try_id and not so_far:
        fields = {}
    return Meaning(tuple(facts.values()), fields or None, try_id, tuple(dict.fromkeys(touched)))


def _heard(exercise: Exercise, given: Mapping[Key, Value]) -> list[Fact]:
    """The two questions of belonging, read together: heard is no surer than the less sure of them."""
    asked = {p.key for p in exercise.prompts if p.fills.startswith("belonging.")}
    about: dict[str, list[str]] = {}
    for (key, member_id), value in given.items():
        if key in asked and value in SURE:
            about.setdefault(member_id, []).append(value)
    return [Fact(member_id, "heard", min(said, key=SURE.index)) for member_id, said in about.items()]


def subject_of(exercise: Exercise) -> Prompt | None:
    """The prompt that says whom all of an exercise is about: the first that picks a member and means nothing by itself."""
    return next((p for p in exercise.prompts if p.kind == "member" and not p.sets), None)


def _subject(exercise: Exercise, given: Mapping[Key, Value]) -> str:
    """The one member an exercise is about."""
    prompt = subject_of(exercise)
    return str(given.get((prompt.key, ""), "") or "") if prompt else ""


def _facts(prompt: Prompt, member_id: str, value: Value) -> list[Fact]:
    kind, _, field = prompt.fills.partition(".")
    if prompt.fills == "check_in.touched":
        return [Fact(one, "last_touch", "week") for one in value]
    if kind == "belonging":
        return [Fact(member_id, field, value)]
    if kind != "member" or (prompt.kind == "later_each_member" and value == NOT_AGAIN):
        return []
    if prompt.kind == "member" and prompt.sets:
        return [_fact_of(str(value), field, prompt.sets)]
    if not member_id or prompt.kind == "member":
        return []
    if prompt.kind == "tags_each_member":
        return [Fact(member_id, f"good_for.{area}", area in value) for area in GOOD_FOR]
    return [_fact_of(member_id, field, value)]


def _fact_of(member_id: str, field: str, value: Value) -> Fact:
    return Fact(member_id, f"good_for.{value}", True) if field == "good_for" else Fact(member_id, field, value)
