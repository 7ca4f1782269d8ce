"""What this is, who made the ideas, who runs the server."""

from workbook.ui import about

about.show()
