"""Whatever is typed into whichever field is kept exactly, or refused with a sentence; the app stays calm."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import characters, protocol
from tests.app_server import AppServer
from tests.conftest import StartServer
from tests.hostile import EVERY, FEW
from workbook import codes, content, gate, house, passphrases, signing
from workbook.my_workbook import MyWorkbook
from workbook.settings import ROOT
from workbook.store import accounts
from workbook.store.opening import Store, open_store

pytestmark = pytest.mark.promise("hostile_inputs")

CONTENT = content.load(ROOT / "seeds" / "en")
WORDS = "seven slow trams at dusk"
TROUBLE = re.compile(r'<p class="trouble">(.*?)</p>', re.DOTALL)
SENTENCE = re.compile(r"[A-Z][^<>]{15,200}[.]")
FAULT = "Something went wrong"
FOUR_NAMES = 4
AT_THE_DOOR = FEW[::2]  # each try there takes a quarter of a second of hashing


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of an exercise."""

    exercise: str
    prompt: str

    @property
    def one(self) -> content.Prompt:
        return CONTENT.exercise(self.exercise).prompt(self.prompt)

    @property
    def address(self) -> tuple[str, str]:
        step, name = self.exercise.split(".")
        return step.replace("_", "-"), f"at={name}"


WRITTEN = (
    Asked("reflect.drifted", "together"),
    Asked("stay_open.limits", "can"),
    Asked("reach_out.when_where", "act"),
    Asked("welcome.today", "word"),
    Asked("reach_out.two_lines", "text"),
)
NAMED = Asked("reflect.drifted", "names")
PICKED = (Asked("reflect.steady", "quiet_with"), Asked("reach_out.for_now", "who"))
DETAILS = (("Name", "name"), ("How you know them", "how_known"), ("Notes", "notes"))


