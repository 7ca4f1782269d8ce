"""The front page."""

from workbook.ui import welcome

welcome.show()
