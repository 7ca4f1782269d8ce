"""The links into a group: made, shown once, listed and closed."""

from datetime import timedelta
from io import BytesIO

import segno
import streamlit as st

from workbook.coach_desk import CoachDesk
from workbook.coaching import LONGEST_OPEN_DAYS, MOST_SEATS, Invite
from workbook.ui import session
from workbook.ui.coach_saving import attempt, hold, key_of, show_said
from workbook.ui.drawings import picture
from workbook.ui.plain import plain, safe, show_line
from workbook.ui.when import day
from workbook.ui.words import _, n_

SHOWN_FOR = timedelta(minutes=10)  # a link left on an open page is put away
A_PAGE = 25
SEATS, DAYS = 30, 28


def show(desk: CoachDesk, group_id: str) -> None:
    """A new link, the ways to make one, and those there are."""
    st.header(_("Links"), anchor=False)
    invites = desk.invites(group_id)
    now = session.home().clock()
    with st.expander(_("A link for the group"), expanded=not invites or _is_new(desk, group_id, "group")):
        show_line(
            "quiet", _("Paste it into your chat or newsletter. Each person who follows it decides for themselves.")
        )
        _show_making(desk, group_id, "group")
    with st.expander(_("A link for one person"), expanded=_is_new(desk, group_id, "personal")):
        show_line("quiet", _("One person can join by it. To look at it does not use it up."))
        _show_making(desk, group_id, "personal")
    open_now = [one for one in invites if one.state(now) == "open"]
    _show_list(desk, group_id, open_now)
    _show_past([one for one in invites if one not in open_now])


# Making one


def _show_making(desk: CoachDesk, group_id: str, kind: str) -> None:
    key = key_of(desk, "links", group_id, kind)
    if _is_new(desk, group_id, kind):
        _show_new(desk)  # above what made it: below, it would be out of sight on a low screen
    with st.form(key, border=False):
        if kind == "group":
            st.number_input(_("How many people may join by it"), 1, MOST_SEATS, key=hold(key, f"{key}|seats", SEATS))
        label = _("Your own label, such as a name")
        st.text_input(label, key=hold(key, f"{key}|label", ""), autocomplete="off")
        st.number_input(_("Days until it runs out"), 1, LONGEST_OPEN_DAYS, key=hold(key, f"{key}|days", DAYS))
        words = _("Make a group link") if kind == "group" else _("Make a personal link")
        st.form_submit_button(words, type="primary", key=f"{key}|make", on_click=_make, args=(desk, group_id, kind))
        show_line("hint", _("Only you see the label."))
        show_said(key)


def _make(desk: CoachDesk, group_id: str, kind: str) -> None:
    key = key_of(desk, "links", group_id, kind)
    seats, days = (int(st.session_state.get(f"{key}|{name}") or 0) for name in ("seats", "days"))
    label = str(st.session_state[f"{key}|label"])
    token = attempt(
        desk,
        key,
        lambda own: own.invite(group_id, kind=kind, seats=seats, days=days, label=label),
        fields=[f"{key}|{name}" for name in ("seats", "days", "label")],
        said=_("Made {time}"),
    )
    if token:
        st.session_state[_new(desk)] = (group_id, kind, token, session.home().clock() + SHOWN_FOR)


def _new(desk: CoachDesk) -> str:
    return key_of(desk, "new link")


def _is_new(desk: CoachDesk, group_id: str, kind: str) -> bool:
    """Whether a link of this kind was made a moment ago."""
    group, made, _token, until = st.session_state.get(_new(desk), ("", "", "", None))
    if until is not None and (group != group_id or until <= session.home().clock()):
        st.session_state.pop(_new(desk))
        return False
    return bool(made == kind)