@dataclass
class Trial:
    """One server, whoever is signed in on it, and what it said to each input."""

    app: AppServer
    cookies: dict[str, str]
    tried: int = 0
    kept: dict[str, list[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def page(self, address: str, query: str = "", who: str = "Ada") -> protocol.Page:
        return protocol.open_page(self.app.port, address, self.cookies.get(who, gate.fresh_cookie()), query)

    def told(self, where: str, typed: str, page: protocol.Page) -> str:
        """The sentence of a refusal, or "" where the input was taken."""
        self.tried += 1
        said = " ".join(page.texts)
        found: list[str] = TROUBLE.findall(said) or [""]
        trouble, *more = found
        if FAULT in said or more or (trouble and not SENTENCE.fullmatch(trouble)):
            self.wrong.append(f"{where} {typed[:40]!r}: {trouble or FAULT} {more}")
        if not trouble:
            self.kept.setdefault(where, []).append(typed)
        return trouble


def test_whatever_is_typed_is_kept_exactly_or_refused_with_a_sentence(server: StartServer, tmp_path: Path) -> None:
    store = open_store(tmp_path / "data", now=house.utc_now())
    groups = [EVERY[at : at + FOUR_NAMES] for at in range(0, len(EVERY), FOUR_NAMES)]
    ids = {name: characters.person(store, name, WORDS) for name in ("Ada", *(f"Noor {n}" for n in range(len(groups))))}
    book = MyWorkbook(store, CONTENT, ids["Ada"], house.utc_now, "Europe/London")
    kofi = book.add_member("Kofi")
    book.screen(kofi, characters.FINE)
    book.answer("reach_out.two_lines", "keep", True, occasion=book.begin_hello(kofi))
    cookies = {name: _signed_in(store, person_id) for name, person_id in ids.items()}
    store.close()
    trial = Trial(server(tmp_path / "data"), cookies)

    for asked in WRITTEN:
        every = EVERY if asked is WRITTEN[0] else FEW
        _type_each(trial, asked.exercise, trial.page(*asked.address), asked.one.ask, every)
    for number, group in enumerate(groups):
        page = trial.page(*NAMED.address, who=f"Noor {number}")
        _type_each(trial, f"Noor {number}", page, NAMED.one.ask, group)
    page = trial.page("my-pod", f"member={kofi}")
    for label, name in DETAILS:
        _type_each(trial, name, page, label, EVERY if name == "notes" else FEW)
    _move_each(trial, page)
    _add_each(trial)
    for asked in PICKED:
        _type_each(trial, asked.exercise, trial.page(*asked.address), asked.one.ask, FEW)
    _at_the_door(trial)
    _of_the_passphrase(trial)

    trial.app.stop()
    print(f"{trial.tried} inputs tried")
    assert trial.tried >= 500
    assert trial.wrong == [], trial.app.log[-1000:]
    assert not re.search(r"Traceback|ERROR|page \S+:", trial.app.log), trial.app.log[-1000:]
    store = open_store(tmp_path / "data", now=house.utc_now())
    _all_is_kept(trial, store, ids, kofi)
    store.close()


def _signed_in(store: Store, person_id: str) -> str:
    """A cookie; the passphrase was given so long ago that it is asked for again before anything is taken away."""
    cookie, opened = gate.fresh_cookie(), house.utc_now() - gate.PROOF_LASTS
    characters.open_session(store, person_id, codes.fingerprint(cookie), opened, opened + gate.THIS_VISIT, kept=False)
    return cookie


def _type_each(trial: Trial, where: str, page: protocol.Page, label: str, every: Iterable[str] = EVERY) -> None:
    for typed in every:
        page.type(label, typed)
        page.run()
        trial.told(where, typed, page)


def _add_each(trial: Trial) -> None:
    """Each to the map by the field there, and again if the name is there already."""
    page = trial.page("my-pod")
    for typed in EVERY:
        page.type("Add someone", typed)
        page.run()
        if "already someone" in trial.told("added", typed, page):
            page.press("Add another")
            trial.told("added", typed, page)


def _move_each(trial: Trial, page: protocol.Page) -> None:
    rings = ("Core Circle", "Movable People")
    for typed in FEW:
        page.type("Why, if you like", typed)
        page.press(rings[len(trial.kept.get("why", ())) % 2])
        trial.told("why", typed, page)


def _at_the_door(trial: Trial) -> None:
    """Signing up and in, and coming back with a code: by name, by passphrase and by code."""
    page = trial.page("welcome", who="")
    page.press("Begin")
    page.choose("Are you 18", "Yes, 18 or over")
    for number, typed in enumerate(AT_THE_DOOR):
        for where, name, words in (("new name", typed, f"{WORDS} {number}"), ("new words", f"Esi {number}", typed)):
            page.type("A name for yourself", name)
            page.type("A passphrase", words)
            page.sent_to = ""
            page.press("Start")
            refused = trial.told(where, typed, page)
            assert bool(refused) != bool(page.sent_to), (where, typed[:40])
    page = trial.page("today", who="")
    for typed in AT_THE_DOOR:
        for name, words in ((typed, WORDS), ("Ada", typed)):
            page.type("Your name here", name)
            page.type("Passphrase", words)
            page.press("Sign in")
            assert trial.told("sign in", typed, page)
    page.press("I forgot")
    for typed in AT_THE_DOOR:
        for name, code, words in ((typed, "A" * 20, WORDS), ("Ada", typed, WORDS), ("Ada", "A" * 20, typed)):
            page.type("Your name here", name)
            page.type("Your recovery code", code)
            page.type("A new passphrase", words)
            page.press("Set it")
            assert trial.told("recover", typed, page)


def _of_the_passphrase(trial: Trial) -> None:
    page = trial.page("my-data")
    for typed in AT_THE_DOOR:
        page.type("Passphrase", typed)
        page.press("Go on")
        assert trial.told("prove", typed, page)
        page.type("The one you have now", typed)
        page.type("The new one", typed)
        page.press("Change it")
        assert trial.told("change", typed, page)


def _all_is_kept(trial: Trial, store: Store, ids: dict[str, str], kofi: str) -> None:
    """What was taken without a word is there, sign for sign; a name has single spaces, a line is one line."""
    book = MyWorkbook(store, CONTENT, ids["Ada"], house.utc_now, "Europe/London")
    occasion = book.today.isoformat()
    for asked in WRITTEN:
        exercise = CONTENT.exercise(asked.exercise)
        versions = book.versions(asked.exercise, asked.prompt, occasion if exercise.again else "")
        tidied = _on_one_line if asked.one.kind == "line" else str
        assert _no_twice(v.value for v in reversed(versions)) == _no_twice(map(tidied, trial.kept[asked.exercise]))
    names = [m.name for m in book.members()]
    for where in ("added", *(a.exercise for a in PICKED)):
        assert {_single_spaced(t) for t in trial.kept[where]} - {""} <= set(names), where
    for number in range(len(ids) - 1):
        own = MyWorkbook(store, CONTENT, ids[f"Noor {number}"], house.utc_now, "Europe/London")
        wanted = _first_of_each(_single_spaced(t) for t in trial.kept.get(f"Noor {number}", ()))
        assert [m.name for m in own.members()] == wanted
    member = next(m for m in book.members() if m.member_id == kofi)
    assert (member.how_known, member.notes) == (trial.kept["how_known"][-1], trial.kept["notes"][-1])
    assert member.name == _single_spaced(trial.kept["name"][-1])
    assert [m.reason for m in book.moves() if m.member_id == kofi] == trial.kept["why"]
    for typed in trial.kept["new name"]:
        person_id = accounts.find_person(store, signing.folded(typed))
        assert person_id and accounts.shown_name(store, person_id) == _single_spaced(typed)
    for typed in trial.kept["new words"]:
        person_id = accounts.find_person(store, f"esi {AT_THE_DOOR.index(typed)}")
        assert person_id and passphrases.fits(typed, accounts.passphrase_hash(store, person_id))
    assert not any(where in trial.kept for where in ("sign in", "recover", "prove", "change"))


def _on_one_line(typed: str) -> str:
    return re.sub(r"[\r\n]+", " ", typed)


def _single_spaced(typed: str) -> str:
    return " ".join(typed.split())


def _no_twice(values: Iterable[str]) -> list[str]:
    """The same saved again makes no new version."""
    kept: list[str] = []
    for value in values:
        if not kept or kept[-1] != value:
            kept.append(value)
    return kept


def _first_of_each(names: Iterable[str]) -> list[str]:
    by_folded: dict[str, str] = {}
    for name in names:
        by_folded.setdefault(signing.folded(name), name)
    return [name for name in by_folded.values() if name]
