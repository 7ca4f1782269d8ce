"""The one place that turns an exercise into widgets: one dictionary maps a prompt's kind to the function that draws it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import streamlit as st

from workbook.content import Exercise, Prompt
from workbook.my_workbook import MyWorkbook, dated
from workbook.pod import RINGS, Member
from workbook.refused import Refused
from workbook.store.answers import Saved
from workbook.ui import help_lines, overlap, refusals, screen, session
from workbook.ui.plain import plain, safe, show_line, show_short, show_typed
from workbook.ui.when import day, moment
from workbook.ui.words import _, n_

SKIP = "–"
ONE_AT_A_TIME = 8  # with more members than this, a question about each is asked one member at a time
ON_THE_MAP = (*RINGS, "unplaced")


@dataclass
class View:
    """One exercise as it is being shown: the workbook, the occasion, the standing answers, the members."""

    book: MyWorkbook
    exercise: Exercise
    occasion: str
    given: dict[tuple[str, str], Saved]
    members: list[Member]
    everyone: dict[str, Member] = field(default_factory=dict)

    def key(self, prompt: Prompt, about: str = "", part: str = "") -> str:
        """A widget key that names the person: another person on the same browser never meets it."""
        return "|".join((self.book.person_id, self.exercise.key, prompt.key, self.occasion, about, part))

    def value(self, prompt: Prompt, about: str = "", otherwise: Any = None) -> Any:
        """The standing answer's value."""
        saved = self.given.get((prompt.key, about))
        return saved.value if saved else otherwise


def show(book: MyWorkbook, exercise: Exercise) -> None:
    """Draw one exercise in full; every change saves itself."""
    saved = book.saved(exercise.key)
    occasion = _occasion(book, exercise, saved)
    given = {(s.prompt, s.about): s for s in saved if s.occasion == occasion}
    everyone = book.members()
    here = [m for m in everyone if m.place in ON_THE_MAP]
    view = View(book, exercise, occasion, given, here, {m.member_id: m for m in everyone})
    st.subheader(exercise.title, anchor=False)
    _show_opening(exercise)
    if exercise.kind == "safety":
        screen.show(book, exercise, here)
        return
    for prompt in exercise.shown:
        with st.container(key=f"prompt-{prompt.key}", gap="xsmall"):
            DRAW[prompt.kind](view, prompt)
    if exercise.kind == "plan":
        _read_back(view)
    if exercise.again:
        _other_occasions(view, saved)
    if exercise.credit:
        show_line("credit", exercise.credit)


def _show_opening(exercise: Exercise) -> None:
    if exercise.before:
        show_line("note", exercise.before)
    show_line("quiet", exercise.purpose)
    for paragraph in exercise.read:
        st.html(f"<p>{safe(paragraph)}</p>")


def _occasion(book: MyWorkbook, exercise: Exercise, saved: list[Saved]) -> str:
    if not exercise.again:
        return ""
    chosen = st.session_state.get(f"{book.person_id}|occasion|{exercise.key}")
    return str(chosen or book.occasion(exercise, saved))


def _other_occasions(view: View, saved: list[Saved]) -> None:
    """A tried thing can be done again; the earlier times stay and can be opened."""
    if not saved:
        return
    key = f"{view.book.person_id}|occasion|{view.exercise.key}"
    occasions = sorted({s.occasion for s in saved} | {view.occasion}, reverse=True)
    with st.container(horizontal=True, key="other-times", vertical_alignment="bottom"):
        if not dated(view.exercise) and view.given:
            fresh = view.book.next_occasion(saved)
            st.button(_("Start another one"), key=f"{key}|new", on_click=_choose_occasion, args=(key, fresh))
        if len(occasions) > 1:
            st.selectbox(
                _("Look at another time"),
                occasions,
                index=occasions.index(view.occasion),
                format_func=lambda o: (
                    day(datetime.fromisoformat(o[:10]).date()) + (f" ({o[11:]})" if len(o) > 10 else "")
                ),
                key=f"{key}|pick|{view.occasion}",
                on_change=_pick_occasion,
                args=(key, f"{key}|pick|{view.occasion}"),
            )


