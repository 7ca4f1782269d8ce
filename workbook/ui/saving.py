"""One widget bound to one answer: given its saved value once, saved on change, its earlier versions at hand."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from workbook.coaching import mark_of
from workbook.content import Exercise, Prompt
from workbook.in_touch import rests
from workbook.ladder import NOT_AGAIN, PUT_ASIDE
from workbook.my_sharing import Sharing, Ticked
from workbook.my_workbook import PICK, MyWorkbook
from workbook.pod import Member
from workbook.refused import Refused
from workbook.store.answers import Saved
from workbook.store.engine import StoreTrouble
from workbook.typed import KINDS, Field, mark, worth_showing
from workbook.ui import help_lines, refusals, session
from workbook.ui.plain import safe, show_line, show_short, show_typed
from workbook.ui.when import day, moment
from workbook.ui.words import _

SKIP = "–"
HELD = "held"
ASTRAY = "astray"  # words typed for someone, or on a page, that is there no more
TYPED = ("line", "long_text", "starter")

Read = Callable[[Any], Any]


@dataclass
class View:
    """One exercise as it is being shown: the workbook, the occasion, the standing answers, the members."""

    book: MyWorkbook
    exercise: Exercise
    occasion: str
    given: dict[tuple[str, str], Saved]
    members: list[Member]
    everyone: dict[str, Member] = field(default_factory=dict)
    called: dict[str, str] = field(default_factory=dict)
    whom: Member | None = None  # whom the hello on this page is for, where one goes on
    begun: str = ""  # the id of its try
    told_not_soon: bool = False  # beside an answer drawn already, that nobody may be reading soon

    def __post_init__(self) -> None:
        self.called = told_apart({m.member_id: m.name for m in self.everyone.values()})

    def key(self, prompt: Prompt, about: str = "", part: str = "") -> str:
        """A widget key that names the person: another person on the same browser never meets it."""
        return "|".join((self.book.person_id, self.exercise.key, prompt.key, self.occasion, about, part))

    def value(self, prompt: Prompt, about: str = "", otherwise: Any = None) -> Any:
        """The standing answer's value."""
        saved = self.given.get((prompt.key, about))
        return saved.value if saved else otherwise

    @cached_property
    def sharing(self) -> list[Sharing]:
        """The groups this person is in, read once for all answers on the page."""
        return self.book.sharing.groups()

    @cached_property
    def ticked(self) -> list[Ticked]:
        """The versions ticked for them."""
        return self.book.sharing.ticked() if any(one.answers for one in self.sharing) else []


def told_apart(names: Mapping[str, str]) -> dict[str, str]:
    """The names, with a number where two are alike: a list of choices takes two of the same words for one."""
    apart: dict[str, str] = {}
    for key, name in names.items():
        number, label = 1, name
        while label in apart.values():
            number += 1
            label = f"{name} ({number})"
        apart[key] = label
    return apart


def unchanged(value: Any) -> Any:
    """The value as it is."""
    return value


def save(view: View, prompt: Prompt, about: str, key: str, read: Read) -> None:
    """Save what the widget holds now; a refusal is shown beside it and the text stays in the field."""
    value = read(st.session_state[key])
    save_id = f"{sitting()}.{secrets.token_hex(8)}" if prompt.kind in KINDS else ""
    attempt(
        view.book,
        key,
        lambda own: own.answer(
            *(view.exercise.key, prompt.key, value),
            occasion=view.occasion,
            about=about,
            save_id=save_id,
            drawn=mark_of(view.exercise),
        ),
        typed=value if prompt.kind in TYPED else None,
        chosen=prompt.kind not in TYPED,
    )


def sitting() -> str:
    """A name for what is saved from this one page, from its loading to its end."""
    return str(st.session_state.setdefault("sitting", secrets.token_hex(8)))


