"""The weekly check-in."""

from workbook.ui import session, step

step.show(session.my_workbook(), "check_in")
