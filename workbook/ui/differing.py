"""What differs between a file and what is here, in words: whom or what it is about, and both sides."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from workbook.bundle import OCCASION, Entry, Plan
from workbook.content import Prompt
from workbook.my_workbook import MyWorkbook
from workbook.pod import small_name
from workbook.ui.when import day
from workbook.ui.words import _

LONGEST = 120  # letters of one side
LED_UP = 40  # letters before the first that is another, where that one comes late
LISTS = {"kind": "kinds", "state": "resource_state", "rhythm": "rhythms", "place": "places", "how": "touch_ways"}
UNSHOWN = ("offset",)


def _from_where_they_part(here: str, there: str) -> tuple[str, str]:
    """Both texts, cut so that the first letter that is another can be seen."""
    same = next((at for at, (a, b) in enumerate(zip(here, there, strict=False)) if a != b), min(len(here), len(there)))
    begin = max(0, same - LED_UP)
    cut = [small_name(f"…{text[begin:]}" if begin else text, LONGEST) for text in (here, there)]
    return cut[0], cut[1]


class Differing:
    """Says differences in the words of one workbook."""

    def __init__(self, book: MyWorkbook, plan: Plan) -> None:
        self._content = book.content
        self._names = {member.member_id: member.name for member in book.members()}
        self._names |= {key[0]: str(entry.cells["name"]) for key, entry in plan.bundle.of("members").items()}
        self._exercises = {exercise.key: exercise for exercise in self._content.exercises}
        asked = [prompt for exercise in self._content.exercises for prompt in exercise.prompts]
        self._of_tries = {
            prompt.fills: prompt for prompt in asked if prompt.fills.startswith("try.") and prompt.options
        }

    def about(self, entry: Entry) -> str:
        """Whom or what a difference is about."""
        if entry.section == "members":
            return str(entry.cells["name"])
        if entry.section == "answers":
            exercise = self._exercises.get(entry.key[0])
            return " · ".join(filter(None, (exercise.title if exercise else entry.key[0], self._on(entry.key[2]))))
        if entry.section == "choices":
            return self._choice(entry.key[0])
        what = {"moves": _("A move"), "tries": _("A hello or small step"), "touches": _("A time in touch")}
        name = self._names.get(str(entry.cells.get("member_id", "")), "")
        return " · ".join(filter(None, (name, what.get(entry.section, ""), self._on(str(entry.cells.get("day", ""))))))

    def lines(self, entry: Entry, ours: Entry) -> Iterator[str]:
        """Each thing that is another, both sides."""
        for label, here, there in self._sides(entry, ours):
            short = small_name(here, LONGEST), small_name(there, LONGEST)
            if short[0] == short[1]:  # what is another comes further on
                short = _from_where_they_part(here, there)
            yield _("{what}: here “{here}”, in the file “{file}”").format(
                what=label, here=short[0] or _("nothing"), file=short[1] or _("nothing")
            )

    def _sides(self, entry: Entry, ours: Entry) -> Iterator[tuple[str, str, str]]:
        for name, value in entry.cells.items():
            here = ours.cells.get(name)
            if name in UNSHOWN or value == here:
                continue
            if isinstance(value, dict) and isinstance(here, dict):
                for part in {**here, **value}:
                    if value.get(part) != here.get(part):
                        sides = self._of_a_try(part, here.get(part)), self._of_a_try(part, value.get(part))
                        yield self._label(part), *sides
            elif entry.section == "answers":
                prompt = self._prompt(entry)
                who = self._names.get(entry.key[3], "")
                label = " · ".join(filter(None, (prompt.ask if prompt else entry.key[1], who)))
                yield label, self._answered(prompt, here), self._answered(prompt, value)
            else:
                yield self._label(name), self._shown(name, here), self._shown(name, value)

    def _prompt(self, entry: Entry) -> Prompt | None:
        exercise = self._exercises.get(entry.key[0])
        return next((p for p in exercise.prompts if p.key == entry.key[1]), None) if exercise else None

    def _answered(self, prompt: Prompt | None, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(self._answered(prompt, one) for one in value)
        if isinstance(value, str) and value in self._names:
            return self._names[value]
        offered = [*self._content.doors, *self._content.help_lines]
        saved = next((str(one.get("title") or one["name"]) for one in offered if one["key"] == value), "")
        if saved and prompt and prompt.kind in ("doors", "help_lines"):
            return saved
        if prompt and prompt.kind == "country":
            return self._content.countries.get(value, str(value))
        return prompt.words_of(value) if prompt and prompt.options and isinstance(value, str) else self._plain(value)

    def _of_a_try(self, part: str, value: Any) -> str:
        prompt = self._of_tries.get(f"try.{part}")
        return prompt.words_of(value) if prompt and isinstance(value, str) else self._plain(value)

    def _shown(self, name: str, value: Any) -> str:
        if name == "how" and isinstance(value, str):
            return self._content.words("touch_ways", value)
        if isinstance(value, str) and (name in LISTS or name in self._content.options):
            return self._content.words(LISTS.get(name, name), value)
        if name == "value" and isinstance(value, str):
            return self._content.words("rhythms", value)
        if name == "via":
            exercise = self._exercises.get(str(value).partition("|")[0])
            return exercise.title if exercise else _("The map")
        return self._plain(value)

    def _plain(self, value: Any) -> str:
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, datetime):
            return f"{day(value.date())}, {value:%H:%M} UTC"
        if isinstance(value, date):
            return day(value)
        if isinstance(value, list):
            return ", ".join(self._plain(one) for one in value)
        if value is None:
            return ""
        written = str(value)
        return self._names.get(written) or (self._on(written) if len(written) == len("2026-01-01") else "") or written

    def _on(self, written: str) -> str:
        """A day in words, if it is one, or the day of the occasion that it is; else nothing."""
        if not OCCASION.fullmatch(written):
            return ""
        try:
            return day(date.fromisoformat(written[:10]))
        except ValueError:
            return ""

    def _label(self, name: str) -> str:
        labels: Mapping[str, str] = {
            "name": _("Name"),
            "also_called": _("Also called"),
            "kind": _("Kind"),
            "closeness": _("How close you feel"),
            "how_known": _("How you know each other"),
            "heard": _("Feeling heard"),
            "asked": _("Asked about being in your pod"),
            "last_touch": _("When you were last in touch"),
            "gives_takes": _("What it gives and takes"),
            "notes": _("Notes"),
            "how": _("How to reach them"),
            "state": _("Where it stands"),
            "rhythm": _("How often"),
            "look_again": _("Look at it again"),
            "next_step": _("Next step"),
            "pictured": _("In replay and print"),
            "parted": _("Parted"),
            "quiet_until": _("Not now, until"),
            "honest": _("Being honest"),
            "imperfect": _("Being imperfect"),
            "apart": _("Not the same as another"),
            "ring_answered": _("The question about their ring"),
            "day": _("Day"),
            "on_day": _("Day"),
            "place": _("Ring"),
            "reason": _("Reason"),
            "value": _("Choice"),
            "member_id": _("Who"),
            "via": _("Noted in"),
            "at": _("Saved"),
            "state_on": _("Since"),
            "sent_on": _("Sent on"),
            "text": _("Words"),
            "expected": _("How you thought it would feel"),
            "felt": _("How it felt"),
            "after_feel": _("What it took"),
            "outcome": _("What came back"),
            "cue": _("If"),
            "act": _("Then I will"),
            "fallback": _("If that gets hard"),
            "rehearsed": _("Read back"),
        }
        if name.startswith("good_for."):
            return self._content.words("good_for", name.removeprefix("good_for."))
        return labels.get(name, name)

    def _choice(self, name: str) -> str:
        if name.startswith("rhythm."):
            return " · ".join((_("How often"), self._content.words("places", name.removeprefix("rhythm."))))
        return {"paused": _("Things are hard again"), "low_energy": _("Low energy")}.get(name, name)
