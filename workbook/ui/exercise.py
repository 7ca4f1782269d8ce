"""The one place that turns an exercise into widgets: one dictionary maps a prompt's kind to the function that draws it."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import streamlit as st

from workbook import reaching
from workbook.answers import subject_of
from workbook.content import Exercise, Prompt
from workbook.in_touch import PEOPLE, is_someone, may_be_written_to, rests, unanswered
from workbook.my_workbook import KINDNESS, PICK, MyWorkbook, dated
from workbook.pod import RINGS, Member
from workbook.store.answers import Saved
from workbook.typed import on_one_line
from workbook.ui import (
    astray,
    calendar_link,
    doors,
    hello,
    help_lines,
    kindness,
    ladder,
    overlap,
    screen,
    session,
    touching,
    twins,
    ways,
)
from workbook.ui.plain import plain, safe, show_line, show_of_whom, show_typed
from workbook.ui.saving import (
    SKIP,
    Read,
    View,
    attempt,
    brought_back,
    in_words,
    may_be_asked_about,
    save,
    saved_line,
    show_field,
    show_kept_aside,
    take_again,
    tries_in_words,
    unchanged,
)
from workbook.ui.when import day
from workbook.ui.words import _, n_

ONE_AT_A_TIME = 8  # with more members than this, a question about each is asked one member at a time
ON_THE_MAP = (*RINGS, "unplaced")
EARLIER_TIMES = 6
OCCASION = re.compile(r"\d{4}-\d\d-\d\d(\.\d+)?")
AFTER_SILENCE = "after_silence"  # the starters for one more hello
READ_BACK = "try.rehearsed"
STARTERS_AT_ONCE = 3
A_SITTING = timedelta(hours=1)
SAY_WHOM = ("member", "try", "starter")  # what a page of a hello asks, or shows, before it is known whose it is


def show(book: MyWorkbook, exercise: Exercise) -> None:
    """Draw one exercise in full; every change saves itself."""
    saved = book.saved(exercise.key)
    occasion = _occasion(book, exercise, saved)
    given = {(s.prompt, s.about): s for s in saved if s.occasion == occasion}
    everyone = book.members()
    here = [m for m in everyone if m.place in ON_THE_MAP and not m.parted]
    by_id = {m.member_id: m for m in everyone}
    now = hello.going(book, exercise, occasion, by_id)
    view = View(
        book,
        exercise,
        occasion,
        given,
        here,
        by_id,
        whom=now.member if now else None,
        begun=now.begun.try_id if now else "",
    )
    hello.note_stage(book, exercise, now)
    st.header(plain(exercise.title), anchor=False)
    hello.show_whom(book, exercise, now)
    twins.show_gone(view)
    if exercise.by:
        _show_whose(exercise)
    if _show_opening(book, exercise) and not given:
        return
    if exercise.kind == "safety" and not (view.whom and view.whom.parted):
        screen.show(book, exercise, here, view.whom, everyone)
        return
    if view.whom and not view.whom.parted:
        twins.ask(book, view.whom, everyone, part="hello")
    if hello.held_back(book, exercise, now):
        astray.show(view, held=True)
        _other_occasions(view, saved)
        return
    astray.show(view, held=_has_no_composer(view))
    waits = _waits_for_whom(view)
    if waits:
        astray.show_why(view)
    if exercise.key == "reach_out.sent" and not waits:
        _what_to_send(view)
    if exercise.measures and not view.given and (again := book.again_from(exercise)):
        _show_earlier_picks(view, saved)
        show_line("quiet", _("You can answer these again from {day} on.").format(day=day(again, book.today)))
        _other_occasions(view, saved)
        show_line("credit", exercise.credit)
        return
    if exercise.key == PICK:
        touching.show_follow_ups(book, everyone)
    if exercise.apart and hello.nobody_easy(now, here):
        hello.show_nobody_easy(book, exercise)
        return
    # Drawn below what they are about: the message, and the plan as it is read back.
    beside = [p for p in exercise.shown if p.key == "keep" and exercise.kind == "message"]
    beside += [p for p in exercise.shown if p.fills == READ_BACK]
    for prompt in (p for p in exercise.shown if p not in beside and (not waits or p.kind in SAY_WHOM)):
        with st.container(key=f"prompt-{prompt.key}", gap="xsmall"):
            DRAW[prompt.kind](view, prompt)
    if waits:
        _show_waiting(view)
    if exercise.kind == "plan":
        _read_back(view)
    if exercise.key == KINDNESS:
        kindness.show(view)
    if exercise.step == "check_in" and exercise.every_days:
        calendar_link.show(book, key=exercise.key, weekly=True)
    show_kept_aside(view)
    if exercise.again:
        _show_earlier_picks(view, saved)
        _other_occasions(view, saved)
    if exercise.credit:
        show_line("credit", exercise.credit)


def _waits_for_whom(view: View) -> bool:
    """Whether a page of a hello has nobody to speak of yet: none was begun, and none is chosen here."""
    exercise = view.exercise
    return bool(exercise.follows) and not exercise.apart and not view.begun and not view.given


def _show_waiting(view: View) -> None:
    """What to do first where a page of a hello has nobody to speak of."""
    asks = [p.kind for p in view.exercise.shown if p.kind in SAY_WHOM]
    if not asks:
        show_line("quiet", _("There is no hello here yet. This page can wait until there is one."))
        ways.to_exercise(view.book.content.exercise(PICK), here=view.exercise, part="begin")
    elif "starter" not in asks and ("try" not in asks or view.book.tries()):
        show_line("quiet", _("Choose one above, and the rest of this page opens."))


def _has_no_composer(view: View) -> bool:
    """Whether someone is chosen for a message, but nothing may be sent to them now."""
    member = _whom(view) if any(p.kind == "starter" for p in view.exercise.shown) else None
    return member is not None and not may_be_written_to(member)


def _show_whose(exercise: Exercise) -> None:
    """A coach wrote it; once their group leaves it out, they may be this person's coach no more."""
    words = (
        _("Written by {by}. What you write here is yours alone unless you share it.")
        if exercise.hidden
        else _("Written by {by}, your coach. What you write here is yours alone unless you share it.")
    )
    show_line("hint", words.format(by=exercise.by))