def _choose_occasion(key: str, occasion: str) -> None:
    st.session_state[key] = occasion


def _pick_occasion(key: str, widget: str) -> None:
    st.session_state[key] = st.session_state[widget]


# Saving


def _save(view: View, prompt: Prompt, about: str, key: str, read: Callable[[Any], Any]) -> None:
    """Save what the widget holds now; a refusal is shown beside it and the text stays in the field."""
    value = read(st.session_state[key])
    _try(
        view,
        key,
        lambda book: book.answer(view.exercise.key, prompt.key, value, occasion=view.occasion, about=about),
    )


def _try(view: View, key: str, do: Callable[[MyWorkbook], Any]) -> Any:
    troubles = st.session_state.setdefault("troubles", {})
    troubles.pop(key, None)
    try:
        return do(session.book_for_saving(view.book.person_id))
    except Refused as refused:
        troubles[key] = refusals.sentence(refused)
    except session.NotHere:
        troubles[key] = _("You are signed out here, so this was not saved. Copy your words, then sign in again.")
    return None


def _seed(view: View, prompt: Prompt, about: str, key: str, stored: Any, read: Callable[[Any], Any]) -> None:
    """Give a widget its saved value once.

    A value that is there without having been given came back with the browser after the server had restarted:
    it is the person's newest word, and is saved. A newer answer from another page replaces what this one was given.
    """
    given = st.session_state.setdefault("given", {})
    if key not in st.session_state:
        st.session_state[key] = stored
    elif key not in given and st.session_state[key] != stored:
        _save(view, prompt, about, key, read)
        _refresh(view, prompt, about)
        stored = st.session_state[key]
    elif key in given and given[key] != stored and st.session_state[key] == given[key]:
        st.session_state[key] = stored
    given[key] = stored


def _refresh(view: View, prompt: Prompt, about: str) -> None:
    newest = view.book.versions(view.exercise.key, prompt.key, view.occasion, about)
    if newest:
        view.given[(prompt.key, about)] = newest[0]


def _field(
    view: View,
    prompt: Prompt,
    draw: Callable[..., Any],
    *,
    about: str = "",
    shown: Callable[[Any], Any] = lambda v: v,
    read: Callable[[Any], Any] = lambda v: v,
    empty: Any = None,
) -> Any:
    """One widget bound to one answer: seeded once, saved on change, with its saved line below."""
    key = view.key(prompt, about)
    stored = shown(view.value(prompt, about, empty))
    _seed(view, prompt, about, key, stored, read)
    value = draw(key=key, on_change=_save, args=(view, prompt, about, key, read))
    _saved_line(view, prompt, about, key)
    return value


def _saved_line(view: View, prompt: Prompt, about: str, key: str) -> None:
    trouble = st.session_state.get("troubles", {}).get(key)
    if trouble:
        show_line("trouble", trouble)
    saved = view.given.get((prompt.key, about))
    if saved is None:
        return
    with st.container(horizontal=True, key=f"saved-{prompt.key}-{about}", vertical_alignment="center", gap="small"):
        show_short("saved", _("Saved {time}").format(time=moment(view.book, saved.recorded_at)))
        with st.popover(
            _("Earlier versions"), type="tertiary", key=f"{key}|more", on_change="rerun", width="content"
        ) as more:
            if more.open:
                _versions(view, prompt, about, key)