def _show_new(desk: CoachDesk) -> None:
    """The link made a moment ago; nothing that is kept could show it again."""
    link = session.home().link_to(st.session_state[_new(desk)][2])
    with st.container(key="new-link"):
        st.html(f'<p class="ask">{safe(_("Your new link"))}</p>')
        if not session.home().settings.public_url:
            show_line("note", _("This link works on this computer only, until the host sets WORKBOOK_URL."))
        st.code(link, language=None, wrap_lines=True)
        once = _("Copy it now. It cannot be shown again.")
        if session.home().settings.public_url:
            with st.container(horizontal=True, vertical_alignment="center", key="qr"):
                drawn = _qr(link)
                st.html(drawn, width="content")
                with st.container(width="stretch"):
                    show_line("quiet", _("Or let them point a phone's camera at this square."))
                    show_line("quiet", once)
        else:
            show_line("quiet", once)
        st.button(_("I have it"), key=f"{_new(desk)}|noted", on_click=put_away, args=(desk,))


def put_away(desk: CoachDesk) -> None:
    """The new link is shown no more."""
    st.session_state.pop(_new(desk), None)


def _qr(link: str) -> str:
    """The link as a square to point a camera at: dark on white on any paper, with its quiet edge."""
    drawn = BytesIO()
    segno.make(link, error="m", micro=False).save(
        drawn, kind="svg", border=4, dark="#2C2A26", light="#FFFFFF", xmldecl=False, omitsize=True
    )
    return picture(drawn.getvalue().decode(), _("The new link as a QR code"), "qr")


# Those there are


def _show_list(desk: CoachDesk, group_id: str, invites: list[Invite]) -> None:
    if not invites:
        show_line("quiet", _("No link is open now."))
        return
    st.html(f'<h3 class="small">{safe(_("Open links"))}</h3>')
    more = key_of(desk, "links shown", group_id)
    shown = int(st.session_state.get(more, A_PAGE))
    for one in invites[:shown]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"link-{one.invite_id}"):
            body = f"<p>{safe(_name(one))}</p>" + f'<p class="hint">{safe(_facts(one))}</p>'
            st.html(body)
            what = plain(one.label) if one.label else _("this link")
            key = key_of(desk, "close", one.invite_id)
            with st.popover(_("Close {link}").format(link=what), key=f"{key}|ask"):
                show_line("quiet", _("Nobody can join by it after that. Who is in the group stays."))
                st.button(
                    _("Yes, close {link}").format(link=what),
                    key=key,
                    on_click=_close,
                    args=(desk, group_id, one.invite_id),
                )
        show_said(key_of(desk, "closing", one.invite_id))
    if len(invites) > shown:
        st.button(_("Show more links"), key=f"{more}|button", on_click=_show_more, args=(more, shown))


def _show_more(key: str, shown: int) -> None:
    st.session_state[key] = shown + A_PAGE


def _close(desk: CoachDesk, group_id: str, invite_id: str) -> None:
    attempt(desk, key_of(desk, "closing", invite_id), lambda own: own.close_invite(group_id, invite_id))


def _name(one: Invite) -> str:
    kind = _("Group link") if one.kind == "group" else _("Personal link")
    return f"{kind} · {one.label}" if one.label else kind


def _facts(one: Invite) -> str:
    today = session.home().clock().date()
    if one.kind == "personal":
        told = _("someone joined") if one.used else _("nobody joined yet")
    else:
        told = n_("{used} of {seats} has joined", "{used} of {seats} have joined", one.used)
        told = told.format(used=one.used, seats=one.seats)
    ends = _("runs out on {day}").format(day=day(one.expires_at.date(), today))
    return f"{told} · {ends}"


def _show_past(invites: list[Invite]) -> None:
    if not invites:
        return
    words = {"closed": _("closed"), "expired": _("run out"), "full": _("full"), "used": _("used")}
    now = session.home().clock()
    title = _("Links that are closed, full or run out")
    with st.expander(title):
        rows = "".join(
            f"<tr role=row><th scope=row role=rowheader>{safe(_name(one))}</th>"
            f"<td role=cell>{safe(words[one.state(now)])}</td><td role=cell>{safe(_facts(one))}</td></tr>"
            for one in invites
        )
        head = "".join(
            f"<th scope=col role=columnheader>{safe(words)}</th>" for words in (_("Link"), _("State"), _("How it went"))
        )
        st.html(
            f'<div class="table stacks" tabindex="0" role="region" aria-label="{safe(title)}"><table role=table>'
            f"<thead role=rowgroup><tr role=row>{head}</tr></thead><tbody role=rowgroup>{rows}</tbody></table></div>"
        )
