"""My pod."""

from workbook.ui import my_pod, session

my_pod.show(session.my_workbook())
