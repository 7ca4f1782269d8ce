"""My pod: the map, one member opened, and the same data as a table."""

from datetime import date
from typing import Any

import streamlit as st

from workbook.in_touch import PEOPLE
from workbook.my_workbook import MyWorkbook
from workbook.pod import RINGS, Member, small_name, spots
from workbook.refused import Refused
from workbook.typed import FACTS, Field
from workbook.ui import pod_map, put_away, refusals, session, touching, twins
from workbook.ui.plain import plain, safe, show_line
from workbook.ui.saving import give, kept_line, note_held, told_apart
from workbook.ui.when import day, moment
from workbook.ui.words import _

OPEN = "member"


def show(book: MyWorkbook) -> None:
    """The page My pod."""
    st.title(_("My pod"), anchor=False)
    members = book.members()
    by_id = {m.member_id: m for m in members}
    chosen = by_id.get(st.query_params.get(OPEN, ""))
    _show_map(book, members, chosen)
    put_away.show_what_was(book, members, chosen)
    _add(book)
    _choose(book, members, chosen)
    twins.show_pairs(book, members, chosen)
    twins.show_left_over(members)
    if chosen:
        _show_member(book, chosen, members)
    touching.show_form(book, members, "pod")
    touching.show_rhythms(book)
    _show_table(book, members)
    put_away.show(book)


def _show_map(book: MyWorkbook, members: list[Member], chosen: Member | None) -> None:
    placed = [m for m in members if m.place in RINGS]
    narrow = session.narrow()
    figure = pod_map.figure(
        placed,
        spots(book.moves()),
        dark=session.dark(),
        narrow=narrow,
        chosen=chosen.member_id if chosen else None,
    )
    key = f"{book.person_id}|map"
    st.plotly_chart(
        figure,
        key=key,
        on_select=lambda: _picked(key),
        selection_mode="points",
        config=pod_map.CONFIG,
        theme=None,
        alt=pod_map.alt_text(placed),
    )


def _picked(key: str) -> None:
    points = st.session_state[key]["selection"]["points"]
    picked = points[0].get("customdata") if points else None
    picked = picked[0] if isinstance(picked, list) else picked
    if picked:
        st.query_params[OPEN] = picked


def _add(book: MyWorkbook) -> None:
    key = f"{book.person_id}|new member"
    st.text_input(
        _("Add someone or something to your map"),
        key=key,
        placeholder=_("Type a name, then press Enter"),
        autocomplete="off",
        on_change=_added,
        args=(book, key, False),
    )
    trouble = st.session_state.get("troubles", {}).get(key)
    if trouble:
        show_line("trouble", trouble)
    twin = st.session_state.get(f"{key}|twin")
    if twin:
        st.button(
            _("Add another {name}").format(name=plain(twin)),
            key=f"{key}|again",
            on_click=_added,
            args=(book, key, True),
        )
    deleted = st.session_state.get(f"{key}|deleted")
    if twin and deleted:
        put_away.show_bring_back(book, deleted, twin, key)


def _added(book: MyWorkbook, key: str, again: bool) -> None:
    name = st.session_state.get(f"{key}|twin") if again else st.session_state[key]
    troubles = st.session_state.setdefault("troubles", {})
    troubles.pop(key, None)
    st.session_state.pop(f"{key}|twin", None)
    st.session_state.pop(f"{key}|deleted", None)
    if not name or not name.strip():
        return
    try:
        member_id = session.book_for_saving(book.person_id).add_member(name, again=again)
    except Refused as refused:
        troubles[key] = refusals.sentence(refused)
        if refused.code in ("member_there", "member_deleted"):
            st.session_state[f"{key}|twin"] = refused.facts["name"]
            st.session_state[f"{key}|deleted"] = refused.facts.get("member_id")
    except session.NotHere:
        troubles[key] = _("You are signed out here, so this was not saved. Sign in, then try again.")
    else:
        st.session_state[key] = ""
        st.query_params[OPEN] = member_id


