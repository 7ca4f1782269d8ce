"""Where a coach's link leads: who invites, what they would see, and the choice."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from workbook import coaching
from workbook.coaching import Invite, Seen, SeenPerson, SharedAnswer, week_of
from workbook.gate import Invitation
from workbook.growth import Count
from workbook.refused import Refused
from workbook.store.accounts import Session
from workbook.store.engine import StoreTrouble
from workbook.ui import group_news, proving, refusals, seen, session, sign_in, ways, welcome
from workbook.ui.plain import plain, safe, show_line, show_typed
from workbook.ui.when import day
from workbook.ui.words import _

REFUSED = "link refused"
READ = "invitation read"
DONE = "just joined"
INSIDE = ("own_group", "in_already")


def show() -> None:
    """The invitation behind the link, which is read once and then gone from the address; or why there is none."""
    if st.session_state.pop(DONE, False):
        st.switch_page("../../pages/steps/today.py")
    invitation = _opened()
    refused: Refused | None = st.session_state.get(REFUSED)
    if invitation is not None:
        refused = _inside(invitation) or refused
    if refused is not None:
        _show_refused(refused)
    elif invitation is None:
        welcome.show_no_invitation()
    else:
        _show(invitation)


def _opened() -> Invitation | None:
    gate, cookie = session.home().gate, session.cookie()
    token = st.query_params.get("t", "")
    found: Invitation | None
    try:
        if token:
            st.session_state.pop(REFUSED, None)
            del st.query_params["t"]
            st.session_state[READ] = ""
            found = gate.invitation(token, cookie, session.address())
        else:
            found = gate.held(cookie, st.session_state.get(READ, ""))
        if found is not None:
            st.session_state[READ] = found.invite.invite_id  # this page goes on with it, whatever another tab opens
        return found
    except Refused as refused:
        st.session_state[REFUSED] = Refused(refused.code, **refused.facts)  # this one's traceback knows the token
        return None


def _inside(invitation: Invitation) -> Refused | None:
    """Whether whoever is signed in needs no invitation: it is their own group, or they are in it."""
    found = session.here()
    if found is None:
        return None
    if found.person_id == invitation.invite.coach_id:
        return Refused("own_group")
    mine = session.my_workbook().sharing.groups()
    inside = any(one.membership.group_id == invitation.invite.group_id for one in mine)
    return Refused("in_already") if inside else None


# The choice


def _show(invitation: Invitation) -> None:
    group = invitation.group
    key = f"{_whose()}|join|{invitation.invite.invite_id}"
    st.title(plain(_("{coach} invites you").format(coach=group.coach)), anchor=False)
    show_line("lead", _("The group: {group}").format(group=group.name))
    if group.welcome:
        with st.container(key="welcome-words", gap="xxsmall"):
            show_line("hint", _("{coach} writes:").format(coach=group.coach))
            show_typed(group.welcome)
    st.html(
        f"<p>{safe(_('Here you keep notes, and find people and places to lean on: your pod. You choose what you show.'))}</p>"
    )
    alone = invitation.invite.kind == "personal"
    called = _ask_name(group.coach, key, alone=alone)
    scopes = _ask_scopes(group.coach, key)
    _show_preview(group.coach, called, scopes, key, alone=alone)
    _show_terms(group.coach)
    found = session.here()
    if found is None:
        _show_door(invitation, scopes, key)
    else:
        _show_join(found, invitation, scopes, key)


def _whose() -> str:
    found = session.here()
    return found.person_id if found else "visitor"


def _made_for_one(coach: str) -> str:
    """A coach may write down whom a link is for, and sees that it was used, whatever name is given."""
    return _("This link was made for one person, so {coach} may know that it is you.").format(coach=coach)


def _ask_name(coach: str, key: str, *, alone: bool) -> str:
    st.text_input(
        plain(_("What may {coach} call you?").format(coach=coach)),
        key=f"{key}|called",
        max_chars=coaching.NAME_LONGEST,
        autocomplete="off",
        placeholder=_("A made-up name is fine."),
    )
    show_line("hint", _("Left empty, {coach} sees “Someone”.").format(coach=coach))
    if alone:
        show_line("note", _made_for_one(coach))
    try:
        return _called(key)
    except Refused as refused:
        show_line("trouble", refusals.sentence(refused))
        return ""


def _called(key: str) -> str:
    return coaching.accept_called(st.session_state.get(f"{key}|called") or "")


def _still_on(key: str, shown: tuple[str, ...]) -> tuple[str, ...]:
    """What was shown as on, and was not switched off since the page was drawn."""
    return tuple(scope for scope in shown if st.session_state.get(f"{key}|{scope}"))


def _ask_scopes(coach: str, key: str) -> tuple[str, ...]:
    st.header(plain(_("What may {coach} see?").format(coach=coach)), anchor=False)
    words = _(
        "The name you give and the week you joined. Nothing else, until you choose. That is a full way to take part."
    )
    show_line("quiet", words)
    chosen = []
    means = seen.scope_means()
    for scope, words in seen.scope_words().items():
        with st.container(key=f"choose-{scope}", gap="xxsmall"):
            if st.toggle(plain(words), key=f"{key}|{scope}"):
                chosen.append(scope)
            show_line("hint", means[scope])
    return tuple(chosen)


def _show_preview(coach: str, called: str, scopes: Sequence[str], key: str, *, alone: bool) -> None:
    """With a made-up person, drawn as the coach's own page is."""
    st.header(plain(_("What {coach} would see").format(coach=coach)), anchor=False)
    week = week_of(session.home().clock().date())
    with st.container(key="preview", gap="small"):
        name = called or _("Someone")
        st.html(f'<p class="ask">{safe(name)}</p>')
        show_line("saved", _("Joined in the week of {day}").format(day=day(week)))
        if alone:
            show_line("hint", _made_for_one(coach))
        if scopes:
            show_line("hint", _("Made up, to show you. It is not from your notes."))
            seen.show_person(_made_up(name, scopes), session.home().content, f"{key}|preview")
        else:
            show_line("quiet", _("That is all: the name you give here, and the week you joined."))


