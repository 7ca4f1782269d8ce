"""The sentence for each refusal: what is wrong and what to do."""

from workbook.refused import Refused
from workbook.ui.words import _


def sentence(refused: Refused) -> str:
    """What to tell the person; nothing they typed is in it."""
    words = {
        "name_empty": _("Please choose a name. A made-up one is fine."),
        "name_long": _("That name is too long. Please keep it to {most} letters."),
        "name_odd": _("That name has a sign in it that cannot be kept. Please use letters and numbers."),
        "name_taken": _("Someone here already uses that name. Please choose another."),
        "passphrase_short": _(
            "That is a little short. Please use {least} letters or more. A few words with spaces work well."
        ),
        "passphrase_long": _("That is too long to check safely. Please shorten it: {most} plain letters is the most."),
        "passphrase_odd": _("That has a sign in it that cannot be kept. Please leave it out."),
        "passphrase_guessable": _("That one is easy to guess. Please choose another, or let us suggest five words."),
        "passphrase_wrong": _("That is not your passphrase. Please try again."),
        "sign_in_wrong": _("That name and passphrase do not go together. Please try again."),
        "recovery_wrong": _("That name and code do not go together. A code works once. Please check each sign."),
        "wait": _("There were several tries. Please wait {minutes} minutes, then try again."),
        "text_long": _("That is too long to keep in one field. Please shorten it by {over} letters or so."),
        "text_odd": _("That has a sign in it that cannot be kept. Please leave it out and try again."),
        "not_text": _("That cannot be kept here. Please type it again."),
        "too_many": _("Please choose {most} at most. Take one off first."),
        "not_offered": _("That choice is no longer here. Please choose again."),
        "never_kept": _("These taps are never kept."),
        "member_name_empty": _("Please type a name first. A nickname is fine."),
        "member_name_long": _("That name is too long for the map. Please keep it to {most} letters."),
        "member_there": _("There is already someone with that name on your map."),
        "member_gone": _("That one is no longer on your map. Please choose again."),
        "version_gone": _("That version was erased."),
        "day_ahead": _("That day has not come yet. Please choose today or an earlier day."),
    }
    return words.get(refused.code, _("That could not be saved. Please try again.")).format(**refused.facts)
