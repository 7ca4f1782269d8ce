"""Help now: lines of the country the person chose, and never another country's number."""

from datetime import date
from typing import Any

import streamlit as st

from workbook.my_workbook import BAD_HOUR, DOORS
from workbook.ui import session
from workbook.ui.plain import plain, safe, show_line
from workbook.ui.when import day
from workbook.ui.words import _

ANYWHERE = "findahelpline.com"
ORDER = ("emergency", "crisis", "home", "relatives", "young")


def show(*, young_first: bool = False) -> None:
    """The whole page: choose a country, see its lines."""
    content = session.home().content
    st.title(_("Help now"), anchor=False)
    if young_first:
        show_line("quiet", _("This workbook is made for adults. Others are there for you now: choose your country."))
    show_line("quiet", _("No one is watching this page. If you want to talk to someone, here is who answers."))
    show_line("hint", _("Calls and texts may show on a phone or a bill. Some phones let you delete them."))
    key = "help country"
    if key not in st.session_state:
        st.session_state[key] = _remembered(set(content.countries))
    country = st.pills(
        _("Which country are you in?"),
        list(content.countries),
        format_func=lambda c: plain(content.countries[c]),
        key=key,
    )
    if not country:
        anywhere = f'<a href="https://{ANYWHERE}" target="_blank" rel="noreferrer noopener">{ANYWHERE}</a>'
        words = _("Choose a country to see its lines. Wherever you are, {site} lists some near you.")
        st.html(f'<p class="quiet">{safe(words).format(site=anywhere)}</p>')
        return
    lines = [row for row in content.help_lines if row["country"] == country]
    groups = ("young", *ORDER[:-1]) if young_first else ORDER
    for group in groups:
        _show_group(group, [row for row in lines if row["group"] == group])


def _remembered(countries: set[str]) -> str | None:
    """The country a signed-in person chose for a bad hour, or for the doors; a visitor chooses here."""
    found = session.here()
    if found is None:
        return None
    book = session.home().workbook_of(found.person_id, session.zone())
    saved = (s for key in (BAD_HOUR, DOORS) for s in book.saved(key) if s.prompt == "country" and s.value)
    chosen = next((s.value for s in saved), None)
    return chosen if chosen in countries else None


def _show_group(group: str, lines: list[dict[str, Any]]) -> None:
    if not lines:
        return
    titles = {
        "emergency": _("In danger right now"),
        "crisis": _("To talk to someone, day or night"),
        "home": _("When home does not feel safe"),
        "relatives": _("For families and friends"),
        "young": _("For young people"),
    }
    rows = "".join(card(line) for line in lines)
    st.html(f'<section class="lines"><h2>{safe(titles[group])}</h2>{rows}</section>')


def card(line: dict[str, Any]) -> str:
    """One line as HTML: its name, how to reach it, hours, cost, and when it was checked."""
    links = _links(line)
    facts = " · ".join(safe(str(line[k])) for k in ("how", "hours", "cost") if line.get(k))
    checked = _checked(line)
    return (
        f'<div class="line"><p class="line-name">{safe(line["name"])}</p>'
        f"{'<p class=line-links>' + links + '</p>' if links else ''}"
        f"{'<p class=hint>' + facts + '</p>' if facts else ''}{checked}</div>"
    )


def _links(line: dict[str, Any]) -> str:
    links = _numbers(line) if line.get("verified") else []
    if line.get("url"):
        url = str(line["url"]) if "//" in str(line["url"]) else f"https://{line['url']}"
        links.append(
            f'<a href="{safe(url)}" target="_blank" rel="noreferrer noopener">{safe(url.split("//")[1].rstrip("/"))}</a>'
        )
    return " ".join(links)


def _numbers(line: dict[str, Any]) -> list[str]:
    """What to ring and what to text; printed only for a line that was checked."""
    links = []
    number = str(line.get("number", ""))
    if number and line.get("dial"):
        links.append(f'<a class="number" href="tel:{safe(str(line["dial"]))}" target="_self">{safe(number)}</a>')
    elif number:
        links.append(f'<span class="number">{safe(number)}</span>')
    if line.get("sms"):
        word = str(line.get("sms_text", ""))
        said = (
            _("Text {word} to {number}").format(word=word, number=line["sms"])
            if word
            else _("Text {number}").format(number=line["sms"])
        )
        body = f"?body={safe(word)}" if word else ""
        links.append(f'<a href="sms:{safe(str(line["sms"]))}{body}" target="_self">{safe(said)}</a>')
    return links


def _checked(line: dict[str, Any]) -> str:
    if line.get("verified_on"):
        on = day(date.fromisoformat(line["verified_on"]))
        return f'<p class="hint">{safe(_("Checked on {day}").format(day=on))}</p>'
    if not line.get("verified"):
        return f'<p class="hint">{safe(_("We could not check a number, so here is the website."))}</p>'
    return ""


def short(line: dict[str, Any]) -> str:
    """A line in a few words, for a button."""
    number = str(line.get("number", "")) if line.get("verified") else ""
    return f"{line['name']} · {number}" if number else str(line["name"])