def _versions(view: View, prompt: Prompt, about: str, key: str) -> None:
    versions = view.book.versions(view.exercise.key, prompt.key, view.occasion, about)
    if len(versions) < 2:
        show_line("quiet", _("There is only this one version."))
    for number, version in enumerate(versions[1:11]):
        show_line("saved", _("Saved {time}").format(time=moment(view.book, version.recorded_at)))
        show_typed(in_words(view, prompt, version.value) or SKIP)
        st.button(
            _("Bring this one back"),
            key=f"{key}|back|{number}",
            on_click=_bring_back,
            args=(view, key, version.answer_id),
        )
    st.button(
        _("Erase this and its earlier versions"),
        key=f"{key}|erase",
        on_click=_erase,
        args=(view, prompt, about, key),
    )


def _bring_back(view: View, key: str, answer_id: str) -> None:
    if _try(view, key, lambda book: book.bring_back(answer_id)):
        _forget_widget(key)


def _erase(view: View, prompt: Prompt, about: str, key: str) -> None:
    _try(view, key, lambda book: book.erase(view.exercise.key, prompt.key, view.occasion, about))
    _forget_widget(key)


def _forget_widget(key: str) -> None:
    """Let the widget take its value from the store again."""
    st.session_state.pop(key, None)
    st.session_state.get("given", {}).pop(key, None)


