"""Kinds of support side by side: doors, lines for families of one country, and what a coach offers, labelled as theirs."""

from collections.abc import Callable
from itertools import zip_longest
from typing import Any

import streamlit as st

from workbook.content import Prompt
from workbook.my_workbook import BAD_HOUR, MyWorkbook
from workbook.store.answers import Saved
from workbook.ui import group_card
from workbook.ui.help_lines import card
from workbook.ui.plain import safe
from workbook.ui.saving import View, attempt, saved_line
from workbook.ui.words import _

AT_FIRST = 3  # more are there for the asking
LINES_AT_FIRST = 2
FOR_FAMILIES = "relatives"

Draw = Callable[[], None]
Row = dict[str, Any]


def show(view: View, prompt: Prompt) -> None:
    """The cards, those that fit what would help most first, none called best; a saved one goes to the map."""
    chosen: list[str] = view.value(prompt, "", []) or []
    key = view.key(prompt)
    every = st.toggle(_("Show all of them"), key=f"{key}|all")
    country = country_of(view)
    doors, lines = _once_each(_doors(view, country, chosen), _lines(view, country, chosen), chosen)
    doors = _shown(doors, AT_FIRST, chosen, every=every)
    lines = _shown(lines, LINES_AT_FIRST, chosen, every=every)
    cards = [draw for pair in zip_longest(map(_door, doors), map(_line, lines)) for draw in pair if draw]
    for place, (name, draw) in enumerate(cards):
        with st.container(key=f"door-{name}", gap="xsmall"):
            draw()
            _save_button(view, prompt, key, name, chosen)
        if place == min(1, len(cards) - 1):  # never the first, nor left to the last
            group_card.show(view.book)
    saved_line(view, prompt, "", key)


def country_of(view: View) -> str:
    """The country chosen on this page, or else for a bad hour; "" where there is none."""
    asked = next((p for p in view.exercise.shown if p.kind == "country"), None)
    own = view.value(asked) if asked else None
    if own is not None:
        return str(own)
    return str(next((s.value for s in view.book.saved(BAD_HOUR) if s.prompt == "country" and s.value), ""))


def _doors(view: View, country: str, chosen: list[str]) -> list[Row]:
    """Those of the country and of everywhere, and what is saved already."""
    wanted = {kind for s in view.book.saved("reconnect.help_most") if s.prompt == "kinds" for kind in s.value or ()}
    there = [
        door
        for door in view.book.content.doors
        if not country or not door.get("countries") or country in door["countries"] or door["key"] in chosen
    ]
    return sorted(there, key=lambda door: -len(wanted & set(door.get("helps", ()))))


def _lines(view: View, country: str, chosen: list[str]) -> list[Row]:
    """Lines for families of this country and of no other, and what is saved already."""
    return [
        line
        for line in view.book.content.help_lines
        if (line["country"] == country and line["group"] == FOR_FAMILIES) or line["key"] in chosen
    ]


def _once_each(doors: list[Row], lines: list[Row], chosen: list[str]) -> tuple[list[Row], list[Row]]:
    """Who is there both as a door and as a line stands here once: as the line where its number was checked."""
    sites = {_site(door) for door in doors}
    lines = [one for one in lines if one["key"] in chosen or one.get("verified") or _site(one) not in sites]
    rung = {_site(line) for line in lines if line.get("verified") and line.get("dial")}
    doors = [one for one in doors if one["key"] in chosen or one["kind"] != "line" or _site(one) not in rung]
    return doors, lines


def _site(row: Row) -> str:
    """The name of its website, or its own key where it has none."""
    return str(row.get("url", "")).split("//")[-1].split("/")[0].removeprefix("www.") or str(row["key"])


def _shown(rows: list[Row], first: int, chosen: list[str], *, every: bool) -> list[Row]:
    return rows if every else rows[:first] + [row for row in rows[first:] if row["key"] in chosen]


def _door(door: Row) -> tuple[str, Draw]:
    def draw() -> None:
        st.html(
            f'<div class="card"><p class="ask">{safe(door["title"])}</p><p>{safe(door["about"])}</p>'
            f'<p class="hint">{safe(door["first_step"])}</p>{_address(door.get("url", ""))}</div>'
        )

    return str(door["key"]), draw


def _line(line: Row) -> tuple[str, Draw]:
    def draw() -> None:
        st.html(f'<div class="card">{card(line)}</div>')

    return str(line["key"]), draw


def _address(url: str) -> str:
    return (
        f'<p><a href="{safe(url)}" target="_blank" rel="noreferrer noopener">{safe(url.split("//")[-1])}</a></p>'
        if url
        else ""
    )


def _save_button(view: View, prompt: Prompt, key: str, name: str, chosen: list[str]) -> None:
    saved = name in chosen
    st.button(
        _("Saved to your map. Take it off again") if saved else _("Save this one to my map"),
        key=f"{key}|{name}",
        on_click=_choose,
        args=(view, prompt, key, name, not saved),
    )


def _choose(view: View, prompt: Prompt, key: str, name: str, wanted: bool) -> None:
    """Save one or take it off, among what is chosen by now: another may have been pressed a moment before."""

    def act(own: MyWorkbook) -> Saved:
        asked = (prompt.key, view.occasion, "")
        saved = own.saved(view.exercise.key)
        stands = next((s.value for s in saved if (s.prompt, s.occasion, s.about) == asked), None) or []
        chosen = [one for one in stands if one != name] + [name] * wanted
        return own.answer(view.exercise.key, prompt.key, chosen, occasion=view.occasion)

    attempt(view.book, key, act)
