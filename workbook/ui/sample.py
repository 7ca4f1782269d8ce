"""Look around a sample first: the pod of someone made up, and a little of what they wrote. Nothing can be changed."""

from functools import cache
from typing import Any

import streamlit as st

from workbook.content import Content, parsed
from workbook.pod import Member
from workbook.replay import replay
from workbook.sample import Written, sample
from workbook.settings import ROOT
from workbook.ui import growth_replay, session, sign_in, ways
from workbook.ui.palette import ring_names
from workbook.ui.plain import safe, show_line
from workbook.ui.words import _

WHO = ROOT / "seeds" / "people" / "ada.toml"
STEPS = ("reflect", "reach_out", "reconnect", "stay_open")
MOST = 3  # of each step, so that the page stays one to look around in


def show() -> None:
    """The page of the sample."""
    home = session.home()
    today = home.today(session.zone())
    found = sample(_story(), home.content, today)
    st.title(_("A sample to look around"), anchor=False)
    made_up = _("{name} is made up, and so are the people named here. You can change nothing on this page.")
    show_line("quiet", made_up.format(name=found.name))
    st.header(_("The pod of {name}").format(name=found.name), anchor=False)
    show_line("quiet", _("Move the slider, and see who came closer and who was let go."))
    story = replay(found.moves, today)
    if story:
        called = _("The map on {day}: {counts}.")
        looks = {"dark": session.dark(), "narrow": session.narrow()}
        st.html(growth_replay.html(story, found.members, called=called, **looks))
    _show_who(found.members, home.content)
    for key in STEPS:
        _show_written(home.content.step(key).title, found.written[key][:MOST])
    _show_way_on()


@cache
def _story() -> dict[str, Any]:
    return parsed(WHO)


def _show_who(members: tuple[Member, ...], content: Content) -> None:
    st.header(_("Who is good for what"), anchor=False)
    rows = "".join(
        f"<dt>{safe(name)}</dt>" + "".join(_who(member, content) for member in members if member.place == ring)
        for ring, name in ring_names().items()
    )
    st.html(f'<dl class="gives">{rows}</dl>')


def _who(member: Member, content: Content) -> str:
    kinds = ", ".join(content.words("good_for", kind).lower() for kind in member.good_for)
    return f'<dd><span class="named {member.place}">{safe(member.name)}</span>{safe(kinds)}</dd>'


def _show_written(title: str, written: tuple[Written, ...]) -> None:
    st.header(title, anchor=False)
    for one in written:
        asked = _("To {name}").format(name=one.to) if one.to else one.ask
        st.html(
            f'<div class="card"><p class="hint">{safe(one.title)}</p><p class="ask">{safe(asked)}</p>'
            f'<p dir="auto">{safe(one.said)}</p></div>'
        )


def _show_way_on() -> None:
    if session.here() is not None:
        ways.to_today()
    else:
        st.button(_("Begin your own"), type="primary", key="begin own", on_click=_begin)


def _begin() -> None:
    sign_in.choose("start")
    ways.go_soon("door/welcome")
