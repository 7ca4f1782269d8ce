"""Mine to keep: take it away, and the passphrase."""

from workbook.ui import my_data, session

my_data.show(session.my_workbook())
