"""What a coach changes: done by the desk of whoever is signed in now, and told beside where it was changed."""

from collections.abc import Callable, Iterable
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from babel.dates import format_time

from workbook.coach_desk import CoachDesk
from workbook.house import LANGUAGE
from workbook.refused import Refused
from workbook.store.engine import StoreTrouble
from workbook.ui import refusals, session
from workbook.ui.plain import show_line
from workbook.ui.saving import give, show_trouble
from workbook.ui.words import _

SAID = "coach said"
DRAFTS = "coach's drafts"  # no field's own name, so it is kept as long as the page is open, and goes with it


def key_of(desk: CoachDesk, *parts: str) -> str:
    """A widget key that names the coach: another one on the same browser never meets it."""
    return "|".join((desk.coach_id, "desk", *parts))


def attempt(
    desk: CoachDesk, key: str, act: Callable[[CoachDesk], Any], *, fields: Iterable[str] = (), said: str = ""
) -> Any:
    """What `act` gives, or True; None where it could not be done, and then `show_said` tells why and all typed stays.

    `fields` take their values from what is kept once it is. Without a sentence of its own, `said` is that it is saved.
    """
    troubles = st.session_state.setdefault("troubles", {})
    told = st.session_state.setdefault(SAID, {})
    troubles.pop(key, None)
    told.pop(key, None)
    fields = list(fields)
    try:
        done = act(session.desk_for_saving(desk.coach_id))
    except Refused as refused:
        troubles[key] = refusals.sentence(refused)
    except session.NotHere:
        typed = [st.session_state.get(field) for field in fields]
        session.keep_in_sight("\n".join(words for words in typed if isinstance(words, str)))
        troubles[key] = _("You are signed out here, so this was not saved. Copy your words, then sign in again.")
    except StoreTrouble:
        troubles[key] = _("This is not saved yet. Keep the page open and try again in a minute.")
    else:
        told[key] = (said or _("Saved {time}")).format(time=_now())
        for field in fields:
            st.session_state.pop(field, None)
            st.session_state.get(DRAFTS, {}).pop(field, None)
        return True if done is None else done
    return None


def changed_of(fields: Iterable[str]) -> dict[str, Any]:
    """What the fields hold, of those alone that hold something else than the page was given: the others stay as they are kept."""
    given = st.session_state.get("given", {})
    held = {field: st.session_state.get(field) for field in fields}
    return {field: value for field, value in held.items() if field not in given or value != given[field]}


def show_said(key: str) -> None:
    """What became of the last attempt: that it is done, or what hindered it."""
    show_trouble(key)
    if said := st.session_state.get(SAID, {}).get(key):
        show_line("saved", said)


def hold(key: str, field: str, stored: Any) -> str:
    """Give a field of `key` its kept value, and its name back; what hindered a save goes with the words it was about."""
    if field not in st.session_state:
        st.session_state.get("troubles", {}).pop(key, None)
        drafts = st.session_state.get(DRAFTS, {})
        if drafts.get(field, stored) != stored:
            st.session_state[field] = drafts[field]
    give(field, stored)
    return field


def draft(key: str, field: str, stored: Any) -> dict[str, Any]:
    """The same for words that are half written: they are there again after another page, until they are saved.

    Streamlit forgets a field that a page does not draw, and one in a form it never tells of: so these stand in none.
    """
    return {"key": hold(key, field, stored), "on_change": _keep_draft, "args": (field,)}


def forget_drafts(fields: str) -> None:
    """What was begun in the fields whose names begin so is wanted no more."""
    drafts = st.session_state.get(DRAFTS, {})
    for field in [one for one in drafts if one.startswith(fields)]:
        del drafts[field]


def _keep_draft(field: str) -> None:
    st.session_state.setdefault(DRAFTS, {})[field] = st.session_state[field]


def _now() -> str:
    now = session.home().clock().replace(tzinfo=UTC)
    try:
        return str(format_time(now.astimezone(ZoneInfo(session.zone())), "HH:mm", locale=LANGUAGE))
    except (ZoneInfoNotFoundError, ValueError):
        return str(format_time(now, "HH:mm", locale=LANGUAGE))
