"""Growth: how my map grew, day by day, and a quiet board: people, help, ties, tries, check-ins, give and take."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any, TypeVar

import streamlit as st

from workbook import growth
from workbook.growth import Amount, Count, Said, Tried
from workbook.in_touch import MET, went_out
from workbook.my_workbook import MyWorkbook, day_of
from workbook.pod import RINGS, Member, Move, RingStay, ring_stays
from workbook.replay import Replay, replay
from workbook.store.tries import Try
from workbook.ui import growth_replay, growth_strips, pod_map, session
from workbook.ui.growth_strips import Days
from workbook.ui.plain import safe, show_line
from workbook.ui.when import day
from workbook.ui.words import _, n_

ANSWERED = (*MET, "not_now", "no")
CHECK_IN = ("check_in.alone", "check_in.energy")
FEW_WORDS = 6
MOST_DRAWN = 30  # spans, and pictures of each in light and dark
Made = TypeVar("Made")
Row = tuple[str, ...]


def show(book: MyWorkbook) -> None:
    """The page Growth."""
    st.title(_("Growth"), anchor=False)
    board = _board(book)
    if board.moves:
        _show_replay(board)
    else:
        show_line("quiet", _("Nothing here yet, and that is fine. It begins when the first name is on your map."))
        st.page_link("../../pages/pod/map.py", label=_("Open my pod"))
    if board.earliest:
        if growth.first_day("weeks", board.earliest, board.today) > board.earliest:
            board.span = _choose_span(book)
        for block in (_show_people, _show_help, _show_in_touch, _show_tries, _show_check_ins, _show_give_and_take):
            block(board)


def _board(book: MyWorkbook) -> "Board":
    """The board of the page before, with its pictures, where nothing was saved since; one for each open page."""
    key = f"{book.person_id}|growth board"
    stands = (book.changes(), book.today)
    board: Board | None = st.session_state.get(key)
    if board is None or board.stands != stands:
        board = st.session_state[key] = Board(book, stands)
    board.book = book
    board.span = "all"
    return board


class Board:
    """All that the board shows of one workbook, read once; `span` is a key of `growth.SPANS`."""

    def __init__(self, book: MyWorkbook, stands: tuple[tuple[int, int], date]) -> None:
        self.stands = stands
        self.book = book
        self._drawn: dict[tuple[Hashable, ...], Any] = {}
        self.moves, self.members, self._known = book.pod()
        self.tries = book.tries()
        self.span = "all"
        # What was noted elsewhere may be of a day that has not begun here yet.
        tomorrow = stands[1] + timedelta(days=1)
        self.today = max(
            [stands[1], *(move.on_day for move in self.moves), *(day for day in self._days() if day <= tomorrow)]
        )

    def once(self, make: Callable[[], Made], *what: Hashable) -> Made:
        """A picture or a row of numbers, made once for the same span."""
        if len(self._drawn) > MOST_DRAWN:
            self._drawn.clear()
        key = (*what, self.span)
        if key not in self._drawn:
            self._drawn[key] = make()
        return self._drawn[key]  # type: ignore[no-any-return]

    @cached_property
    def counts(self) -> list[Count]:
        """From the first move on, whatever the span."""
        return growth.growth(self.moves, self.today)

    @cached_property
    def left_out(self) -> set[str]:
        """Whoever is in no picture of the past: no name of theirs is on this page."""
        shown = {member.member_id for member in self.members if member.pictured}
        return {move.member_id for move in self.moves} - shown

    @cached_property
    def replay(self) -> Replay | None:
        return replay(self.moves, self.today, self.left_out, self.stays)

    @cached_property
    def stays(self) -> list[RingStay]:
        return [*ring_stays(self.moves)]

    @cached_property
    def earliest(self) -> date | None:
        """The day of whatever came first: a move, a try, a check-in or a contact."""
        days = (*(move.on_day for move in self.moves), *self._days())
        return min((day for day in days if day <= self.today), default=None)

    def _days(self) -> list[date]:
        """The days of all but the moves."""
        said = [one.day for said in self.check_ins.values() for one in said]
        return [*(one.day for one in self.tried), *(on for _member_id, on in self.contacts), *said]

    @property
    def since(self) -> date:
        return growth.first_day(self.span, self.earliest or self.today, self.today)

    @property
    def days(self) -> Days:
        return Days(self.since, self.today)

    @cached_property
    def tried(self) -> list[Tried]:
        """Every try that went out."""
        return [Tried(sent_on(one), one.fields.get("outcome") in ANSWERED) for one in self.tries if _is_sent(one)]

    @cached_property
    def contacts(self) -> list[tuple[str, date]]:
        """Every time in touch: noted, said in a check-in, or an answer that came back."""
        met = [(t.member_id, sent_on(t)) for t in self.tries if _is_sent(t) and t.fields.get("outcome") in MET]
        return [*((touch.member_id, touch.on_day) for touch in self.book.touches()), *(one for one in met if one[0])]

    @cached_property
    def check_ins(self) -> dict[str, list[Said]]:
        """For each scale of the check-in, what was said of it, by its field."""
        asked = [(e, p) for e in self.book.content.exercises for p in e.prompts if p.fills in CHECK_IN]
        saved = {e.key: self.book.saved(e.key) for e, _prompt in asked}
        found: dict[str, list[Said]] = {fills: [] for fills in CHECK_IN}
        for exercise, prompt in asked:
            for one in saved[exercise.key]:
                if one.prompt == prompt.key and isinstance(one.value, int):
                    found[prompt.fills].append(Said(day_of(one.occasion, one.on_day), one.value))
        return found

    @cached_property
    def noted(self) -> dict[tuple[str, str], date]:
        """The day each kind of help that holds now was noted, by member and kind."""
        return {
            (m, f.removeprefix("good_for.")): k.on_day
            for (m, f), k in self._known.items()
            if f.startswith("good_for.") and k.value
        }


def sent_on(one: Try) -> date:
    """The day a try went out."""
    said = one.fields.get("sent_on")
    return date.fromisoformat(str(said)) if said else one.on_day


def _is_sent(one: Try) -> bool:
    return went_out(one.fields)


def _show_replay(board: Board) -> None:
    dark, narrow = session.dark(), session.narrow()
    st.html(f"<p>{safe(board.once(lambda: _began(board), 'sentence'))}</p>")
    if replay := board.replay:
        st.html(
            board.once(
                lambda: growth_replay.html(replay, board.members, dark=dark, narrow=narrow), "replay", dark, narrow
            )
        )
    if board.left_out:
        show_line("hint", _("Some are left out of this picture, as you chose. The numbers below count everyone."))


def _began(board: Board) -> str:
    died = {member.member_id for member in board.members if member.parted}
    told = [move for move in board.moves if move.member_id not in died or move.place in RINGS]  # no word of their going
    return _sentence(board.counts, told)


def _sentence(counts: list[Count], moves: list[Move]) -> str:
    now = counts[-1]
    parts = [_("Your map began on {day}.").format(day=day(counts[0].day))]
    words = pod_map.in_words(now.core, now.movable, now.outer)
    there = [words[ring] for ring in RINGS if getattr(now, ring)]
    if there:
        parts.append(_("Now: {rings}.").format(rings=", ".join(there)))
    changed = growth.changed_place(moves)
    if changed:
        parts.append(
            n_("{count} changed place on the way.", "{count} changed place on the way.", changed).format(count=changed)
        )
    return " ".join(parts)


def _choose_span(book: MyWorkbook) -> str:
    words = {"weeks": _("4 weeks"), "months": _("6 months"), "all": _("All of it")}
    chosen = st.segmented_control(
        _("How far back do the pictures below go?"),
        list(words),
        default="all",
        required=True,
        format_func=lambda span: words[span],
        key=f"{book.person_id}|span",
        persist_state="session",
    )
    return chosen or "all"


def _show_people(board: Board) -> None:
    if not board.moves:
        return
    st.header(_("People on your map"), anchor=False)
    dark = session.dark()
    began = board.counts[0].day if board.counts else None
    whole = board.since == began
    counts = (
        board.counts if whole else board.once(lambda: growth.growth(board.moves, board.today, board.since), "counts")
    )
    told = board.once(lambda: growth.reasons(board.moves, board.since, board.today, board.left_out), "reasons")
    show_line("quiet", _("One line for each ring. It goes up and down as people change place, and both are fine."))
    st.html(board.once(lambda: growth_strips.people(counts, [move.on_day for move in told], dark=dark), "people", dark))
    _show_own_words(board, told)
    _table(
        board,
        "people",
        (_("Day"), _("Core Circle"), _("Movable People"), _("Outer Resources"), _("What changed")),
        lambda: _counted(board, counts),
    )


def _counted(board: Board, counts: Sequence[Count]) -> list[Row]:
    changes = _changes(board)
    return [(day(c.day), str(c.core), str(c.movable), str(c.outer), changes.get(c.day, "")) for c in reversed(counts)]


def _changes(board: Board) -> dict[date, str]:
    """What changed on each day, in the words of the replay."""
    names = {member.member_id: member for member in board.members}
    places = board.book.content.words
    told: dict[date, str] = {}
    for on, changes in zip(board.replay.days, board.replay.changes(), strict=True) if board.replay else ():
        told[on] = " ".join(
            _("{name}: {place}.").format(name=names[member_id].name, place=places("places", ring))
            if ring
            else _("{name} changed place.").format(name=names[member_id].name)
            for member_id, ring in changes
            if ring or not names[member_id].parted
        )
    return told


def _show_own_words(board: Board, told: Sequence[Move]) -> None:
    if not told:
        return
    places = board.book.content.words
    members = {member.member_id: member for member in board.members}
    rows = []
    for move in reversed(told):
        on = [day(move.on_day), members[move.member_id].name]
        if move.place in RINGS:
            on.append(places("places", move.place))
        rows.append(f'<li><span class="when">{safe(" · ".join(on))}</span>{safe(move.reason)}</li>')
    _list(rows[:FEW_WORDS])
    if len(rows) > FEW_WORDS:
        with st.expander(_("More of your own words"), key=f"{board.book.person_id}|words", on_change="rerun") as more:
            if more.open:
                _list(rows[FEW_WORDS:])


def _list(words: Iterable[str]) -> None:
    rows = "".join(words)
    st.html(f'<ul class="own-words" aria-label="{safe(_("Your own words"))}">{rows}</ul>')


def _show_help(board: Board) -> None:
    if not board.moves:
        return
    st.header(_("Kinds of help"), anchor=False)
    placed = [member for member in board.members if member.place in RINGS]
    now = growth.coverage(placed)
    words = {kind: board.book.content.words("good_for", kind) for kind in now}
    covered = [words[kind].lower() for kind, by_ring in now.items() if by_ring.total()]
    if not board.noted:
        show_line("quiet", _("Nothing here yet, and that is fine. It comes from “Kinds of help” under Reflect."))
        return
    sentence = _("Someone or something is there for: {named}.").format(named=", ".join(covered)) if covered else ""
    show_line("quiet", f"{sentence} {_('A line begins on the day you noted it.')}".strip())
    over_time = board.once(
        lambda: growth.help_over_time(board.stays, board.noted, board.today, board.since), "help over time"
    )
    alt = _("Six kinds of help, with a line for each ring that has someone for it. Now: {kinds}.").format(
        kinds="; ".join(_who_is_there(board, words[kind], now[kind]) for kind in now)
    )
    dark = session.dark()
    st.html(
        board.once(lambda: growth_strips.kinds_of_help(over_time, now, words, board.days, alt, dark=dark), "help", dark)
    )
    leant_on = [
        _("You have {name} so far for: {kinds}.").format(
            name=member.name, kinds=", ".join(words[kind].lower() for kind in kinds)
        )
        for member, kinds in growth.leant_on(board.members)
    ]
    if leant_on:
        show_line("quiet", " ".join([*leant_on, _("One more name there could let both of you breathe.")]))
    places = board.book.content.words
    _table(
        board,
        "help",
        (_("Kind"), _("Where"), _("When")),
        lambda: [
            (
                words[kind],
                places("places", ring),
                _("{first} to {last}").format(first=day(one.first), last=day(one.last)),
            )
            for kind, rings in over_time.items()
            for ring, stretches in rings.items()
            for one in stretches
        ],
    )


def _who_is_there(board: Board, kind: str, by_ring: Mapping[str, int]) -> str:
    places = board.book.content.words
    there = [f"{places('places', ring)} {by_ring[ring]}" for ring in RINGS if by_ring.get(ring)]
    return _("{kind}: {rings}").format(kind=kind, rings=", ".join(there) or _("left open"))


def _show_in_touch(board: Board) -> None:
    if not board.contacts:
        return
    amounts = board.once(lambda: growth.in_touch_over_time(board.contacts, board.today, board.since), "amounts")
    st.header(_("In touch"), anchor=False)
    now = amounts[-1].number
    said = n_(
        "In the last 30 days you were in touch with {count} person or place.",
        "In the last 30 days you were in touch with {count} people or places.",
        now,
    )
    sentence = said.format(count=now) if now else _("For the last 30 days no contact is noted here, and that is fine.")
    show_line("quiet", sentence)
    alt = _(
        "With how many you were in touch, day by day from {first} to {last}: between {least} and {most}, {now} now."
    )
    alt = alt.format(
        first=day(amounts[0].day),
        last=day(amounts[-1].day),
        least=min(one.number for one in amounts),
        most=max(one.number for one in amounts),
        now=now,
    )
    st.html(growth_strips.in_touch(amounts, alt, dark=session.dark()))
    _table(board, "touch", (_("From"), _("In touch within 30 days")), lambda: _amounts(amounts))


def _amounts(amounts: Iterable[Amount]) -> list[Row]:
    return [(day(one.day), str(one.number)) for one in reversed([*amounts])]


def _show_tries(board: Board) -> None:
    tried = [one for one in board.tried if board.since <= one.day <= board.today]
    if not tried:
        return
    st.header(_("What you tried"), anchor=False)
    said = n_("You reached out once.", "You reached out {count} times.", len(tried))
    show_line("quiet", f"{said.format(count=len(tried))} {_('Each try counts by itself.')}")
    first, last = min(one.day for one in tried), max(one.day for one in tried)
    alt = _("A dot for each time you reached out: {count} from {first} to {last}.").format(
        count=len(tried), first=day(first), last=day(last)
    )
    bins = growth_strips.binned((one.day for one in tried), board.days)
    st.html(growth_strips.tries(bins, board.days, alt, dark=session.dark()))
    answers = sum(one.answered for one in tried)
    if answers:
        came = n_("{count} answer came back.", "{count} answers came back.", answers).format(count=answers)
        show_line("hint", f"{_('Apart from that:')} {came} {_('That part is up to others.')}")
    by_day: dict[date, list[Tried]] = {}
    for one in sorted(tried, key=lambda one: one.day, reverse=True):
        by_day.setdefault(one.day, []).append(one)
    _table(
        board,
        "tries",
        (_("Day"), _("You reached out"), _("Answers that came back")),
        lambda: [(day(on), str(len(those)), str(sum(o.answered for o in those) or "")) for on, those in by_day.items()],
    )


def _show_check_ins(board: Board) -> None:
    prompts = {p.fills: p for e in board.book.content.exercises for p in e.prompts if p.fills in CHECK_IN}
    names = {"check_in.alone": _("How alone it felt"), "check_in.energy": _("Energy")}
    spoken = {f: [one for one in said if board.since <= one.day <= board.today] for f, said in board.check_ins.items()}
    lines = {names[f]: parts for f, said in spoken.items() if (parts := growth.unbroken(said))}
    if not any(board.check_ins.values()):
        return
    st.header(_("Check-ins"), anchor=False)
    if not lines:
        show_line("quiet", _("The lines begin once there are three check-ins in this time."))
        return
    show_line("quiet", _("What you said on those days. Where a week has no check-in, the line has a gap."))
    ends = {names[f]: (p.low, p.high) for f, p in prompts.items()}
    alt = " ".join(
        [
            _("Your check-ins from 0 to 10, a dot for each."),
            *(_spoken(names[f], said) for f, said in spoken.items() if names[f] in lines),
        ]
    )
    st.html(growth_strips.check_ins(lines, ends, board.days, alt, dark=session.dark()))
    said_on = {f: {one.day: str(one.value) for one in said} for f, said in spoken.items()}
    _table(
        board,
        "check-ins",
        (_("Day"), *(names[f] for f in CHECK_IN)),
        lambda: [
            (day(on), *(said_on[f].get(on, "") for f in CHECK_IN))
            for on in sorted({on for said in said_on.values() for on in said}, reverse=True)
        ],
    )


def _spoken(name: str, said: Sequence[Said]) -> str:
    words = _("{name}: {count} times from {first} to {last}, between {least} and {most}, {now} the last time.")
    ordered = sorted(said)
    values = [one.value for one in said]
    return words.format(
        name=name,
        count=len(said),
        first=day(ordered[0].day),
        last=day(ordered[-1].day),
        least=min(values),
        most=max(values),
        now=ordered[-1].value,
    )


def _show_give_and_take(board: Board) -> None:
    said = growth.gives_and_takes(board.members)
    if not said:
        return
    st.header(_("What it gives and takes"), anchor=False)
    show_line("quiet", _("This is how you put it yourself. It can change, and nothing follows from it."))
    lines = "".join(_given(board, how, those) for how, those in said.items())
    st.html(f'<dl class="gives">{lines}</dl>')


def _given(board: Board, how: str, those: Iterable[Member]) -> str:
    names = " ".join(f'<span class="named {m.place}" dir="auto">{safe(m.name)}</span>' for m in those)
    return f"<dt>{safe(board.book.content.words('gives_takes', how))}</dt><dd>{names}</dd>"


def _table(board: Board, name: str, head: Row, rows: Callable[[], Iterable[Row]]) -> None:
    """The picture's data; it is sent only once it is asked for, since a long life has a long table."""
    label = _("The same as a table")
    folded = st.expander(label, key=f"{board.book.person_id}|growth|{name}", on_change="rerun")
    if not folded.open:
        return
    heads = "".join(f"<th scope=col>{safe(words)}</th>" for words in head)
    body = "".join(
        f"<tr><th scope=row>{safe(first)}</th>{''.join(f'<td>{safe(cell)}</td>' for cell in cells)}</tr>"
        for first, *cells in rows()
    )
    folded.html(
        f'<div class="table columns" tabindex="0" role="region" aria-label="{safe(label)}"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
