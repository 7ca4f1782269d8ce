"""One hello as one flow: whom it is for, how far it has come, and the way on; on any device it goes on where it was."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from workbook.content import Exercise
from workbook.my_workbook import PICK, MyWorkbook
from workbook.pod import Member
from workbook.store.tries import Try
from workbook.ui import session, ways
from workbook.ui.plain import plain, safe, show_line
from workbook.ui.saving import attempt
from workbook.ui.words import _

STAGES = ("pick", "for_now", "warm_up", "two_lines", "when_where", "sent", "after_sent")
NEED_OK = ("two_lines", "when_where", "sent")  # nothing to send is offered for anyone who is not fine for now


@dataclass(frozen=True, slots=True)
class Going:
    """The hello that a page goes on with: its occasion, its try, and whom it is for, once that is said."""

    occasion: str
    begun: Try
    member: Member | None


def going(book: MyWorkbook, exercise: Exercise, occasion: str, everyone: Mapping[str, Member]) -> Going | None:
    """The hello an exercise belongs to, if one was begun."""
    if PICK not in (exercise.key, exercise.follows) or not occasion:
        return None
    begun = book.hello(exercise, occasion)
    return Going(occasion, begun, everyone.get(begun.member_id)) if begun else None


def chosen_key(book: MyWorkbook, exercise: Exercise) -> str:
    """Where the page remembers which occasion is looked at; one for all that belong together."""
    return f"{book.person_id}|occasion|{exercise.follows or exercise.key}"


def stage_of(exercise: Exercise) -> str:
    """Which stage of a hello an exercise is; "" if none."""
    step, _dot, name = exercise.key.partition(".")
    return name if step == "reach_out" and name in STAGES else ""


def resume_at(book: MyWorkbook, step_key: str) -> str:
    """The name of the exercise to go on with when a step is opened without saying which; "" if there is none."""
    if step_key != "reach_out":
        return ""
    saved = [s for s in book.saved(PICK) if s.prompt == "at"]
    newest = max(saved, key=lambda s: s.seq, default=None)
    return str(newest.value) if newest and newest.value in STAGES else ""


def note_stage(book: MyWorkbook, exercise: Exercise, now: Going | None) -> None:
    """Keep how far this hello has come, once someone is picked."""
    stage = stage_of(exercise)
    if not stage or now is None or now.member is None:
        return
    at = next((s.value for s in book.saved(PICK) if s.prompt == "at" and s.occasion == now.occasion), "")
    if at != stage:
        session.book_for_saving(book.person_id).note_stage(now.occasion, stage)


def show_whom(book: MyWorkbook, exercise: Exercise, now: Going | None) -> None:
    """Whom this hello is for and how far along it is; a fresh one can be begun from anywhere but its beginning."""
    if now is None or now.member is None:
        return
    stage, member = stage_of(exercise), now.member
    with st.container(key="hello", horizontal=True, vertical_alignment="center", gap="small"):
        at = "· " + _("{at} of {all}").format(at=STAGES.index(stage) + 1, all=len(STAGES)) if stage else ""
        st.html(
            f'<p class="whom"><span class="hint">{safe(_("A hello to"))}</span> '
            f'<span class="named {member.place}" dir="auto">{safe(member.name)}</span> '
            f'<span class="hint">{safe(at)}</span></p>',
            width="content",
        )
        _show_start(book, exercise)


def _show_start(book: MyWorkbook, exercise: Exercise) -> None:
    pick = book.content.exercise(PICK)
    key = chosen_key(book, exercise)
    st.button(_("Start another hello"), type="tertiary", key="another-hello", on_click=_start, args=(book, pick, key))


def _start(book: MyWorkbook, pick: Exercise, key: str) -> None:
    st.session_state[key] = book.next_occasion(pick)
    ways.open_here(pick)


def begin(book: MyWorkbook, exercise: Exercise, key: str, chosen: str, known: Mapping[str, Member]) -> bool:
    """Begin a hello to someone already there, or to a name just typed."""

    def act(own: MyWorkbook) -> str:
        return own.begin_hello(chosen if chosen in known else own.someone_called(chosen))

    occasion = attempt(book, key, act, typed=None if chosen in known else chosen)
    if occasion:
        st.session_state[chosen_key(book, exercise)] = occasion
    return bool(occasion)


def held_back(book: MyWorkbook, exercise: Exercise, now: Going | None) -> bool:
    """Say why nothing is offered for someone who is not fine for now; whether that is so."""
    member = now.member if now else None
    if member is None or stage_of(exercise) not in NEED_OK or member.contact == "ok":
        return False
    screen = book.content.exercise("reach_out.for_now")
    if member.contact == "not_for_now":
        show_line("note", _("{name} is marked not for now, so there is nothing to send here.").format(name=member.name))
    else:
        show_line("note", _("First the five taps about {name}. Then the next pages open.").format(name=member.name))
    ways.to_exercise(screen, here=exercise, part="held")
    return True


def stops_here(book: MyWorkbook, exercise: Exercise) -> bool:
    """Draw another way on where this hello rests: someone else, or Today. Whether it does."""
    occasion = str(st.session_state.get(chosen_key(book, exercise)) or book.occasion(exercise, []))
    begun = book.hello(exercise, occasion) if exercise.key != PICK and stage_of(exercise) and occasion else None
    member = next((m for m in book.members() if begun and m.member_id == begun.member_id), None)
    if member is None or member.contact != "not_for_now" or stage_of(exercise) not in ("for_now", *NEED_OK):
        return False
    pick = book.content.exercise(PICK)
    with st.container(horizontal=True, key="onward", vertical_alignment="center"):
        st.button(
            _("Choose someone else"),
            type="primary",
            on_click=_start,
            args=(book, pick, chosen_key(book, exercise)),
            key="someone-else",
        )
        ways.to_today()
    return True


def show_nobody_easy(book: MyWorkbook, exercise: Exercise) -> None:
    """The warm-up is for someone easy; where nobody is, it is skipped, or a door is looked at instead."""
    show_line("quiet", _("Nobody else is marked fine for now yet. A warm-up is good, and you can do without it."))
    following = book.content.exercise("reach_out.two_lines")
    doors = book.content.exercise("reconnect.three_doors")
    with st.container(horizontal=True, key="nobody-easy", vertical_alignment="center"):
        st.button(_("Go on without it"), key="without-warm-up", on_click=ways.open_here, args=(following,))
        st.button(_("Look at another name first"), key="another-name", on_click=_look_at_another, args=(book,))
        if not doors.hidden:
            ways.to_exercise(doors, here=exercise, part="easy")


def _look_at_another(book: MyWorkbook) -> None:
    st.session_state[f"{book.person_id}|screen|who"] = None
    ways.open_here(book.content.exercise("reach_out.for_now"))


def in_words(book: MyWorkbook, occasion: str, names: Mapping[str, str], otherwise: str) -> str:
    """A hello by whom it is for and its day."""
    begun = book.hello(book.content.exercise(PICK), occasion)
    name = plain(names.get(begun.member_id, "")) if begun else ""
    return f"{name} · {otherwise}" if name else otherwise
