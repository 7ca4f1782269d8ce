"""The door: start, sign in, or come back with a recovery code."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

import streamlit as st

from workbook.gate import CameIn
from workbook.refused import Refused
from workbook.ui import refusals, session
from workbook.ui.plain import safe, show_line
from workbook.ui.words import _

MODE = "door"
SAID = "door said"
NAMED = (
    "at",
    "g",
    "hello",
    "id",
    "member",
)  # in an address: an exercise, a group, a hello, a person or group, a member

Arrive = Callable[[str], str]


def show_door(first: str = "sign in", arrive: Arrive | None = None) -> None:
    """The sign-in form in the place of a page; afterwards the person lands on that page.

    `first` is the way in that is shown at first. `arrive` is given whoever came in, as they press and before their
    browser is sent on, and says where to.
    """
    _show_unsaved()
    mode = st.session_state.get(MODE, first)
    {"sign in": _sign_in, "start": _start, "recover": _recover}[mode](arrive or _back_to_the_page)


def _show_unsaved() -> None:
    """Where a page was open when its session ended: that it did, and the words it could not save any more."""
    if st.session_state.get("whose"):
        show_line("note", _("You are signed out here now. What says Saved is safe."))
    for words in st.session_state.get("unsaved", ()):
        show_line("note", _("These words are not saved. Copy them, sign in, and put them back:"))
        st.code(words, language=None, wrap_lines=True)


def choose(mode: str) -> None:
    """Show the door in one of its three ways: `sign in`, `start` or `recover`."""
    st.session_state[MODE] = mode
    st.session_state.pop(SAID, None)


def _come_in(way: Callable[[], CameIn], kept: str | None, arrive: Arrive) -> None:
    """A press at the door: checked as it is pressed, to its end, since a run may be cut short while it draws.

    `way` gives who it is; `kept` is the key of the box to tick, where there is one.
    """
    st.session_state.pop(SAID, None)
    session.take_up_no_more()
    try:
        came_in = way()
    except Refused as refused:
        st.session_state[SAID] = refusals.sentence(refused)
    else:
        session.take_up(came_in, kept=bool(kept and st.session_state.get(kept)), then=arrive(came_in.person_id))


def _show_said() -> None:
    if said := st.session_state.get(SAID):
        show_line("trouble", said)


def _typed(key: str) -> str:
    return str(st.session_state.get(key) or "")


def _back_to_the_page(_person_id: str) -> str:
    """The page to land on, with what its address names: the one asked for, or Today."""
    page = urlsplit(st.context.url or "").path.strip("/")
    if page in ("", "welcome", "join"):
        return "today"
    named = [(name, value) for name in NAMED if _is_plain(value := st.query_params.get(name, ""))]
    return f"{page}?{urlencode(named)}" if named else page


def _is_plain(value: str) -> bool:
    """Whether it can be a key, a day or an id of ours, and nothing else: letters and digits."""
    return value.isascii() and value.replace("_", "").replace("-", "").replace(".", "").isalnum()


def _word(arrive: Arrive, alone: str, joining: str) -> str:
    """What the button says that ends in the workbook, or in a group as well."""
    return alone if arrive is _back_to_the_page else joining


def _show_title(arrive: Arrive, words: str) -> None:
    """The page's own title, or one below that of the invitation it belongs to."""
    (st.title if arrive is _back_to_the_page else st.header)(words, anchor=False)


def _sign_in(arrive: Arrive) -> None:
    with st.form("sign in", border=False):
        _show_title(arrive, _("Sign in"))
        st.text_input(_("Your name here"), autocomplete="username", key="sign in name")
        st.text_input(_("Passphrase"), type="password", autocomplete="current-password", key="sign in words")
        st.checkbox(_("Only I open this device. Keep me signed in for 30 days."), key="sign in kept")
        _show_said()
        words = _word(arrive, _("Sign in"), _("Sign in and join"))
        st.form_submit_button(words, type="primary", on_click=_come_in, args=(_signed_in, "sign in kept", arrive))
    with st.container(horizontal=True):
        st.button(_("I am new here"), type="tertiary", on_click=choose, args=("start",), key="to start")
        st.button(_("I forgot my passphrase"), type="tertiary", on_click=choose, args=("recover",), key="to recover")


