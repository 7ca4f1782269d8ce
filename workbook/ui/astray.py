"""Words typed for someone, or on a page, that is gone meanwhile: the page shows them, with why, until they are put away."""

import streamlit as st

from workbook.my_workbook import MyWorkbook
from workbook.ui.plain import show_line, show_typed
from workbook.ui.saving import ASTRAY, View
from workbook.ui.words import _

DRAFTS = "drafts"


def show(view: View, *, held: bool) -> None:
    """What could not be saved here any more, and a message that was never kept where its field is drawn no longer.

    `held`: there is no field for a message on this page now, though someone is chosen.
    """
    for key, words in _refused(view).items():
        _show(key, words, _("That one is no longer on your map. Copy the words you want to keep."))
    for key, words in _unkept(view, held=held).items():
        why = (
            _("Nothing is offered to send here now. These words were not kept, so copy them if you want them.")
            if held
            else _("That one is no longer on your map. Copy the words you want to keep.")
        )
        _show(key, words, why)


def show_of_gone_pages(book: MyWorkbook) -> None:
    """What was typed on a page that a coach took away meanwhile, or whose group ended, and could not be saved any more."""
    there = {e.key for e in book.content.exercises}
    for key, words in [*st.session_state.get(ASTRAY, {}).items()]:
        person_id, exercise, *_rest = key.split("|")
        if person_id == book.person_id and exercise not in there:
            _show(key, words, _("That page is no longer here. Copy the words you want to keep."))


def show_why(view: View) -> None:
    """What hindered a press on a page that has nobody to speak of any more: its own field is drawn no longer."""
    troubles = st.session_state.get("troubles", {})
    for key in [key for key in troubles if _mine(view, key) and key not in _refused(view)]:
        if view.exercise.prompt(key.split("|")[2]).kind not in ("member", "try"):
            show_line("trouble", troubles.pop(key))


def _mine(view: View, key: str) -> bool:
    return key.startswith(f"{view.book.person_id}|{view.exercise.key}|")


def _refused(view: View) -> dict[str, str]:
    return {key: words for key, words in st.session_state.get(ASTRAY, {}).items() if _mine(view, key)}


def _unkept(view: View, *, held: bool) -> dict[str, str]:
    """Messages in this page's memory alone: of a hello that is gone, or of this one while it is held."""
    drafts = st.session_state.get(DRAFTS, {})
    found: dict[str, str] = {}
    for key in [key for key in drafts if _mine(view, key)]:
        occasion = key.split("|")[3]
        here = occasion == view.occasion
        if not (held and here) and not _is_gone(view.book, view, occasion):
            continue
        words = str(st.session_state.get(key) or drafts[key] or "")
        drafts[key] = words  # its field is not drawn now, and forgets what it holds
        if words.strip() and words != st.session_state.get("given", {}).get(key) and key not in _refused(view):
            found[key] = words
    return found


def _is_gone(book: MyWorkbook, view: View, occasion: str) -> bool:
    """Whether nobody is left whom a message of this occasion was for."""
    if occasion == view.occasion and (view.whom or view.given):
        return False
    begun = book.hello(view.exercise, occasion)
    saved = any(s.occasion == occasion for s in book.saved(view.exercise.key))
    return not saved and (begun is None or begun.member_id not in view.everyone)


def _show(key: str, words: str, why: str) -> None:
    with st.container(key=f"astray-{key.replace('|', '-')}", gap="small"):
        show_line("trouble", why)
        show_typed(words)
        st.button(_("Put these words away"), key=f"astray|{key}", on_click=_put_away, args=(key,))


def _put_away(key: str) -> None:
    for held in (ASTRAY, DRAFTS, "troubles"):
        st.session_state.get(held, {}).pop(key, None)
