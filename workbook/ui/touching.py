"""In touch: noting that it was so, how often one would like it, and whom Today may name. Nothing here is ever late."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from workbook.in_touch import MOST_NAMED, PEOPLE, RHYTHMS, Suggestion, Touch, follow_ups
from workbook.my_workbook import MyWorkbook
from workbook.pod import RINGS, Member
from workbook.refused import Refused
from workbook.ui.plain import plain, safe, show_line
from workbook.ui.saving import attempt, show_trouble, told_apart
from workbook.ui.when import day
from workbook.ui.words import _, n_

EARLIEST = date(1950, 1, 1)
SHOWN = 12  # times in touch shown on a member's card
REACH_OUT = "../../pages/steps/reach_out.py"


def show_form(book: MyWorkbook, members: Sequence[Member], part: str) -> None:
    """“We were in touch”, for one or several, on any day that has come, any way."""
    here = [m for m in members if m.place not in ("released", "left_off") and not m.parted]
    if not here:
        return
    prefix = f"{book.person_id}|touch|{part}"
    with st.expander(_("Note a time in touch"), key=f"{prefix}|open"):
        names = told_apart({m.member_id: m.name for m in here})
        st.pills(
            _("With whom?"),
            list(names),
            selection_mode="multi",
            format_func=lambda m: plain(names[m]),
            key=f"{prefix}|who",
        )
        ways = {o.key: o.words for o in book.content.options["touch_ways"]}
        st.pills(_("How, if you like"), list(ways), format_func=lambda w: plain(ways[w]), key=f"{prefix}|how")
        _begin_with_today(book, prefix)
        st.date_input(_("Which day was it?"), min_value=EARLIEST, key=f"{prefix}|day", format="YYYY-MM-DD")
        st.button(_("Note it"), key=f"{prefix}|note", on_click=_note, args=(book, prefix))
        show_trouble(prefix)
        _show_noted(prefix)


def _begin_with_today(book: MyWorkbook, prefix: str) -> None:
    """The day is today until another is chosen, also on a page left open over midnight."""
    day, begun = f"{prefix}|day", f"{prefix}|begun"
    if day not in st.session_state or st.session_state[day] == st.session_state.get(begun):
        st.session_state[day] = book.today
    st.session_state[begun] = book.today


def _note(book: MyWorkbook, prefix: str) -> None:
    who = list(st.session_state[f"{prefix}|who"])
    how = st.session_state[f"{prefix}|how"] or ""
    on_day = st.session_state[f"{prefix}|day"]
    if on_day is None:
        attempt(book, prefix, _refuse_no_day)
    elif note(book, prefix, who, on_day, how):
        st.session_state[f"{prefix}|who"] = []
        st.session_state[f"{prefix}|how"] = None


def _refuse_no_day(own: MyWorkbook) -> None:
    """A day that was cleared is not today: one could be in touch on any."""
    raise Refused("day_missing")


def note(book: MyWorkbook, key: str, who: Sequence[str], on_day: date | None = None, how: str = "") -> bool:
    """Note it; whether it could be."""

    def act(own: MyWorkbook) -> int:
        own.were_in_touch(who, on_day, how)
        return len(who)

    noted = attempt(book, key, act)
    st.session_state.setdefault("noted", {})[key] = noted or 0
    return bool(noted)


def _note_one(book: MyWorkbook, key: str, who: Sequence[str]) -> None:
    note(book, key, who)


def _show_noted(key: str) -> None:
    count = st.session_state.get("noted", {}).pop(key, 0)
    if count:
        show_line("saved", n_("Noted for {count}.", "Noted for {count}.", count).format(count=count))


def show_rhythms(book: MyWorkbook) -> None:
    """How often Today may name the people of a ring: never, until one says so."""
    chosen = book.ring_rhythms()
    words = {o.key: o.words for o in book.content.options["rhythms"] if o.key in RHYTHMS}
    with st.expander(_("How often I would like to be in touch"), key=f"{book.person_id}|rhythms"):
        show_line("hint", _("If you choose one, Today names someone now and then. Nobody is ever late."))
        for ring in RINGS:
            key = f"{book.person_id}|rhythm|{ring}"
            now = chosen[ring].every if ring in chosen and chosen[ring].every in words else None
            if key not in st.session_state:
                st.session_state[key] = now
            st.selectbox(
                _("How often for {ring}").format(ring=plain(book.content.words("places", ring))),
                list(words),
                index=None,
                format_func=lambda k: words[k],
                placeholder=_("Not at all"),
                key=key,
                on_change=_choose_ring,
                args=(book, ring, key),
            )
            show_trouble(key)


def _choose_ring(book: MyWorkbook, ring: str, key: str) -> None:
    attempt(book, key, lambda own: own.choose_rhythm(ring, st.session_state[key] or ""))


def show_member(book: MyWorkbook, member: Member) -> None:
    """One member's card: in touch today by one tap, and the times that were noted."""
    key = f"{book.person_id}|touched|{member.member_id}"
    times = [t for t in book.touches() if t.member_id == member.member_id]
    latest = max((t.on_day for t in times), default=None)
    if member.place not in ("released", "left_off") and not member.parted:
        with st.container(horizontal=True, key=f"touched-{member.member_id}", vertical_alignment="center"):
            st.button(
                _("We were in touch today"),
                key=key,
                on_click=_note_one,
                args=(book, key, (member.member_id,)),
                disabled=latest == book.today,
            )
            if latest:
                show_line("saved", _("Last noted: {day}").format(day=day(latest, book.today)))
    show_trouble(key)
    if times:
        _show_times(book, member, times)


