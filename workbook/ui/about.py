"""What this is, where its ideas come from, and who runs the server."""

import streamlit as st

from workbook.ui import sign_in
from workbook.ui.plain import safe
from workbook.ui.words import _


def show() -> None:
    """The page About."""
    st.title(_("About"), anchor=False)
    paragraphs = (
        _(
            "This is for you if someone you love has trouble with drink, drugs or their mental health. It sits beside therapy and does not replace it."
        ),
        _(
            "It never sends a message, never scores you, and never reads your words for signs of trouble. No one is watching this page."
        ),
    )
    st.html("".join(f"<p>{safe(p)}</p>" for p in paragraphs))
    st.header(_("Who runs this server"), anchor=False)
    sign_in.show_operator()
    st.page_link("../../pages/coach/people.py", label=_("I am a coach"))
    st.header(_("Where the ideas come from"), anchor=False)
    credits = (
        _(
            "Pods, pod mapping and “movable people” come from Mia Mingus and the Bay Area Transformative Justice Collective (2014–2016; SOIL 2023). The map here is our own drawing."
        ),
        _(
            "The three quick questions are the OSSS-3 items as published in Kocalevent et al. 2018, BMC Psychology 6:31, CC BY 4.0; layout changed."
        ),
        _("The overlapping circles follow Aron, Aron and Smollan 1992, and Beranek and Castillo."),
        _(
            "Practising on an easy person first, before writing to someone you lost touch with, is from Aknin and Sandstrom 2024."
        ),
    )
    st.html("<ul>" + "".join(f"<li>{safe(c)}</li>" for c in credits) + "</ul>")
    st.header(_("Safer use"), anchor=False)
    safer = (
        _(
            "Use a phone or computer that only you open. If someone looks at yours, a library or a friend's may be safer."
        ),
        _("“Leave this page” signs you out and opens another site. If this page is stuck, Back may still show it."),
        _("It does not erase your history. A private window hides less than people think."),
        _("After 15 minutes without a touch, your words are put away until you come back."),
        _("If you stop using a device the way you always do, someone may notice. Do what feels safest."),
    )
    st.html("".join(f"<p>{safe(p)}</p>" for p in safer))
