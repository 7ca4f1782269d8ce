"""How the pod changed."""

from workbook.ui import growth_page, session

growth_page.show(session.my_workbook())
