"""Coach's desk: one group – its links, the words its members read, its exercises, and its end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import streamlit as st
from babel import Locale

from workbook import coaching
from workbook.coach_desk import CoachDesk
from workbook.coaching import MOST_RESOURCES, MOST_SUGGESTED, Group, Resource
from workbook.refused import Refused
from workbook.ui import coach_exercises, coach_links, coach_preview, proving, refusals, session
from workbook.ui.coach_saving import attempt, changed_of, draft, forget_drafts, key_of, show_said
from workbook.ui.plain import plain, show_line
from workbook.ui.saving import told_apart
from workbook.ui.words import _

DESK = "../../pages/coach/people.py"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: its name, what it asks, what it holds, and whether it is for more than a line."""

    name: str
    ask: str
    holds: str
    long: bool = False


Values = dict[str, Any]
Change = Callable[[Group, Values], Group]


def show(desk: CoachDesk) -> None:
    """The page of one group."""
    group_id = st.query_params.get("id", "")
    try:
        group = desk.group(group_id)
    except Refused as refused:
        st.title(_("A group"), anchor=False)
        gone = st.session_state.get(key_of(desk, "deleted")) == group_id != ""
        show_line(
            "quiet",
            _("The group is deleted. Its members read so on their Today page.") if gone else refusals.sentence(refused),
        )
        st.page_link(DESK, label=_("Back to the desk"))
        return
    st.page_link(DESK, label=_("Back to the desk"), query_params={"g": group_id})
    st.title(plain(group.name), anchor=False)
    coach_links.show(desk, group_id)
    _show_words(desk, group_id, group)
    coach_exercises.show(desk, group_id, group)
    coach_preview.show(desk, group_id)
    _show_deleting(desk, group_id)


# Words


def _show_words(desk: CoachDesk, group_id: str, group: Group) -> None:
    st.header(_("What members read"), anchor=False)
    _show_form(
        desk,
        group_id,
        "names",
        _("Names and welcome"),
        (
            Field("name", _("Name of the group"), group.name),
            Field("coach", _("The name its members know you by"), group.coach),
            Field("welcome", _("Words of welcome"), group.welcome, long=True),
        ),
        lambda kept, given: replace(kept, **given),
    )
    _show_form(
        desk,
        group_id,
        "card",
        _("Your own card"),
        (
            Field("what", _("What you offer"), group.card.what),
            Field("when", _("When"), group.card.when),
            Field("where", _("Where"), group.card.where),
            Field("link", _("Link"), group.card.link),
        ),
        lambda kept, given: replace(kept, card=replace(kept.card, **given)),
    )
    _show_resources(desk, group_id, group)
    _show_form(
        desk,
        group_id,
        "newsletter",
        _("Your newsletter"),
        (
            Field("newsletter", _("Link to sign up"), group.newsletter),
            Field(
                "newsletter_promise",
                _("What you promise about the addresses you get"),
                group.newsletter_promise,
                long=True,
            ),
        ),
        lambda kept, given: replace(kept, **given),
    )
    _show_week(desk, group_id, group)


def _show_form(desk: CoachDesk, group_id: str, part: str, title: str, fields: Sequence[Field], change: Change) -> None:
    key = key_of(desk, "group", group_id, part)
    with st.expander(title):
        _show_fields(key, fields)
        names = [field.name for field in fields]
        st.button(
            _("Save"), type="primary", key=f"{key}|save", on_click=_save, args=(desk, group_id, key, names, change)
        )
        show_said(key)


def _show_fields(key: str, fields: Sequence[Field]) -> None:
    for field in fields:
        how = draft(key, f"{key}|{field.name}", field.holds)
        if field.long:
            st.text_area(field.ask, **how)
        else:
            st.text_input(field.ask, autocomplete="off", **how)


def _save(desk: CoachDesk, group_id: str, key: str, names: Sequence[str], change: Change) -> None:
    fields = {name: f"{key}|{name}" for name in names}
    changed = changed_of(fields.values())
    given = {name: changed[field] for name, field in fields.items() if field in changed}
    attempt(desk, key, lambda own: own.change_group(group_id, lambda was: change(was, given)), fields=fields.values())


# What the coach points to


def _show_resources(desk: CoachDesk, group_id: str, group: Group) -> None:
    key = key_of(desk, "group", group_id, "resources")
    rows = _rows(key, group.resources)
    with st.expander(_("What you point to")):
        show_line("quiet", _("A meeting, a phone line, a book: members find these beside your card."))
        for row in rows:
            kept = group.resources[row] if row < len(group.resources) else Resource("")
            with st.container(border=True, key=f"resource-{row}"):
                _show_fields(
                    f"{key}|{row}",
                    (
                        Field("title", _("Title"), kept.title),
                        Field("words", _("A few words about it"), kept.words, long=True),
                        Field("link", _("Link"), kept.link),
                    ),
                )
                st.button(
                    _("Take this one off"), type="tertiary", key=f"{key}|{row}|off", on_click=_take_off, args=(key, row)
                )
        with st.container(horizontal=True):
            st.button(
                _("Save"), type="primary", key=f"{key}|save", on_click=_save_resources, args=(desk, group_id, key)
            )
            if len(rows) < MOST_RESOURCES:
                st.button(_("Add one"), key=f"{key}|add", on_click=_add_row, args=(key,))
        show_said(key)


