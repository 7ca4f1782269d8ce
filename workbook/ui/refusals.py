"""The sentence for each refusal: what is wrong and what to do."""

from workbook.pod import small_name
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
        "age_first": _("First choose whether you are 18 or over."),
        "prove_first": _("Type your passphrase above first."),
        "wait": _("There were several tries. Wait {minutes} min, then try again."),
        "text_long": _("That is too long for one field, so it is not saved yet. Take out {over} letters or so."),
        "text_odd": _("A hidden symbol came along with that, so it is not saved yet. Type it instead of pasting it."),
        "not_text": _("We cannot keep that here. Type it again."),
        "too_many": _("{most} is the most here. Take one off first."),
        "not_offered": _("That choice is no longer here. Choose again."),
        "question_changed": _("The question was changed meanwhile. Read it once more."),
        "taps_open": _("First tap all five. Then you can say that they are fine for now."),
        "never_kept": _("We never keep these taps."),
        "member_name_empty": _("Type a name first. A nickname is fine."),
        "member_name_long": _("That name is too long for the map. Keep it to {most} letters."),
        "member_there": _("There is already someone with that name on your map."),
        "member_deleted": _("Someone with that name is deleted, but can still come back. Or add another."),
        "moved_since": _("Someone was moved since, so this stays. You can move them by hand."),
        "trash_gone": _("That one cannot be brought back any more."),
        "member_gone": _("That one is no longer on your map. Choose again."),
        "about_another": _("What stands here is about the one picked before. Take that out first, then choose again."),
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
        "members_enough": _("{most} names are as many as one workbook can hold. Delete some you do not need first."),
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
        "off_the_map_yet": _("{name} is off your map. You can bring them back under My pod first."),
        "no_person": _("{name} is a place or a group on your map. Pick a person here."),
        "remembered": _("{name} is remembered here. Nothing is asked about them."),
        "contact_changed": _("This was looked at again in another window. Load the page once more."),
        "bundle_large": _("That file is too big. {most} MB is the most."),
        "bundle_busy": _("Other files are on their way. Try again in a minute."),
        "bundle_no_zip": _("That is not a ZIP we can open. Pick the ZIP you took from this page."),
        "bundle_spreadsheet": _(
            "That is a spreadsheet of its own. Pick the ZIP you took, or save each table as CSV and zip them."
        ),
        "bundle_one_file": _("That is one file alone. Pick the ZIP with all of them: “Everything”, further up."),
        "bundle_many": _("There are too many files in that ZIP. Zip only the files you took."),
        "bundle_paths": _("The files in that ZIP lie in odd places. Zip only the files you took."),
        "bundle_bomb": _("What is in that ZIP is too big to open. Nothing was taken in."),
        "bundle_newer": _("These files come from a newer workbook. Ask your host to update this one first."),
        "bundle_of_another": _("These files are from another workbook. Only an empty one can take them in."),
        "bundle_of_deleted": _(
            "{name} is in this file, and among those you deleted. Bring them back first, or forget them."
        ),
        "bundle_of_one": _("In this file {name} and {other} are one. Make them one here first, then bring it."),
        "changed_meanwhile": _("Something was saved meanwhile. Look at this list once more."),
        "names_large": _("That file is too big. {most} MB is the most. Leave the pictures out of it."),
        "names_busy": _("Other files are on their way. Try again in a minute."),
        "names_many": _("There are more than {most} names in there. Split the file."),
        "names_none": _("There is no name in that file."),
        "names_column": _("We look for a column called “name”. Put that word over the names."),
        "names_encoding": _("Row {row}: the letters cannot be read. Save the file as “CSV UTF-8”."),
        "names_spreadsheet": _("That is a spreadsheet. Open it, and save it as CSV."),
        "names_odd": _("That is not a list we can read. Save it as CSV, or as vCard."),
        "day_missing": _("Choose a day first, then note it."),
        "day_ahead": _("That day has not come yet. Choose today or an earlier day."),
    }
    if "file" in refused.facts:
        return _in_file(refused)
    return words.get(refused.code, _("That is not saved yet. Try again.")).format(**refused.facts)


def _in_file(refused: Refused) -> str:
    """What is wrong with a file, and where: the row as a spreadsheet counts it, and the column by its name."""
    words = {
        "file_missing": _("{file} is missing in that ZIP. Put it back, or take your files anew."),
        "file_encoding": _("The letters cannot be read. Save the file as “CSV UTF-8”."),
        "file_broken": _("This is not a CSV we can read. Save it as CSV once more."),
        "file_rows": _("There are more than {most} rows. That is too many at once."),
        "row_long": _("This row has more cells than the first row. Take the last ones out."),
        "column_missing": _("This column is missing. Put it back."),
        "column_unknown": _("We do not know this column. Take it out."),
        "cell_id": _("This is not one of our ids. Your spreadsheet may have changed it. Take your files anew."),
        "cell_key": _("This word is not one of those we know here. README.txt lists them."),
        "cell_kind": _("This kind belongs in the other file. People and pets are in people.csv."),
        "cell_day": _("We cannot read this day. Write it like 2026-03-09."),
        "cell_day_ahead": _("This day has not come yet."),
        "cell_moment": _("We cannot read this time. Write it like 2026-03-09T14:02:00+01:00."),
        "cell_yes": _("Write TRUE or FALSE here."),
        "cell_number": _("This is not a number that fits here."),
        "cell_long": _("There is too much text in this cell."),
        "cell_twice": _("The same is in row {first}. Take one of the two out."),
        "cell_nobody": _("Nobody has this id in people.csv or resources.csv."),
        "cell_order": _("This row does not fit the one before it. Sort the file by day, the oldest first."),
        "cell_nothing": _("Nothing in {other} has this id."),
        "cell_text_long": _("There is too much text in this cell. Take out {over} letters or so."),
        "cell_text_odd": _("There is a hidden symbol in this cell. Type it anew."),
        "cell_member_name_empty": _("There is no name in this cell. A nickname is fine."),
        "cell_member_name_long": _("This name is too long. Keep it to {most} letters."),
        "cell_too_many": _("{most} is the most here. Take one off first."),
    }
    said = words.get(refused.code, words["cell_key"]).format(**refused.facts)
    facts = {name: small_name(str(said), 60) for name, said in refused.facts.items()}
    if "column" in facts:
        where = _("{file}, row {row}, column “{column}”:").format(**facts)
    elif "row" in facts:
        where = _("{file}, row {row}:").format(**facts)
    else:
        return said
    return f"{where} {said}"
