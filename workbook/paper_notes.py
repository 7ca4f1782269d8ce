"""What of a person's notes goes on the sheet: their pod, what they put by for a bad hour, and this week's small step."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from workbook.in_touch import PEOPLE, may_be_written_to, went_out
from workbook.my_workbook import BAD_HOUR, MyWorkbook
from workbook.paper import Line, Sheet, Step, Words
from workbook.pod import Member, spots
from workbook.store.put_away import PutAway
from workbook.store.tries import Try

A_WEEK = timedelta(days=7)


def sheet_of(book: MyWorkbook, words: Words) -> Sheet:
    """Everything that the sheet may be made of, as the person's notes stand now."""
    members = book.members()
    return Sheet(
        members=members,
        spots=spots(book.moves()),
        kinds={option.key: option.words for option in book.content.options["good_for"]},
        late=[m.member_id for m in members if "emergency" in m.good_for and m.kind in PEOPLE and may_be_written_to(m)],
        calm=next((str(s.value) for s in book.saved(BAD_HOUR) if s.prompt == "calm" and s.value), ""),
        lines=list(_lines(book, words)),
        step=_step(book, {m.member_id: m for m in members}),
        unsaid=[name for one in book.put_away() for name in _called(one)],
    )


def _called(gone: PutAway) -> Iterator[str]:
    """By which names somebody deleted went."""
    for (_, field), known in gone.known.items():
        if field in ("name", "also_called"):
            yield from [known.value] if field == "name" else known.value


def _lines(book: MyWorkbook, words: Words) -> Iterator[Line]:
    """The help lines that are on the map, with a number only where it was checked."""
    there = {m.member_id for m in book.members() if m.pictured and m.place not in ("left_off", "released")}
    kept = {k.value for (member_id, field), k in book.known().items() if field == "line" and member_id in there}
    for line in book.content.help_lines:
        if line["key"] in kept:
            yield Line(str(line["name"]), " · ".join(_ways(line, words)))


def _ways(line: dict[str, Any], words: Words) -> Iterator[str]:
    checked, address = bool(line.get("verified")), str(line.get("url", "")).split("//")[-1].rstrip("/")
    if checked and line.get("number"):
        yield str(line["number"])
    if checked and line.get("sms"):
        template = words.text_word_to if line.get("sms_text") else words.text_to
        yield template.format(word=line.get("sms_text", ""), number=line["sms"])
    if not (checked and (line.get("number") or line.get("sms"))) and address:
        yield address


def _step(book: MyWorkbook, members: Mapping[str, Member]) -> Step | None:
    """The plan begun last in the seven days to today, unless it was carried out or put off since; for nobody who rests."""
    plans = [one for one in book.tries() if _is_open(one, book.today) and not _rests(members.get(one.member_id))]
    if not plans:
        return None
    newest = max(plans, key=lambda one: (one.on_day, one.seq))
    begun = next((e for e in book.content.exercises if e.key == newest.began_via.partition("|")[0]), None)
    offered = [p for p in begun.prompts if p.fills == "try.act" and p.options] if begun else []
    parts = {part: str(newest.fields.get(part) or "") for part in ("cue", "act", "fallback")}
    parts["act"] = offered[0].words_of(parts["act"]) if offered else parts["act"]
    return Step(newest.member_id, parts)


def _rests(member: Member | None) -> bool:
    """Whether nothing is to be sent to them now, whatever was planned before."""
    return member is not None and not may_be_written_to(member)


def _is_open(one: Try, today: date) -> bool:
    planned = bool(one.fields.get("act") or one.fields.get("cue"))
    done = went_out(one.fields) or one.fields.get("state") == "not_now"
    return planned and not done and today - A_WEEK < one.on_day <= today
