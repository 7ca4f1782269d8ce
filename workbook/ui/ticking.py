"""“Share this version”, beside each answer: one version, for one coach, until it is taken back."""

from collections import Counter
from typing import Any

import streamlit as st

from workbook.coaching import may_be_shared
from workbook.content import Prompt
from workbook.my_sharing import Sharing, Ticked, is_version_of
from workbook.my_workbook import MyWorkbook
from workbook.store.answers import Saved
from workbook.ui import proving, ways
from workbook.ui.plain import plain, show_line, show_short
from workbook.ui.saving import View, attempt, show_trouble, told_apart
from workbook.ui.when import moment
from workbook.ui.words import _

NOTHING: tuple[Any, ...] = (None, "", [], False)


def show(view: View, prompt: Prompt, saved: Saved, key: str) -> None:
    """For each group that may see ticked answers: whether this one is shared, and the way to share it or take it back.

    Beside the first on the page, and beside each that is shared or about to be: that nobody may be reading.
    """
    if saved.value in NOTHING or not may_be_shared(view.exercise, prompt):
        return
    open_to = [one for one in view.sharing if "ticked" in one.scopes]
    whose = coaches(open_to)
    told = [_show_for(view, saved, key, one, whose[one.membership.group_id]) for one in open_to]
    if open_to and saved.about in view.called:
        show_line("hint", _("The name {name} goes with it.").format(name=view.called[saved.about]))
    if open_to and (any(told) or not view.told_not_soon):
        view.told_not_soon = True
        _show_not_soon(open_to, f"soon-{saved.prompt}-{saved.about}")


def coaches(mine: list[Sharing]) -> dict[str, str]:
    """For each group whose coach it is, with the group's name where one coach, or two of one name, have several."""
    alike = Counter(one.group.coach.casefold() for one in mine)
    names = {
        one.membership.group_id: one.group.coach
        if alike[one.group.coach.casefold()] == 1
        else _("{coach} ({group})").format(coach=one.group.coach, group=one.group.name)
        for one in mine
    }
    return told_apart(names)


def _show_not_soon(open_to: list[Sharing], key: str) -> None:
    names = list(dict.fromkeys(one.group.coach for one in open_to))
    who = _("{some} and {last}").format(some=", ".join(names[:-1]), last=names[-1]) if names[1:] else names[0]
    with st.container(horizontal=True, key=key, vertical_alignment="center", gap="small"):
        words = _("{coach} may not read this soon. If you need someone now:").format(coach=who)
        show_short("hint", words)
        ways.to_help_now()


def _show_for(view: View, saved: Saved, key: str, one: Sharing, coach: str) -> bool:
    """Whether this answer is shared there in any version, or the passphrase is being asked for to share it."""
    group_id = one.membership.group_id
    place = f"{key}|share|{group_id}"
    versions = [t for t in view.ticked if t.group_id == group_id and is_version_of(t.saved, saved)]
    this = next((t for t in versions if t.saved.answer_id == saved.answer_id), None)
    act = (view.book, place, group_id, saved.answer_id)
    name = f"share-{saved.prompt}-{saved.about}-{group_id}"
    with st.container(horizontal=True, key=name, vertical_alignment="center", gap="small"):
        if this:
            when = moment(view.book, this.since)
            show_short("saved", _("Shared with {coach} · {when}").format(coach=coach, when=when))
        elif versions:
            words = _("An earlier version is shared with {coach}. This one is yours alone.").format(coach=coach)
            show_short("saved", words)
        if not this:
            words = _("Share this version with {coach}").format(coach=coach)
            st.button(plain(words), type="tertiary", key=place, on_click=_ask, args=act)
        if versions:
            st.button(_("Stop sharing"), type="tertiary", key=f"{place}|stop", on_click=_stop, args=act)
    asking = not this and st.session_state.get(f"{place}|wanted") == saved.answer_id
    if asking:
        proving.ask_again(place, view.book.person_id, _share, act, _("Share it"))
    show_trouble(place)
    return bool(versions) or asking


def _ask(book: MyWorkbook, place: str, group_id: str, answer_id: str) -> None:
    """Share it, or first ask for the passphrase where it was not given lately."""
    if proving.proved():
        _share(book, place, group_id, answer_id)
    else:
        st.session_state[f"{place}|wanted"] = answer_id


def _share(book: MyWorkbook, place: str, group_id: str, answer_id: str) -> None:
    """The one version the coach sees of this answer is this one: earlier ones are taken back."""
    st.session_state.pop(f"{place}|wanted", None)
    attempt(book, place, lambda own: own.sharing.share_answer(group_id, answer_id))


def _stop(book: MyWorkbook, place: str, group_id: str, answer_id: str) -> None:
    attempt(book, place, lambda own: own.sharing.unshare_versions(group_id, answer_id))


def stop_one(book: MyWorkbook, ticked: Ticked, place: str) -> None:
    """Take one version back, from the list of all that are ticked."""
    attempt(book, place, lambda own: own.sharing.unshare_answer(ticked.group_id, ticked.saved.answer_id))
