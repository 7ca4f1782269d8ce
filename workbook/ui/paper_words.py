"""The words of the pages to print, in the person's language."""

from datetime import date

from babel.dates import format_date, get_day_names

from workbook import paper, paper_booklet
from workbook.house import LANGUAGE
from workbook.ui.palette import ring_names
from workbook.ui.words import _


def of_sheets(today: date) -> paper.Words:
    """What the sheet and the empty map say themselves."""
    return paper.Words(
        language=LANGUAGE,
        today=format_date(today, "d MMMM y", locale=LANGUAGE),
        me=_("me"),
        my_pod=_("My pod"),
        rings=ring_names(),
        who_for_what=_("Who for what"),
        bad_hour=_("For a bad hour"),
        calm=_("What helps you through ten bad minutes"),
        ring_late=_("Who you could ring"),
        lines=_("Lines you kept"),
        text_to=_("Text {number}"),
        text_word_to=_("Text {word} to {number}"),
        small_step=_("This week's small step"),
        step_parts={
            "cue": _("If: {words}"),
            "act": _("Then I will: {words}"),
            "fallback": _("If that gets hard: {words}"),
        },
        left_free=_("Some letters cannot be printed here. Their place is left free to write in."),
        fill_in=_("Write in as many or as few as you like."),
        who_is_who=_("Who is who on the map"),
        weekdays=frozenset(name.lower() for name in get_day_names("wide", locale=LANGUAGE).values()),
    )


def of_booklet() -> paper_booklet.Words:
    """What the booklet of prompts says itself."""
    return paper_booklet.Words(
        language=LANGUAGE,
        title=_("All prompts, on paper"),
        lead=_("Any order is fine. Skip what you like."),
        on_screen=_("This one is done on screen. Nothing of what you tap is kept."),
        name=_("Name"),
        rings=tuple(ring_names().values()),
    )