def _show_opening(book: MyWorkbook, exercise: Exercise) -> bool:
    """The note before it, what it is for, what there is to read; whether more of that is still to come."""
    if exercise.before:
        show_line("note", exercise.before)
    if exercise.instead and not book.content.exercise(exercise.instead).hidden:
        ways.to_exercise(book.content.exercise(exercise.instead), here=exercise)
    show_line("quiet", exercise.purpose)
    return bool(exercise.parts) and _show_part(book, exercise)


def _show_part(book: MyWorkbook, exercise: Exercise) -> bool:
    """What there is to read, a part at a time; whether this is not the last one."""
    key = f"{book.person_id}|part|{exercise.key}"
    at = int(st.session_state.get(key, 0)) % len(exercise.parts)
    st.html("".join(f"<p>{safe(paragraph)}</p>" for paragraph in exercise.parts[at]))
    more = at + 1 < len(exercise.parts)
    if len(exercise.parts) > 1:
        word = _("Read on") if more else _("From the start")
        st.button(word, key=f"{key}|on", on_click=_read_on, args=(key, at + 1))
    return more


def _read_on(key: str, at: int) -> None:
    st.session_state[key] = at


def _occasion(book: MyWorkbook, exercise: Exercise, saved: list[Saved]) -> str:
    if not exercise.again and not exercise.follows:
        return ""
    chosen = str(st.session_state.get(hello.chosen_key(book, exercise)) or "")
    if OCCASION.fullmatch(chosen):
        return chosen
    return _as_drawn(book, exercise, saved, book.occasion(exercise, saved))


def _as_drawn(book: MyWorkbook, exercise: Exercise, saved: list[Saved], occasion: str) -> str:
    """The occasion of a page about a day: begun before midnight it goes on after it, until it is left for a while."""
    key, now = f"{book.person_id}|drawn|{exercise.key}", session.home().clock()
    before, drawn_at = st.session_state.get(key, ("", None))
    yesterday = (book.today - timedelta(days=1)).isoformat()
    goes_on = before[:10] == yesterday and now - drawn_at < A_SITTING and dated(exercise)
    if goes_on and not any(s.occasion == occasion for s in saved):
        occasion = before
    st.session_state[key] = (occasion, now)
    return occasion


def _show_earlier_picks(view: View, saved: list[Saved]) -> None:
    """What was picked before, in words; never as a score, and nothing is said of up or down."""
    prompts = {p.key: p for p in view.exercise.shown if p.fills.startswith("measure.")}
    days: dict[str, list[Saved]] = {}
    for one in saved:
        if one.prompt in prompts and one.occasion < view.occasion and one.value not in ("", None):
            days.setdefault(one.occasion, []).append(one)
    if not days:
        return
    recent = sorted(days)[-EARLIER_TIMES:]
    on = _and([_day_of(view, occasion) for occasion in recent])
    show_line("quiet", _("This is what you picked on {days}. Up and down is normal.").format(days=on))
    for key, prompt in prompts.items():
        picks = [
            f"{_day_of(view, occasion)}: {in_words(view, prompt, one.value)}"
            for occasion in recent
            for one in days[occasion]
            if one.prompt == key
        ]
        if picks:
            show_line("hint", prompt.ask)
            show_typed(" · ".join(picks))


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else _("{some} and {last}").format(some=", ".join(words[:-1]), last=words[-1])


def _day_of(view: View, occasion: str) -> str:
    return day(date.fromisoformat(occasion[:10]), view.book.today) if OCCASION.fullmatch(occasion) else occasion


def _other_occasions(view: View, saved: list[Saved]) -> None:
    """A tried thing can be done again; the earlier times stay and can be opened. Its place is there from the start."""
    key = hello.chosen_key(view.book, view.exercise)
    shared = bool(view.begun)
    occasions = sorted({s.occasion for s in saved} | {view.occasion}, reverse=True)
    if shared:
        occasions = sorted(view.book.occasions(view.exercise) | {view.occasion}, reverse=True)
    whose = hello.whose(view.book, view.called) if shared else {}

    def called(occasion: str) -> str:
        words = _day_of(view, occasion) + (f" ({occasion[11:]})" if len(occasion) > 10 else "")
        return f"{whose[occasion]} · {words}" if occasion in whose else words

    with st.container(horizontal=True, key="other-times", vertical_alignment="bottom"):
        if not dated(view.exercise) and view.given and not shared:
            fresh = view.book.next_occasion(view.exercise)
            st.button(_("Start another one"), key=f"{key}|new", on_click=_choose_occasion, args=(key, fresh))
        if len(occasions) > 1:
            st.selectbox(
                _("Look at another time"),
                occasions,
                index=occasions.index(view.occasion),
                format_func=called,
                key=f"{key}|pick|{view.occasion}|{len(occasions)}|{shared}",
                on_change=_pick_occasion,
                args=(key, f"{key}|pick|{view.occasion}|{len(occasions)}|{shared}", occasions),
            )


