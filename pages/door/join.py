"""Where a coach's link will lead."""

from workbook.ui import welcome

welcome.show_no_invitation()