def _rows(key: str, resources: tuple[Resource, ...]) -> list[int]:
    """The rows shown, by number; they begin anew once others are kept."""
    held = st.session_state.get(f"{key}|rows")
    if held is None or held[0] != resources:
        held = (resources, list(range(len(resources))))
        st.session_state[f"{key}|rows"] = held
    return list(held[1])


def _add_row(key: str) -> None:
    kept, rows = st.session_state[f"{key}|rows"]
    st.session_state[f"{key}|rows"] = (kept, [*rows, max([*rows, len(kept) - 1]) + 1])


def _take_off(key: str, row: int) -> None:
    kept, rows = st.session_state[f"{key}|rows"]
    st.session_state[f"{key}|rows"] = (kept, [other for other in rows if other != row])
    forget_drafts(f"{key}|{row}|")


def _save_resources(desk: CoachDesk, group_id: str, key: str) -> None:
    shown, rows = st.session_state[f"{key}|rows"]
    names = ("title", "words", "link")
    fields = [f"{key}|{row}|{name}" for row in rows for name in names]
    each = {row: [str(st.session_state.get(f"{key}|{row}|{name}", "")) for name in names] for row in rows}
    written = {row: Resource(*words) for row, words in each.items() if any(word.strip() for word in words)}
    attempt(
        desk,
        key,
        lambda own: own.change_group(
            group_id, lambda was: replace(was, resources=laid_over(was.resources, shown, written))
        ),
        fields=fields,
    )


def laid_over(
    kept: Sequence[Resource], shown: Sequence[Resource], written: Mapping[int, Resource]
) -> tuple[Resource, ...]:
    """What is kept, with the changes of a page that was shown it earlier: what it left as it was stays as it is kept.

    `written` is by the number of its row; a row of what was shown that is not in it was taken off.
    """
    rows = list(range(len(shown)))
    found = []
    for one in kept:
        row = next((row for row in rows if shown[row] == one), None)
        if row is None:
            found.append(one)
            continue
        rows.remove(row)
        found += [written[row]] if row in written else []
    changed = [row for row in rows if row in written and written[row] != shown[row]]
    return (*found, *(written[row] for row in (*changed, *(row for row in written if row >= len(shown)))))


# This week


def _show_week(desk: CoachDesk, group_id: str, group: Group) -> None:
    key = key_of(desk, "group", group_id, "week")
    steps = coaching.arrangeable(desk.content_of(group_id))
    titles = {
        e.key: f"{step.title} · {e.title}"
        for step in steps
        for e in step.exercises
        if (not e.hidden or e.key in group.suggested) and not coaching.is_fixed(desk.content, e.key)
    }
    called = told_apart(titles)
    with st.expander(_("This week, and the language")):
        st.multiselect(
            _("Exercises to suggest this week, up to {most}").format(most=MOST_SUGGESTED),
            list(called),
            format_func=lambda one: called.get(one, one),
            **draft(key, f"{key}|suggested", [one for one in _suggested(desk, group) if one in called]),
            placeholder=_("Choose, or leave it empty"),
            select_all=False,
        )
        spoken = languages()
        st.selectbox(
            _("Language of the workbook"),
            list(spoken),
            format_func=lambda one: spoken.get(one, one),
            **draft(key, f"{key}|language", group.language),
        )
        show_line(
            "hint",
            _(
                "Members find these on Today for seven days, as an offer. They may pass them by. Save again for another week."
            ),
        )
        st.button(
            _("Save"),
            type="primary",
            key=f"{key}|save",
            on_click=_save,
            args=(desk, group_id, key, ("suggested", "language"), _with_week),
        )
        show_said(key)


def _suggested(desk: CoachDesk, group: Group) -> tuple[str, ...]:
    return coaching.suggested_now(group, desk.today)


def _with_week(kept: Group, given: Values) -> Group:
    today = session.home().clock().date()
    suggested = tuple(given.get("suggested", coaching.suggested_now(kept, today)))  # saved again, it is said anew
    return replace(kept, **{**given, "suggested": suggested, "suggested_on": today.isoformat()})


@cache
def languages() -> dict[str, str]:
    """The languages the workbook speaks, each by its own name."""
    return {code: str(Locale.parse(code).get_display_name(code)).capitalize() for code in coaching.LANGUAGES}


# Its end


def _show_deleting(desk: CoachDesk, group_id: str) -> None:
    key = key_of(desk, "group", group_id, "delete")
    st.header(_("Delete this group"), anchor=False)
    with st.popover(_("Delete the group"), key=f"{key}|ask"):
        for words in (
            _("Its links close, and its words and your exercises go for good."),
            _("Members keep their workbooks and what they answered. All sharing with this group ends."),
            _("They are told so on Today."),
        ):
            show_line("quiet", words)
        if proving.proved():
            st.button(_("Yes, delete the group"), key=f"{key}|yes", on_click=_delete, args=(desk, group_id, key))
        else:
            proving.ask_again(key, desk.coach_id, _delete, (desk, group_id, key), _("Yes, delete the group"))
    show_said(key)


def _delete(desk: CoachDesk, group_id: str, key: str) -> None:
    if attempt(desk, key, lambda own: own.delete_group(group_id)):
        st.session_state[key_of(desk, "deleted")] = group_id
