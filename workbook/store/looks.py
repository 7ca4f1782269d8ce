"""What a coach reads: every statement joins the consent that stands, and every read of a person leaves a row they can see.

The same statements, given other consents, show a person what their coach would see.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from workbook.coaching import SCOPES, Counted
from workbook.growth import Count
from workbook.store.engine import Row
from workbook.store.groups import INSIDE, NEWEST_WORDS, Run
from workbook.store.opening import Store

SAME_LOOK = timedelta(minutes=1)  # a page drawn again at once is the same look

# Who is in a coach's own group.
_PEOPLE = (
    f"people AS (SELECT * FROM ({INSIDE}) WHERE group_id = :group_id AND coach_id = :coach_id"
    f" AND group_id IN (SELECT group_id FROM ({NEWEST_WORDS}) WHERE person_id = :coach_id))"
)
# What each of them lets this coach see now.
_GRANTED = (
    "granted AS (SELECT c.person_id, c.scope, c.answer_id, c.seq FROM consents c JOIN (SELECT person_id, max(seq) AS seq"
    " FROM consents WHERE group_id = :group_id AND coach_id = :coach_id"
    " GROUP BY person_id, scope, answer_id) newest ON c.person_id = newest.person_id AND c.seq = newest.seq"
    " WHERE c.state = 'granted' AND c.person_id IN (SELECT person_id FROM people))"
)
STANDING = f"WITH {_PEOPLE}, {_GRANTED}"
# What one person would let be seen: the scopes they ask about, and the answers they have ticked.
IMAGINED = (
    f"WITH people AS (SELECT * FROM ({INSIDE}) WHERE group_id = :group_id AND coach_id = :coach_id"
    " AND person_id = :own_id),"
    " granted AS (SELECT p.person_id, s.scope, '' AS answer_id, 0 AS seq FROM people p,"
    " (SELECT unnest(CAST(:scopes AS VARCHAR[])) AS scope) s UNION ALL"
    " SELECT c.person_id, c.scope, c.answer_id, c.seq FROM consents c JOIN (SELECT max(seq) AS seq FROM consents"
    " WHERE person_id = :own_id AND group_id = :group_id GROUP BY scope, answer_id) newest ON c.seq = newest.seq"
    " WHERE c.person_id = :own_id AND c.state = 'granted' AND c.scope = 'answer')"
)

_KNOWN = "g.scope = 'steps' AND o.exercise IN (SELECT unnest(CAST(:known AS VARCHAR[])))"


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who looks, at which group, and by which consents."""

    run: Run
    consents: str
    params: Mapping[str, Any]

    def ask(self, sql: str, **params: Any) -> list[Row]:
        """Run a statement about the people in the group and what they granted."""
        return self.run(f"{self.consents} {sql}", {**self.params, **params})


def of_coach(run: Run, coach_id: str, group_id: str) -> Eyes:
    """What a coach may read of a group, decided by the consents that stand as the statement runs."""
    return Eyes(run, STANDING, {"coach_id": coach_id, "group_id": group_id})


def of_own(store: Store, person_id: str, coach_id: str, group_id: str, scopes: Sequence[str]) -> Eyes:
    """What a person's coach would read of them, were just these scopes granted."""
    given = {"coach_id": coach_id, "group_id": group_id, "own_id": person_id, "scopes": list(scopes)}
    return Eyes(store.engine.read, IMAGINED, given)


Summary = tuple[Row, frozenset[str], int, bool]

