"""Mine to keep: take it away, change the passphrase, sign out everywhere."""

import streamlit as st

from workbook.my_workbook import MyWorkbook
from workbook.refused import Refused
from workbook.store.engine import StoreTrouble
from workbook.ui import bringing, on_paper, proving, refusals, session, welcome
from workbook.ui.plain import safe, show_line
from workbook.ui.words import _, n_


def show(book: MyWorkbook) -> None:
    """The page Mine to keep."""
    st.title(_("Mine to keep"), anchor=False)
    _show_downloads(book)
    bringing.show(book)
    on_paper.show(book)
    st.header(_("Signing in"), anchor=False)
    show_line("quiet", _("You are here as {name}.").format(name=book.name()))
    _show_passphrase()
    _show_sign_outs(book)
    _show_deleting(book)


def _show_downloads(book: MyWorkbook) -> None:
    found = session.here()
    if found is None:
        return
    st.html(
        f"<p>{safe(_('Take what is yours as files that open in any spreadsheet. Keep them where only you look.'))}</p>"
    )
    if not session.home().gate.proved(found):
        proving.ask_again("take", book.person_id)
        return
    zone = safe(book.zone)
    st.html(
        f'<p><a class="button first" href="/take/progress.csv?zone={zone}" target="_self">{safe(_("Progress, as one CSV"))}</a> '
        f'<a class="button" href="/take/everything.zip?zone={zone}" target="_self">{safe(_("Everything, as a ZIP of CSV files"))}</a></p>'
    )
    show_line(
        "hint",
        _("Words that look like a formula, a number or a day get a ' in front. So a spreadsheet leaves them alone."),
    )


def _show_passphrase() -> None:
    with st.expander(_("Change my passphrase")), st.form("change", border=False):
        st.text_input(_("The one you have now"), type="password", autocomplete="current-password", key="change old")
        st.text_input(_("The new one"), type="password", autocomplete="new-password", key="change new")
        st.form_submit_button(_("Change it"), on_click=_change)
        said = st.session_state.pop("change said", None)
        if said:
            show_line(*said)
    with st.expander(_("My recovery code")):
        show_line("quiet", _("A new code makes the old one stop working."))
        st.button(_("Give me a new code"), key="new code", on_click=_new_code)


def _change() -> None:
    found = session.here()
    if found is None:
        return
    old, new = st.session_state["change old"], st.session_state["change new"]
    try:
        session.home().gate.change_passphrase(found, old, new, session.address())
    except Refused as refused:
        st.session_state["change said"] = ("trouble", refusals.sentence(refused))
    else:
        words = _("Changed. Every other browser is signed out now. Your old recovery code no longer works.")
        st.session_state["change said"] = ("quiet", words)
        st.session_state["change old"] = st.session_state["change new"] = ""


def _new_code() -> None:
    found = session.here()
    if found is None:
        return
    try:
        st.session_state["recovery code shown"] = session.home().gate.new_recovery_code(found)
    except Refused as refused:
        st.session_state["troubles"] = {"new code": refusals.sentence(refused)}


def _show_sign_outs(book: MyWorkbook) -> None:
    trouble = st.session_state.get("troubles", {}).pop("new code", None)
    if trouble:
        show_line("trouble", trouble)
    with st.container(horizontal=True):
        st.button(_("Sign out here"), key="sign out here", on_click=session.leave_soon)
        st.button(_("Sign out everywhere"), key="sign out everywhere", on_click=_everywhere, args=(book.person_id,))


def _everywhere(person_id: str) -> None:
    found = session.here()
    if found is not None and found.person_id == person_id:
        session.home().gate.end_everywhere(person_id)
        session.home().arrivals.forget(found.session_id)
        session.leave_soon()


def _show_deleting(book: MyWorkbook) -> None:
    """Everything, for good; asked for with the passphrase, and told plainly before."""
    st.header(_("Delete everything"), anchor=False)
    with st.expander(_("Delete all I wrote")):
        show_line(
            "quiet",
            _("Every word, name and date goes for good. Old backups cannot bring it back. Take your files first."),
        )
        if led := book.sharing.led():
            words = n_(
                "You lead {count} group. It ends with your account, and its members are told.",
                "You lead {count} groups. They end with your account, and their members are told.",
                len(led),
            )
            show_line("note", words.format(count=len(led)))
        with st.form("delete", border=False):
            st.text_input(_("Passphrase"), type="password", autocomplete="current-password", key="delete words")
            st.form_submit_button(_("Delete everything now"), on_click=_delete)
        trouble = st.session_state.get("troubles", {}).pop("delete", None)
        if trouble:
            show_line("trouble", trouble)


def _delete() -> None:
    found = session.here()
    if found is None:
        return
    gate = session.home().gate
    try:
        gate.prove(found, st.session_state["delete words"], session.address())
        gate.delete_everything(session.here() or found)
        session.home().arrivals.forget(found.session_id)
    except Refused as refused:
        st.session_state.setdefault("troubles", {})["delete"] = refusals.sentence(refused)
    except StoreTrouble:
        said = _("This is not deleted yet. Try again in a minute.")
        st.session_state.setdefault("troubles", {})["delete"] = said
    else:
        session.leave_soon(f"welcome?{welcome.GONE}={gate.ticket(None, welcome.GONE)}")
