"""Who can see this."""

from workbook.ui import sharing

sharing.show()
