"""Bringing notes back: a file is chosen, looked at before anything changes, and taken in whole or not at all."""

import threading

import streamlit as st

from workbook import bundle, names_list, signing
from workbook.arrivals import Arrival
from workbook.bundle import Entry, Plan
from workbook.logbook import note
from workbook.my_workbook import MyWorkbook
from workbook.pod import small_name
from workbook.refused import Refused
from workbook.store.engine import StoreTrouble
from workbook.ui import refusals, session
from workbook.ui.differing import Differing
from workbook.ui.plain import plain, safe, show_line
from workbook.ui.words import _, n_

MOST_SHOWN = 12  # files left aside
MOST_LISTED = 200  # things that differ, or cells, in one list
AT_ONCE = 20  # things that differ, each with a box to tick
PREFIX = "bring "
_one_reads = threading.Lock()  # a large file takes memory while it is read: one person's after the other's
LARGEST = {"bundle": bundle.LARGEST, "names": names_list.LARGEST}  # bytes


def show(book: MyWorkbook) -> None:
    """The part of Mine to keep where files come back."""
    found = session.here()
    if found is None:
        return
    st.header(_("Bring notes back"), anchor=False)
    said = st.session_state.pop(f"{PREFIX}said", None)
    if said:
        show_line(*said)
    home = session.home()
    arrival = home.arrivals.of(found.session_id, home.clock())
    arrival_id = arrival.arrival_id if arrival else ""
    if st.session_state.get(f"{PREFIX}kept for", "") != arrival_id:
        _let_go_of_choices()  # what was picked for another file, and all that was read of it
        st.session_state[f"{PREFIX}kept for"] = arrival_id
    if arrival is None:
        _show_choosing()
    elif arrival.refused:
        home.arrivals.drop(found.session_id)
        show_line("trouble", refusals.sentence(Refused(arrival.refused, most=_most(arrival.refused))))
        _show_choosing()
    elif arrival.what == "names":
        _show_names(book, arrival)
    else:
        _show_bundle(book, arrival)
    # Pressed by the script of the front page once a file is here (`web/front_page.js`).
    st.button(_("Look at the file"), key="brought")


def _most(code: str) -> int:
    return LARGEST[code.partition("_")[0]] // 1_000_000


def _show_choosing() -> None:
    st.html(
        _chooser(
            "bundle",
            ".zip,application/zip",
            _("Choose the ZIP you took"),
            _("You see what is in it before anything changes. Nothing here is lost by it."),
        )
        + _chooser(
            "names",
            ".csv,.vcf,text/csv,text/vcard",
            _("Choose a list of names"),
            _("A CSV with a column “name”, or an address book as vCard. You pick who comes along."),
        )
    )


def _chooser(what: str, accept: str, label: str, hint: str) -> str:
    code = f"{what}_large"
    most, large = LARGEST[what], refusals.sentence(Refused(code, most=_most(code)))
    return (
        f'<div class="bring"><label class="button" for="bring-{what}">{safe(label)}</label>'
        f'<input type="file" id="bring-{what}" data-bring="{what}" data-most="{most}" accept="{accept}" aria-describedby="hint-{what}">'
        f'<p class="hint" id="hint-{what}">{safe(hint)}</p>'
        f'<p class="quiet" role="status" data-sending="{safe(_("Reading your file …"))}"'
        f' data-large="{safe(large)}" data-failed="{safe(_("The file did not come through. Try again."))}"></p></div>'
    )


def _drop() -> None:
    found = session.here()
    if found is not None:
        session.home().arrivals.drop(found.session_id)
    _let_go_of_choices()


def _look_again(refused: Refused) -> None:
    """The file stays, and is laid beside what is here by now."""
    _let_go_of_choices()
    st.session_state[f"{PREFIX}said"] = ("trouble", refusals.sentence(refused))


def _let_go_of_choices() -> None:
    for key in [key for key in st.session_state if str(key).startswith(f"{PREFIX}kept")]:
        del st.session_state[key]


def _refuse(refused: Refused, book: MyWorkbook) -> None:
    note("bring_refused", why=refused.code, person=book.person_id)
    _drop()
    st.session_state[f"{PREFIX}said"] = ("trouble", refusals.sentence(refused))


# The bundle


def _plan(book: MyWorkbook, arrival: Arrival) -> Plan | Refused:
    """The plan of the file that waits, made once."""
    kept = st.session_state.get(f"{PREFIX}kept plan")
    if kept is None or kept[0] != arrival.arrival_id:
        made: Plan | Refused
        try:
            with st.spinner(_("Reading your file …")), _one_reads:
                made = book.compare(bundle.read(bundle.unpacked(arrival.body), book.content))
        except Refused as refused:
            made = refused
        kept = (arrival.arrival_id, made)
        st.session_state[f"{PREFIX}kept plan"] = kept
    return kept[1]