def _choose(book: MyWorkbook, members: list[Member], chosen: Member | None) -> None:
    if not members:
        return
    key = f"{book.person_id}|open member"
    called = told_apart({m.member_id: f"{m.name} · {_where(book, m)}" for m in members})
    st.session_state[key] = chosen.member_id if chosen else None
    st.selectbox(
        _("Open one"),
        list(called),
        format_func=lambda m: called.get(m, m),
        key=key,
        placeholder=_("Choose a name"),
        on_change=_open,
        args=(key,),
    )


def _open(key: str) -> None:
    chosen = st.session_state[key]
    if chosen:
        st.query_params[OPEN] = chosen
    else:
        st.query_params.pop(OPEN, None)


def _show_member(book: MyWorkbook, member: Member, members: list[Member]) -> None:
    with st.container(border=True, key="member"):
        st.html(f'<h2 class="name" dir="auto">{safe(member.name)}</h2>')
        since = _("{place} since {day}").format(
            place=book.content.words("places", member.place),
            day=day(member.since) if member.since else _("you added it"),
        )
        saved = st.session_state.get("saved members", {}).get(member.member_id)
        if member.parted:
            since = _("{name} died. The name stays here as long as you like.").format(name=small_name(member.name, 60))
        said = f"{since} · " + _("Saved {time}").format(time=saved) if saved else since
        st.html(f'<p class="saved"><span class="dot {member.place}"></span>{safe(said)}</p>')
        twins.show_other_names(member)
        trouble = st.session_state.get("troubles", {}).get(member.member_id)
        if trouble:
            show_line("trouble", trouble)
        twins.ask(book, member, members)
        touching.show_member(book, member)
        if not member.parted:
            _show_moving(book, member)
        _show_fields(book, member, members)
        _show_moves(book, member)
        _ask_why(book, member)
        _show_leaving(book, member)


def _do(book: MyWorkbook, member_id: str, act: Any, typed: object = None) -> None:
    troubles = st.session_state.setdefault("troubles", {})
    troubles.pop(member_id, None)
    try:
        own = session.book_for_saving(book.person_id)
        act(own)
        st.session_state.setdefault("saved members", {})[member_id] = moment(own, session.home().clock())
    except Refused as refused:
        troubles[member_id] = refusals.sentence(refused)
        if refused.code == "member_gone":
            twins.keep_in_sight(member_id, typed)
    except session.NotHere:
        troubles[member_id] = _("You are signed out here, so this was not saved. Sign in, then try again.")


def _show_moving(book: MyWorkbook, member: Member) -> None:
    prefix = f"{book.person_id}|move|{member.member_id}"
    told_more = any(st.session_state.get(f"{prefix}|{what}") for what in ("day", "why"))
    with st.container(horizontal=True, key="rings"):
        for ring in RINGS:
            here = member.place == ring and not told_more  # since an earlier day they may stand there, too
            st.button(
                plain(book.content.words("places", ring)),
                key=f"{prefix}|{ring}",
                disabled=here,
                on_click=_move,
                args=(book, member, ring, prefix),
            )
    put_away.show_undo(book, member)
    with st.expander(_("On an earlier day, or with a reason")):
        st.date_input(
            _("Which day was it?"),
            value=None,
            min_value=date(1950, 1, 1),
            max_value=book.today,
            key=f"{prefix}|day",
            format="YYYY-MM-DD",
        )
        st.text_input(_("Why, if you like"), key=f"{prefix}|why", autocomplete="off")
        show_line("hint", _("Then choose the ring above. It may be the one they are in."))


def _move(book: MyWorkbook, member: Member, place: str, prefix: str) -> None:
    on_day = st.session_state.get(f"{prefix}|day")
    why = st.session_state.get(f"{prefix}|why") or ""
    _do(book, member.member_id, lambda own: own.move(member.member_id, place, on_day=on_day, reason=why))
    if member.member_id not in st.session_state["troubles"]:
        st.session_state[f"{prefix}|day"] = None
        st.session_state[f"{prefix}|why"] = ""