def kept_line(kind: str, words: str, field: Field, key: str, *, hindered: bool) -> None:
    """One small line below a text field, with what the page's script needs to save its words and to say how that stands.

    The mark is of what the field held when it was last saved, which is never taken from what it holds now: words whose
    save came to nothing are not called saved. There is none while something hinders the save.
    """
    holds = "" if hindered else mark(st.session_state.get(HELD, {}).get(key) or "")
    st.html(
        f'<p class="{safe(kind)}" data-kept="{safe(str(field))}" data-mark="{safe(holds)}" '
        f'data-saving="{safe(_("Saving …"))}" data-waiting="{safe(_("Not saved yet"))}" '
        f'data-lost="{safe(_("Not saved. Keep this page open."))}"><span>{safe(words)}</span></p>',
        width="content",
    )


def show_field(
    view: View,
    prompt: Prompt,
    draw: Callable[..., Any],
    *,
    about: str = "",
    shown: Read = unchanged,
    read: Read = unchanged,
    empty: Any = None,
    below: str = "",
    save: Callable[[View, Prompt, str, str, Read], None] = save,
) -> Any:
    """The widget that `draw` draws, holding the standing answer, with a hint and its saved line below."""
    key = view.key(prompt, about)
    stored = shown(view.value(prompt, about, empty))
    brought = brought_back(key)
    if brought:
        st.session_state["given"][key] = stored
        note_held(key, stored)
    else:
        give(key, stored)
    value = draw(key=key, on_change=save, args=(view, prompt, about, key, read))
    if brought and value != stored:
        versions = view.book.versions(view.exercise.key, prompt.key, view.occasion, about)
        if value == shown(empty) or value in [shown(v.value) for v in versions]:
            st.session_state["given"][key] = value  # so that what stands now takes its place
        else:
            save(view, prompt, about, key, read)
        st.rerun()
    if below:
        show_line("hint", below)
    saved_line(view, prompt, about, key)
    return value


def brought_back(key: str) -> bool:
    """Whether the browser brings a value for a widget this session never drew: the server restarted in between.

    Only words that were never saved are news; a browser left open long ago may bring old ones.
    """
    context = get_script_run_ctx()
    if context is None or key in st.session_state.setdefault("given", {}) or st.session_state.get("lifted"):
        return False  # known already; or put away meanwhile, and then its fields came back empty
    return any(state.id.endswith(f"-{key}") for state in context.session_state.get_widget_states())


def give(key: str, stored: Any) -> None:
    """Give a widget its saved value once; later only a newer one, and not over words that could not be saved."""
    given = st.session_state.setdefault("given", {})
    newer = key in given and given[key] != stored and st.session_state.get(key) == given[key]
    if newer or key not in st.session_state:
        st.session_state[key] = stored
    given[key] = stored
    if st.session_state[key] == stored:
        note_held(key, stored)


def note_held(key: str, value: Any) -> None:
    """What a field held, as the person wrote it, when it was last saved or given its value."""
    st.session_state.setdefault(HELD, {})[key] = value


def take_again(key: str) -> None:
    """Let the widget take its value from the store again."""
    st.session_state.pop(key, None)


def attempt(
    book: MyWorkbook, key: str, act: Callable[[MyWorkbook], Any], *, typed: Any = None, chosen: bool = False
) -> Any:
    """What `act` gives; None where it could not be done, and then the reason is shown beside the widget.

    What was `typed` is not lost from sight where the page ends because nobody is signed in any more, or where it asks
    for it no more. What was `chosen` under a question that was changed meanwhile is not left standing under the new one.
    """
    troubles = st.session_state.setdefault("troubles", {})
    troubles.pop(key, None)
    try:
        done = act(session.book_for_saving(book.person_id))
        st.session_state.setdefault("mine", set()).add(key)
        note_held(key, st.session_state.get(key))
        return done
    except Refused as refused:
        troubles[key] = refusals.sentence(refused)
        gone = refused.code == "member_gone" or (refused.code == "not_offered" and _is_of_no_page(book, key))
        if gone and isinstance(typed, str) and typed.strip():
            st.session_state.setdefault(ASTRAY, {})[key] = typed
        if refused.code == "about_another" or (refused.code == "question_changed" and chosen):
            take_again(key)
    except session.NotHere:
        session.keep_in_sight(typed)
        troubles[key] = _("You are signed out here, so this was not saved. Copy your words, then sign in again.")
    except StoreTrouble:
        troubles[key] = _("This is not saved yet. Keep the page open and try again in a minute.")
    return None