def _show_bundle(book: MyWorkbook, arrival: Arrival) -> None:
    plan = _plan(book, arrival)
    if isinstance(plan, Refused):
        show_line("trouble", refusals.sentence(plan))
        _drop()
        _show_choosing()
        return
    _show_odd(plan)
    if plan.changes_nothing:
        show_line("quiet", _("All of this is here already. There is nothing to take in."))
        st.button(_("Good"), key=f"{PREFIX}drop", on_click=_drop)
        return
    _show_new(plan)
    chosen = _show_differing(book, plan)
    if plan.bundle.aside:
        names = ", ".join(small_name(name, 40) for name in plan.bundle.aside[:MOST_SHOWN])
        show_line("quiet", _("Left aside, as we cannot read them: {names}.").format(names=names))
    show_line("hint", _("Who could see what does not come back. Nothing is shared by this."))
    with st.container(horizontal=True):
        st.button(_("Take it in"), key=f"{PREFIX}take", type="primary", on_click=_wish, args=(arrival.arrival_id,))
        st.button(_("Leave it"), key=f"{PREFIX}drop", on_click=_drop)
    if st.session_state.get(f"{PREFIX}wish") == arrival.arrival_id:
        _take(book, chosen)


def _wish(arrival_id: str) -> None:
    """Pressed: it holds until it is done, also where the page is drawn anew in the middle of it."""
    st.session_state[f"{PREFIX}wish"] = arrival_id


def _take(book: MyWorkbook, plan: Plan) -> None:
    bar = st.progress(0.0, _("Taking it in …"))

    def tell(share: float) -> None:
        bar.progress(share, _("Taking it in …"))

    try:
        book.take_in(plan, theirs=True, tell=tell)
    except Refused as refused:
        if refused.code == "changed_meanwhile":
            _look_again(refused)
        else:
            _refuse(refused, book)
    except StoreTrouble:
        st.session_state[f"{PREFIX}said"] = ("trouble", _("Nothing was taken in yet. Try again in a minute."))
    else:
        note("brought", what="bundle", person=book.person_id)
        _drop()
        words = (
            _("Nothing was changed. All of it stays as it is here.")
            if plan.changes_nothing
            else _("It is all here now.")
        )
        st.session_state[f"{PREFIX}said"] = ("saved", words)
    st.session_state.pop(f"{PREFIX}wish", None)
    st.rerun()


def _show_new(plan: Plan) -> None:
    new = {section: len(entries) for section, entries in plan.new.items()}
    parts = [
        _counted(new["members"], n_("{count} name on the map", "{count} names on the map", new["members"])),
        _counted(new["moves"], n_("{count} move", "{count} moves", new["moves"])),
        _counted(new["answers"], n_("{count} answer", "{count} answers", new["answers"])),
        _counted(new["tries"], n_("{count} hello or small step", "{count} hellos and small steps", new["tries"])),
        _counted(new["touches"], n_("{count} time in touch", "{count} times in touch", new["touches"])),
    ]
    rest = sum(new[section] for section in ("choices", "opened", "exercises", "carried", "noted"))
    parts.append(_counted(rest, n_("{count} other note", "{count} other notes", rest)))
    listed = [part for part in parts if part]
    same = sum(plan.same.values())
    lines = [_("New: {things}.").format(things=", ".join(listed))] if listed else [_("Nothing in it is new.")]
    if same:
        lines.append(
            n_("{count} thing is the same here.", "{count} things are the same here.", same).format(count=same)
        )
    st.html("".join(f"<p>{safe(line)}</p>" for line in lines))
    named = [str(entry.cells["name"]) for entry in plan.new["members"]]
    if named:
        with st.expander(_("New names")):
            st.text("\n".join(named))


def _counted(count: int, words: str) -> str:
    return words.format(count=count) if count else ""


def _show_differing(book: MyWorkbook, plan: Plan) -> Plan:
    """What differs, and which is to hold, for all or one by one; the plan with what is to be taken from the file."""
    pairs = [(entry, ours) for found in plan.differs.values() for entry, ours in found]
    if not pairs:
        return plan
    st.html(
        f"<p>{safe(n_('{count} thing differs from what is here.', '{count} things differ from what is here.', len(pairs)).format(count=len(pairs)))}</p>"
    )
    words = {
        "here": _("What is here"),
        "file": _("What the file says"),
        "each": _("I look at each"),
    }
    which = st.radio(_("Which is to hold?"), list(words), format_func=words.__getitem__, key=f"{PREFIX}kept which")
    said = Differing(book, plan)
    if which != "each":
        with st.expander(_("What differs")):
            st.text("\n\n".join(_difference(said, *pair) for pair in pairs[:MOST_LISTED]))
            _and_more(len(pairs))
        return plan if which == "file" else plan.taking(set())
    return plan.taking(_picked(said, pairs))


