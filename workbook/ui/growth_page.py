"""Growth: people per ring over time, kinds of help covered, a sentence that says what is shown, a table."""

import streamlit as st

from workbook import growth
from workbook.my_workbook import MyWorkbook
from workbook.pod import Move
from workbook.ui import growth_chart, pod_map, session
from workbook.ui.plain import safe, show_line
from workbook.ui.when import day
from workbook.ui.words import _, n_


def show(book: MyWorkbook) -> None:
    """The page Growth."""
    st.title(_("Growth"), anchor=False)
    moves = book.moves()
    counts = growth.growth(moves, book.today)
    if not counts:
        show_line("quiet", _("Nothing here yet, and that is fine. It begins when the first name is on your map."))
        st.page_link("../../pages/pod/map.py", label=_("Open my pod"))
        return
    sentence = _sentence(counts, moves)
    st.html(f"<p>{safe(sentence)}</p>")
    figure = growth_chart.figure(counts, dark=session.dark(), narrow=session.narrow())
    st.plotly_chart(figure, key=f"{book.person_id}|growth", config=growth_chart.CONFIG, theme=None, alt=sentence)
    _show_help(book)
    _show_table(counts)


def _sentence(counts: list[growth.Count], moves: list[Move]) -> str:
    now = counts[-1]
    parts = [
        _("Your map began on {day}.").format(day=day(counts[0].day)),
        _("Now: {core}, {movable}, {outer}.").format(**pod_map.in_words(now.core, now.movable, now.outer)),
    ]
    changed = growth.changed_place(moves)
    if changed:
        parts.append(
            n_("{count} changed place on the way.", "{count} changed place on the way.", changed).format(count=changed)
        )
    return " ".join(parts)


def _show_help(book: MyWorkbook) -> None:
    members = [m for m in book.members() if m.place in ("core", "movable", "outer")]
    coverage = growth.coverage(members)
    words = book.content.words
    st.header(_("Kinds of help"), anchor=False)
    covered = [area for area, by_ring in coverage.items() if sum(by_ring.values())]
    if covered:
        named = ", ".join(words("good_for", area).lower() for area in covered)
        show_line("quiet", _("Someone or something is there for: {named}.").format(named=named))
    else:
        show_line("quiet", _("Nothing here yet, and that is fine. It comes from “Kinds of help” under Reflect."))
    rings = ("core", "movable", "outer")
    head = "".join(f"<th scope=col>{safe(words('places', r))}</th>" for r in rings)
    rows = "".join(
        f"<tr><th scope=row>{safe(words('good_for', area))}</th>"
        + "".join(f"<td>{_dots(by_ring.get(ring, 0), ring)}</td>" for ring in rings)
        + "</tr>"
        for area, by_ring in coverage.items()
    )
    st.html(
        f'<div class="table" tabindex="0" role="region" aria-label="{safe(_("Kinds of help"))}"><table><thead><tr>'
        f"<th scope=col>{safe(_('Kind'))}</th>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _dots(count: int, ring: str) -> str:
    circles = "".join(f'<span class="dot {ring}" aria-hidden="true"></span>' for _one in range(min(count, 8)))
    return f'{circles}<span class="count">{count or "–"}</span>'


def _show_table(counts: list[growth.Count]) -> None:
    with st.expander(_("The same as a table")):
        head = "".join(
            f"<th scope=col>{safe(h)}</th>"
            for h in (_("Day"), _("Core Circle"), _("Movable People"), _("Outer Resources"))
        )
        rows = "".join(
            f"<tr><th scope=row>{safe(day(c.day))}</th><td>{c.core}</td><td>{c.movable}</td><td>{c.outer}</td></tr>"
            for c in reversed(counts)
        )
        st.html(
            f'<div class="table" tabindex="0" role="region" aria-label="{safe(_("The same as a table"))}"><table><thead><tr>{head}</tr>'
            f"</thead><tbody>{rows}</tbody></table></div>"
        )