def _is_of_no_page(book: MyWorkbook, key: str) -> bool:
    """Whether the exercise that a field belongs to is not in this workbook any more."""
    return key.split("|")[1:2] not in [[e.key] for e in book.content.exercises]


def show_trouble(key: str) -> None:
    """What hindered the last attempt, if anything did."""
    trouble = st.session_state.get("troubles", {}).get(key)
    if trouble:
        show_line("trouble", trouble)


def saved_line(view: View, prompt: Prompt, about: str, key: str) -> None:
    """What hinders the save, if anything; when it was saved; and the way to its earlier versions."""
    show_trouble(key)
    saved = view.given.get((prompt.key, about))
    row = st.container(horizontal=True, key=f"saved-{prompt.key}-{about}", vertical_alignment="center", gap="small")
    if saved is None:
        with row:  # its room is kept, so that nothing moves once there is something to say
            _state(view, prompt, "unsaved", "\u00a0", key)
        return
    if _changed_elsewhere(key, saved):
        show_line("note", _("This was changed in another window too. Both are under “Earlier versions”."))
    with row:
        _state(view, prompt, "saved", _("Saved {time}").format(time=moment(view.book, saved.recorded_at)), key)
        with st.popover(
            _("Earlier versions"), type="tertiary", key=f"{key}|more", on_change="rerun", width="content"
        ) as more:
            if more.open:
                _show_versions(view, prompt, about, key)
    from workbook.ui import ticking  # what is shared there is saved from here

    ticking.show(view, prompt, saved, key)


def _state(view: View, prompt: Prompt, kind: str, words: str, key: str) -> None:
    if prompt.kind in KINDS:
        drawn = mark_of(view.exercise)
        field = Field(view.book.person_id, "answer", view.exercise.key, prompt.key, view.occasion, sitting(), drawn)
        kept_line(kind, words, field, key, hindered=key in st.session_state.get("troubles", {}))
    else:
        show_short(kind, words)


def _changed_elsewhere(key: str, saved: Saved) -> bool:
    """Whether there are versions this page did not make since it was last drawn; said until the next save from here."""
    mine = key in st.session_state.setdefault("mine", set())
    seen, elsewhere = st.session_state.setdefault("seen", {}), st.session_state.setdefault("elsewhere", set())
    st.session_state["mine"].discard(key)
    if saved.versions > seen.get(key, saved.versions) + mine:
        elsewhere.add(key)
    elif mine:
        elsewhere.discard(key)
    seen[key] = saved.versions
    return key in elsewhere


def _show_versions(view: View, prompt: Prompt, about: str, key: str) -> None:
    versions = worth_showing(view.book.versions(view.exercise.key, prompt.key, view.occasion, about))
    if len(versions) < 2:
        show_line("quiet", _("There is only this one version."))
    for version in versions[1:11]:
        show_line("saved", _("Saved {time}").format(time=moment(view.book, version.recorded_at)))
        show_typed(in_words(view, prompt, version.value) or SKIP)
        st.button(
            _("Bring this one back"),
            key=f"{key}|back|{version.answer_id}",
            on_click=_bring_back,
            args=(view, key, version.answer_id),
        )
    st.button(
        _("Erase this and its earlier versions"),
        key=f"{key}|erase",
        on_click=_erase,
        args=(view, prompt, about, key),
    )


