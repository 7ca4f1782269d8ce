"""The same person added twice: which spellings may be one, and what holds once two members are one. Pure: no clock, no storage."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from workbook.answers import TEXT_LONGEST
from workbook.in_touch import HELPER, SAID
from workbook.pod import Member
from workbook.refused import Refused

TYPO_FROM = 6  # letters: in a shorter name another letter makes another name (Tim and Tom, Maria and Marie)
SILENT_FROM = 3
DOUBLES_FROM = 4  # Alan and Allan, but not Ana and Anna
LINES = ("how_known", "how", "next_step")
ONCE_CALLED = "once_called"  # the field that holds the earlier names of whoever was made one with somebody
WAS = "was"  # the field that holds the ids of all who were made one with somebody
_RESOURCES = ("door", "line")

# Letters that do not come apart into a letter and its accent; and how some write accents where they cannot type them.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ـ": ""})
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


# Spellings


@dataclass(frozen=True, slots=True)
class _Spelling:
    """A name as it is compared: its words without accents and signs, and all that it may be written as in one go."""

    words: tuple[str, ...]
    whole: frozenset[str]


def alike(name: str, other: str) -> bool:
    """Whether two spellings may be one person's; it is for a question, and decides nothing.

    Accents, capitals, spaces and signs do not count, nor the order of words, nor a surname's first letter that only
    one has. One slip of the pen is let pass in a long word, but not at its ends: Daniel and Daniela are two.
    """
    return _alike(_spelling(name), _spelling(other))


def twins(member: Member, members: Iterable[Member]) -> list[Member]:
    """Who else may be this member under another spelling, in the order given; never whom the person said apart."""
    own = _spelled(member)
    return [other for other in members if other.member_id != member.member_id and _may_be_one(own, _spelled(other))]


def beside_resting(members: Iterable[Member]) -> set[str]:
    """Who may be someone not for now under another spelling: until the person says that they are two, they rest as well.

    Whoever died is asked about no more, and holds nobody back.
    """
    members = list(members)
    resting = {m.member_id for m in members if m.contact == "not_for_now" and not m.parted}
    if not resting:
        return set()
    spelled = [_spelled(member) for member in members]
    drawers = _drawers(spelled)
    return {
        other.member.member_id
        for one in spelled
        if one.member.member_id in resting
        for mark in _all_marks(one)
        for other in drawers[mark]
        if other.member.member_id not in resting and _may_be_one(one, other)
    }


def pairs(members: Iterable[Member]) -> list[tuple[Member, Member]]:
    """Every two that may be one under two spellings, in the order given; none of whom the person said apart."""
    found = {
        (one.member.member_id, other.member.member_id): (one.member, other.member)
        for drawer in _drawers(map(_spelled, members)).values()
        for at, one in enumerate(drawer)
        for other in drawer[at + 1 :]
        if _may_be_one(one, other)
    }
    return sorted(found.values(), key=lambda two: (two[0].added_seq, two[1].added_seq))


@dataclass(frozen=True, slots=True)
class _Spelled:
    member: Member
    spellings: tuple[_Spelling, ...]


def _drawers(members: Iterable[_Spelled]) -> dict[Any, list[_Spelled]]:
    """Everyone by what their spellings have in common with those that may be theirs: only within one is compared."""
    drawers: dict[Any, list[_Spelled]] = {}
    for one in members:
        for mark in _all_marks(one):
            drawers.setdefault(mark, []).append(one)
    return drawers


def _all_marks(one: _Spelled) -> set[Any]:
    return {mark for spelling in one.spellings for mark in _marks(spelling)}


def _spelled(member: Member) -> _Spelled:
    return _Spelled(member, tuple(_spelling(name) for name in (member.name, *member.also_called)))


def _may_be_one(one: _Spelled, other: _Spelled) -> bool:
    return (
        _sort(one.member) == _sort(other.member)
        and not set(one.member.apart) & set(other.member.apart)
        and any(_alike(mine, theirs) for theirs in other.spellings for mine in one.spellings)
    )


def _sort(member: Member) -> str:
    """As what they are compared: whoever was someone stays it, of whatever kind they are said to be now."""
    sort = sort_of(member.kind)
    return "person" if sort == "thing" and member.someone else sort


def _marks(spelling: _Spelling) -> set[Any]:
    """What two spellings that are alike have in common: how they begin, but for C and K, or all their words."""
    return {spelling.words[0][0].replace("c", "k"), tuple(sorted(spelling.words))}


def sort_of(kind: str) -> str:
    """What can be one with what: people and helpers, pets with pets, and all else with all else."""
    return "person" if kind == HELPER else kind if kind in ("person", "pet") else "thing"


def _alike(one: _Spelling, other: _Spelling) -> bool:
    return (
        not one.whole.isdisjoint(other.whole)
        or sorted(one.words) == sorted(other.words)
        or _but_for_an_initial(one.words, other.words)
        or _but_for_a_slip(one.words, other.words)
    )


def _spelling(name: str) -> _Spelling:
    folded = unicodedata.normalize("NFKC", name).casefold()
    words = tuple(filter(None, (_bare(word) for word in folded.split())))
    if not words:  # nothing but signs, such as “???”
        return _Spelling((folded,), frozenset({folded}))
    if folded.isascii():
        return _Spelling(words, frozenset({"".join(words)}))
    spelled_out = "".join(_bare(word.translate(_SPELLED_OUT)) for word in unicodedata.normalize("NFC", folded).split())
    return _Spelling(words, frozenset({"".join(words), spelled_out}))


def _bare(word: str) -> str:
    """Letters, numbers and pictures alone. A mark that makes another letter of it stays: in Hindi a vowel, in Japanese a voice."""
    if word.isascii():
        return "".join(filter(str.isalnum, word))
    apart = unicodedata.normalize("NFKD", word)
    kept = (c for c in apart if unicodedata.category(c)[0] in "LNMS" and not _is_accent(c) and c not in "`´^")
    return unicodedata.normalize("NFC", "".join(kept)).translate(_PLAIN)


def _is_accent(letter: str) -> bool:
    """Marks over or under a letter, and the points that Hebrew and Arabic are mostly written without."""
    place = unicodedata.combining(letter)
    return place >= 200 or 10 <= place <= 35 or letter in "\ufe0e\ufe0f"


def _but_for_an_initial(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """“Ruth” and “Ruth B.”, “Ruth B.” and “Ruth Brown”; but “Ruth A.” and “Ruth B.” are two."""
    short, long = sorted((one, other), key=len)
    if len(long) == len(short) + 1:
        return long[:-1] == short and _is_initial(long[-1])
    if len(one) != len(other) or len(one) < 2 or one[:-1] != other[:-1]:
        return False
    first, last = sorted((one[-1], other[-1]), key=len)
    return _is_initial(first) and last.startswith(first)


def _is_initial(word: str) -> bool:
    return len(word) == 1 and word.lower() != word.upper()  # scripts without capitals have whole names of one sign


def _but_for_a_slip(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """The same words but for one, and that one but for a slip."""
    if len(one) != len(other):
        return False
    differing = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return len(differing) == 1 and _slipped(*differing[0])


def _slipped(one: str, other: str) -> bool:
    """Whether two long words differ by one letter more, less, other or swapped, within; a doubled letter is half a slip."""
    if abs(len(one) - len(other)) > 2 or not (one + other).isalpha():
        return False
    shorter = min(_letters(one), _letters(other))
    if shorter >= SILENT_FROM and one[0] + one[1:].replace("h", "") == other[0] + other[1:].replace("h", ""):
        return True  # Sara and Sarah, Jon and John
    once, twice = _undoubled(one), _undoubled(other)
    if once == twice:
        return shorter >= (DOUBLES_FROM if one[-2:] == other[-2:] else TYPO_FROM)
    return shorter >= TYPO_FROM and (_one_slip(one, other) or _one_slip(once, twice))


def _letters(word: str) -> int:
    return sum(unicodedata.category(c)[0] == "L" for c in word)


def _undoubled(word: str) -> str:
    return "".join(c for c, before in zip(word, " " + word, strict=False) if c != before)


def _one_slip(one: str, other: str) -> bool:
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    left, right = one[start : len(one) - end], other[start : len(other) - end]
    if start == 0:  # Ellen and Helen are two; Catherine and Katherine may be one
        return {left, right} == {"c", "k"}
    return end > 0 and (max(len(left), len(right)) == 1 or (len(left) == 2 and left == right[::-1]))


# What holds afterwards


@dataclass(frozen=True, slots=True)
class Noted:
    """What is noted of a member under one field: the value, the day, and its number in the person's sequence."""

    value: Any
    on_day: date
    seq: int = 0


