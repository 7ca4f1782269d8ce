"""The step reconnect."""

from workbook.ui import session, step

step.show(session.my_workbook(), "reconnect")
