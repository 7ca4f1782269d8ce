"""Coach's desk: the groups, who is in them as far as each shares, and the totals of a group."""

from collections.abc import Sequence

import streamlit as st

from workbook import coaching
from workbook.coach_desk import CSV_COLUMNS, CoachDesk
from workbook.coaching import Board, Group, Overview, Seen
from workbook.growth import Count
from workbook.pod import RINGS
from workbook.ui import coach_links, coach_words, growth_chart, pod_map, proving, session
from workbook.ui.coach_saving import attempt, hold, key_of, show_said
from workbook.ui.palette import ring_names
from workbook.ui.plain import plain, safe, show_line
from workbook.ui.saving import told_apart
from workbook.ui.when import day
from workbook.ui.words import _, n_

A_PAGE = 25
FIND_FROM = 10  # with so many people a name is looked for
PERSON, GROUP = "../../pages/coach/person.py", "../../pages/coach/group.py"


def show(desk: CoachDesk) -> None:
    """The page Coach's desk."""
    st.title(_("Coach's desk"), anchor=False)
    coach_links.put_away(desk)
    _go_to_new_group(desk)
    found = desk.overview(st.query_params.get("g", ""))
    if found is None:
        _show_start(desk)
        return
    show_line("quiet", _("Each time you look at someone, it is noted where they can read it. This desk has no alarms."))
    _show_worry()
    group_id = found.group_id
    _show_choice(desk, found)
    st.header(plain(found.groups[group_id].name), anchor=False)
    with st.container(key="to-group"):
        st.page_link(GROUP, label=_("Its links, words and exercises"), query_params={"id": group_id})
    if found.people:
        _show_people(desk, group_id, found.people)
        _show_board(desk, found.board, found.people)
        _show_file(desk.coach_id, group_id)
    else:
        show_line("quiet", _("Nobody is in yet. Make a link and paste it where your group talks."))
    with st.expander(_("Start another group")):
        _show_making(desk)


def _show_worry() -> None:
    with st.expander(_("If something worries you")):
        said = (
            _("Nobody reads along here, and people know that you may not look for days."),
            _("Talk to the person yourself, in the way you two agreed."),
            _("If a life is in danger, call the emergency number where they are."),
            _("What they share here is theirs. Ask before you tell anyone else."),
        )
        for words in said:
            st.html(f"<p>{safe(words)}</p>")
        st.page_link("../../pages/door/help_now.py", label=_("Help now"))


# Groups


def _show_start(desk: CoachDesk) -> None:
    show_line("lead", _("Hand the workbook to a group with one link. You see only what each person agrees to."))
    st.header(_("Your first group"), anchor=False)
    _show_making(desk)


def _show_making(desk: CoachDesk) -> None:
    key = key_of(desk, "new group")
    with st.form(key, border=False):
        st.text_input(_("Name of the group"), key=hold(key, f"{key}|name", ""), autocomplete="off")
        st.text_input(_("The name its members know you by"), key=f"{key}|coach", autocomplete="off")
        st.form_submit_button(_("Make the group"), type="primary", key=f"{key}|make", on_click=_make, args=(desk, key))
        show_said(key)
    show_line("hint", _("Members see both names. You can change them at any time."))


def _make(desk: CoachDesk, key: str) -> None:
    fields = [f"{key}|name", f"{key}|coach"]
    name, coach = (str(st.session_state[field]) for field in fields)
    made = attempt(desk, key, lambda own: own.make_group(Group(name, coach)), fields=fields)
    if made:
        st.session_state[key_of(desk, "made")] = made


def _go_to_new_group(desk: CoachDesk) -> None:
    """A callback may not go to another page; the run after it may."""
    made = st.session_state.pop(key_of(desk, "made"), None)
    if made:
        st.switch_page(GROUP, query_params={"id": made})


def _show_choice(desk: CoachDesk, found: Overview) -> None:
    """The other groups, where there are any."""
    if len(found.groups) > 1:
        called = told_apart({group_id: group.name for group_id, group in found.groups.items()})
        key = key_of(desk, "group")
        st.session_state[key] = found.group_id
        st.selectbox(
            _("Group"),
            list(called),
            format_func=lambda group_id: called.get(group_id, group_id),
            key=key,
            on_change=_choose,
            args=(key,),
        )


