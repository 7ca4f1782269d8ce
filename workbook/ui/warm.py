"""Imports what the first visitor would otherwise wait for."""

from workbook.ui import exercise, growth_page, my_pod, step, today, welcome  # noqa: F401  (loaded here once, at start)
