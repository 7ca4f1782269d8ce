"""The step stay_open."""

from workbook.ui import session, step

step.show(session.my_workbook(), "stay_open")
