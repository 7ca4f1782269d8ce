"""The groups a person is in, on Who can see this: what each coach sees, to change or take back; and every look."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from workbook import coaching
from workbook.my_sharing import Look, Sharing, Ticked
from workbook.my_workbook import MyWorkbook
from workbook.store.groups import Note
from workbook.ui import proving, seen, ticking, ways
from workbook.ui.plain import plain, safe, show_line, show_typed
from workbook.ui.saving import attempt, give, show_trouble
from workbook.ui.when import day, moment
from workbook.ui.words import _, n_

LOOKS_AT_FIRST = 20


def in_short(book: MyWorkbook, mine: list[Sharing]) -> list[str]:
    """One true sentence for each group, and one for everybody else."""
    ticked = book.sharing.ticked()
    lines = [_short(one, sum(t.group_id == one.membership.group_id for t in ticked)) for one in mine]
    return [*lines, _("Nobody else who uses this workbook can see what you write, or that you are here.")]


def _short(one: Sharing, ticked: int) -> str:
    parts = {"steps": _("the pages you opened"), "shape": _("the shape of your pod")}
    if ticked:
        parts["ticked"] = n_("{count} answer you shared", "{count} answers you shared", ticked).format(count=ticked)
    shared = [parts[scope] for scope in coaching.SCOPES if scope in one.scopes and scope in parts]
    coach, group = one.group.coach, one.group.name
    called = one.membership.called or _("Someone")
    if not shared:
        return _("{coach} ({group}) sees that you joined, and calls you “{called}”. Nothing else.").format(
            coach=coach, group=group, called=called
        )
    what = _("{some} and {last}").format(some=", ".join([_("your name there"), *shared[:-1]]), last=shared[-1])
    return _("{coach} ({group}) sees {what}.").format(coach=coach, group=group, what=what)


def show(book: MyWorkbook, mine: list[Sharing]) -> None:
    """A block for each group, and who looked."""
    ticked, notes = book.sharing.ticked(), [n for n in book.sharing.notes() if n.way == "received"]
    paused = {one.group_id for one in book.sharing.paused()} if mine else set()
    for one in reversed(mine):
        group_id = one.membership.group_id
        with st.container(key=f"group-{group_id}"):
            _show_group(book, one, [t for t in ticked if t.group_id == group_id], notes, paused=group_id in paused)
    _show_past_notes(book, [n for n in notes if n.group_id not in {one.membership.group_id for one in mine}])
    _show_looks(book, in_a_group=bool(mine))


def _show_group(book: MyWorkbook, one: Sharing, ticked: list[Ticked], notes: list[Note], *, paused: bool) -> None:
    coach, key = one.group.coach, f"{book.person_id}|group|{one.membership.group_id}"
    st.header(plain(one.group.name), anchor=False)
    called = one.membership.called or _("Someone")
    since = day(book.local(one.membership.recorded_at).date(), book.today)
    words = _("Coach: {coach} · they call you {called} · since {day}").format(coach=coach, called=called, day=since)
    show_line("saved", words)
    _show_earlier_names(one)
    if paused:
        show_line(
            "note", _("Since a backup was put back, nothing is shared and no notes come. Choose again if you like.")
        )
    for scope in coaching.SCOPES:
        _show_scope(book, one, scope, f"{key}|{scope}")
    _show_not_soon(coach, one.membership.group_id)
    if ticked:
        label = n_("{count} answer shared", "{count} answers shared", len(ticked)).format(count=len(ticked))
        _fold(label, f"{key}|list", lambda: _show_ticked(book, one, ticked, key))
    _fold(_("What {coach} sees").format(coach=coach), f"{key}|preview", lambda: _show_preview(book, one, key))
    _show_notes(book, one, notes, key)
    _fold(_("Change what {coach} calls you").format(coach=coach), f"{key}|naming", lambda: _show_naming(book, one, key))
    _fold(_("Leave this group"), f"{key}|leaving", lambda: _show_leaving(book, one, key))


def _show_earlier_names(one: Sharing) -> None:
    """The log and one's memory have the names as they were on joining: so they stay in sight where they changed."""
    then = one.membership
    if (then.group, then.coach) != (one.group.name, one.group.coach):
        words = _("When you joined, this was {group} with {coach}.").format(group=then.group, coach=then.coach)
        show_line("hint", words)


