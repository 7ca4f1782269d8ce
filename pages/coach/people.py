"""Coach's desk: groups, people, totals."""

from workbook.ui import coach_people, session

coach_people.show(session.coach_desk())
