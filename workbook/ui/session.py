"""Who is here: the cookie behind this browser's socket, looked up anew on every run."""

import time
from secrets import token_hex

import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx

from workbook.coach_desk import CoachDesk
from workbook.gate import CameIn
from workbook.house import House, open_house
from workbook.logbook import note
from workbook.my_workbook import MyWorkbook
from workbook.store.accounts import Session
from workbook.ui.plain import show_line
from workbook.ui.words import _
from workbook.web.guard import cookie_name, cookie_of

TO_TAKE_UP, SENT_FOR_IT = "take up", "sent for it"
MOMENT, MOMENTS = 0.05, 30  # seconds; how many a browser is given to come for its cookie


class NotHere(Exception):
    """A save arrived from a browser that is no longer signed in, or not as the same person."""


class AtTheDoor(Exception):
    """Nobody is signed in: the door has been drawn in the place of the page, which ends here."""


def home() -> House:
    """The open house."""
    return open_house()


def cookie() -> str:
    """This browser's cookie, as it was when its page connected; tests replace this one function."""
    name = cookie_name(home().settings)
    value = st.context.cookies.get(name, "")
    return cookie_of(f"{name}={value}", name)


def here() -> Session | None:
    """The live session, or None for a visitor and while it is covered. Ended elsewhere, it is None at the next run."""
    found = _signed_in()
    return None if found is None or found.covered else found


def behind_cover() -> Session | None:
    """The live session while it is covered (`ui/idle.py`), otherwise None."""
    found = _signed_in()
    return found if found is not None and found.covered else None


def covered() -> bool:
    """Whether someone is signed in whose words are put away."""
    return behind_cover() is not None


def _signed_in() -> Session | None:
    found = home().gate.who(cookie())
    if found is None:
        return None
    known = st.session_state.setdefault("whose", found.person_id)
    return found if known == found.person_id else None


def refuse_another() -> None:
    """End the run where the page was made for someone else, and leave what they typed as it is.

    Streamlit gives a page back to its own browser only (`web/guard.py`); this holds should that ever fail.
    """
    if _is_anothers():
        show_line("trouble", _("This page was left open by someone else. Load it again."))
        st.stop()


def _is_anothers() -> bool:
    found = home().gate.who(cookie())
    return found is not None and st.session_state.get("whose", found.person_id) != found.person_id


def zone() -> str:
    """The browser's time zone (IANA name)."""
    return str(st.context.timezone or "UTC")


def address() -> str:
    """Where the browser connects from, for slowing down guesses."""
    return str(st.context.ip_address or "loopback")


def dark() -> bool:
    """Whether the page is shown dark."""
    return st.context.theme.type == "dark"


def my_workbook() -> MyWorkbook:
    """The signed-in person's workbook; the page ends here, with the sign-in form, for anyone else."""
    found = here()
    if found is None:
        from workbook.ui import sign_in  # the door itself asks who is here

        sign_in.show_door()
        raise AtTheDoor
    return home().workbook_of(found.person_id, zone())


def coach_desk() -> CoachDesk:
    """The signed-in coach's desk; the page ends here for anyone else, with the sign-in form or the way to become one."""
    found = here()
    if found is None:
        from workbook.ui import sign_in

        sign_in.show_door()
        raise AtTheDoor
    if not home().gate.is_coach(found.person_id):
        from workbook.ui import coach_door

        coach_door.show()
        raise AtTheDoor
    return home().desk_of(found.person_id)


def desk_for_saving(coach_id: str) -> CoachDesk:
    """The desk a callback may save to: still signed in as the coach the page was drawn for."""
    found = _signed_in()
    if found is None or found.person_id != coach_id or not home().gate.is_coach(coach_id):
        note("save_refused", person=coach_id, address=address())
        raise NotHere
    return home().desk_of(found.person_id)


def book_for_saving(person_id: str) -> MyWorkbook:
    """The workbook a callback may save to: the browser must still be signed in as the person the page was drawn for.

    A cover hides what is there; it keeps no word from being saved.
    """
    found = _signed_in()
    if found is None or found.person_id != person_id:
        note("save_refused", person=person_id, address=address())
        raise NotHere
    return home().workbook_of(found.person_id, zone())


def keep_in_sight(words: object) -> None:
    """Words that could not be saved any more stay on this page, above the sign-in form, until it is left."""
    if isinstance(words, str) and words.strip():
        st.session_state.setdefault("unsaved", {})[words] = True


def take_up(came_in: CameIn, *, kept: bool, then: str) -> None:
    """From a press: send this browser, as its next run begins, to fetch its session cookie, and on to a page."""
    st.session_state[TO_TAKE_UP] = home().gate.ticket(came_in, cookie(), kept=kept, then=then)
    st.session_state[SENT_FOR_IT] = False


def take_up_no_more() -> None:
    """From a press: whoever came in before it, and was not sent on yet, stays here."""
    st.session_state.pop(TO_TAKE_UP, None)


def take_up_if_asked() -> None:
    """Go to fetch the cookie, once somebody has come in.

    What Streamlit has not sent yet it throws away as the next run begins, so that one sends it again: but only where the
    browser does not come all the same, for the second time its ticket would be used up.
    """
    ticket = st.session_state.get(TO_TAKE_UP)
    if not ticket:
        return
    if st.session_state.get(SENT_FOR_IT):
        for _moment in range(MOMENTS):
            if not home().gate.waits(ticket):
                break
            time.sleep(MOMENT)
    if home().gate.waits(ticket) and _signed_in() is None:
        st.session_state[SENT_FOR_IT] = True
        _send_to_fetch(ticket)
        st.stop()
    del st.session_state[TO_TAKE_UP]


def leave_soon(then: str = "welcome") -> None:
    """Sign this browser out as its next run begins, and go on to a page; a callback may not navigate by itself."""
    if _is_anothers():
        return
    try:
        found = _signed_in()
        if found is not None:
            home().arrivals.forget(found.session_id)
        home().gate.end(cookie())
    finally:
        st.session_state["leaving"] = then


def leave_if_asked() -> None:
    """Drop the session cookie and go to the front page, once the person has signed out."""
    if then := st.session_state.pop("leaving", ""):
        _send_to_fetch(home().gate.ticket(None, cookie(), then=then))
        st.stop()


def _send_to_fetch(ticket: str) -> None:
    """Navigate in the same tab. Streamlit has no public call for it; its own log-in uses this message."""
    message = ForwardMsg()
    message.auth_redirect.url = f"/in?t={ticket}"
    context = get_script_run_ctx()
    if context is not None:
        context.enqueue(message)


def narrow() -> bool:
    """Whether the page is as narrow as a phone; a first guess until the browser says otherwise (`show_width`)."""
    st.session_state["width asked"] = True
    return bool(st.session_state.get("width narrow", "Mobi" in st.context.headers.get("User-Agent", "")))


def woken() -> str:
    """A mark that is another one after each time the browser called this server back (`web/front_page.js`)."""
    if "woken" not in st.session_state:
        wake()
    return str(st.session_state["woken"])


def wake() -> None:
    st.session_state["woken"] = token_hex(4)


def show_width() -> None:
    """Where something was drawn for a width, the unseen button by which the browser says that it has another.

    The script of the front page presses it (`web/front_page.py`).
    """
    if st.session_state.pop("width asked", False):
        other = not narrow()
        st.session_state["width asked"] = False
        st.button(_("Fit the page"), key="narrow" if other else "wide", on_click=_set_narrow, args=(other,))


def _set_narrow(narrow: bool) -> None:
    st.session_state["width narrow"] = narrow