# Of each: the membership and its name, the scopes they grant, how many answers, and whether they want no notes.
_SUMMARY = (
    "p.person_id, p.row_id, p.recorded_at, p.sealed, p.named_in, g.scopes, coalesce(t.answers, 0) AS answers, n.state"
)
_SUMMARY_WIDE = 8
_SUMMED_UP = (
    " FROM people p"
    " LEFT JOIN (SELECT person_id, string_agg(DISTINCT scope, ' ') AS scopes FROM granted GROUP BY person_id) g"
    " ON g.person_id = p.person_id LEFT JOIN (SELECT a.person_id, count(*) AS answers FROM answers a JOIN granted g"
    " ON g.person_id = a.person_id AND g.answer_id = a.answer_id WHERE g.scope = 'answer' GROUP BY a.person_id) t"
    " ON t.person_id = p.person_id"
    " LEFT JOIN (SELECT c.person_id, c.state FROM consents c JOIN (SELECT person_id, max(seq) AS seq FROM consents"
    " WHERE group_id = :group_id AND scope = 'notes' GROUP BY person_id) newest"
    " ON c.person_id = newest.person_id AND c.seq = newest.seq) n ON n.person_id = p.person_id"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One person as the list and the totals need them; what they do not share is None.

    `opened` counts, for each step asked for, the exercises they opened; `last` is the last day they opened one.
    """

    summary: Summary
    opened: tuple[int, ...] | None
    last: date | None
    shape: tuple[Count, ...] | None


def people(eyes: Eyes, membership_id: str = "") -> list[Summary]:
    """Who is in the group: their membership, the scopes they grant, how many answers, and whether they want no notes."""
    rows = eyes.ask(
        f"SELECT {_SUMMARY}{_SUMMED_UP}"
        " WHERE :membership_id = '' OR p.row_id = :membership_id ORDER BY p.recorded_at, p.row_id",
        membership_id=membership_id,
    )
    return [_summary(row) for row in rows]


def listed(eyes: Eyes, known: Sequence[str], steps: Sequence[str], days: Sequence[date]) -> list[Listed]:
    """All that a group's list and its totals are made of, by one statement."""
    each = ", ".join(
        f"count(DISTINCT o.exercise) FILTER (WHERE o.exercise LIKE :step{n}) AS step{n}" for n in range(len(steps))
    )
    rows = eyes.ask(
        f"{_placed(days)}, stood AS (SELECT person_id, {_counted(days)} FROM placed GROUP BY person_id),"
        f" opened AS (SELECT o.person_id, {each}, max(o.on_day) AS last FROM opens o"
        f" JOIN granted g ON g.person_id = o.person_id WHERE {_KNOWN} GROUP BY o.person_id)"
        f" SELECT {_SUMMARY}, opened.* EXCLUDE (person_id), stood.* EXCLUDE (person_id){_SUMMED_UP}"
        " LEFT JOIN opened ON opened.person_id = p.person_id LEFT JOIN stood ON stood.person_id = p.person_id"
        " ORDER BY p.recorded_at, p.row_id",
        known=list(known),
        **{f"step{n}": f"{step}.%" for n, step in enumerate(steps)},
        **_dated(days),
    )
    return [_listed(row, len(steps), days) for row in rows]


def _summary(row: Row) -> Summary:
    return row, frozenset((row[5] or "").split()) & {*SCOPES}, int(row[6]), row[7] == "withdrawn"


def _listed(row: Row, steps: int, days: Sequence[date]) -> Listed:
    summary = _summary(row)
    *opened, last = row[_SUMMARY_WIDE : _SUMMARY_WIDE + steps + 1]
    stood = row[_SUMMARY_WIDE + steps + 1 :]
    return Listed(
        summary,
        tuple(int(count or 0) for count in opened) if "steps" in summary[1] else None,
        last if "steps" in summary[1] else None,
        _counts([count or 0 for count in stood], days) if "shape" in summary[1] else None,
    )


def opened(eyes: Eyes, known: Sequence[str], person_id: str = "") -> list[Row]:
    """For each person who shares their steps: exercise, first day and last day it was opened; of the `known` ones alone."""
    return eyes.ask(
        "SELECT o.person_id, o.exercise, min(o.on_day), max(o.on_day) FROM opens o JOIN granted g"
        f" ON g.person_id = o.person_id WHERE {_KNOWN} AND (:person_id = '' OR o.person_id = :person_id)"
        " GROUP BY o.person_id, o.exercise ORDER BY min(o.on_day), o.exercise",
        known=list(known),
        person_id=person_id,
    )


def moves(eyes: Eyes, person_id: str = "") -> list[Row]:
    """The dated moves of those who share their pod's shape, without reasons or names: person, member, place, day, number."""
    return eyes.ask(
        "SELECT m.person_id, m.member_id, m.place, m.on_day, m.seq FROM moves m JOIN granted g"
        " ON g.person_id = m.person_id WHERE g.scope = 'shape' AND (:person_id = '' OR m.person_id = :person_id)"
        " ORDER BY m.person_id, m.on_day, m.seq",
        person_id=person_id,
    )


def answers(eyes: Eyes, person_id: str) -> list[Row]:
    """The versions of answers a person ticked, while they let ticked answers be seen at all."""
    return eyes.ask(
        "SELECT a.answer_id, a.exercise, a.prompt, a.about, a.on_day, a.sealed, g.seq FROM answers a JOIN granted g"
        " ON g.person_id = a.person_id AND g.answer_id = a.answer_id WHERE g.scope = 'answer' AND a.person_id = :person_id"
        " AND EXISTS (SELECT 1 FROM granted t WHERE t.person_id = a.person_id AND t.scope = 'ticked') ORDER BY a.seq",
        person_id=person_id,
    )


def answers_by_week(eyes: Eyes) -> list[Row]:
    """The days of all ticked answers: person and day."""
    return eyes.ask(
        "SELECT a.person_id, a.on_day FROM answers a JOIN granted g ON g.person_id = a.person_id"
        " AND g.answer_id = a.answer_id WHERE g.scope = 'answer'"
        " AND EXISTS (SELECT 1 FROM granted t WHERE t.person_id = a.person_id AND t.scope = 'ticked')"
    )


def note_looks(eyes: Eyes, what: str, now: datetime, membership_id: str = "") -> None:
    """One row for each person of whom something was just read: who looked, at what, when.

    To be in the list, or to have one's page opened, is a look too where nothing is shared; in a file there is then no row.
    Drawn again within a minute it is the same look, unless they said something anew in between.
    """
    eyes.run(
        f"INSERT INTO looks {eyes.consents}, seen AS (SELECT p.person_id,"
        " coalesce(string_agg(DISTINCT g.scope, ' ' ORDER BY g.scope), '') AS scopes FROM people p"
        " LEFT JOIN granted g ON g.person_id = p.person_id AND g.scope IN ('steps', 'shape', 'ticked')"
        " WHERE :membership_id = '' OR p.row_id = :membership_id GROUP BY p.person_id)"
        " SELECT s.person_id, :group_id, :coach_id, :what, s.scopes, CAST(:now AS TIMESTAMP) FROM seen s"
        " WHERE (s.scopes <> '' OR :what <> 'file') AND NOT EXISTS (SELECT 1 FROM looks l"
        " WHERE l.person_id = s.person_id AND l.group_id = :group_id AND l.coach_id = :coach_id AND l.what = :what"
        " AND l.scopes = s.scopes AND l.recorded_at > :lately AND l.recorded_at <= :now"
        " AND NOT EXISTS (SELECT 1 FROM consents c WHERE c.person_id = l.person_id AND c.group_id = l.group_id"
        " AND c.recorded_at > l.recorded_at))",
        {**eyes.params, "what": what, "now": now, "lately": now - SAME_LOOK, "membership_id": membership_id},
    )


def log(store: Store, person_id: str) -> list[Row]:
    """Who looked at what of this person, the newest first: group, coach, what, scopes, when (naive UTC)."""
    return store.read(
        "SELECT group_id, coach_id, what, scopes, recorded_at FROM looks WHERE person_id = :p"
        " ORDER BY recorded_at DESC, what",
        p=person_id,
    )


# Totals


def sharing(eyes: Eyes) -> dict[str, frozenset[str]]:
    """For each scope everyone who grants it now."""
    rows = eyes.ask("SELECT scope, array_agg(person_id) FROM granted WHERE answer_id = '' GROUP BY scope")
    return {row[0]: frozenset(row[1]) for row in rows}


# The rows of a scope say of whom its total was made, and when it was told last; this one, since when it is they.
_SINCE = " since"


def counted(run: Run, coach_id: str, group_id: str) -> dict[str, Counted]:
    """For each scope whose total was told, whom it was made of; someone deleted since has a made-up id."""
    rows = run(
        "SELECT scope, member, shown_at FROM counted_people WHERE person_id = :coach AND group_id = :g",
        {"coach": coach_id, "g": group_id},
    )
    since = {scope.removesuffix(_SINCE): at for scope, _, at in rows if scope.endswith(_SINCE)}
    found: dict[str, Counted] = {}
    for scope in {scope for scope, *_ in rows if not scope.endswith(_SINCE)}:
        of_it = [(member, at) for name, member, at in rows if name == scope]
        told_at = max(at for _, at in of_it)
        them = frozenset(member or f"gone {number}" for number, (member, _) in enumerate(of_it))
        found[scope] = Counted(them, told_at, since.get(scope, told_at))
    return found


def told_again(run: Run, coach_id: str, group_id: str, scopes: Sequence[str], now: datetime) -> None:
    """The totals of these scopes were told today too, of the same people."""
    run(
        "UPDATE counted_people SET shown_at = :now WHERE person_id = :coach AND group_id = :g"
        " AND scope IN (SELECT unnest(CAST(:scopes AS VARCHAR[])))",
        {"now": now, "coach": coach_id, "g": group_id, "scopes": list(scopes)},
    )


def count_again(run: Run, coach_id: str, group_id: str, now: Mapping[str, Counted]) -> None:
    """From here on the totals of these scopes are made of these people."""
    rows = [
        row
        for scope, one in now.items()
        for row in (
            *((scope, member, one.told_at) for member in sorted(one.people)),
            (f"{scope}{_SINCE}", "", one.since),
        )
    ]
    scopes, members, at = ([row[place] for row in rows] for place in range(3))
    given = {"coach": coach_id, "g": group_id, "scopes": scopes}
    run(
        "DELETE FROM counted_people WHERE person_id = :coach AND group_id = :g"
        " AND scope IN (SELECT unnest(CAST(:scopes AS VARCHAR[])))",
        given,
    )
    run(
        "INSERT INTO counted_people SELECT :coach, :g, unnest(CAST(:scopes AS VARCHAR[])),"
        " unnest(CAST(:members AS VARCHAR[])), unnest(CAST(:at AS TIMESTAMP[]))",
        {**given, "members": members, "at": at},
    )


def joined(eyes: Eyes) -> int:
    """How many are in the group."""
    return int(eyes.ask("SELECT count(*) FROM people")[0][0])


def people_by_step(eyes: Eyes, known: Sequence[str], of: Sequence[str] | None) -> dict[str, int]:
    """For each step, how many of these people, or of all who share their steps, opened an exercise of it."""
    rows = eyes.ask(
        "SELECT split_part(o.exercise, '.', 1), count(DISTINCT o.person_id) FROM opens o JOIN granted g"
        f" ON g.person_id = o.person_id WHERE {_KNOWN}{_among('o', of)} GROUP BY 1",
        known=list(known),
        **_these(of),
    )
    return {row[0]: int(row[1]) for row in rows}


def shape_of_all(eyes: Eyes, of: Sequence[str] | None, days: Sequence[date]) -> tuple[Count, ...]:
    """What stood in each ring on each of these days, over these people, or all who share their pod's shape."""
    placed = _placed(days, _among("m", of))
    rows = eyes.ask(f"{placed} SELECT {_counted(days)} FROM placed", **_dated(days), **_these(of))
    return _counts(rows[0], days)


def _among(table: str, of: Sequence[str] | None) -> str:
    """Narrow a statement to these people; without any it is about everyone who grants what it asks for."""
    return "" if of is None else f" AND {table}.person_id IN (SELECT unnest(CAST(:of AS VARCHAR[])))"


def _these(of: Sequence[str] | None) -> dict[str, list[str]]:
    return {} if of is None else {"of": list(of)}


def _placed(days: Sequence[date], chosen: str = "") -> str:
    """Where each member stood at the end of each day; a move of an earlier day noted later counts for its day.

    Day, number and place are put into one whole number, of which the greatest is the last move: a million strings need
    not be compared.
    """
    at = ", ".join(f"max(last) FILTER (WHERE on_day <= :day{n}) % 4 AS at{n}" for n in range(len(days)))
    return (
        ", moved AS (SELECT m.person_id, m.member_id, m.on_day,"
        " (CAST(m.on_day - DATE '1970-01-01' AS BIGINT) * 1000000000 + m.seq) * 4"
        " + CASE m.place WHEN 'core' THEN 1 WHEN 'movable' THEN 2 WHEN 'outer' THEN 3 ELSE 0 END AS last"
        " FROM moves m JOIN granted g ON g.person_id = m.person_id"
        f" WHERE g.scope = 'shape'{chosen}),"
        f" placed AS (SELECT person_id, member_id, {at} FROM moved GROUP BY person_id, member_id)"
    )


def _counted(days: Sequence[date]) -> str:
    return ", ".join(f"count(*) FILTER (WHERE at{n} = {ring})" for n in range(len(days)) for ring in (1, 2, 3))


def _dated(days: Sequence[date]) -> dict[str, date]:
    return {f"day{n}": day for n, day in enumerate(days)}


def _counts(row: Sequence[Any], days: Sequence[date]) -> tuple[Count, ...]:
    return tuple(
        Count(day, int(row[3 * at]), int(row[3 * at + 1]), int(row[3 * at + 2])) for at, day in enumerate(days)
    )