def _signed_in() -> CameIn:
    return session.home().gate.sign_in(_typed("sign in name"), _typed("sign in words"), session.address())


def _start(arrive: Arrive) -> None:
    _show_title(arrive, _("Start your notes"))
    show_operator()
    age = st.segmented_control(
        _("Are you 18 or over?"),
        ["yes", "not yet"],
        format_func={"yes": _("Yes, 18 or over"), "not yet": _("Not yet")}.__getitem__,
        key="start age",
    )
    if age == "not yet":
        st.switch_page("../../pages/door/help_now.py", query_params={"for": "young"})
    with st.form("start", border=False):
        st.text_input(
            _("A name for yourself"),
            autocomplete="username",
            key="start name",
            placeholder=_("Made up is best. No surname needed."),
        )
        passphrase = st.text_input(
            _("A passphrase"),
            type="password",
            autocomplete="new-password",
            key="start words",
            placeholder=_("15 letters or more"),
        )
        suggested = st.session_state.get("suggested")
        if suggested and suggested == passphrase:
            show_line("hint", _("These five words can be your passphrase. Copy them or write them down:"))
            st.code(suggested, language=None)
        st.checkbox(_("Only I open this device. Keep me signed in for 30 days."), key="start kept")
        _show_said()
        with st.container(horizontal=True):
            # The first button is the one Enter presses.
            words = _word(arrive, _("Start"), _("Start and join"))
            st.form_submit_button(words, type="primary", on_click=_come_in, args=(_begun, "start kept", arrive))
            st.form_submit_button(_("Suggest five words"), on_click=_suggest)
    st.button(_("I have been here before"), type="tertiary", on_click=choose, args=("sign in",), key="to sign in")


def _begun() -> CameIn:
    if st.session_state.get("start age") != "yes":
        raise Refused("age_first")
    came_in = session.home().gate.sign_up(_typed("start name"), _typed("start words"), session.address())
    st.session_state.pop("suggested", None)
    return came_in


def _suggest() -> None:
    words = session.home().gate.propose_passphrase()
    st.session_state["start words"] = words
    st.session_state["suggested"] = words


def _recover(arrive: Arrive) -> None:
    with st.form("recover", border=False):
        _show_title(arrive, _("Come back with your code"))
        st.text_input(_("Your name here"), autocomplete="username", key="recover name")
        st.text_input(_("Your recovery code"), autocomplete="off", key="recover code")
        st.text_input(_("A new passphrase"), type="password", autocomplete="new-password", key="recover words")
        _show_said()
        then = _to_today if arrive is _back_to_the_page else arrive
        st.form_submit_button(_("Set it and sign in"), type="primary", on_click=_come_in, args=(_recovered, None, then))
    show_line("quiet", _("Without the code there is no way back into these notes. You can begin new ones."))
    st.button(_("Back to sign in"), type="tertiary", on_click=choose, args=("sign in",), key="back to sign in")


def _recovered() -> CameIn:
    name, code, words = (_typed(f"recover {what}") for what in ("name", "code", "words"))
    return session.home().gate.recover(name, code, words, session.address())


def _to_today(_person_id: str) -> str:
    return "today"


def show_operator() -> None:
    """Who runs this server, as the host wrote it; on one's own machine, just that."""
    settings = session.home().settings
    if not settings.operator:
        words = _(
            "This workbook runs on this computer only. Anyone who can open the files on it could read what you write."
        )
        st.html(f'<div class="card"><p>{safe(words)}</p></div>')
        return
    rows = (
        (_("Who runs this server"), settings.operator),
        (_("How to reach them"), settings.contact),
        (_("Which country it is in"), settings.country),
        (_("How long things are kept"), settings.retention),
    )
    lines = "".join(f"<p><strong>{safe(label)}:</strong> {safe(value)}</p>" for label, value in rows if value)
    note = _("Whoever runs the server could read what you write here. Decide with that in mind.")
    st.html(f'<div class="card">{lines}<p class="hint">{safe(note)}</p></div>')