def _made_up(name: str, scopes: Sequence[str]) -> SeenPerson:
    today = session.home().clock().date()
    content = session.home().content
    pages = [*content.step("reflect").exercises[:2], content.step("reach_out").exercises[0]]
    weeks = [week_of(today - timedelta(weeks=back)) for back in (5, 3, 1)]
    counts = ((70, 1, 0, 0), (42, 1, 1, 1), (21, 1, 2, 1), (0, 2, 2, 2))
    words = _("My aunt rings on Sundays. She listens first.")
    page, prompt = next((e, p) for e in content.step("reflect").exercises for p in e.prompts if p.kind == "long_text")
    return SeenPerson(
        Seen("", name, weeks[0], frozenset(scopes), False),
        tuple((one.step, one.title, week, week) for one, week in zip(pages, weeks, strict=True)),
        tuple(Count(today - timedelta(days=back), core, movable, outer) for back, core, movable, outer in counts),
        (SharedAnswer("", page.key, page.title, prompt.ask, words, weeks[-1]),),
    )


def _show_terms(coach: str) -> None:
    lines = [
        _("You can change this at any time, under “Who can see this”. You also see there when {coach} looked."),
        _("{coach} may send you a short note now and then. You can switch that off."),
        _("Copies that {coach} took stay with {coach}."),
        _("{coach} may not read this soon. If you need someone now:"),
    ]
    with st.container(key="terms", gap="xxsmall"):
        st.html("".join(f"<p>{safe(line.format(coach=coach))}</p>" for line in lines))
        ways.to_help_now()


# Joining


def _show_door(invitation: Invitation, scopes: tuple[str, ...], key: str) -> None:
    coach, invite = invitation.group.coach, invitation.invite
    st.html(f'<p class="ask">{safe(_("Join by starting your notes, or by signing in."))}</p>')
    show_line("hint", _("{coach} never sees the name you sign in with.").format(coach=coach))
    sign_in.show_door("start", lambda person_id: _arrive(person_id, invite, key, scopes))