def in_words(view: View, prompt: Prompt, value: Any) -> str:
    """A saved value as the person would say it."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(in_words(view, prompt, one) for one in value)
    if value in view.everyone:
        return view.everyone[value].name
    return prompt.words_of(str(value))


# The kinds


def _ask(prompt: Prompt) -> dict[str, Any]:
    return {"label": plain(prompt.ask), "help": None}


def _hint(prompt: Prompt) -> None:
    if prompt.help:
        show_line("hint", prompt.help)


def _tick(view: View, prompt: Prompt) -> None:
    _field(view, prompt, lambda **how: st.checkbox(**_ask(prompt), **how), empty=False)
    _hint(prompt)


def _toggle(view: View, prompt: Prompt) -> None:
    _field(view, prompt, lambda **how: st.toggle(**_ask(prompt), **how), empty=False)
    _hint(prompt)


def _line(view: View, prompt: Prompt) -> None:
    _field(
        view,
        prompt,
        lambda **how: st.text_input(**_ask(prompt), placeholder=prompt.help or None, autocomplete="off", **how),
        empty="",
    )


def _long_text(view: View, prompt: Prompt) -> None:
    _hinted(view, prompt)
    _field(
        view,
        prompt,
        lambda **how: st.text_area(**_ask(prompt), height=120, label_visibility="collapsed", **how),
        empty="",
    )


def _hinted(view: View, prompt: Prompt) -> None:
    """The question and its hint above a field whose own label is for screen readers."""
    st.html(
        f'<p class="ask">{safe(prompt.ask)}</p>' + (f'<p class="hint">{safe(prompt.help)}</p>' if prompt.help else "")
    )


def _pick_one(view: View, prompt: Prompt, about: str = "", label: str = "") -> Any:
    keys = [o.key for o in prompt.options]
    if not about:
        _hinted(view, prompt)
    return _field(
        view,
        prompt,
        lambda **how: st.pills(
            plain(label or prompt.ask),
            keys,
            format_func=lambda k: plain(prompt.words_of(k)),
            label_visibility="visible" if about else "collapsed",
            **how,
        ),
        about=about,
        shown=lambda v: v if v in keys else None,
        read=lambda v: v or "",
    )


def _pick_many(view: View, prompt: Prompt, about: str = "", label: str = "") -> Any:
    keys = [o.key for o in prompt.options]
    if not about:
        _hinted(view, prompt)
    return _field(
        view,
        prompt,
        lambda **how: st.pills(
            plain(label or prompt.ask),
            keys,
            selection_mode="multi",
            format_func=lambda k: plain(prompt.words_of(k)),
            label_visibility="visible" if about else "collapsed",
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
    _hinted(view, prompt)
    value = _field(
        view,
        prompt,
        lambda **how: st.select_slider(plain(prompt.ask), stops, label_visibility="collapsed", **how),
        shown=lambda v: SKIP if v is None else min(steps, key=lambda s: abs(s - v)),
        read=lambda v: None if v == SKIP else v,
    )
    if prompt.low or prompt.high:
        ends = f"0 {prompt.low} · {steps[-1]} {prompt.high}"
        show_line("hint", _("{ends}. At “–” it stays open.").format(ends=ends))
    return value


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
    _saved_line(view, prompt, "", key)


def _named_row(view: View, prompt: Prompt, member: Member) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"named-{prompt.key}-{member.member_id}"):
        st.html(f'<p class="named {member.place}">{safe(member.name)}</p>')
        place_buttons(view.book, member, view.exercise.key, prompt.key, view.occasion)


def _add_name(view: View, prompt: Prompt, key: str) -> None:
    name = st.session_state[key]
    if not name.strip():
        return
    done = _try(view, key, lambda book: book.name_someone(view.exercise.key, prompt.key, name, view.occasion))
    if done:
        st.session_state[key] = ""


def place_buttons(book: MyWorkbook, member: Member, exercise: str, prompt: str, occasion: str) -> None:
    """The three rings as a choice for someone just named; choosing moves them there."""
    key = f"{book.person_id}|ring|{exercise}|{prompt}|{member.member_id}"
    if key not in st.session_state or st.session_state[key] not in (None, member.place):
        st.session_state[key] = member.place if member.place in RINGS else None
    st.segmented_control(
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
    view = View(book, book.content.exercise(exercise), occasion, {}, [])
    _try(view, key, lambda own: own.moved_here(exercise, prompt, member_id, ring, occasion))


def _member(view: View, prompt: Prompt) -> None:
    """Pick someone already named, or type a new name: one field for both."""
    _hinted(view, prompt)
    offered = [m.member_id for m in view.members if _may_be_picked(prompt, m)]
    current = view.value(prompt, "", "") or None
    if current and current not in offered and current in view.everyone:
        offered.append(current)
    key = view.key(prompt)
    _seed(view, prompt, "", key, current if current in offered else None, lambda v: v or "")
    if prompt.only == "ok" and not offered:
        show_line("quiet", _("Nobody has been through “Is this one for now?” yet. Start there, then come back."))
        return
    st.selectbox(
        plain(prompt.ask),
        offered,
        format_func=lambda m: view.everyone[m].name if m in view.everyone else m,
        key=key,
        placeholder=_("Choose a name") if prompt.only == "ok" else _("Choose, or type a new name"),
        label_visibility="collapsed",
        accept_new_options=prompt.only != "ok",
        on_change=_pick_member,
        args=(view, prompt, key, offered),
    )
    _offer(view, prompt, current)
    _saved_line(view, prompt, "", key)


def _may_be_picked(prompt: Prompt, member: Member) -> bool:
    if prompt.only == "ok":
        return member.contact == "ok"
    if prompt.only == "resources":
        return member.kind not in ("person", "pet")
    return True


def _pick_member(view: View, prompt: Prompt, key: str, offered: list[str]) -> None:
    chosen = st.session_state[key]
    if chosen is None or chosen in offered:
        _try(view, key, lambda b: b.answer(view.exercise.key, prompt.key, chosen or "", occasion=view.occasion))
        return
    done = _try(view, key, lambda b: b.name_someone(view.exercise.key, prompt.key, chosen, view.occasion))
    if done:
        _forget_widget(key)


def _offer(view: View, prompt: Prompt, current: str | None) -> None:
    """Offer the ring this exercise is about, by a button; nobody is moved without being asked."""
    member = view.everyone.get(current or "")
    ring = prompt.offer or ("outer" if prompt.only == "resources" else "")
    if member is None or not ring or member.place == ring:
        return
    words = _("Put {name} in {ring}").format(name=plain(member.name), ring=view.book.content.words("places", ring))
    st.button(
        words,
        key=f"{view.key(prompt)}|offer",
        on_click=_move_to,
        args=(view, prompt, member.member_id, ring),
    )


def _move_to(view: View, prompt: Prompt, member_id: str, ring: str) -> None:
    _try(
        view,
        view.key(prompt),
        lambda b: b.moved_here(view.exercise.key, prompt.key, member_id, ring, view.occasion),
    )


def _members(view: View, prompt: Prompt) -> None:
    _pick_members(view, prompt, [m for m in view.members])


def _leave_off(view: View, prompt: Prompt) -> None:
    off = [m for m in view.everyone.values() if m.place in (*ON_THE_MAP, "left_off")]
    _pick_members(view, prompt, off)


def _pick_members(view: View, prompt: Prompt, offered: list[Member]) -> None:
    _hinted(view, prompt)
    ids = [m.member_id for m in offered]
    if not ids:
        show_line("quiet", _("Nobody is named yet, and that is fine."))
        return
    _field(
        view,
        prompt,
        lambda **how: st.pills(
            plain(prompt.ask),
            ids,
            selection_mode="multi",
            format_func=lambda m: plain(view.everyone[m].name),
            label_visibility="collapsed",
            **how,
        ),
        shown=lambda v: [m for m in v or [] if m in ids],
        read=list,
    )


def _each_member(view: View, prompt: Prompt) -> None:
    for member in _one_by_one(view, prompt):
        _pick_one(view, prompt, member.member_id, member.name)
        if view.value(prompt, member.member_id) == "yes" and prompt.offer:
            _offer_for(view, prompt, member)


def _offer_for(view: View, prompt: Prompt, member: Member) -> None:
    if member.place == prompt.offer:
        return
    words = _("Put {name} in {ring}").format(
        name=plain(member.name), ring=view.book.content.words("places", prompt.offer)
    )
    st.button(
        words,
        key=view.key(prompt, member.member_id, "offer"),
        on_click=_move_to,
        args=(view, prompt, member.member_id, prompt.offer),
    )


def _tags_each_member(view: View, prompt: Prompt) -> None:
    for member in _one_by_one(view, prompt):
        _pick_many(view, prompt, member.member_id, member.name)


def _ring_each_member(view: View, prompt: Prompt) -> None:
    for member in _one_by_one(view, prompt):
        with st.container(key=f"ring-{member.member_id}", gap="xsmall"):
            st.html(f'<p class="named {member.place}">{safe(member.name)}</p>')
            place_buttons(view.book, member, view.exercise.key, prompt.key, view.occasion)
    _saved_line(view, prompt, "", view.key(prompt))


def _one_by_one(view: View, prompt: Prompt) -> list[Member]:
    """The members a question is asked about: all of a few, or one of many."""
    _hinted(view, prompt)
    if not view.members:
        show_line("quiet", _("Nobody is named yet, and that is fine. Names come from the pages before this one."))
    if len(view.members) <= ONE_AT_A_TIME:
        return view.members
    ids = [m.member_id for m in view.members]
    chosen = st.selectbox(_("Who?"), ids, format_func=lambda m: view.everyone[m].name, key=view.key(prompt, "", "who"))
    return [view.everyone[chosen]] if chosen else []


def _starter(view: View, prompt: Prompt) -> None:
    """A message to edit and copy. It is kept only where the person ticked to keep it."""
    _hinted(view, prompt)
    who = next((view.value(p) for p in view.exercise.shown if p.kind == "member"), None)
    member = view.everyone.get(who or "")
    if member is None or (member.kind == "person" and member.contact != "ok"):
        show_line("quiet", _("Starters come once you have chosen who this is for."))
        return
    keep = next((p for p in view.exercise.shown if p.kind == "tick" and p.key == "keep"), None)
    kept = bool(keep and st.session_state.get(view.key(keep), view.value(keep)))
    key = view.key(prompt)
    offered = {s["key"]: s["words"] for s in view.book.content.starters if s["category"] in prompt.starters}
    st.selectbox(
        _("Begin from"),
        list(offered),
        index=None,
        format_func=lambda k: filled(offered[k], member.name),
        placeholder=_("Choose a starter, or write your own below"),
        key=f"{key}|from",
        on_change=_begin_from,
        args=(view, prompt, key, offered, member.name, kept),
    )
    _seed_draft(view, prompt, key)
    text = st.text_area(
        plain(prompt.ask),
        key=key,
        height=140,
        label_visibility="collapsed",
        on_change=_keep_text,
        args=(view, prompt, key, kept),
    )
    if text and text.strip():
        show_line("hint", _length(text))
        st.code(text, language=None, wrap_lines=True)
        show_line("hint", _("Copy it with the small button at its corner. Nothing is sent from here."))
    if not kept:
        show_line("quiet", _("These words stay on this page only. They are gone when you leave it."))
    _saved_line(view, prompt, "", key)


def _seed_draft(view: View, prompt: Prompt, key: str) -> None:
    if key not in st.session_state:
        st.session_state[key] = view.value(prompt, "", "") or ""


def filled(words: str, name: str) -> str:
    """A starter with the member's name where it has a place for one."""
    return words.replace("{name}", name)


