"""On paper: the way to print one's own sheet, an empty map, or every prompt."""

from urllib.parse import urlencode

import streamlit as st
from babel.core import get_global

from workbook.my_workbook import MyWorkbook
from workbook.ui import proving
from workbook.ui.plain import safe, show_line
from workbook.ui.words import _

# Where shops sell Letter and not A4, by Unicode's CLDR.
LETTER = frozenset(["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"])
SIZES = {"a4": "A4", "letter": "Letter"}


def show(book: MyWorkbook) -> None:
    """The size of the paper, names or initials, and a link to each thing to print."""
    st.header(_("On paper"), anchor=False)
    show_line(
        "quiet",
        _("Your map, who is good for what, your bad-hour card and this week's small step, to print."),
    )
    own = f"{book.person_id}|paper"
    if f"{own}|size" not in st.session_state:
        st.session_state[f"{own}|size"] = usual_size(book.zone)
    size = st.radio(_("Paper"), list(SIZES), format_func=SIZES.__getitem__, key=f"{own}|size", horizontal=True)
    initials = st.checkbox(_("Initials in place of names"), key=f"{own}|initials")
    asked = {"size": size, "zone": book.zone}
    if proving.proved():
        show_line(
            "hint",
            _(
                "Whoever you left out of pictures is not on it. A line of yours that names them stays free, too."
                " Others may read what hangs on a wall."
            ),
        )
        mine = "/take/sheet.pdf?" + urlencode(asked | ({"initials": "1"} if initials else {}))
        st.html(f'<p><a class="button" href="{safe(mine)}" target="_self">{safe(_("My pod, as a PDF"))}</a></p>')
    else:
        show_line("hint", _("For your own sheet, type your passphrase above first. Blank pages need none."))
    blank, prompts = (f"/take/{name}.pdf?{urlencode(asked)}" for name in ("empty-map", "prompts"))
    st.html(
        f'<p><a class="button" href="{safe(blank)}" target="_self">{safe(_("An empty map"))}</a> '
        f'<a class="button" href="{safe(prompts)}" target="_self">{safe(_("All prompts, with room to write"))}</a></p>'
    )
    show_line(
        "hint",
        _(
            "Latin, Greek and Cyrillic letters can be printed. A name in other letters leaves its place free to write in."
        ),
    )


def usual_size(zone: str) -> str:
    """The paper that is usual where a time zone (IANA name) lies."""
    known = get_global("zone_aliases").get(zone, zone)
    return "letter" if get_global("zone_territories").get(known) in LETTER else "a4"
