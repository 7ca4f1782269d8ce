"""What a person sees, and what the host reads, when something goes wrong on our side."""

from workbook import logbook
from workbook.ui.plain import show_line
from workbook.ui.words import _


def show(trouble: Exception, where: str = "page") -> bool:
    """A calm sentence for the person and one line for the host; True, so that Streamlit shows nothing of its own."""
    logbook.note_trouble(where, trouble)
    show_line("trouble", _("Something went wrong on our side. What says Saved is safe. Load the page again."))
    return True