def _length(text: str) -> str:
    count = len(text.split())
    words = n_("{count} word.", "{count} words.", count).format(count=count)
    return words + " " + _("Fifteen to forty-five is a good length; any length is fine.")


def _begin_from(view: View, prompt: Prompt, key: str, offered: dict[str, str], name: str, kept: bool) -> None:
    chosen = st.session_state[f"{key}|from"]
    if chosen:
        st.session_state[key] = filled(offered[chosen], name)
        _keep_text(view, prompt, key, kept)


def _keep_text(view: View, prompt: Prompt, key: str, kept: bool) -> None:
    if kept:
        _save(view, prompt, "", key, lambda v: v)


def _keep_tick(view: View, prompt: Prompt) -> None:
    """The tick that decides whether a message is kept; unticked, what was kept of it is erased."""
    key = view.key(prompt)
    _seed(view, prompt, "", key, bool(view.value(prompt)), bool)
    st.checkbox(**_ask(prompt), key=key, on_change=_keep_or_not, args=(view, prompt, key))
    _hint(prompt)
    _saved_line(view, prompt, "", key)


def _keep_or_not(view: View, prompt: Prompt, key: str) -> None:
    _save(view, prompt, "", key, bool)
    message = next((p for p in view.exercise.shown if p.kind == "starter"), None)
    if message is None:
        return
    text_key = view.key(message)
    if st.session_state[key]:
        if st.session_state.get(text_key):
            _save(view, message, "", text_key, lambda v: v)
    else:
        _try(view, text_key, lambda b: b.erase(view.exercise.key, message.key, view.occasion))


