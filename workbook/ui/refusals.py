"""The sentence for each refusal: what is wrong and what to do."""

from workbook.refused import Refused
from workbook.ui.words import _


def sentence(refused: Refused) -> str:
    """What to tell the person; nothing they typed is in it."""
    words = {
        "name_empty": _("Choose a name first. A made-up one is fine."),
        "name_long": _("That name is too long. Keep it to {most} letters."),
        "name_odd": _("That name has a symbol in it that we cannot keep. Letters and numbers work."),
        "name_taken": _("Someone here already uses that name. Choose another."),
        "passphrase_short": _(
            "That is a little short. Use {least} letters or more. A few words with spaces work well."
        ),
        "passphrase_long": _("That is too long to check safely. Shorten it to {most} plain letters."),
        "passphrase_odd": _("That has a symbol in it that we cannot keep. Leave it out."),
        "passphrase_pattern": _("That one repeats, or follows a row of keys. It is easy to guess. Choose other words."),
        "passphrase_named": _("That is little more than a name. It is easy to guess. Choose other words."),
        "passphrase_common": _("Many people pick those words. They are easy to guess. Choose other words."),
        "passphrase_wrong": _("That is not your passphrase. Try again."),
        "sign_in_wrong": _("That name and passphrase do not go together. Check both, then try again."),
        "recovery_wrong": _("That name and code do not go together. A code works once. Check each letter and number."),
        "prove_first": _("Type your passphrase above first."),
        "wait": _("There were several tries. Wait {minutes} min, then try again."),
        "text_long": _("That is too long for one field, so it is not saved yet. Take out {over} letters or so."),
        "text_odd": _("A hidden symbol came along with that, so it is not saved yet. Type it instead of pasting it."),
        "not_text": _("We cannot keep that here. Type it again."),
        "too_many": _("{most} is the most here. Take one off first."),
        "not_offered": _("That choice is no longer here. Choose again."),
        "never_kept": _("We never keep these taps."),
        "member_name_empty": _("Type a name first. A nickname is fine."),
        "member_name_long": _("That name is too long for the map. Keep it to {most} letters."),
        "member_there": _("There is already someone with that name on your map."),
        "member_gone": _("That one is no longer on your map. Choose again."),
        "merge_same": _("That is the same one. Choose another name."),
        "merge_kinds": _("They are of two kinds, so they stay two. If a kind is wrong, change it first."),
        "merge_doors": _("You saved these two in two places of the workbook, so they stay two."),
        "merge_long": _("Together their notes are too long for one field. Take out {over} letters or so first."),
        "version_gone": _("That version is no longer here."),
        "coach_code_wrong": _("That code opens no desk. It works once. Check each letter, or ask for another."),
        "not_here": _("That is not here. It may be gone, or be another coach's."),
        "group_name_empty": _("Give the group a name first."),
        "coach_name_empty": _("Write the name your group knows you by."),
        "resource_empty": _("Give each thing you point to a title."),
        "short_name_long": _("That name is too long. Keep it to {most} letters."),
        "link_odd": _("That link is not one we can show. It begins with https:// and has no spaces."),
        "exercise_title_empty": _("Give the exercise a title first."),
        "exercise_asks_nothing": _("Add one question at least."),
        "question_empty": _("Write what each question asks."),
        "choices_missing": _("Give two choices or more, one on each line."),
        "note_empty": _("Write a few words first."),
        "notes_enough": _("That is enough notes to them for one day. It was not sent."),
        "notes_off": _("They have switched notes off. Your words were not sent."),
        "invite_unknown": _("We do not know this link. It may be cut short."),
        "invite_closed": _("This link is closed."),
        "invite_expired": _("This link has run out."),
        "invite_full": _("Every place behind this link is taken."),
        "invite_used": _("This link was for one person, and it is used."),
        "own_group": _("This is your own group. You see it on your desk."),
        "in_already": _("You are in this group already."),
        "not_in_group": _("You are not in that group any more."),
        "nobody_picked": _("Pick at least one name first."),
        "off_the_map": _("{name} is off your map, so nothing is noted. Bring them back under My pod first."),
        "day_ahead": _("That day has not come yet. Choose today or an earlier day."),
    }
    return words.get(refused.code, _("That is not saved yet. Try again.")).format(**refused.facts)