Facts = Mapping[str, Noted]


def refuse_two(own: Facts, theirs: Facts) -> None:
    """Refused where two members cannot be one: a person and a place, or two different doors saved from the workbook."""
    if sort_of(_value(own, "kind", "person")) != sort_of(_value(theirs, "kind", "person")):
        raise Refused("merge_kinds")
    for field in _RESOURCES:
        if field in own and field in theirs and own[field].value != theirs[field].value:
            raise Refused("merge_doors")


def merged(own: Facts, theirs: Facts) -> dict[str, Noted]:
    """What holds of the one that is kept, by field, once all of the other is theirs; Refused where two texts are too long for one."""
    held = {field: _rule(field)(own.get(field), theirs.get(field)) for field in {**own, **theirs}}
    held["also_called"] = _also_called(own, theirs)
    return held


def ids_of_one(other_id: str, own: Facts, theirs: Facts, on_day: date) -> Noted:
    """The ids of all who are one by now: an older file, in which they are two, is read as speaking of that one."""
    return Noted(list(dict.fromkeys([*_value(own, WAS, []), other_id, *_value(theirs, WAS, [])])), on_day)


def to_note(own: Facts, theirs: Facts) -> dict[str, Noted]:
    """What must be noted so that `merged` holds, where by itself the newest note of both would."""
    wanted = {}
    for field, held in merged(own, theirs).items():
        notes = [facts[field] for facts in (own, theirs) if field in facts]
        newest = max(notes, key=_number, default=None)
        # Who may be written to is said anew: an answer changed or erased later must not take a “not for now” away that
        # the other one was given by the screen.
        if field not in _OWN and (newest is not held or (field == "contact" and not _both_open(notes))):
            wanted[field] = held
    return wanted