def _show_times(book: MyWorkbook, member: Member, times: list[Touch]) -> None:
    with st.expander(_("When we were in touch"), key=f"times|{member.member_id}"):
        for time in sorted(times, key=lambda t: (t.on_day, t.seq), reverse=True)[:SHOWN]:
            key = f"{book.person_id}|time|{member.member_id}|{time.touch_id}"
            with st.container(horizontal=True, vertical_alignment="center", key=f"time-{time.touch_id}"):
                how = f" · {book.content.words('touch_ways', time.how)}" if time.how else ""
                show_line("saved", day(time.on_day, book.today) + how)
                st.button(
                    _("Take it out"), type="tertiary", key=key, on_click=_take_out, args=(book, key, time.touch_id)
                )
            show_trouble(key)


def _take_out(book: MyWorkbook, key: str, touch_id: str) -> None:
    attempt(book, key, lambda own: own.take_back_touch(touch_id))


def show_suggestions(book: MyWorkbook, found: Sequence[Suggestion], members: Sequence[Member]) -> None:
    """Whom they might like to hear from, in plain words, each with three ways to answer it."""
    by_id = {m.member_id: m for m in members}
    if not found:
        return
    st.header(_("You might like to hear from"), anchor=False)
    for one in found:
        member = by_id[one.member_id]
        with st.container(key=f"hear-{one.member_id}", gap="xsmall"):
            st.html(f'<p class="named {member.place}" role="heading" aria-level="3" dir="auto">{safe(member.name)}</p>')
            show_line("quiet", since(book, one))
            _show_answers(book, member)


def show_follow_ups(book: MyWorkbook, members: Sequence[Member]) -> None:
    """On Reach Out: whom one more small hello could go to, two quiet weeks after the first."""
    if book.resting():
        return
    by_id = {m.member_id: m for m in members}
    for one in follow_ups(book.rows(), book.today)[:MOST_NAMED]:
        member = by_id[one.member_id]
        with st.container(key=f"hear-{one.member_id}", gap="xsmall"):
            st.html(f'<p class="named {member.place}" role="heading" aria-level="3" dir="auto">{safe(member.name)}</p>')
            show_line("quiet", since(book, one))
            _show_answers(book, member)


def since(book: MyWorkbook, one: Suggestion) -> str:
    """Since when, in plain words."""
    if one.last is None:
        return _("No day is noted yet on which you were in touch.")
    on = day(one.last, book.today)
    if one.follow_up:
        return _("You sent a hello on {day}. One more small one is fine, and so is none.").format(day=on)
    return _("Last in touch around {day}.").format(day=on)


def _show_answers(book: MyWorkbook, member: Member) -> None:
    key = f"{book.person_id}|hear|{member.member_id}"
    with st.container(horizontal=True, key=f"answers-{member.member_id}", gap="small"):
        lines = book.content.exercise("reach_out.two_lines")
        write = not lines.hidden and st.button(_("Write two lines"), type="tertiary", key=f"{key}|write")
        st.button(
            _("We were in touch"),
            type="tertiary",
            key=f"{key}|met",
            on_click=_note_one,
            args=(book, key, (member.member_id,)),
        )
        st.button(_("Not now"), type="tertiary", key=f"{key}|not now", on_click=_put_off, args=(book, key, member))
    show_trouble(key)
    if write:
        begin_lines(book, member, key)


def begin_lines(book: MyWorkbook, member: Member, key: str) -> None:
    """A fresh hello to someone, straight at its two lines."""

    def act(own: MyWorkbook) -> str:
        occasion = own.begin_hello(member.member_id)
        own.note_stage(occasion, "two_lines")
        return occasion

    occasion = attempt(book, key, act)
    if occasion:
        st.session_state[f"{book.person_id}|occasion|reach_out.pick"] = occasion
        st.switch_page(REACH_OUT, query_params={"at": "two_lines"})


def _put_off(book: MyWorkbook, key: str, member: Member) -> None:
    attempt(book, key, lambda own: own.put_off(member.member_id))


def may_have_a_rhythm(member: Member) -> bool:
    """Whether a rhythm means anything for this member."""
    return member.kind in PEOPLE
