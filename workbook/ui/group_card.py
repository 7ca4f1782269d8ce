"""What a coach offers their group, among the doors on Reconnect: labelled as theirs, and one among several."""

import streamlit as st

from workbook.coaching import Group
from workbook.my_sharing import Sharing
from workbook.my_workbook import MyWorkbook
from workbook.ui.plain import safe
from workbook.ui.saving import attempt, show_trouble
from workbook.ui.words import _


def show(book: MyWorkbook) -> None:
    """For each group one is in: one card, labelled as its coach's; what else they point to is folded below it."""
    for one in book.sharing.groups():
        cards = [*_cards(one.group)]
        if cards:
            coach = one.group.coach
            rows = cards[0]
            if len(cards) > 1:
                more = _("More from {coach}").format(coach=coach)
                rows += f"<details><summary>{safe(more)}</summary>{''.join(cards[1:])}</details>"
            with st.container(key=f"from-{one.membership.group_id}", gap="xsmall"):
                st.html(f'<div class="from">{rows}</div>')
                _save_button(book, one)


def _save_button(book: MyWorkbook, one: Sharing) -> None:
    """Saved as any door is: on the map it is one's own, and stays if the group ends."""
    key = f"{book.person_id}|card|{one.membership.group_id}"
    saved = book.card_saved(one.membership.group_id)
    st.button(
        _("Saved to your map. Take it off again") if saved else _("Save this one to my map"),
        key=key,
        on_click=_choose,
        args=(book, key, one, saved),
    )
    show_trouble(key)


def _choose(book: MyWorkbook, key: str, one: Sharing, saved: str) -> None:
    def act(own: MyWorkbook) -> None:
        if saved:
            own.move(saved, "released")
        else:
            own.save_card(one.membership.group_id, labelled=_("From {coach}").format(coach=one.group.coach))

    attempt(book, key, act)


def _cards(group: Group) -> list[str]:
    card = group.card
    lines = [_line(_("When"), card.when), _line(_("Where"), card.where), _address(card.link)]
    own = [_html("ask", card.what.strip() or group.name), *lines] if any((card.what, *lines)) else []
    things = [
        [_html("ask", one.title), _html("", one.words), _address(one.link)] for one in group.resources if one.title
    ]
    letter = [_html("ask", _("Newsletter")), _html("", group.newsletter_promise), _address(group.newsletter)]
    every = [own, *things, letter if group.newsletter else []]
    whose = _html("hint", _("From {coach}").format(coach=group.coach))
    among = _("{group}. One place among many: take what fits.").format(group=group.name)
    for parts in [parts for parts in every if parts][:1]:
        parts.append(_html("hint", among))
    return [f'<div class="card">{whose}{"".join(parts)}</div>' for parts in every if parts]


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