def _both_open(notes: Sequence[Noted]) -> bool:
    """Whether both say the same, and neither “not for now”."""
    return len(notes) == 2 and notes[0].value == notes[1].value != "not_for_now"


def instead(value: Any, old: str, new: str) -> Any:
    """A stored value with one id in the place of another; a list keeps its order and names nobody twice."""
    if isinstance(value, dict):
        return {key: instead(one, old, new) for key, one in value.items()}
    if isinstance(value, list):
        listed: list[Any] = []
        for one in (instead(one, old, new) for one in value):
            if one != new or new not in listed:
                listed.append(one)
        return listed
    return new if value == old else value


def _newest(own: Noted | None, theirs: Noted | None) -> Noted:
    """The newest that says anything: what was emptied takes nothing from the other."""
    notes = [note for note in (own, theirs) if note is not None]
    return max([note for note in notes if note.value not in (None, "", [])] or notes, key=_number)


def _own(own: Noted | None, theirs: Noted | None) -> Noted:
    """Theirs only where there is none: the kept one keeps their name and kind."""
    found = own or theirs
    assert found is not None
    return found


def _either(own: Noted | None, theirs: Noted | None) -> Noted:
    """Yes if either is: each area of help that one spelling is good for, both are."""
    notes = [note for note in (own, theirs) if note is not None]
    return max([note for note in notes if note.value is True] or notes, key=_number)


