"""One hello as one flow: whom it is for, how far it has come, and the way on; on any device it goes on where it was."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import streamlit as st

from workbook.content import Exercise
from workbook.in_touch import MET, PEOPLE, TURNED_DOWN, follow_ups, may_be_written_to, went_out
from workbook.my_workbook import PICK, MyWorkbook
from workbook.pod import Member
from workbook.refused import Refused
from workbook.store.engine import StoreTrouble
from workbook.store.tries import Try
from workbook.suggesting import OpenHello
from workbook.ui import session, ways
from workbook.ui.plain import plain, safe, show_line
from workbook.ui.saving import attempt
from workbook.ui.words import _

STAGES = ("pick", "for_now", "warm_up", "two_lines", "when_where", "sent", "after_sent")
AFTER, QUIET = "reach_out.after_sent", "reach_out.nothing_back"
ASKED_FOR = "hello"  # in the address: the occasion of the hello to go on with
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


def here(book: MyWorkbook, exercise: Exercise) -> Going | None:
    """The hello that the page open now goes on with."""
    occasion = str(st.session_state.get(chosen_key(book, exercise)) or book.occasion(exercise, []))
    return going(book, exercise, occasion, {m.member_id: m for m in book.members()})


def chosen_key(book: MyWorkbook, exercise: Exercise) -> str:
    """Where the page remembers which occasion is looked at; one for all that belong together."""
    return f"{book.person_id}|occasion|{exercise.follows or exercise.key}"


def stage_of(exercise: Exercise) -> str:
    """Which stage of a hello an exercise is; "" if none."""
    step, _dot, name = exercise.key.partition(".")
    return name if step == "reach_out" and name in STAGES else ""


def take_up_what_was_asked_for(book: MyWorkbook) -> None:
    """Where the address names a hello, as Today's lines do, that is the one the page goes on with."""
    asked = st.query_params.get(ASKED_FOR, "")
    if asked:
        del st.query_params[ASKED_FOR]
        if asked in {one.occasion for one in book.open_hellos()}:
            st.session_state[f"{book.person_id}|occasion|{PICK}"] = asked


def resume_at(book: MyWorkbook, step_key: str) -> str:
    """The name of the exercise to go on with when a step is opened without saying which; "" if there is none.

    Where a hello was sent and one more may follow to someone, that is offered where hellos begin.
    """
    if step_key != "reach_out":
        return ""
    chosen = f"{book.person_id}|occasion|{PICK}"
    hellos = book.open_hellos()
    if st.session_state.get(chosen) not in {one.occasion for one in hellos}:
        st.session_state.pop(chosen, None)  # begun with nobody yet, or with someone who is there no more
    if not hellos:
        return "pick" if book.saved(PICK) else ""
    now = next((one for one in hellos if one.occasion == st.session_state.get(chosen)), hellos[0])
    if now.sent and not book.resting() and follow_ups(book.rows(), book.today):
        return "pick"
    return where(book, now)


def where(book: MyWorkbook, hello: OpenHello) -> str:
    """The name of the exercise with which a hello goes on: its stage, or the next one that no group leaves out."""
    if hello.stage not in STAGES:
        return "pick"
    return hello.stage if hello.stage in visible(book) else following(book, hello.stage).key.partition(".")[2]


def way_on(book: MyWorkbook, exercise: Exercise, exercises: Sequence[Exercise]) -> Exercise | None:
    """What comes after one of a step's exercises; None at their end. What a hello has nothing to say to is passed over."""
    later = exercises[exercises.index(exercise) + 1 :]
    over = _passed_over(book, exercise)
    return next((one for one in later if one.key not in over), None)


def _passed_over(book: MyWorkbook, exercise: Exercise) -> tuple[str, ...]:
    """A hello that did not go out is not looked back on; one that was answered, or turned down, did not stay quiet."""
    stage = stage_of(exercise)
    if stage not in ("sent", "after_sent"):
        return ()
    now = here(book, exercise)
    sent = now is not None and went_out(now.begun.fields)
    if stage == "sent":
        return () if sent else (AFTER, QUIET)
    said = {s.prompt: s.value for s in book.saved(AFTER) if now and s.occasion == now.occasion}
    came_back = said.get("outcome") in (*MET, *TURNED_DOWN)
    return (QUIET,) if came_back or not (sent or said.get("which")) else ()


def note_stage(book: MyWorkbook, exercise: Exercise, now: Going | None) -> None:
    """Keep how far this hello has come, once someone is picked. Looking back is not going back."""
    stage = stage_of(exercise)
    if not stage or now is None or now.member is None or now.member.parted:
        return
    if stage == "for_now" and now.member.contact == "ok":
        return  # it is behind them: another name is looked at here
    state = now.begun.fields.get("state")
    if state and STAGES.index(stage) < STAGES.index("sent"):
        return
    if stage == "after_sent" and not went_out(now.begun.fields):
        return  # there is nothing to look back on yet
    at = next((s.value for s in book.saved(PICK) if s.prompt == "at" and s.occasion == now.occasion), "")
    if at not in STAGES or STAGES.index(stage) > STAGES.index(at):
        with suppress(StoreTrouble, Refused, session.NotHere):  # what cannot be written now can still be read
            session.book_for_saving(book.person_id).note_stage(now.occasion, stage)


def show_whom(book: MyWorkbook, exercise: Exercise, now: Going | None) -> None:
    """Whom this hello is for and how far along it is; a fresh one can be begun from anywhere but its beginning."""
    if now is None or now.member is None:
        return
    stage, member = stage_of(exercise), now.member
    with st.container(key="hello", horizontal=True, vertical_alignment="center", gap="small"):
        stages = visible(book)
        known = stage in stages
        at = "· " + _("{at} of {all}").format(at=stages.index(stage) + 1, all=len(stages)) if known else ""
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


