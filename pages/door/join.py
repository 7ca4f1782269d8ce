"""Where a coach's link leads: who invites, what they would see, and the choice."""

from workbook.ui import join

join.show()
