"""Coach's desk: one person, as far as they share."""

from workbook.ui import coach_person, session

coach_person.show(session.coach_desk())
