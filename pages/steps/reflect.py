"""The step reflect."""

from workbook.ui import session, step

step.show(session.my_workbook(), "reflect")