def begin(
    book: MyWorkbook, exercise: Exercise, key: str, chosen: str, known: Mapping[str, Member], *, people: bool
) -> bool:
    """Begin a hello to someone already there, or to a name just typed; `people`: to nothing else."""

    def act(own: MyWorkbook) -> str:
        return own.begin_hello(chosen if chosen in known else own.someone_called(chosen), people=people)

    occasion = attempt(book, key, act, typed=None if chosen in known else chosen)
    if occasion:
        st.session_state[chosen_key(book, exercise)] = occasion
    return bool(occasion)


def held_back(book: MyWorkbook, exercise: Exercise, now: Going | None) -> bool:
    """Say why nothing is offered for someone who is not fine for now; whether that is so."""
    member = now.member if now else None
    if member is not None and member.parted:
        words = _("{name} died, so this hello rests. What you wrote to them stays yours.")
        show_line("note", words.format(name=member.name))
        return True
    if member is None or stage_of(exercise) not in NEED_OK or may_be_written_to(member):
        return False
    say_why(book, exercise, member)
    return True


def say_why(book: MyWorkbook, exercise: Exercise, member: Member) -> None:
    """Why nothing to send is offered for someone, and what may be done about it, if anything."""
    if member.parted:
        show_line("note", _("{name} is remembered here. Nothing is asked about them.").format(name=member.name))
        return
    if member.place in ("released", "left_off"):
        words = _("{name} is off your map, so there is nothing to send here. You can bring them back under My pod.")
        show_line("note", words.format(name=member.name))
        ways.to_member(member.member_id)
        return
    if member.contact == "not_for_now":
        show_line("note", _("{name} is marked not for now, so there is nothing to send here.").format(name=member.name))
    elif member.twin_rests:
        show_line("note", _("First say if {name} is someone else. Then the next pages open.").format(name=member.name))
        return
    else:
        show_line("note", _("First the five taps about {name}. Then the next pages open.").format(name=member.name))
    ways.to_exercise(book.content.exercise("reach_out.for_now"), here=exercise, part="held")


def stops_here(book: MyWorkbook, exercise: Exercise) -> bool:
    """Draw another way on where this hello rests: someone else, or Today. Whether it does."""
    if PICK not in (exercise.key, exercise.follows):
        return False
    now = here(book, exercise)
    member = now.member if now else None
    at_its_taps = stage_of(exercise) in ("for_now", *NEED_OK)
    if member is None or not (member.parted or (at_its_taps and _rests(member))):
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


def _rests(member: Member) -> bool:
    return member.contact == "not_for_now" or member.place in ("released", "left_off")


def visible(book: MyWorkbook) -> list[str]:
    """The stages that no group of theirs leaves out, in order."""
    return [stage for stage in STAGES if not book.content.exercise(f"reach_out.{stage}").hidden]


def following(book: MyWorkbook, stage: str, *, wanted: str = "") -> Exercise:
    """The stage that comes after one, or the `wanted` one; a stage left out is passed over, at the end it is where one is."""
    shown = visible(book)
    later = [s for s in shown if STAGES.index(s) >= STAGES.index(wanted or stage) + (not wanted)]
    return book.content.exercise(f"reach_out.{(later or shown[-1:] or [stage])[0]}")


def nobody_easy(now: Going | None, members: Sequence[Member]) -> bool:
    """Whether there is nobody to warm up with: fine for now, and not the one the hello is for."""
    whom = now.member if now else None
    besides = [m for m in members if whom is None or m.member_id != whom.member_id]
    return not any(m.kind in PEOPLE and may_be_written_to(m) for m in besides)


def waits_for_taps(book: MyWorkbook, exercise: Exercise) -> bool:
    """Whether going on would pass over what this page is for: the taps, or a warm-up that has its own ways on."""
    stage = stage_of(exercise)
    if stage not in ("for_now", "warm_up"):
        return False
    now = here(book, exercise)
    if stage == "warm_up":
        return nobody_easy(now, book.members())
    return now is not None and now.member is not None and now.member.contact == "unscreened"


def show_nobody_easy(book: MyWorkbook, exercise: Exercise) -> None:
    """The warm-up is for someone easy; where nobody is, it is skipped, or a door is looked at instead."""
    show_line("quiet", _("Nobody else is marked fine for now yet. A warm-up is good, and you can do without it."))
    then = following(book, "warm_up")
    doors = book.content.exercise("reconnect.three_doors")
    with st.container(horizontal=True, key="nobody-easy", vertical_alignment="center"):
        st.button(_("Go on without it"), key="without-warm-up", on_click=ways.open_here, args=(then,))
        st.button(_("Look at another name first"), key="another-name", on_click=_look_at_another, args=(book,))
        if not doors.hidden:
            ways.to_exercise(doors, here=exercise, part="easy")


def _look_at_another(book: MyWorkbook) -> None:
    st.session_state[f"{book.person_id}|screen|who"] = None
    ways.open_here(book.content.exercise("reach_out.for_now"))


def whose(book: MyWorkbook, names: Mapping[str, str]) -> dict[str, str]:
    """For each occasion of a hello the name it is for."""
    begun = {one.began_via.partition("|")[2]: one for one in book.tries() if one.began_via.startswith(f"{PICK}|")}
    return {occasion: plain(names[one.member_id]) for occasion, one in begun.items() if one.member_id in names}