def _try_to_follow(view: View, prompt: Prompt) -> None:
    _hinted(view, prompt)
    tries = {t.try_id: t for t in reversed(view.book.tries())}
    if not tries:
        show_line("quiet", _("No hello has been written yet. This page can wait until there is one."))
        return

    def named(try_id: str) -> str:
        one = tries[try_id]
        who = view.everyone.get(one.member_id)
        parts = [who.name if who else _("No name"), day(one.on_day)]
        if one.fields.get("act"):
            parts.append(str(one.fields["act"])[:40])
        return " · ".join(parts)

    _field(
        view,
        prompt,
        lambda **how: st.selectbox(
            plain(prompt.ask),
            list(tries),
            format_func=named,
            placeholder=_("Choose one"),
            label_visibility="collapsed",
            **how,
        ),
        shown=lambda v: v if v in tries else None,
        read=lambda v: v or "",
    )


def _doors(view: View, prompt: Prompt) -> None:
    """Kinds of support side by side, those that fit first, none called best; a saved one goes to the map."""
    _hinted(view, prompt)
    wanted = _help_wanted(view)
    doors = sorted(view.book.content.doors, key=lambda d: -len(wanted & set(d.get("helps", ()))))
    chosen: list[str] = view.value(prompt, "", []) or []
    key = view.key(prompt)
    every = st.toggle(_("Show all of them"), key=f"{key}|all")
    shown = doors if every else doors[:3] + [d for d in doors[3:] if d["key"] in chosen]
    for door in shown:
        with st.container(key=f"door-{door['key']}", gap="xsmall"):
            st.html(
                f'<div class="card"><p class="ask">{safe(door["title"])}</p><p>{safe(door["about"])}</p>'
                f'<p class="hint">{safe(door["first_step"])}</p>{_address(door.get("url", ""))}</div>'
            )
            _save_door(view, prompt, key, door["key"], chosen)
    _saved_line(view, prompt, "", key)