def _choose(key: str) -> None:
    st.query_params["g"] = str(st.session_state[key])


# People


def _show_people(desk: CoachDesk, group_id: str, people: Sequence[Seen]) -> None:
    st.header(_("People"), anchor=False)
    _show_legend()
    found = people
    if len(people) >= FIND_FROM:
        key = key_of(desk, "find", group_id)
        wanted = st.text_input(_("Find a name"), key=key, autocomplete="off").strip().casefold()
        found = [one for one in people if wanted in coach_words.called(one).casefold()]
        if not found:
            show_line("quiet", _("Nobody here goes by that name."))
    more = key_of(desk, "people shown", group_id)
    shown = int(st.session_state.get(more, A_PAGE))
    for one in found[:shown]:
        _show_one(desk, group_id, one)
    if len(found) > shown:
        show_line("quiet", _("{shown} of {all} are shown.").format(shown=shown, all=len(found)))
        st.button(_("Show more people"), key=f"{more}|button", on_click=_show_more, args=(more, shown))


def _show_more(key: str, shown: int) -> None:
    st.session_state[key] = shown + A_PAGE


def _show_one(desk: CoachDesk, group_id: str, one: Seen) -> None:
    with st.container(key=f"person-{one.membership_id}", gap=None):
        st.page_link(
            PERSON, label=plain(coach_words.called(one)), query_params={"g": group_id, "id": one.membership_id}
        )
        body = _in_short(desk, one)
        st.html(body)


def _show_legend() -> None:
    rings = " ".join(
        f'<span class="one-ring"><span class="dot {ring}" aria-hidden="true"></span>{safe(name)}</span>'
        for ring, name in ring_names().items()
    )
    body = f"<p class=quiet>{safe(_('In the order they joined. Small lines tell how a pod was over half a year.'))}</p>"
    st.html(body + f'<p class="quiet legend">{rings}</p>')


def _in_short(desk: CoachDesk, one: Seen) -> str:
    """What the list says of a person; what is not shared is not there."""
    joined = _("Joined in the week of {day}.").format(day=day(one.joined, desk.today))
    lines = [f"{joined} {coach_words.shares_in_short(one.scopes)}"]
    if one.opened is not None:
        lines.append(_opened(desk, one))
    if one.ticked:
        said = n_("{count} answer to read.", "{count} answers to read.", one.ticked)
        lines.append(said.format(count=one.ticked))
    if one.shape and not _anybody(one.shape):
        lines.append(_("Nobody is on the map."))
    said = "".join(f'<p class="facts">{safe(line)}</p>' for line in lines)
    return f'<div class="in-short"><div>{said}</div>{_small_shape(one)}</div>'


def _opened(desk: CoachDesk, one: Seen) -> str:
    opened = one.opened or {}
    told = [f"{desk.content.step(key).title} {opened[key]}" for key in coaching.ARRANGED if opened.get(key)]
    if not told or one.active is None:
        return _("No page is opened.")
    return _("Pages opened: {steps}. The last in the week of {day}.").format(
        steps=", ".join(told), day=day(one.active, desk.today)
    )


def _anybody(shape: Sequence[Count]) -> bool:
    return any(row.core or row.movable or row.outer for row in shape)


def _small_shape(one: Seen) -> str:
    if not one.shape or not _anybody(one.shape):
        return ""
    now = one.shape[-1]
    rings = "".join(
        f'<span><span class="dot {ring}" aria-hidden="true"></span>{getattr(now, ring)}</span>' for ring in RINGS
    )
    drawn = coach_words.small_lines(one.shape, session.dark())
    return f'<div class="small-shape">{drawn}<div aria-hidden="true">{rings}</div></div>'


# Totals


def _show_board(desk: CoachDesk, board: Board, people: Sequence[Seen]) -> None:
    st.header(_("The group as a whole"), anchor=False)
    joined = n_("{count} person is in this group.", "{count} people are in this group.", board.joined)
    st.html(f"<p>{safe(joined.format(count=board.joined))}</p>")
    _show_steps(desk, board, _why_not("steps", people))
    _show_rings(board, _why_not("shape", people))