def _neither(own: Noted | None, theirs: Noted | None) -> Noted:
    """No if either is no: who was left out under one name is left out."""
    notes = [note for note in (own, theirs) if note is not None]
    return max([note for note in notes if note.value is False] or notes, key=_number)


def _joined_by(between: str) -> Callable[[Noted | None, Noted | None], Noted]:
    def joined(own: Noted | None, theirs: Noted | None) -> Noted:
        """Both texts, whole; never cut."""
        if own is None or theirs is None or not own.value or not theirs.value or own.value == theirs.value:
            return _newest(own, theirs)
        together = f"{own.value}{between}{theirs.value}"
        if len(together) > TEXT_LONGEST:
            raise Refused("merge_long", over=len(together) - TEXT_LONGEST)
        return Noted(together, max(own.on_day, theirs.on_day), max(own.seq, theirs.seq))

    return joined


def _contact(own: Noted | None, theirs: Noted | None) -> Noted:
    """“Not for now” of either holds for both: nobody may be suggested by being spelled another way.

    Else the newest word: whoever was never asked about says nothing, so `ok` stays; but an `ok` that was taken back
    later, under whichever name, is to be asked again.
    """
    notes = [note for note in (own, theirs) if note is not None]
    return max([note for note in notes if note.value == "not_for_now"] or notes, key=_number)


def _last_touch(own: Noted | None, theirs: Noted | None) -> Noted:
    """Whichever means the later day: an older word noted later does not move it back."""
    notes = [note for note in (own, theirs) if note is not None]
    told = [note for note in notes if note.value in SAID]
    return max(told or notes, key=lambda note: (note.on_day - timedelta(days=SAID.get(note.value, 0)), note.seq))


def _latest(own: Noted | None, theirs: Noted | None) -> Noted:
    """The later day: a “not now” lasts as long as it was to last."""
    return max([note for note in (own, theirs) if note is not None], key=lambda note: str(note.value))


def _all(own: Noted | None, theirs: Noted | None) -> Noted:
    notes = [note for note in (own, theirs) if note is not None]
    values = list(dict.fromkeys(one for note in notes for one in note.value))
    same = next((note for note in notes if note.value == values), None)
    return same or Noted(values, max(n.on_day for n in notes), max(n.seq for n in notes))


def _also_called(own: Facts, theirs: Facts) -> Noted:
    """Every other spelling, the oldest of them first; the name that stays is none of them."""
    names = [*_value(own, "also_called", []), _value(theirs, "name", ""), *_value(theirs, "also_called", [])]
    kept = [name for name in dict.fromkeys(names) if name and name != _value(own, "name", "")]
    return Noted(kept, max((note.on_day for note in theirs.values()), default=date.min))


_OWN = ("name", "kind")
_RULES: dict[str, Callable[[Noted | None, Noted | None], Noted]] = {
    **dict.fromkeys(_OWN, _own),
    **dict.fromkeys(LINES, _joined_by(" · ")),
    "notes": _joined_by("\n\n"),
    "contact": _contact,
    "last_touch": _last_touch,
    "quiet_until": _latest,
    "apart": _all,
    WAS: _all,
    "pictured": _neither,
    "someone": lambda own, theirs: max(filter(None, (own, theirs)), key=lambda note: (note.value == "asked", note.seq)),
}


def _rule(field: str) -> Callable[[Noted | None, Noted | None], Noted]:
    return _either if field.startswith("good_for.") else _RULES.get(field, _newest)


def _value(facts: Facts, field: str, otherwise: Any) -> Any:
    return facts[field].value if field in facts else otherwise


def _number(note: Noted) -> int:
    return note.seq