def _picked(said: Differing, pairs: list[tuple[Entry, Entry]]) -> set[int]:
    """The places of those for which the file's word was picked, some at a time on the page."""
    kept: set[int] = st.session_state.setdefault(f"{PREFIX}kept picks", set())
    pages = range(0, len(pairs), AT_ONCE)
    first = 0
    if len(pages) > 1:
        first = st.selectbox(
            _("Which of them?"),
            pages,
            format_func=lambda at: f"{at + 1}–{min(at + AT_ONCE, len(pairs))}",
            key=f"{PREFIX}kept page",
        )
    for number, pair in enumerate(pairs[first : first + AT_ONCE], first):
        st.text(_difference(said, *pair))
        key = f"{PREFIX}kept pick {number}"
        if key not in st.session_state:
            st.session_state[key] = number in kept
        st.checkbox(_("Take what the file says"), key=key, on_change=_pick, args=(number,))
    return kept


def _pick(number: int) -> None:
    kept: set[int] = st.session_state.setdefault(f"{PREFIX}kept picks", set())
    (kept.add if st.session_state[f"{PREFIX}kept pick {number}"] else kept.discard)(number)


def _difference(said: Differing, entry: Entry, ours: Entry) -> str:
    """Whom or what it is about, then both sides."""
    return "\n".join([said.about(entry), *said.lines(entry, ours)])


def _show_odd(plan: Plan) -> None:
    """The cells that were changed where they are only for reading."""
    if not plan.odd:
        return
    count = len(plan.odd)
    words = n_(
        "{count} cell was changed in a column that is only for reading. It is not taken in.",
        "{count} cells were changed in columns that are only for reading. They are not taken in.",
        count,
    )
    show_line("quiet", words.format(count=count))
    with st.expander(_("Which cells")):
        where = _("{file}, row {row}, column “{column}”")
        st.text("\n".join(where.format(**odd._asdict()) for odd in plan.odd[:MOST_LISTED]))
        _and_more(count)


def _and_more(count: int) -> None:
    """How many a long list leaves out: a page can hold only so many."""
    more = count - MOST_LISTED
    if more > 0:
        show_line("hint", n_("And {count} more.", "And {count} more.", more).format(count=more))


# Names


def _names(arrival: Arrival) -> list[str] | Refused:
    """The names in the file that waits, read once."""
    kept = st.session_state.get(f"{PREFIX}kept names")
    if kept is None or kept[0] != arrival.arrival_id:
        found: list[str] | Refused
        try:
            with st.spinner(_("Reading your file …")), _one_reads:
                found = names_list.names(arrival.body)
        except Refused as refused:
            found = refused
        kept = (arrival.arrival_id, found)
        st.session_state[f"{PREFIX}kept names"] = kept
    return kept[1]


def _show_names(book: MyWorkbook, arrival: Arrival) -> None:
    found = _names(arrival)
    if isinstance(found, Refused):
        show_line("trouble", refusals.sentence(found))
        _drop()
        _show_choosing()
        return
    there = {signing.folded(name) for member in book.members() for name in (member.name, *member.also_called)}
    found = list({signing.folded(name): name for name in reversed(found)}.values())[::-1]  # each as first written
    new = [name for name in found if signing.folded(name) not in there]
    known = len(found) - len(new)
    if known:
        show_line(
            "quiet",
            n_("{count} is on your map already.", "{count} are on your map already.", known).format(count=known),
        )
    if new:
        key = f"{PREFIX}kept names {arrival.arrival_id}"
        standing = st.session_state.get(key, [])
        if any(name not in new for name in standing):  # somebody came onto the map meanwhile
            st.session_state[key] = [name for name in standing if name in new]
        picked = st.multiselect(
            _("Who is to come along? Pick them one by one."),
            new,
            format_func=plain,
            key=key,
            placeholder=_("Pick a name"),
            select_all=False,  # it would stand first, and Enter would take them all
        )
        show_line("hint", _("They wait beside your map. You choose their ring, when you like."))
    with st.container(horizontal=True):
        if new:
            st.button(
                _("Add them"),
                key=f"{PREFIX}add",
                type="primary",
                disabled=not picked,
                on_click=_add,
                args=(book.person_id, key, new),
            )
        st.button(_("Leave it"), key=f"{PREFIX}drop", on_click=_drop)


def _add(person_id: str, key: str, new: list[str]) -> None:
    """Whoever is picked by now: the last one may have been picked a moment before the press."""
    picked = [name for name in st.session_state.get(key, []) if name in new]
    added, last = 0, None
    try:
        book = session.book_for_saving(person_id)
        for name in picked:
            try:
                book.add_member(name)
                added += 1
            except Refused as refused:  # the others come along all the same
                last = refused
    except (StoreTrouble, session.NotHere):
        st.session_state[f"{PREFIX}said"] = ("trouble", _("Not all of them could be added. Try again in a minute."))
        return
    if last is not None and not added:
        _refuse(last, book)
        return
    note("brought", what="names", person=book.person_id)
    _drop()
    words = n_("{count} name is beside your map now.", "{count} names are beside your map now.", added)
    said = words.format(count=added)
    st.session_state[f"{PREFIX}said"] = ("trouble", f"{said} {refusals.sentence(last)}") if last else ("saved", said)