def _choose_occasion(key: str, occasion: str) -> None:
    st.session_state[key] = occasion


def _pick_occasion(key: str, widget: str, occasions: list[str]) -> None:
    if (
        st.session_state[widget] in occasions
    ):  # a list whose words changed gives its words back, not what they stand for
        st.session_state[key] = st.session_state[widget]


# The kinds


def _ask(prompt: Prompt) -> dict[str, Any]:
    return {"label": plain(prompt.ask), "help": None}


def _tick(view: View, prompt: Prompt) -> None:
    show_field(view, prompt, lambda **how: st.checkbox(**_ask(prompt), **how), empty=False, below=prompt.help)


def _toggle(view: View, prompt: Prompt) -> None:
    show_field(view, prompt, lambda **how: st.toggle(**_ask(prompt), **how), empty=False, below=prompt.help)


def _line(view: View, prompt: Prompt) -> None:
    """A field that grows with its line: on a phone all of it can be seen.

    A text input would do, but after a restart of the server it sends nothing until it is touched again.
    """
    _text(view, prompt, height="content", read=on_one_line)


def _long_text(view: View, prompt: Prompt) -> None:
    _text(view, prompt, height=120)


def _text(view: View, prompt: Prompt, *, height: Any, read: Read = unchanged) -> None:
    _hinted(view, prompt)
    show_field(
        view,
        prompt,
        lambda **how: st.text_area(**_ask(prompt), height=height, label_visibility="collapsed", **how),
        empty="",
        read=read,
    )


def _hinted(view: View, prompt: Prompt) -> None:
    """The question and its hint above a field whose own label is for screen readers."""
    st.html(
        f'<p class="ask">{safe(prompt.ask)}</p>' + (f'<p class="hint">{safe(prompt.help)}</p>' if prompt.help else "")
    )


def _pick_one(view: View, prompt: Prompt, about: str = "", called: str = "") -> Any:
    keys = [o.key for o in prompt.options]
    label = _asked(view, prompt, called)
    picked = show_field(
        view,
        prompt,
        lambda **how: st.pills(
            label,
            keys,
            format_func=lambda k: plain(prompt.words_of(k)),
            label_visibility="collapsed",
            **how,
        ),
        about=about,
        shown=lambda v: v if v in keys else None,
        read=lambda v: v or "",
    )
    _reply(prompt, picked)
    return picked


def _asked(view: View, prompt: Prompt, called: str) -> str:
    """Draw what is asked, or of whom where it is asked of several; the label that a screen reader reads out says both."""
    if not called:
        _hinted(view, prompt)
        return plain(prompt.ask)
    return show_of_whom(called, prompt.ask)


def _reply(prompt: Prompt, picked: str | None) -> None:
    for reply in prompt.replies:
        if picked in reply.to:
            show_line("note", reply.words)
            if reply.help_now:
                ways.to_help_now()


def _pick_many(view: View, prompt: Prompt, about: str = "", called: str = "") -> Any:
    keys = [o.key for o in prompt.options]
    label = _asked(view, prompt, called)
    return show_field(
        view,
        prompt,
        lambda **how: st.pills(
            label,
            keys,
            selection_mode="multi",
            format_func=lambda k: plain(prompt.words_of(k)),
            label_visibility="collapsed",
            **how,
        ),
        about=about,
        shown=lambda v: [k for k in v or [] if k in keys],
        read=list,
    )


def _slider(view: View, prompt: Prompt) -> None:
    _numbers(view, prompt, range(11))


def _overlap(view: View, prompt: Prompt) -> None:
    value = _numbers(view, prompt, range(0, 101, 5))
    st.html(overlap.circles(None if value == SKIP else value, session.dark()))


def _numbers(view: View, prompt: Prompt, steps: range) -> Any:
    """A slider that begins at “–”, which leaves the question open."""
    stops: list[Any] = [SKIP, *steps]
    ends = f"0 {prompt.low} · {steps[-1]} {prompt.high}"
    _hinted(view, prompt)
    return show_field(
        view,
        prompt,
        lambda **how: st.select_slider(plain(prompt.ask), stops, label_visibility="collapsed", **how),
        shown=lambda v: SKIP if v is None else min(steps, key=lambda s: abs(s - v)),
        read=lambda v: None if v == SKIP else v,
        below=_("{ends}. Leave it at “–” to skip it.").format(ends=ends) if prompt.low or prompt.high else "",
    )


def _names(view: View, prompt: Prompt) -> None:
    _hinted(view, prompt)
    picked = [m for m in view.value(prompt, "", []) or [] if m in view.everyone]
    for member_id in picked:
        _named_row(view, prompt, view.everyone[member_id])
    key = view.key(prompt, "", "add")
    if not prompt.most or len(picked) < prompt.most:
        st.text_input(
            plain(prompt.ask),
            key=key,
            label_visibility="collapsed",
            placeholder=_("Type a name, then press Enter"),
            autocomplete="off",
            on_change=_add_name,
            args=(view, prompt, key),
        )
    saved_line(view, prompt, "", key)


def _add_name(view: View, prompt: Prompt, key: str) -> None:
    name = st.session_state[key]
    if not name.strip():
        return
    named = attempt(
        view.book,
        key,
        lambda own: own.name_someone(view.exercise.key, prompt.key, name, view.occasion),
        typed=name,
    )
    if named:
        st.session_state[key] = ""


