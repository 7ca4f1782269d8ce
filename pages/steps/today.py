"""Today: one small thing, and the pod."""

from workbook.ui import session, today

today.show(session.my_workbook())
