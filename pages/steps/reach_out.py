"""The step reach_out."""

from workbook.ui import session, step

step.show(session.my_workbook(), "reach_out")