def show_kept_aside(view: View) -> None:
    """Answers without a field on this page: to a question no longer asked, or about someone it is not asked about now.

    They too can be looked at, brought back to an earlier version, and erased.
    """
    aside = []
    for (key, about), saved in view.given.items():
        prompt = next((p for p in view.exercise.prompts if p.key == key), None)
        if (
            prompt
            and not _has_a_field(view, prompt, about)
            and (in_words(view, prompt, saved.value) or saved.versions > 1)
        ):
            aside.append((prompt, about, saved))
    if not aside:
        return
    with st.expander(_("Also kept from this page"), key=f"{view.book.person_id}|{view.exercise.key}|aside"):
        show_line("hint", _("You answered this before. It is not asked here now, and it stays yours."))
        for prompt, about, saved in aside:
            name = view.called.get(about, "")
            show_line("quiet", f"{prompt.ask} · {name}" if name else prompt.ask)
            show_typed(in_words(view, prompt, saved.value) or SKIP)
            saved_line(view, prompt, about, view.key(prompt, about))


def _has_a_field(view: View, prompt: Prompt, about: str) -> bool:
    if prompt.retired or not about or prompt.kind == "stage":
        return not prompt.retired
    member = next((m for m in view.members if m.member_id == about), None)
    if member is None or prompt.ring not in ("", member.place) or not may_be_asked_about(prompt, member):
        return False
    if prompt.of and about not in (view.value(view.exercise.prompt(prompt.of), "", []) or []):
        return False
    return prompt.kind != "later_each_member" or member.state == PUT_ASIDE


def may_be_asked_about(prompt: Prompt, member: Member) -> bool:
    """Whether a question about each member may be about this one: to ask someone into the pod is to be in contact."""
    return prompt.fills != "member.asked" or not rests(member)


def _bring_back(view: View, key: str, answer_id: str) -> None:
    if attempt(view.book, key, lambda own: own.bring_back(answer_id)):
        take_again(key)


def _erase(view: View, prompt: Prompt, about: str, key: str) -> None:
    def erase(own: MyWorkbook) -> bool:
        own.erase(view.exercise.key, prompt.key, view.occasion, about)
        return True

    if attempt(view.book, key, erase):
        take_again(key)


def in_words(view: View, prompt: Prompt, value: Any) -> str:
    """A saved value as the person would say it."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(in_words(view, prompt, one) for one in value)
    if prompt.kind in _PICKED:
        return _PICKED[prompt.kind](view).get(str(value), str(value))
    if prompt.kind == "overlap":
        return _("{value} of 100").format(value=value)
    if prompt.kind == "later_each_member" and value != NOT_AGAIN:
        return day(date.fromisoformat(value))
    return view.called.get(value) or prompt.words_of(str(value))


def tries_in_words(view: View) -> dict[str, str]:
    """Each try by who it is with, what it is and its day; the newest first."""
    tries = {one.try_id: one for one in reversed(view.book.tries())}
    exercises = {e.key: e for e in view.book.content.exercises}

    def words(try_id: str) -> str:
        one = tries[try_id]
        begun = exercises.get(one.began_via.partition("|")[0])
        act = str(one.fields.get("act") or "")
        if begun and act:
            act = next((p.words_of(act) for p in begun.prompts if p.fills == "try.act"), act)
        what = act or (begun.title if begun and begun.key != PICK else "")
        parts = (view.called.get(one.member_id) or _("No name"), what, day(one.on_day))
        return " · ".join(part for part in parts if part)

    return told_apart({try_id: words(try_id) for try_id in tries})


def _doors(view: View) -> dict[str, str]:
    return {door["key"]: door["title"] for door in view.book.content.doors} | _lines(view)


def _lines(view: View) -> dict[str, str]:
    return {line["key"]: help_lines.short(line) for line in view.book.content.help_lines}


_PICKED: dict[str, Callable[[View], dict[str, str]]] = {
    "doors": _doors,
    "help_lines": _lines,
    "country": lambda view: view.book.content.countries,
    "try": tries_in_words,
}
