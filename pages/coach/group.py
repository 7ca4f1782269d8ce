"""Coach's desk: one group's words, links and exercises."""

from workbook.ui import coach_group, session

coach_group.show(session.coach_desk())