def _why_not(scope: str, people: Sequence[Seen]) -> str:
    """Why a total is not told: it would speak of a few people only, or of one who stopped sharing."""
    if sum(scope in one.scopes for one in people) < coaching.FEWEST:
        return _("Told once five people share it.")
    return _("Resting for a few weeks, since someone stopped sharing. Or else one person's numbers could be read off.")


def _show_steps(desk: CoachDesk, board: Board, why_not: str) -> None:
    st.html(f'<h3 class="small">{safe(_("Steps"))}</h3>')
    if board.opened is None:
        show_line("quiet", why_not)
        return
    titles = {key: desk.content.step(key).title for key in board.opened}
    told = {key: count for key, count in board.opened.items() if count is not None}
    if not told:
        show_line("quiet", _("Not told yet: each number would tell of fewer than five people."))
        return
    head = "".join(f"<th scope=col>{safe(words)}</th>" for words in (_("Step"), _("People who opened a page of it")))
    rows = "".join(
        f"<tr><th scope=row>{safe(titles[key])}</th>"
        f"<td>{safe(_('{count} of {of}').format(count=count, of=board.steps_of))}</td></tr>"
        for key, count in told.items()
    )
    st.html(
        f'<div class="table" tabindex="0" role="region" aria-label="{safe(_("Steps"))}"><table><thead><tr>{head}</tr>'
        f"</thead><tbody>{rows}</tbody></table></div>"
    )
    withheld = [titles[key] for key in board.opened if key not in told]
    if withheld:
        show_line(
            "hint", _("Not told of {steps}: it would speak of fewer than five.").format(steps=", ".join(withheld))
        )
    show_line("hint", _("These are people who share their steps. New ones count once there are five more."))


def _show_rings(board: Board, why_not: str) -> None:
    st.html(f'<h3 class="small">{safe(_("Rings, all pods together"))}</h3>')
    if not board.shape:
        show_line("quiet", why_not)
        return
    now = board.shape[-1]
    sentence = _("Now, in {count} pods: {core}, {movable}, {outer}.").format(
        count=board.shape_of, **pod_map.in_words(now.core, now.movable, now.outer)
    )
    st.html(f"<p>{safe(sentence)}</p>")
    if len(board.shape) == 1:
        show_line("hint", _("A picture over time grows from here. It begins anew when those who are counted change."))
        return
    figure = growth_chart.figure(board.shape, dark=session.dark(), narrow=session.narrow(), sampled=True)
    alt = growth_chart.alt_text(board.shape)
    st.plotly_chart(figure, key="board|shape", config=growth_chart.CONFIG, theme=None, alt=alt)
    show_line("hint", _("Each dot is one day, eight weeks apart. What came between them is not counted."))


# The file


def _show_file(coach_id: str, group_id: str) -> None:
    st.header(_("Take it with you"), anchor=False)
    st.html(
        f"<p>{safe(_('One CSV file of what is shared: a row for each person and week. Each person can read that you took it.'))}</p>"
    )
    show_line("quiet", _("A file stays in your hands, even when someone stops sharing. Keep it where only you look."))
    if proving.proved():
        place = safe(group_id)
        st.html(
            f'<p><a class="button first" href="/take/group.csv?id={place}" target="_self">{safe(_("Take the CSV file"))}</a></p>'
        )
    else:
        proving.ask_again("take group", coach_id)
    with st.expander(_("What the columns mean")):
        rows = "".join(
            f"<tr role=row><th scope=row role=rowheader>{safe(name)}</th><td role=cell>{safe(says)}</td></tr>"
            for name, says in CSV_COLUMNS.items()
        )
        head = "".join(
            f"<th scope=col role=columnheader>{safe(words)}</th>" for words in (_("Column"), _("What it holds"))
        )
        st.html(
            f'<div class="table stacks columns" tabindex="0" role="region" aria-label="{safe(_("What the columns mean"))}">'
            f"<table role=table><thead role=rowgroup><tr role=row>{head}</tr></thead>"
            f"<tbody role=rowgroup>{rows}</tbody></table></div>"
        )