def _show_fields(book: MyWorkbook, member: Member, members: list[Member]) -> None:
    """What helps from day to day first; the rest folded away. Of whoever died nothing is asked that looks ahead."""
    options = book.content.options
    if not member.parted:
        _choice(book, member, "good_for", _("Good for"), options["good_for"], many=True)
        _choice(book, member, "heard", _("Do you feel heard?"), options["heard"])
    _text(book, member, "notes", _("Notes"), long=True)
    with st.expander(
        _("More about {name}").format(name=plain(small_name(member.name, 24))), key=f"more|{member.member_id}"
    ):
        _text(book, member, "name", _("Name"))
        _choice(book, member, "kind", _("Kind"), options["kinds"])
        if not member.parted:
            _choose_between(book, member)
        _text(book, member, "how_known", _("How you know them"))
        _leave_out(book, member)
        twins.show_choosing(book, member, members)


def _choose_between(book: MyWorkbook, member: Member) -> None:
    """How it stands with them now."""
    options = book.content.options
    _choice(book, member, "asked", _("Have you asked them to be in your pod?"), options["asked"])
    _choice(book, member, "gives_takes", _("How is it between you?"), options["gives_takes"])
    if touching.may_have_a_rhythm(member):
        _choice(book, member, "rhythm", _("How often would you like to be in touch?"), options["rhythms"])
        if member.rhythm and member.contact != "ok":
            show_line("hint", _("Today names them once they are marked fine for now, under Reach Out."))
    else:
        _choice(book, member, "state", _("Where does it stand?"), options["resource_state"])


def _text(book: MyWorkbook, member: Member, field: str, label: str, *, long: bool = False) -> None:
    key = f"{book.person_id}|fact|{member.member_id}|{field}"
    give(key, getattr(member, field))
    draw = st.text_area if long else st.text_input
    with st.container(key=f"kept-{field}", gap="xsmall"):
        draw(label, key=key, on_change=_change, args=(book, member, field, key))
        hindered = member.member_id in st.session_state.get("troubles", {})
        kept_line("unsaved", "\u00a0", Field(book.person_id, "fact", member.member_id, field), key, hindered=hindered)


def _choice(book: MyWorkbook, member: Member, field: str, label: str, options: Any, *, many: bool = False) -> None:
    key = f"{book.person_id}|fact|{member.member_id}|{field}"
    stored = getattr(member, field)
    give(key, list(stored) if many else stored or None)
    words = {o.key: o.words for o in options}
    more: Any = {"required": True} if field == "kind" else {}  # whoever is somebody is of some kind
    st.pills(
        label,
        list(words),
        selection_mode="multi" if many else "single",
        format_func=lambda k: plain(words[k]),
        key=key,
        on_change=_change,
        args=(book, member, field, key),
        **more,
    )


def _change(book: MyWorkbook, member: Member, field: str, key: str) -> None:
    value = st.session_state[key]
    _do(
        book,
        member.member_id,
        lambda own: own.change_member(member.member_id, field, value if value is not None else ""),
        typed=value if field in FACTS else None,
    )
    if member.member_id not in st.session_state["troubles"]:
        note_held(key, value)


def _leave_out(book: MyWorkbook, member: Member) -> None:
    key = f"{book.person_id}|fact|{member.member_id}|pictured"
    give(key, not member.pictured)
    st.checkbox(_("Leave out of replay and print"), key=key, on_change=_left_out, args=(book, member, key))


def _left_out(book: MyWorkbook, member: Member, key: str) -> None:
    left_out = bool(st.session_state[key])
    _do(book, member.member_id, lambda own: own.change_member(member.member_id, "pictured", not left_out))


def _ask_why(book: MyWorkbook, member: Member) -> None:
    """Who was released may have died: a word of the person's own, or none."""
    if member.place == "released" and member.kind in PEOPLE:
        _choice(book, member, "parted", _("If you would like to say why"), book.content.options["parted"])