def _named_row(view: View, prompt: Prompt, member: Member) -> None:
    with st.container(key=f"named-{prompt.key}-{member.member_id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(f'<p class="named {member.place}" dir="auto">{safe(member.name)}</p>', width="content")
            ways.to_member(member.member_id)
        place_buttons(view.book, member, view.exercise.key, prompt.key, view.occasion)
        before = [m for m in view.everyone.values() if m.added_seq < member.added_seq]
        twins.ask(view.book, member, before, part=f"{prompt.key}-{member.member_id}")


def place_buttons(book: MyWorkbook, member: Member, exercise: str, prompt: str, occasion: str) -> None:
    """The three rings as a choice for someone just named; choosing moves them there."""
    key = f"{book.person_id}|ring|{exercise}|{prompt}|{member.member_id}"
    if key not in st.session_state or st.session_state[key] not in (None, member.place):
        st.session_state[key] = member.place if member.place in RINGS else None
    st.pills(
        _("Where is {name} on your map?").format(name=plain(member.name)),
        RINGS,
        format_func=lambda ring: plain(book.content.words("places", ring)),
        key=key,
        label_visibility="collapsed",
        on_change=_place,
        args=(book, member.member_id, exercise, prompt, occasion, key),
    )


def _place(book: MyWorkbook, member_id: str, exercise: str, prompt: str, occasion: str, key: str) -> None:
    ring = st.session_state[key] or "unplaced"
    attempt(book, key, lambda own: own.moved_here(exercise, prompt, member_id, ring, occasion))


def _member(view: View, prompt: Prompt) -> None:
    """Pick someone already named, or type a new name: one field for both."""
    mine = _for_the_hello(view, prompt)
    if mine and view.whom and (view.exercise.key != PICK or _is_under_way(view)):
        return
    _hinted(view, prompt)
    members = [m for m in view.members if _may_be_picked(prompt, m) and (mine or m is not view.whom)]
    if prompt.only == "people":
        members.sort(key=lambda m: m.place != "unplaced")
    offered = [m.member_id for m in members]
    current = view.value(prompt, "", "") or None
    if current and current not in offered and current in view.everyone:
        offered.append(current)
    if prompt.only == "ok" and not offered:
        show_line("quiet", _("No name is marked fine for now yet. You can go to “Is this one for now?” and come back."))
        ways.to_exercise(next(e for e in view.book.content.exercises if e.kind == "safety"), here=view.exercise)
        return
    show_field(
        view,
        prompt,
        lambda **how: st.selectbox(
            plain(prompt.ask),
            offered,
            format_func=lambda m: view.called.get(m, m),
            placeholder=_("Choose a name") if prompt.only == "ok" else _("Choose, or type a new name"),
            label_visibility="collapsed",
            accept_new_options=prompt.only != "ok",
            **how,
        ),
        shown=lambda v: v if v in offered else None,
        read=lambda v: v or "",
        save=_save_whom if mine else _save_member,
    )
    chosen = view.everyone.get(current or "")
    if chosen and chosen is not view.whom:
        twins.ask(view.book, chosen, view.everyone.values(), part=prompt.key)
    _offer(view, prompt, current)
    late = view.everyone.get(current or "")
    if prompt.sets == "emergency" and late and late.kind in PEOPLE and late.contact != "ok":
        show_line("hint", _("In a bad hour you see this name once it is marked fine for now, under Reach Out."))


def _for_the_hello(view: View, prompt: Prompt) -> bool:
    """Whether this asks whom the hello is for: said once, it is asked on no page again."""
    exercise = view.exercise
    return prompt.fills == "try.member" and PICK in (exercise.key, exercise.follows) and not exercise.apart


def _is_under_way(view: View) -> bool:
    """Whether anything is written in the hello beyond whom it is for, kept or only on this page."""
    drafts = {
        "|".join((view.book.person_id, e.key, p.key, view.occasion, "", ""))
        for e in view.book.together(view.exercise)
        for p in e.shown
        if p.kind == "starter" and not e.apart
    }
    if any(str(words or "").strip() for key, words in st.session_state.get("drafts", {}).items() if key in drafts):
        return True
    return any(
        s.occasion == view.occasion
        for e in view.book.together(view.exercise)
        if e.key != PICK
        for s in view.book.saved(e.key)
    )


def _begin_hello(view: View, prompt: Prompt, about: str, key: str, read: Read) -> None:
    chosen = read(st.session_state[key])
    people = prompt.only in ("people", "ok")
    if chosen and hello.begin(view.book, view.exercise, key, chosen, view.everyone, people=people):
        take_again(key)


def _may_be_picked(prompt: Prompt, member: Member) -> bool:
    """Whom a question offers: where something is to be done with them, nobody marked not for now.

    `fine` offers those to whom something may be sent, places as well; another name can be typed there all the same.
    """
    if prompt.only == "fine":
        return may_be_written_to(member)
    if prompt.only == "ok":
        return is_someone(member) and may_be_written_to(member)
    if prompt.only == "resources":
        return member.kind not in PEOPLE and member.contact != "not_for_now"
    if prompt.only == "people":
        return member.kind in PEOPLE and member.contact != "not_for_now"
    return member.contact != "not_for_now" or not (prompt.fills.startswith("try.") or prompt.sets == "emergency")


def _save_whom(view: View, prompt: Prompt, about: str, key: str, read: Read) -> None:
    """Another name for a hello that is hardly begun; else a fresh hello: what was written to one is not sent to another."""
    fresh = not view.given.get((prompt.key, "")) or _is_under_way(view)
    (_begin_hello if fresh else _save_member)(view, prompt, about, key, read)


def _save_member(view: View, prompt: Prompt, about: str, key: str, read: Read) -> None:
    """Another name, where anything was said of the one before, begins another time: nothing is said of two."""
    chosen = read(st.session_state[key])
    was = view.value(prompt, "", "")
    alone = view.exercise.again and not view.exercise.follows and prompt == subject_of(view.exercise)
    if alone and chosen and was and chosen != was and _says_more(view, prompt):
        fresh = view.book.next_occasion(view.exercise)
        if attempt(view.book, key, lambda own: _picked_afresh(own, view, prompt, chosen, fresh), typed=chosen):
            _choose_occasion(hello.chosen_key(view.book, view.exercise), fresh)
        take_again(key)
        return
    if not chosen or chosen in view.everyone:
        save(view, prompt, about, key, read)
        return
    named = attempt(
        view.book,
        key,
        lambda own: own.name_someone(view.exercise.key, prompt.key, chosen, view.occasion),
        typed=chosen,
    )
    if named:
        take_again(key)


def _picked_afresh(own: MyWorkbook, view: View, prompt: Prompt, chosen: str, occasion: str) -> bool:
    if chosen in view.everyone:
        own.answer(view.exercise.key, prompt.key, chosen, occasion=occasion)
    else:
        own.name_someone(view.exercise.key, prompt.key, chosen, occasion)
    return True


def _says_more(view: View, prompt: Prompt) -> bool:
    """Whether anything was written to the one picked, sent to them or said of them; a plan may be for another as well."""
    about = [p for p in view.exercise.shown if p != prompt and _is_of_one(p)]
    drafts = st.session_state.get("drafts", {})
    return any(view.value(p) or str(drafts.get(view.key(p)) or "").strip() for p in about)


def _is_of_one(prompt: Prompt) -> bool:
    return prompt.kind == "starter" or prompt.fills == "try.state" or prompt.fills.startswith("member.")


def _offer(view: View, prompt: Prompt, current: str | None) -> None:
    """Offer the ring this exercise is about, by a button; nobody is moved without being asked, nobody outward."""
    member = view.everyone.get(current or "")
    ring = prompt.offer or ("outer" if prompt.only == "resources" else "")
    if member is None or not ring or member.place in RINGS[: RINGS.index(ring) + 1]:
        return
    if prompt.only == "ok" and not may_be_written_to(member):
        return
    if rests(member) or member.parted:
        return
    _offer_button(view, prompt, member, ring)


def _offer_button(view: View, prompt: Prompt, member: Member, ring: str, about: str = "") -> None:
    words = _("Put {name} in {ring}").format(
        name=plain(member.name), ring=plain(view.book.content.words("places", ring))
    )
    st.button(
        words,
        key=view.key(prompt, about, "offer"),
        on_click=_move_to,
        args=(view, prompt, member.member_id, ring),
    )


def _move_to(view: View, prompt: Prompt, member_id: str, ring: str) -> None:
    attempt(
        view.book,
        view.key(prompt),
        lambda own: own.moved_here(view.exercise.key, prompt.key, member_id, ring, view.occasion),
    )


def _members(view: View, prompt: Prompt) -> None:
    offered = [m for m in view.members if _may_be_picked(prompt, m)]
    if prompt.only == "resources" and not offered:
        _hinted(view, prompt)
        ladder.show_nothing_yet(view)
        return
    _pick_members(view, prompt, offered)


def _leave_off(view: View, prompt: Prompt) -> None:
    off = [m for m in view.everyone.values() if m.place in (*ON_THE_MAP, "left_off")]
    _pick_members(view, prompt, off)


def _pick_members(view: View, prompt: Prompt, offered: list[Member]) -> None:
    """Several at once; whoever was picked before stays picked, though they are offered no more. Of a few to try only who died."""
    _hinted(view, prompt)
    ids = [m.member_id for m in offered]
    if not ids:
        show_line("quiet", _("Nobody is named yet, and that is fine."))
        return
    picked = view.value(prompt, "", []) or []
    stay = [m for m in picked if m not in ids and m in view.everyone and (view.everyone[m].parted or not prompt.most)]
    show_field(
        view,
        prompt,
        lambda **how: st.pills(
            plain(prompt.ask),
            ids,
            selection_mode="multi",
            format_func=lambda m: plain(view.called[m]),
            label_visibility="collapsed",
            **how,
        ),
        shown=lambda v: [m for m in v or [] if m in ids],
        read=lambda v: [*stay, *v],
    )


def _each_member(view: View, prompt: Prompt) -> None:
    if prompt.of:
        _hinted(view, prompt)
        ladder.show(view, prompt)
        return
    for member in _one_by_one(view, prompt, prompt.ring):
        _pick_one(view, prompt, member.member_id, view.called[member.member_id])
        wanted = view.value(prompt, member.member_id) == "yes" and prompt.offer
        if wanted and member.place != prompt.offer:
            _offer_button(view, prompt, member, prompt.offer, member.member_id)


def _tags_each_member(view: View, prompt: Prompt) -> None:
    for member in _one_by_one(view, prompt):
        _pick_many(view, prompt, member.member_id, view.called[member.member_id])


def _ring_each_member(view: View, prompt: Prompt) -> None:
    for member in _one_by_one(view, prompt):
        with st.container(key=f"ring-{member.member_id}", gap="xsmall"):
            st.html(f'<p class="named {member.place}" dir="auto">{safe(member.name)}</p>')
            place_buttons(view.book, member, view.exercise.key, prompt.key, view.occasion)
    saved_line(view, prompt, "", view.key(prompt))


def _one_by_one(view: View, prompt: Prompt, ring: str = "") -> list[Member]:
    """The members a question is asked about, of one `ring` if it says so: all of a few, or one of many."""
    _hinted(view, prompt)
    members = [m for m in view.members if ring in ("", m.place) and may_be_asked_about(prompt, m)]
    if not members and any(m.place == ring for m in view.members):
        show_line("quiet", _("There is nobody to ask about here now, and that is fine."))
    elif not members and ring:
        where = plain(view.book.content.words("places", ring))
        show_line("quiet", _("Nobody is in your {ring} yet, and that is fine.").format(ring=where))
    elif not members:
        show_line("quiet", _("Nobody is named yet, and that is fine. Names come from the pages before this one."))
    if len(members) <= ONE_AT_A_TIME:
        return members
    ids = [m.member_id for m in members]
    key = view.key(prompt, "", "who")
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"who-{prompt.key}"):
        chosen = st.selectbox(_("Who?"), ids, format_func=lambda m: view.called.get(m, m), key=key)
        at = ids.index(chosen) if chosen in ids else 0
        if at + 1 < len(ids):
            st.button(_("Next name"), key=f"{key}|next", on_click=_go_on_to, args=(key, ids[at + 1]))
    show_line("hint", _("{at} of {all}").format(at=at + 1, all=len(ids)))
    return [view.everyone[ids[at]]]


