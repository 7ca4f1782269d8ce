"""What Today says of a group: that one is in it now, that it or its sharing ended, or a note. One card at a time."""

from datetime import timedelta

import streamlit as st

from workbook.my_sharing import Sharing
from workbook.my_workbook import MyWorkbook
from workbook.refused import Refused
from workbook.store.groups import Membership, Note
from workbook.ui import refusals, session
from workbook.ui.plain import safe, show_line, show_typed
from workbook.ui.saving import attempt
from workbook.ui.when import day
from workbook.ui.words import _

NEWS = "news"  # in the address of Today, once: how joining went
OF = "news of"  # the membership that the news of having joined is about
JOINED = "joined"
NOT_JOINED = (
    *("invite_unknown", "invite_closed", "invite_expired", "invite_full", "invite_used"),
    *("own_group", "in_already", "later", "too_long"),
)
NEW_FOR = timedelta(days=14)


def show(book: MyWorkbook, mine: list[Sharing], *, notes: bool) -> None:
    """The one thing there is to say, if any. With low energy, or while things are hard, `notes` wait; what happened does not."""
    ended = book.sharing.ended()
    if ended:
        _show_ended(book, ended[0])
    elif paused := book.sharing.paused():
        _show_paused(book, paused)
    elif news := _news(mine):
        _show_news(news, mine)
    elif notes and (note := _newest_note(book, mine)):
        _show_note(book, note, next(one for one in mine if one.membership.group_id == note.group_id))


def tell(news: str) -> None:
    """Have Today say how joining went."""
    st.session_state[NEWS] = news
    st.session_state.pop(OF, None)


def _news(mine: list[Sharing]) -> str:
    """It stays until it is put away, or the group it names is left; the address forgets it at once."""
    asked = st.query_params.get(NEWS, "")
    if asked:
        del st.query_params[NEWS]
        if asked == JOINED or asked in NOT_JOINED:
            tell(asked)
    if st.session_state.get(NEWS) == JOINED:
        joined = st.session_state.setdefault(OF, mine[-1].membership.membership_id if mine else "")
        if joined not in [one.membership.membership_id for one in mine]:
            _put_away_news()
    return str(st.session_state.get(NEWS, ""))


def _put_away_news() -> None:
    st.session_state.pop(NEWS, None)
    st.session_state.pop(OF, None)


def _show_news(news: str, mine: list[Sharing]) -> None:
    with st.container(key="news", gap="xsmall"):
        if news == JOINED:
            one = next(one for one in mine if one.membership.membership_id == st.session_state[OF])
            group = one.group
            words = _("You are in {group} now.").format(group=group.name)
            st.html(f'<p class="ask">{safe(words)}</p>')
            if not one.scopes:
                show_line("quiet", _("You share nothing with {coach}.").format(coach=group.coach))
        else:
            st.html(f'<p class="ask">{safe(why_not(news))}</p>')
            show_line("quiet", _("Your own notes work all the same."))
        with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
            st.button(_("OK"), type="tertiary", key="news told", on_click=_put_away_news)
            if news == JOINED:
                st.page_link("../../pages/mine/sharing.py", label=_("Who can see this"))


def why_not(code: str) -> str:
    """Why somebody is not in the group of a link."""
    if code == "later":
        return _("You are not in the group yet. Open the link again in a minute.")
    if code == "too_long":
        return _("The page was open for a long time. Open the link once more to join.")
    return refusals.sentence(Refused(code))


def _show_ended(book: MyWorkbook, ended: Membership) -> None:
    with st.container(key="news", gap="xsmall"):
        words = _("{group} has ended.") if ended.state == "ended" else _("You are no longer in {group}.")
        words = words.format(group=ended.group)
        st.html(f'<p class="ask">{safe(words)}</p>')
        show_line("quiet", _("Your notes stay yours. Nothing is shared with it any more."))
        key = f"{book.person_id}|told|{ended.group_id}"
        st.button(_("OK"), type="tertiary", key=key, on_click=_told, args=(book, ended.group_id, key))


def _told(book: MyWorkbook, group_id: str, key: str) -> None:
    attempt(book, key, lambda own: own.sharing.note_told(group_id))


def _show_paused(book: MyWorkbook, paused: list[Membership]) -> None:
    with st.container(key="news", gap="xsmall"):
        st.html(f'<p class="ask">{safe(_("Since a backup was put back, nothing is shared."))}</p>')
        names = ", ".join(dict.fromkeys(one.group for one in paused))
        words = _("This is about {groups}. There you are “Someone” now, and no notes come. Choose again if you like.")
        show_line("quiet", words.format(groups=names))
        with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
            key = f"{book.person_id}|told of pause"
            st.button(_("OK"), type="tertiary", key=key, on_click=_told_of_pause, args=(book, key))
            st.page_link("../../pages/mine/sharing.py", label=_("Who can see this"))


def _told_of_pause(book: MyWorkbook, key: str) -> None:
    attempt(book, key, lambda own: own.sharing.note_told_of_pause())


def _newest_note(book: MyWorkbook, mine: list[Sharing]) -> Note | None:
    """The newest note of the last two weeks that was not put away."""
    wanted = {one.membership.group_id for one in mine if not one.notes_off}
    since = session.home().clock() - NEW_FOR
    found = [n for n in book.sharing.notes() if n.way == "received" and n.group_id in wanted] if wanted else []
    return next((n for n in reversed(found) if n.recorded_at >= since and n.read_at is None), None)


def _show_note(book: MyWorkbook, note: Note, one: Sharing) -> None:
    with st.container(key="news", gap="xsmall"):
        when = day(book.local(note.recorded_at).date(), book.today)
        words = _("A note from {coach} · {when}").format(coach=one.group.coach, when=when)
        st.html(f'<p class="hint">{safe(words)}</p>')
        show_typed(note.words)
        with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
            key = f"{book.person_id}|read|{note.note_id}"
            st.button(_("Put away"), type="tertiary", key=key, on_click=_put_away, args=(book, note.note_id, key))
            st.page_link("../../pages/mine/sharing.py", label=_("Who can see this"))


def _put_away(book: MyWorkbook, note_id: str, key: str) -> None:
    attempt(book, key, lambda own: own.sharing.put_away_note(note_id))