def _show_naming(book: MyWorkbook, one: Sharing, key: str) -> None:
    coach, group_id, place = one.group.coach, one.membership.group_id, f"{key}|called"
    with st.form(f"{key}|name", border=False):
        give(place, one.membership.called)
        words = plain(_("What may {coach} call you?").format(coach=coach))
        st.text_input(words, key=place, max_chars=coaching.NAME_LONGEST, autocomplete="off")
        show_line("hint", _("Left empty, {coach} sees “Someone”.").format(coach=coach))
        st.form_submit_button(_("Save"), key=f"{place}|save", on_click=_call_me, args=(book, group_id, place))
    show_trouble(place)


def _call_me(book: MyWorkbook, group_id: str, place: str) -> None:
    called = str(st.session_state.get(place) or "")
    attempt(book, place, lambda own: own.sharing.call_me(group_id, called), typed=called)


def _fold(label: str, key: str, draw: Callable[[], None]) -> None:
    """What is folded away is read only once it is opened."""
    folded = st.expander(plain(label), key=key, on_change="rerun")
    if folded.open:
        with folded:
            draw()


# What is shared


def _show_scope(book: MyWorkbook, one: Sharing, scope: str, key: str) -> None:
    st.session_state[key] = scope in one.scopes  # what stands, whatever the browser holds
    with st.container(key=f"scope-{scope}-{one.membership.group_id}", gap="xxsmall"):
        args = (book, one.membership.group_id, scope, key)
        st.toggle(plain(seen.scope_words()[scope]), key=key, on_change=_switch, args=args)
        show_line("hint", seen.scope_means()[scope])
        if st.session_state.get(f"{key}|wanted") and scope not in one.scopes:
            proving.ask_again(key, book.person_id, _grant, args, _("Share it"))
        show_trouble(key)


def _switch(book: MyWorkbook, group_id: str, scope: str, key: str) -> None:
    """Taking back needs nothing; granting needs the passphrase, if it was not given lately."""
    st.session_state.pop(f"{key}|wanted", None)
    if not st.session_state[key]:
        attempt(book, key, lambda own: own.sharing.withdraw(group_id, scope))
    elif proving.proved():
        _grant(book, group_id, scope, key)
    else:
        st.session_state[f"{key}|wanted"] = True


def _grant(book: MyWorkbook, group_id: str, scope: str, key: str) -> None:
    st.session_state.pop(f"{key}|wanted", None)
    attempt(book, key, lambda own: own.sharing.grant(group_id, scope))


def _show_not_soon(coach: str, group_id: str) -> None:
    lines = (
        _("Copies that {coach} took stay with {coach}. {coach} may not read this soon."),
        _("If you need someone now:"),
    )
    with st.container(key=f"soon-{group_id}", gap="xxsmall"):
        show_line("note", " ".join(line.format(coach=coach) for line in lines))
        ways.to_help_now()


def _show_ticked(book: MyWorkbook, one: Sharing, ticked: list[Ticked], key: str) -> None:
    if "ticked" not in one.scopes:
        words = _("Sharing answers is off, so {coach} sees none of these.").format(coach=one.group.coach)
        show_line("quiet", words)
    as_seen = {a.answer_id: a for a in book.sharing.preview(one.membership.group_id, ("ticked",)).answers or ()}
    for ticked_one in ticked:
        answer = as_seen.get(ticked_one.saved.answer_id)
        if answer is not None:
            st.html(f'<p class="ask">{safe(answer.question)}</p>')
            show_typed(seen.in_words(answer))
            when = moment(book, ticked_one.since)
            show_line("saved", _("{title} · shared {when}").format(title=answer.title, when=when))
        place = f"{key}|stop|{ticked_one.saved.answer_id}"
        st.button(
            _("Stop sharing"),
            type="tertiary",
            key=place,
            on_click=ticking.stop_one,
            args=(book, ticked_one, place),
        )
        show_trouble(place)


def _show_preview(book: MyWorkbook, one: Sharing, key: str) -> None:
    show_line(
        "hint",
        _("This is drawn as {coach} sees it now. Opening it here is not noted as a look.").format(
            coach=one.group.coach
        ),
    )
    found = book.sharing.preview(one.membership.group_id, tuple(sorted(one.scopes)))
    called = one.membership.called or _("Someone")
    st.html(f'<p class="ask">{safe(called)}</p>')
    show_line("saved", _("Joined in the week of {day}").format(day=day(found.summary.joined, book.today)))
    seen.show_person(found, book.content, f"{key}|seen")


# Notes, and leaving