def _go_on_to(key: str, member_id: str) -> None:
    st.session_state[key] = member_id


def _starter(view: View, prompt: Prompt) -> None:
    """A message to edit and copy. It is kept only where the person ticked to keep it."""
    _hinted(view, prompt)
    member = _whom(view)
    if member is None:
        show_line("quiet", _("Choose who this is for, and starters appear here."))
        return
    if not may_be_written_to(member):
        hello.say_why(view.book, view.exercise, member)
        return
    keep = next((p for p in view.exercise.shown if p.kind == "tick" and p.key == "keep"), None)
    stands = view.value(keep) if keep else None  # another window may have said no since the tick was drawn
    kept = bool(keep and (st.session_state.get(view.key(keep)) if stands is None else stands))
    key = view.key(prompt)
    _begin_with(view, prompt, key, member, kept)
    text = _draft(view, prompt, key, kept)
    if keep:
        with st.container(key="prompt-keep", gap="xsmall"):
            _keep_tick(view, keep)
    if text.strip():
        show_line("hint", _length(text))
        st.code(text, language=None, wrap_lines=True)
        if not reaching.gaps(text) and text in _as_they_came(view.book, member):
            show_line("note", _("This is a starter as it came. Change it until it sounds like you."))
        _ways_to_send(text, member)
    if not kept:
        show_line("quiet", _("These words are not saved. They are gone when you close or reload this page."))
    if text.strip() and view.begun and view.exercise.key == "reach_out.two_lines":
        st.button(_("I have sent it"), key=f"{key}|sent", on_click=_sent_already, args=(view, key))
    saved_line(view, prompt, "", key)


