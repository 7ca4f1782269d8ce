"""A sample to look around in, before anything of one's own."""

from workbook.ui import sample

sample.show()