def _show_notes(book: MyWorkbook, one: Sharing, notes: list[Note], key: str) -> None:
    group_id, coach = one.membership.group_id, one.group.coach
    mine = [n for n in reversed(notes) if n.group_id == group_id]
    if mine:
        label = _("Notes from {coach} ({count})").format(coach=coach, count=len(mine))
        _fold(label, f"{key}|notes", lambda: _list_notes(book, mine))
    switch = f"{key}|notes on"
    st.session_state[switch] = not one.notes_off
    words = plain(_("{coach} may send me short notes").format(coach=coach))
    st.toggle(words, key=switch, on_change=_switch_notes, args=(book, group_id, switch))
    show_line("hint", _("{coach} sees whether this is on.").format(coach=coach))
    show_trouble(switch)


def _list_notes(book: MyWorkbook, mine: list[Note]) -> None:
    for note in mine:
        show_typed(note.words)
        show_line("saved", moment(book, note.recorded_at))


def _show_past_notes(book: MyWorkbook, notes: list[Note]) -> None:
    """Notes of groups one is in no more: they were sent to this person, and stay theirs."""
    if not notes:
        return
    names = {m.group_id: (m.coach, m.group) for m in book.sharing.memberships()}
    st.header(_("Notes from earlier groups"), anchor=False)
    for group_id in dict.fromkeys(note.group_id for note in reversed(notes)):
        mine = [n for n in reversed(notes) if n.group_id == group_id]
        coach, group = names.get(group_id, ("", ""))
        label = _("{coach} ({group}), {count}").format(coach=coach, group=group, count=len(mine))
        _fold(label, f"{book.person_id}|past notes|{group_id}", partial(_list_notes, book, mine))


def _switch_notes(book: MyWorkbook, group_id: str, key: str) -> None:
    on = bool(st.session_state[key])
    attempt(book, key, lambda own: own.sharing.switch_notes(group_id, on=on))


def _show_leaving(book: MyWorkbook, one: Sharing, key: str) -> None:
    coach = one.group.coach
    lines = (
        _("{coach} sees nothing of yours any more. Your notes stay with you."),
        _("Copies that {coach} took stay with {coach}. To come back, you need a new link."),
    )
    for line in lines:
        show_line("quiet", line.format(coach=coach))
    place = f"{key}|leave"
    words = plain(_("Yes, leave {group}").format(group=one.group.name))
    st.button(words, key=place, on_click=_leave, args=(book, one.membership.group_id, place))
    show_trouble(place)


def _leave(book: MyWorkbook, group_id: str, key: str) -> None:
    attempt(book, key, lambda own: own.sharing.leave(group_id))


# The log


def _show_looks(book: MyWorkbook, *, in_a_group: bool) -> None:
    """Who looked at what, the newest first; also of groups one is in no more."""
    looks = book.sharing.looks()
    if not looks and not in_a_group:
        return
    st.header(_("Who looked"), anchor=False)
    if not looks:
        show_line("quiet", _("Nobody has looked yet."))
        return
    key = f"{book.person_id}|all looks"
    every = bool(st.session_state.get(key))
    head = "".join(f"<th scope=col>{safe(w)}</th>" for w in (_("When"), _("Who"), _("Looked at"), _("Saw")))
    rows = "".join(_row(book, look) for look in (looks if every else looks[:LOOKS_AT_FIRST]))
    st.html(
        f'<div class="table stacks" tabindex="0" role="region" aria-label="{safe(_("Who looked"))}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    if len(looks) > LOOKS_AT_FIRST and not every:
        st.button(_("Show all {count}").format(count=len(looks)), key=f"{key}|more", on_click=_show_every, args=(key,))


def _show_every(key: str) -> None:
    st.session_state[key] = True


def _row(book: MyWorkbook, look: Look) -> str:
    what = {
        "list": _("The list of people"),
        "page": _("Your page"),
        "file": _("A file. The copy stays with them"),
    }
    ticked = _("the answers shared then") if look.what == "page" else _("how many answers are shared")
    words = {"steps": _("pages opened"), "shape": _("shape of the pod"), "ticked": ticked}
    saw = ", ".join(words[scope] for scope in coaching.SCOPES if scope in look.scopes) or _(
        "your name there and the week you joined"
    )
    local = book.local(look.at)
    when = f"{day(local.date(), book.today)}, {local:%H:%M}"
    who = f"{look.coach} ({look.group})" if look.coach else ""
    cells = "".join(f"<td>{safe(words)}</td>" for words in (who, what.get(look.what, look.what), saw))
    return f"<tr><th scope=row>{safe(when)}</th>{cells}</tr>"