def _whom(view: View) -> Member | None:
    """Whom a message is for: said on this page, or where the hello began."""
    who = next((view.value(p) for p in view.exercise.shown if p.kind == "member"), None)
    return view.everyone.get(who or "") or (None if view.exercise.apart else view.whom)


def _sent_already(view: View, key: str) -> None:
    sent = view.book.content.exercise("reach_out.sent")
    if attempt(view.book, key, lambda own: own.answer(sent.key, "state", "sent", occasion=view.occasion)):
        ways.open_here(hello.following(view.book, "two_lines", wanted="after_sent"))


def _what_to_send(view: View) -> None:
    """The message once more, as it stands: kept, or still in this page's memory."""
    lines = view.book.content.exercise("reach_out.two_lines")
    key = "|".join((view.book.person_id, lines.key, "text", view.occasion, "", ""))
    kept = next((s.value for s in view.book.saved(lines.key) if (s.prompt, s.occasion) == ("text", view.occasion)), "")
    text = str(st.session_state.get("drafts", {}).get(key) or kept or "")
    if text.strip():
        st.code(text, language=None, wrap_lines=True)
        if view.whom and not any(s.value == "sent" for s in view.given.values()):
            _ways_to_send(text, view.whom)
    elif not lines.hidden:
        show_line("quiet", _("No words are kept here for it. That is fine: say hello in your own way."))
        ways.to_exercise(lines, here=view.exercise, part="write")


def _begin_with(view: View, prompt: Prompt, key: str, member: Member, kept: bool) -> None:
    """Starters to read whole, a few at a time; folded away where the page begins with words, or once one was taken.

    Words that are typed fold nothing away: what is pressed next would move from under the finger.
    """
    words = st.session_state.get(key, st.session_state.get("drafts", {}).get(key, view.value(prompt, "", "")))
    unfolded = st.session_state.setdefault(_unfolded(key), not str(words or "").strip())
    with st.expander(_("Begin from a starter"), expanded=unfolded):
        kinds = _kind_of_message(view, prompt, key, member)
        offered = [starter for starter in view.book.content.starters if starter["category"] in kinds]
        if not offered:
            show_line("quiet", _("Choose a kind to see some, or write your own below."))
            return
        at = int(st.session_state.get(f"{key}|{kinds}|at", 0)) % len(offered)
        for starter in (offered * 2)[at : at + min(STARTERS_AT_ONCE, len(offered))]:
            begun = filled(starter["words"], member.name)
            with st.container(key=f"starter-{starter['key']}", gap="xsmall"):
                st.html(f'<div class="card"><p dir="auto">{safe(begun)}</p></div>')
                how = (view, prompt, key, begun, member, kept)
                st.button(_("Begin from this"), key=f"{key}|from|{starter['key']}", on_click=_begin_from, args=how)
        if len(offered) > STARTERS_AT_ONCE:
            more = (f"{key}|{kinds}|at", at + STARTERS_AT_ONCE)
            st.button(_("Show others"), type="tertiary", key=f"{key}|others", on_click=_read_on, args=more)