def _arrive(person_id: str, invite: Invite, key: str, shown: tuple[str, ...]) -> str:
    """Join as soon as it is known who they are, before the browser is sent on; the page they land on."""
    try:
        called = _called(key)
    except Refused:
        called = ""  # said beside the field; they are let in all the same
    return f"today?{group_news.NEWS}={_join(person_id, invite, called, _still_on(key, shown))}"


def _join(person_id: str, invite: Invite, called: str, scopes: tuple[str, ...]) -> str:
    """`joined`, or why not. Just the invitation that was read: another one may have been opened in a second tab."""
    home, cookie = session.home(), session.cookie()
    try:
        sharing = home.workbook_of(person_id, session.zone()).sharing
        invitation = home.gate.held(cookie, invite.invite_id)
        if invitation is None:
            inside = any(one.membership.group_id == invite.group_id for one in sharing.groups())
            return "in_already" if inside else "too_long"
        sharing.join(invitation.token, called=called, scopes=scopes)
    except Refused as refused:
        said = refused.code
    except StoreTrouble:
        return "later"
    else:
        said = group_news.JOINED
    home.gate.let_go(cookie, invite.invite_id)
    return said


def _show_join(found: Session, invitation: Invitation, scopes: tuple[str, ...], key: str) -> None:
    args = (found.person_id, invitation.invite, key, scopes)
    if scopes and not proving.proved():
        proving.ask_again(key, found.person_id, _join_now, args, _("Join"))
    else:
        st.button(_("Join"), type="primary", key=f"{key}|now", on_click=_join_now, args=args, width=180)
    st.page_link("../../pages/steps/today.py", label=_("Not now"))


def _join_now(person_id: str, invite: Invite, key: str, shown: tuple[str, ...]) -> None:
    """What is granted was shown as on, and is on still; what was switched off since the page was drawn is not."""
    found = session.here()
    if found is None or found.person_id != person_id:
        return
    scopes = _still_on(key, shown)
    if scopes and not proving.proved():
        return  # the page is drawn again, and asks
    try:
        called = _called(key)
    except Refused:
        return  # said beside the field
    said = _join(person_id, invite, called, scopes)
    if said in (group_news.JOINED, "later", "too_long"):
        group_news.tell(said)
        st.session_state[DONE] = True
    else:
        st.session_state[REFUSED] = Refused(said)


# The kind pages


def _show_refused(refused: Refused) -> None:
    """What it means, and what can be done next."""
    titles = {
        "invite_unknown": (
            _("We do not know this link"),
            _("It may be cut short. Copy all of it, or ask for a new one."),
        ),
        "invite_closed": (
            _("This link is closed"),
            _("Nobody new joins by it. You can ask for a new link."),
        ),
        "invite_expired": (
            _("This link has run out"),
            _("Links last for a while, then they end. You can ask for a new one."),
        ),
        "invite_full": (
            _("Every place is taken"),
            _("No more people can join by this link. You can ask for a new one."),
        ),
        "invite_used": (
            _("This link is used"),
            _("It was for one person. If that was you, sign in: you are in the group."),
        ),
        "own_group": (
            _("This is your own group"),
            _("You need no link to it. This is where others join. You see it on your desk."),
        ),
        "in_already": (
            _("You are in this group already"),
            _("There is nothing more to do. What you share stays as it is."),
        ),
        "wait": (_("Wait a little"), refusals.sentence(refused)),
    }
    title, words = titles.get(refused.code, titles["invite_unknown"])
    st.title(title, anchor=False)
    show_line("quiet", words)
    if refused.code == "own_group":
        st.page_link("../../pages/coach/people.py", label=_("Coach's desk"))
    elif refused.code == "in_already":
        st.page_link("../../pages/mine/sharing.py", label=_("Who can see this"))
    if session.here() is not None:
        ways.to_today()
    else:
        st.page_link("../../pages/door/welcome.py", label=_("Begin on your own"))
        st.page_link("../../pages/steps/today.py", label=_("I have been here before"))