def _address(url: str) -> str:
    return (
        f'<p><a href="{safe(url)}" target="_blank" rel="noreferrer noopener">{safe(url.split("//")[-1])}</a></p>'
        if url
        else ""
    )


def _save_door(view: View, prompt: Prompt, key: str, door: str, chosen: list[str]) -> None:
    saved = door in chosen
    st.button(
        _("Saved to your map. Take it off again") if saved else _("Save this one to my map"),
        key=f"{key}|{door}",
        on_click=_choose_door,
        args=(view, prompt, key, [d for d in chosen if d != door] if saved else [*chosen, door]),
    )


def _choose_door(view: View, prompt: Prompt, key: str, doors: list[str]) -> None:
    _try(view, key, lambda b: b.answer(view.exercise.key, prompt.key, doors, occasion=view.occasion))


def _help_wanted(view: View) -> set[str]:
    saved = view.book.saved("reconnect.help_most")
    return {kind for s in saved if s.prompt == "kinds" for kind in s.value or ()}


def _country(view: View, prompt: Prompt) -> None:
    countries = view.book.content.countries
    _hinted(view, prompt)
    _field(
        view,
        prompt,
        lambda **how: st.selectbox(
            plain(prompt.ask),
            list(countries),
            format_func=lambda c: countries[c],
            placeholder=_("Choose a country"),
            label_visibility="collapsed",
            **how,
        ),
        shown=lambda v: v if v in countries else None,
        read=lambda v: v or "",
    )


def _help_lines(view: View, prompt: Prompt) -> None:
    _hinted(view, prompt)
    country = next((view.value(p) for p in view.exercise.shown if p.kind == "country"), None)
    if not country:
        show_line("quiet", _("Choose a country first. Lines of other countries would not work."))
        return
    lines = {row["key"]: row for row in view.book.content.help_lines if row["country"] == country}
    _field(
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
        read=list,
    )


def _read_back(view: View) -> None:
    """The plan as one sentence, to read once: rehearsing is what makes such a plan work."""
    said = {p.fills.removeprefix("try."): str(view.value(p, "", "") or "") for p in view.exercise.shown}
    if not said.get("cue") and not said.get("act"):
        return
    parts = [said.get("cue") or "…", said.get("act") or "…"]
    words = f"{parts[0]} → {parts[1]}"
    if said.get("fallback"):
        words += "\n" + _("Or else: {fallback}").format(fallback=said["fallback"])
    show_line("hint", _("Your plan, to read once:"))
    show_typed(words)


DRAW: dict[str, Callable[[View, Prompt], Any]] = {
    "tick": lambda view, prompt: (_keep_tick if prompt.key == "keep" else _tick)(view, prompt),
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
    "tags_each_member": _tags_each_member,
    "ring_each_member": _ring_each_member,
    "leave_off": _leave_off,
    "starter": _starter,
    "try": _try_to_follow,
    "doors": _doors,
    "country": _country,
    "help_lines": _help_lines,
}