def _kind_of_message(view: View, prompt: Prompt, key: str, member: Member) -> tuple[str, ...]:
    """Which kind of starters is offered: the prompt's only one, or the one picked; after a quiet spell first its own."""
    kinds = prompt.starters
    if view.begun and member.member_id in unanswered(view.book.rows()):
        kinds = (AFTER_SILENCE, *kinds)
        st.session_state.setdefault(f"{key}|kind", AFTER_SILENCE)
    if len(kinds) == 1:
        return kinds
    picked = st.pills(
        _("What kind of message?"),
        kinds,
        format_func=lambda kind: plain(view.book.content.starter_categories[kind]),
        key=f"{key}|kind",
    )
    return (picked,) if picked else ()


def filled(words: str, name: str) -> str:
    """A starter with the member's name where it has a place for one."""
    return words.replace("{name}", name)


def _begin_from(view: View, prompt: Prompt, key: str, begun: str, member: Member, kept: bool) -> None:
    """The starter in the place of another one that was left as it came; below words of their own."""
    own = str(st.session_state.get(key) or "")
    untouched = not own.strip() or own in _as_they_came(view.book, member)
    st.session_state[key] = begun if untouched else f"{own.rstrip()}\n\n{begun}"
    st.session_state[_unfolded(key)] = False
    _keep_text(view, prompt, key, kept)


def _unfolded(key: str) -> str:
    return f"{key}|unfolded|{st.session_state.get(ways.CAME, '')}"  # anew each time the page is opened


def _as_they_came(book: MyWorkbook, member: Member) -> set[str]:
    """Every starter there is, as it stands with this name in it."""
    return {filled(starter["words"], member.name) for starter in book.content.starters}


def _draft(view: View, prompt: Prompt, key: str, kept: bool) -> str:
    """The words as they are now; what came back with the browser after a restart is a draft like any other."""
    stored = view.value(prompt, "", "") or ""
    brought = brought_back(key)
    drafts = st.session_state.setdefault("drafts", {})
    if not brought and key not in st.session_state:
        st.session_state[key] = stored if kept else drafts.get(key, stored)
    st.session_state["given"][key] = stored
    text = st.text_area(
        plain(prompt.ask),
        key=key,
        height=140,
        label_visibility="collapsed",
        on_change=_keep_text,
        args=(view, prompt, key, kept),
    )
    if brought and kept and text and text != stored:
        _keep_text(view, prompt, key, kept)
        st.rerun()
    drafts[key] = text or ""
    return text or ""


def _keep_text(view: View, prompt: Prompt, key: str, kept: bool) -> None:
    """Save the words where they are to be kept, unless another window has said no to that since this one was drawn."""
    said = [s.value for s in view.book.saved(view.exercise.key) if (s.prompt, s.occasion) == ("keep", view.occasion)]
    if kept and False not in said:
        save(view, prompt, "", key, str)


def _length(text: str) -> str:
    count = len(text.split())
    words = n_("{count} word.", "{count} words.", count).format(count=count)
    return words + " " + _("Fifteen to forty-five is a good length; any length is fine.")


def _ways_to_send(text: str, member: Member) -> None:
    """Copied, or opened in the person's own app; nothing is sent from here."""
    if open_still := reaching.gaps(text, member.name):
        words = _("There is still a gap in it: {gap}. Fill it in, or take it out.")
        if open_still[0].startswith("["):
            words = _("{gap} is only an example. Put your own words there, or take it out.")
        show_line("note", words.format(gap=open_still[0]))
    if not reaching.fits_a_link(text):
        show_line("quiet", _("This is long for a phone to take over. Copy it with the small button in its corner."))
        return
    ways_out = (
        (reaching.sms_link(text), _("Open in messages"), "_self"),
        (reaching.mail_link(text), _("Open in mail"), "_self"),
        (reaching.whatsapp_link(text), _("Open in WhatsApp"), "_blank"),
    )
    links = " ".join(
        f'<a class="button" href="{safe(address)}" target="{safe(where)}" rel="noreferrer noopener">{safe(words)}</a>'
        for address, words, where in ways_out
    )
    st.html(f"<p>{links}</p>")
    show_line(
        "hint",
        _("Or copy it with the small button in its corner. Each opens an app of yours; nothing is sent from here."),
    )
    show_line(
        "hint", _("WhatsApp's link leaves the words in this browser's history. On a shared device, copy them instead.")
    )


def _keep_tick(view: View, prompt: Prompt) -> None:
    """The tick that decides whether a message is kept; unticked, what was kept of it is erased."""
    show_field(
        view,
        prompt,
        lambda **how: st.checkbox(**_ask(prompt), **how),
        empty=False,
        save=_keep_or_not,
        below=prompt.help,
    )


def _keep_or_not(view: View, prompt: Prompt, about: str, key: str, read: Read) -> None:
    save(view, prompt, about, key, read)
    message = next((p for p in view.exercise.shown if p.kind == "starter"), None)
    if message is None:
        return
    text_key = view.key(message)
    if not st.session_state[key]:
        attempt(view.book, text_key, lambda own: own.erase(view.exercise.key, message.key, view.occasion))
    elif st.session_state.get(text_key):
        save(view, message, "", text_key, str)