def _show_leaving(book: MyWorkbook, member: Member) -> None:
    """Four ways out, from the mildest to the one for good; each says what it does."""
    prefix = f"{book.person_id}|leave|{member.member_id}"
    gone = member.place in ("released", "left_off")
    if gone and not member.parted:  # nobody offers to bring back who died
        with put_away.way_out("back", _("They stand on your list again, in no ring yet.")):
            _leave(_("Bring back"), f"{prefix}|back", book, member, "unplaced")
    with st.expander(_("Release, hide or delete"), key=f"leaving|{member.member_id}"):
        if not gone:
            with put_away.way_out("release", _("You let them go. All you noted stays, and Growth still shows them.")):
                _leave(_("Release"), f"{prefix}|release", book, member, "released")
            with put_away.way_out("off", _("They still count for you. This map does not show them.")):
                _leave(_("Leave off the map"), f"{prefix}|off", book, member, "left_off")
        put_away.show_delete(book, member)
        with (
            put_away.way_out("forget", _("Gone now and for good. Nothing can bring them back.")),
            st.popover(_("Forget for good"), key=f"{prefix}|forget"),
        ):
            show_line("quiet", _("The name, notes, moves and messages go for good. Nothing can bring them back."))
            st.button(_("Yes, forget"), key=f"{prefix}|yes", on_click=_forget, args=(book, member))


def _leave(words: str, key: str, book: MyWorkbook, member: Member, place: str) -> None:
    st.button(words, key=key, on_click=_place, args=(book, member, place))


def _place(book: MyWorkbook, member: Member, place: str) -> None:
    _do(book, member.member_id, lambda own: own.move(member.member_id, place))


def _forget(book: MyWorkbook, member: Member) -> None:
    _do(book, member.member_id, lambda own: own.forget(member.member_id))
    st.query_params.pop(OPEN, None)
    twins.put_away(member.member_id)


def _show_moves(book: MyWorkbook, member: Member) -> None:
    moves = [m for m in book.moves() if m.member_id == member.member_id]
    if not moves:
        return
    with st.expander(_("How they moved")):
        for move in sorted(moves, key=lambda m: (m.on_day, m.seq), reverse=True):
            where = book.content.words("places", move.place)
            words = f"{day(move.on_day)} · {where}" + (f" · {move.reason}" if move.reason else "")
            show_line("saved", words)


def _show_table(book: MyWorkbook, members: list[Member]) -> None:
    if not members:
        return
    ordered = sorted(members, key=lambda m: (_PLACE_ORDER.get(m.place, 9), m.added_seq))
    rows = "".join(f"<tr role=row>{_row(book, m)}</tr>" for m in ordered)
    head = "".join(
        f"<th scope=col role=columnheader>{safe(h)}</th>"
        for h in (_("Name"), _("Where"), _("Kind"), _("Good for"), _("Since"))
    )
    # On a phone each row becomes a block (look.css); the roles keep it a table for a screen reader.
    st.html(
        f'<h2 class="titles">{safe(_("The same as a table"))}</h2><div class="table stacks" tabindex="0" role="region" '
        f'aria-label="{safe(_("The same as a table"))}"><table role=table><thead role=rowgroup><tr role=row>{head}</tr></thead>'
        f"<tbody role=rowgroup>{rows}</tbody></table></div>"
    )


def _row(book: MyWorkbook, member: Member) -> str:
    words = book.content.words
    cells = (
        words("kinds", member.kind),
        ", ".join(words("good_for", kind) for kind in member.good_for),
        day(member.since) if member.since else "",
    )
    return (
        f'<th scope=row role=rowheader dir="auto">{safe(member.name)}</th>'
        f'<td role=cell><span class="dot {member.place}"></span>{safe(_where(book, member))}</td>'
        + "".join(f"<td role=cell>{safe(cell)}</td>" for cell in cells)
    )


def _where(book: MyWorkbook, member: Member) -> str:
    """Where a member stands, in words; of whoever died it says that they are remembered."""
    return _("Remembered") if member.parted else book.content.words("places", member.place)


_PLACE_ORDER = {"core": 0, "movable": 1, "outer": 2, "unplaced": 3, "left_off": 4, "released": 5}
