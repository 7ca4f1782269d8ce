"""What a coach offers their group, on Reconnect: labelled as theirs, and one among several."""

import streamlit as st

from workbook.coaching import Group
from workbook.my_workbook import MyWorkbook
from workbook.ui.plain import safe
from workbook.ui.words import _


def show(book: MyWorkbook) -> None:
    """For each group one is in: its card, what its coach points to, and their newsletter."""
    for one in book.sharing.groups():
        cards = [*_cards(one.group)]
        if cards:
            hint = _("{group}. One place among many: take what fits.").format(group=one.group.name)
            lines = "".join(cards)
            with st.container(key=f"from-{one.membership.group_id}"):
                st.html(
                    f'<div class="from"><h2 class="titles">{safe(_("From {coach}").format(coach=one.group.coach))}</h2>'
                    f'<p class="hint">{safe(hint)}</p>{lines}</div>'
                )


def _cards(group: Group) -> list[str]:
    card = group.card
    lines = [_line(_("When"), card.when), _line(_("Where"), card.where), _address(card.link)]
    own = [_html("ask", card.what or group.name), *lines] if any((card.what, *lines)) else []
    things = [
        [_html("ask", one.title), _html("", one.words), _address(one.link)] for one in group.resources if one.title
    ]
    letter = [_html("ask", _("Newsletter")), _html("", group.newsletter_promise), _address(group.newsletter)]
    every = [own, *things, letter if group.newsletter else []]
    return [f'<div class="card">{"".join(parts)}</div>' for parts in every if parts]


def _line(label: str, words: str) -> str:
    return f"<p><strong>{safe(label)}:</strong> {safe(words)}</p>" if words else ""


def _html(kind: str, words: str) -> str:
    return "".join(f'<p class="{safe(kind)}">{safe(line)}</p>' for line in words.splitlines() if line.strip())


def _address(url: str) -> str:
    """A link that opens beside the page and tells the other side nothing of where it stood."""
    if not url:
        return ""
    shown = url.split("//", 1)[-1].rstrip("/")
    return f'<p><a href="{safe(url)}" target="_blank" rel="noreferrer noopener">{safe(shown)}</a></p>'