def _try_to_follow(view: View, prompt: Prompt) -> None:
    _hinted(view, prompt)
    tries = tries_in_words(view)
    if not tries:
        show_line("quiet", _("There is no hello here yet. This page can wait until there is one."))
        return
    show_field(
        view,
        prompt,
        lambda **how: st.selectbox(
            plain(prompt.ask),
            list(tries),
            format_func=lambda t: tries.get(t, t),
            placeholder=_("Choose one"),
            label_visibility="collapsed",
            **how,
        ),
        shown=lambda v: v if v in tries else view.begun if view.begun in tries else None,
        read=lambda v: v or "",
    )


def _ring_one(view: View, prompt: Prompt) -> None:
    """The three rings for whom this hello was for; whoever reads this decides, and nothing is proposed."""
    which = next((view.value(p) for p in view.exercise.shown if p.kind == "try"), None) or view.begun
    member_id = next((one.member_id for one in view.book.tries() if one.try_id == which), "")
    member = view.everyone.get(member_id)
    if member is None or member.place not in ON_THE_MAP:
        return
    _hinted(view, prompt)
    st.html(f'<p class="named {member.place}" dir="auto">{safe(member.name)}</p>')
    place_buttons(view.book, member, view.exercise.key, prompt.key, view.occasion)
    saved_line(view, prompt, "", view.key(prompt))


def _doors(view: View, prompt: Prompt) -> None:
    _hinted(view, prompt)
    doors.show(view, prompt)


def _country(view: View, prompt: Prompt) -> None:
    countries = view.book.content.countries
    elsewhere = doors.country_of(view)
    _hinted(view, prompt)
    show_field(
        view,
        prompt,
        lambda **how: st.selectbox(
            plain(prompt.ask),
            list(countries),
            format_func=lambda c: countries.get(c, c),
            placeholder=_("Choose a country"),
            label_visibility="collapsed",
            **how,
        ),
        shown=lambda v: found if (found := elsewhere if v is None else v) in countries else None,
        read=lambda v: v or "",
    )


def _help_lines(view: View, prompt: Prompt) -> None:
    _hinted(view, prompt)
    country = next((view.value(p) for p in view.exercise.shown if p.kind == "country"), None)
    if not country:
        show_line("quiet", _("Choose a country first. Lines from other countries may not work."))
        return
    lines = {row["key"]: row for row in view.book.content.help_lines if row["country"] == country}
    elsewhere = [k for k in view.value(prompt, "", []) or [] if k not in lines]
    show_field(
        view,
        prompt,
        lambda **how: st.pills(
            plain(prompt.ask),
            list(lines),
            selection_mode="multi",
            format_func=lambda k: plain(help_lines.short(lines[k])),
            label_visibility="collapsed",
            **how,
        ),
        shown=lambda v: [k for k in v or [] if k in lines],
        read=lambda v: [*elsewhere, *v],  # lines kept from another country stay on the map
    )


def _read_back(view: View) -> None:
    """The plan in a few lines, to read once: rehearsing is what makes such a plan work."""
    said = {p.fills.removeprefix("try."): str(view.value(p, "", "") or "") for p in view.exercise.shown}
    parts = {"cue": _("If: {words}"), "act": _("Then I will: {words}"), "fallback": _("If that gets hard: {words}")}
    place = st.container(key="read-back", gap="xsmall")
    if not said.get("cue") and not said.get("act"):
        return
    with place:
        show_line("hint", _("Your plan, to read once:"))
        show_typed("\n".join(words.format(words=said[part]) for part, words in parts.items() if said.get(part)))
        if "cue" in said and not said["cue"]:
            show_line(
                "note", _("This plan has no “when” yet. Add a time or a place above, like: on Sunday, after tea.")
            )
        for prompt in (p for p in view.exercise.shown if p.fills == READ_BACK):
            with st.container(key=f"prompt-{prompt.key}", gap="xsmall"):
                DRAW[prompt.kind](view, prompt)
        if plan := _plan_of(view, said):
            calendar_link.show(view.book, key=f"{view.exercise.key}|{view.occasion}", plan=plan)


def _plan_of(view: View, said: dict[str, str]) -> str:
    """The id of the try this plan belongs to: begun here, or in an earlier part of the same flow."""
    tries = view.book.tries()
    via = f"{view.exercise.key}|{view.occasion}"
    if here := next((one.try_id for one in tries if one.began_via == via), view.begun):
        return here
    parts = [part for part in ("cue", "act") if said.get(part)]
    alike = (t.try_id for t in reversed(tries) if all(t.fields.get(part) == said[part] for part in parts))
    return next(alike, "")


DRAW: dict[str, Callable[[View, Prompt], Any]] = {
    "tick": _tick,
    "toggle": _toggle,
    "line": _line,
    "long_text": _long_text,
    "pick_one": _pick_one,
    "pick_many": _pick_many,
    "slider": _slider,
    "overlap": _overlap,
    "names": _names,
    "member": _member,
    "members": _members,
    "each_member": _each_member,
    "later_each_member": ladder.drawn_already,
    "tags_each_member": _tags_each_member,
    "ring_each_member": _ring_each_member,
    "ring_one": _ring_one,
    "stage": lambda view, prompt: None,
    "leave_off": _leave_off,
    "starter": _starter,
    "try": _try_to_follow,
    "doors": _doors,
    "country": _country,
    "help_lines": _help_lines,
}
