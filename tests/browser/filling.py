"""How each kind of prompt is filled by hand, and how its answer looks when it is read again."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import drawn, still, wait_by_its_clock
from tests.browser.visitor import Visitor
from workbook.content import Content, Exercise, Prompt
from workbook.ladder import in_months
from workbook.my_workbook import PICK

# Names that a careless page would turn into bold words, a heading, a formula, a colour, a link or an arrow.
NAMES = ("Mira *the kind* _one_", "<b>Kofi</b> & $x^2$ :red[hi]", "נועה 🌻 [x](http://a.b)", "Jo -> www.a.bc me@x.yz")
FIRST_CHOICE = ("sent", "let_go", "agreed", "not_for_me")  # what has consequences is picked before what comes first
PUT_IN = re.compile("^Put .* in ")
SLIDER_AT = 7
SLIDER_RESTS_MS = 400  # only when it has stood still for a while is its value sent


@dataclass(frozen=True, slots=True)
class Said:
    """One row that an answer should leave in answers.csv; `option` is the key picked, where it is known beforehand."""

    prompt: str
    value: str
    option: str = ""
    about: str = ""


@dataclass
class Circle:
    """Whom Ada has named so far, and where they stand: so that later exercises pick whom earlier ones named."""

    words: Content
    kinds: dict[str, str] = field(default_factory=dict)
    rings: dict[str, str] = field(default_factory=dict)
    screened: list[str] = field(default_factory=list)  # and found fine for now
    resting: list[str] = field(default_factory=list)  # not for now
    hello: str = ""  # whom the hello is for that Reach Out goes on with
    followed: list[str] = field(default_factory=list)  # whose tries were come back to
    picked: Counter[str] = field(default_factory=Counter)
    names: Iterator[str] = field(default_factory=lambda: _names())

    def someone(self, prompt: Prompt, *, apart: bool = False) -> str | None:
        """Who is picked for a prompt: of those it offers the one picked least so far; None where it offers nobody."""
        offered = [name for name in self.kinds if self._offered(prompt, name) and not (apart and name == self.hello)]
        name = min(offered, key=lambda name: self.picked[name], default=None)
        self.picked.update([name] if name else [])
        return name

    def _offered(self, prompt: Prompt, name: str) -> bool:
        if prompt.only == "ok":
            return name in self.screened
        if prompt.only == "resources":
            return self.kinds[name] == prompt.member_kind
        if prompt.only == "fine" and name not in self.screened:
            return False
        if name in self.resting and (prompt.fills == "try.member" or prompt.sets == "emergency"):
            return False
        return self.kinds[name] == "person" and self.rings[name] not in ("left_off", "released")


def _names() -> Iterator[str]:
    yield from NAMES
    number = 1
    while True:
        number += 1
        yield f"# {number}. name"


@dataclass(frozen=True, slots=True)
class Place:
    """One prompt on the page, and what stands around it."""

    who: Visitor
    exercise: Exercise
    prompt: Prompt
    circle: Circle

    @property
    def page(self) -> Page:
        """The page it stands on."""
        return self.who.page

    @property
    def box(self) -> Locator:
        """The part of the page that belongs to the prompt."""
        return self.page.locator(f".st-key-prompt-{self.prompt.key}")

    @property
    def goes_on(self) -> bool:
        """Whether the exercise goes on with the hello that was begun before."""
        return self.exercise.follows == PICK and not self.exercise.apart

    def said(self, value: str, option: str = "", about: str = "") -> Said:
        """A row about this prompt."""
        return Said(self.prompt.key, value, option, about)

    def wait_until_saved(self) -> None:
        """The saved line is there, and the page has come to rest."""
        expect(self.box.locator("p.saved").first).to_contain_text("Saved")
        self.who.come_to_rest()


def open_list(page: Page, asked: Locator) -> None:
    """Open a list once the page stands still: one that has just opened closes when the page still scrolls."""
    asked.wait_for()
    drawn(page)
    asked.scroll_into_view_if_needed()
    still(page, 100)
    asked.click()
    expect(page.get_by_role("option").first).to_be_visible()


def pick(page: Page, asked: Locator, name: str | None = None) -> None:
    """Open a list and pick from it: by its whole name, or whatever stands first."""
    open_list(page, asked)
    (page.get_by_role("option", name=name, exact=True) if name else page.get_by_role("option").first).click()


def fill(place: Place) -> list[Said]:
    """Fill one prompt through its own widget."""
    return KINDS[place.prompt.kind].fill(place)


def see(place: Place, rows: list[Said]) -> None:
    """Find what was said in the widget again."""
    KINDS[place.prompt.kind].see(place, rows)


def press_offers(place: Place) -> None:
    """Take up every ring that this prompt offers."""
    for _ in range(place.box.get_by_role("button", name=PUT_IN).count()):
        offer = place.box.get_by_role("button", name=PUT_IN).first
        assert any(f"Put {name} in " in _typed(offer.inner_text()) for name in place.circle.kinds)
        offer.click()
        place.who.come_to_rest()


def put_in_rings(place: Place) -> None:
    """Put everyone just named in a ring of their own."""
    rings = ("Movable People", "Outer Resources", "Core Circle")
    for row, ring in zip(place.box.locator(".named").all(), rings, strict=True):
        beside = row.locator("xpath=ancestor::*[contains(@class, 'st-key-named-')]")
        beside.get_by_role("radio", name=ring).click()
        expect(beside.get_by_role("radio", name=ring)).to_be_checked()
        place.who.come_to_rest()


# Ticks, words and numbers


def _fill_tick(place: Place) -> list[Said]:
    place.box.get_by_test_id("stCheckbox").locator("label").click()
    place.wait_until_saved()
    return [place.said("TRUE")]


def _see_tick(place: Place, rows: list[Said]) -> None:
    expect(place.box.locator("input[type=checkbox]")).to_be_checked()


def _fill_words(place: Place) -> list[Said]:
    words = f"{place.exercise.title}: *1* <b>2</b> $3$ :red[4] – אב 🌱"
    if place.prompt.kind == "long_text":
        words += "\n\n# Second line"
    place.box.get_by_role("textbox").fill(words)
    place.box.get_by_role("textbox").blur()
    place.wait_until_saved()
    return [place.said(words)]


def _see_words(place: Place, rows: list[Said]) -> None:
    expect(place.box.get_by_role("textbox")).to_have_value(rows[0].value)


def _fill_slider(place: Place) -> list[Said]:
    thumb = place.box.locator("input[type=range]")
    thumb.focus()
    for _ in range(SLIDER_AT + 1):  # the first step leaves “–”, where it begins
        thumb.press("ArrowRight")
    wait_by_its_clock(place.page, SLIDER_RESTS_MS)
    place.wait_until_saved()
    value = SLIDER_AT * (5 if place.prompt.kind == "overlap" else 1)
    expect(thumb).to_have_attribute("aria-valuetext", str(value))
    return [place.said(str(value))]


def _see_slider(place: Place, rows: list[Said]) -> None:
    expect(place.box.locator("input[type=range]")).to_have_attribute("aria-valuetext", rows[0].value)
    if place.prompt.kind == "overlap":
        expect(place.box.get_by_alt_text(f"Two circles, {rows[0].value} in 100")).to_be_visible()


# Choices


def _first_choice(prompt: Prompt) -> int:
    return next((n for n, option in enumerate(prompt.options) if option.key in FIRST_CHOICE), 0)


def _fill_one(place: Place) -> list[Said]:
    option = place.prompt.options[_first_choice(place.prompt)]
    place.box.get_by_role("radio", name=option.words, exact=True).click()
    place.wait_until_saved()
    for reply in place.prompt.replies:
        if option.key in reply.to:
            expect(place.box.locator("p.note")).to_have_text(reply.words)
            expect(place.box.get_by_role("link", name="Help now")).to_have_count(int(reply.help_now))
    if option.key == "let_go":
        place.circle.screened.remove(place.circle.followed[-1])
        place.circle.resting.append(place.circle.followed[-1])
    return [place.said(option.words, option.key)]


def _see_one(place: Place, rows: list[Said]) -> None:
    expect(place.box.get_by_role("radio", name=rows[0].value, exact=True)).to_be_checked()


def _fill_many(place: Place) -> list[Said]:
    picked = place.prompt.options[:2]
    for option in picked:
        place.box.get_by_role("button", name=option.words, exact=True).click()
        place.wait_until_saved()
    return [place.said(option.words, option.key) for option in picked]


def _see_many(place: Place, rows: list[Said]) -> None:
    for row in rows:
        pill = place.box.get_by_role("button", name=row.value, exact=True)
        expect(pill).to_have_attribute("aria-pressed", "true")


# Names


def _fill_names(place: Place) -> list[Said]:
    names = [next(place.circle.names) for _ in range(min(place.prompt.most or 1, 3) if not place.circle.kinds else 1)]
    for name in names:
        place.box.get_by_role("textbox").fill(name)
        place.box.get_by_role("textbox").press("Enter")
        expect(place.box.locator(".named", has_text=name)).to_be_visible()
        place.wait_until_saved()
        place.circle.kinds[name] = place.prompt.member_kind
    return [place.said(name) for name in names]


def _see_names(place: Place, rows: list[Said]) -> None:
    for row in rows:
        expect(place.box.locator(".named", has_text=row.value)).to_be_visible()


def _fill_member(place: Place) -> list[Said]:
    if _is_said_already(place):
        _see_whom(place)
        return []
    name = place.circle.someone(place.prompt, apart=place.exercise.apart)
    asked = place.box.get_by_role("combobox")
    if name:
        pick(place.page, asked, name)
    else:
        name = next(place.circle.names)
        asked.fill(name)
        asked.press("Enter")
        place.circle.kinds[name] = place.prompt.member_kind
        place.circle.picked[name] += 1
    place.wait_until_saved()
    expect(asked).to_have_value(name)
    if place.exercise.key == PICK:
        place.circle.hello = name
    return [place.said(name)]


def _see_member(place: Place, rows: list[Said]) -> None:
    if _is_said_already(place):
        _see_whom(place)
    else:
        expect(place.box.get_by_role("combobox")).to_have_value(rows[0].value)


def _is_said_already(place: Place) -> bool:
    """Whether this asks whom the hello is for, which was said where it began."""
    return place.goes_on and place.prompt.fills == "try.member"


def _see_whom(place: Place) -> None:
    """The page names whom the hello is for, and does not ask it again."""
    expect(place.page.locator(".whom .named")).to_have_text(place.circle.hello)
    expect(place.box.get_by_role("combobox")).to_have_count(0)


def _fill_stage(place: Place) -> list[Said]:
    """Drawn by no widget: the page itself notes how far the hello has come."""
    _see_stage(place, [])
    option = place.prompt.options[_stage(place)]
    return [place.said(option.words, option.key)]


def _see_stage(place: Place, rows: list[Said]) -> None:
    expect(place.page.locator(".whom .named")).to_have_text(place.circle.hello)
    at = f"{_stage(place) + 1} of {len(place.prompt.options)}"
    expect(place.page.locator(".whom")).to_contain_text(at)


def _stage(place: Place) -> int:
    return [option.key for option in place.prompt.options].index(place.exercise.key.partition(".")[2])


def _fill_members(place: Place) -> list[Said]:
    expect(place.box.get_by_test_id("stButtonGroup").first).to_be_visible()
    names = place.box.get_by_role("button", pressed=False).all_inner_texts()
    names = [name for name in names if _typed(name) in place.circle.kinds][:2]
    for name in names:
        place.box.get_by_role("button", name=name, exact=True).click()
        place.wait_until_saved()
    return [place.said(_typed(name)) for name in names]


def _see_members(place: Place, rows: list[Said]) -> None:
    pressed = place.box.get_by_role("button", pressed=True)
    expect(pressed).to_have_count(len(rows))
    assert {row.value for row in rows} == {_typed(name) for name in pressed.all_inner_texts()}


def _fill_leave_off(place: Place) -> list[Said]:
    """The one named last, who is nobody's only choice."""
    name = list(place.circle.kinds)[-1]
    expect(place.box.get_by_test_id("stButtonGroup").first).to_be_visible()
    pill = next(one for one in place.box.get_by_role("button").all() if _typed(one.inner_text()) == name)
    pill.click()
    place.wait_until_saved()
    return [place.said(name)]


def _fill_each(place: Place) -> list[Said]:
    """Each member gets another choice, and another to each question, so that none is taken for another's."""
    alike = [p.key for p in place.exercise.shown if p.kind == place.prompt.kind]
    first = _first_choice(place.prompt) + alike.index(place.prompt.key)
    rows: list[Said] = []
    for name in _asked_about(place):
        option = place.prompt.options[(first + len(rows)) % len(place.prompt.options)]
        pill = _group_of(place, name).get_by_text(option.words, exact=True)
        pill.click()
        expect(place.box.locator("p.saved")).to_have_count(1 if _one_at_a_time(place) else len(rows) + 1)
        place.who.come_to_rest()
        rows.append(place.said(option.words, option.key, name))
    return rows


def _see_each(place: Place, rows: list[Said]) -> None:
    said = {row.about: row.value for row in rows}
    for name in _asked_about(place):
        picked = _group_of(place, name).locator("[aria-checked=true], [aria-pressed=true]")
        expect(picked.filter(has_text=said.pop(name)).first).to_be_visible()
    assert said == {}


def _asked_about(place: Place) -> Iterator[str]:
    """The members asked about, each once its question is there: all at a time, or two of many one after the other."""
    for turn in range(2):
        expect(place.box.get_by_test_id("stButtonGroup").first).to_be_visible()
        expect(place.box.locator("a")).to_have_count(0)
        labels = place.box.get_by_test_id("stButtonGroup").get_by_test_id("stWidgetLabel").all_text_contents()
        names = (_typed(label).removesuffix(f": {place.prompt.ask}") for label in labels)
        yield from (name for name in names if name in place.circle.kinds)
        if turn or not _one_at_a_time(place):
            return
        _go_to_next(place)


def _group_of(place: Place, name: str) -> Locator:
    """The choices for one of those who are asked about: read aloud, they are called by the name and the question."""
    called = f"{name}: {place.prompt.ask}"
    groups = place.box.get_by_test_id("stButtonGroup").all()
    return next(g for g in groups if _typed(g.get_by_test_id("stWidgetLabel").text_content() or "") == called)


def _fill_later(place: Place) -> list[Said]:
    """Asked on the ladder itself, of each that was put aside."""
    rows: list[Said] = []
    for name, rung in _put_aside(place):
        again = rung.get_by_role("radio", name=place.prompt.options[0].words, exact=True)
        again.click()
        expect(again).to_be_checked()
        expect(rung.locator("p.saved")).to_have_count(2)
        place.who.come_to_rest()
        today = date.fromisoformat(place.page.evaluate("new Date().toLocaleDateString('sv')"))
        rows.append(place.said(in_months(today, 1).isoformat(), about=name))
    assert rows, "nothing was put aside"
    return rows


def _see_later(place: Place, rows: list[Said]) -> None:
    rungs = dict(_put_aside(place))
    assert set(rungs) == {row.about for row in rows}
    for rung in rungs.values():
        expect(rung.get_by_role("radio", name=place.prompt.options[0].words, exact=True)).to_be_checked()


def _put_aside(place: Place) -> list[tuple[str, Locator]]:
    """Each on the ladder of whom it is asked, by name."""
    asked = place.page.locator("[class*=st-key-ladder-]").filter(has_text=place.prompt.ask)
    expect(asked.first).to_be_visible()
    return [(_typed(rung.locator("p.of-whom").first.inner_text()), rung) for rung in asked.all()]


def _fill_rings(place: Place) -> list[Said]:
    """One after the other, as many as the page asks about at a time; two of them move."""
    moved: list[str] = []
    for _ in range(2):
        row = place.box.locator("p.named").nth(0 if _one_at_a_time(place) else len(moved))
        name = row.inner_text()
        ring = "Movable People" if place.circle.rings[name] == "core" else "Core Circle"
        beside = row.locator("xpath=ancestor::*[contains(@class, 'st-key-ring-')]")
        beside.get_by_role("radio", name=ring).click()
        expect(beside.get_by_role("radio", name=ring)).to_be_checked()
        place.wait_until_saved()
        moved.append(name)
        if _one_at_a_time(place):
            _go_to_next(place)
            expect(place.box.locator("p.named")).not_to_have_text(name)
    return [place.said(name) for name in moved]


def _see_rings(place: Place, rows: list[Said]) -> None:
    expect(place.box.locator("p.saved").first).to_contain_text("Saved")
    for row in rows:
        expect(place.box.locator("p.named", has_text=row.value)).to_be_visible()
        if _one_at_a_time(place):
            _go_to_next(place)


def _go_to_next(place: Place) -> None:
    place.box.get_by_role("button", name="Next name").click()
    place.who.come_to_rest()


def _one_at_a_time(place: Place) -> bool:
    return place.page.locator(f".st-key-who-{place.prompt.key}").count() > 0


def _fill_ring(place: Place) -> list[Said]:
    """The one of the hello, to another ring."""
    name = place.circle.hello
    expect(place.box.locator("p.named")).to_have_text(name)
    ring = "core" if place.circle.rings[name] == "movable" else "movable"
    place.circle.rings[name] = ring
    place.box.get_by_role("radio", name=place.circle.words.words("places", ring)).click()
    place.wait_until_saved()
    return [place.said(name)]


def _see_ring(place: Place, rows: list[Said]) -> None:
    [row] = rows
    expect(place.box.locator("p.named")).to_have_text(row.value)
    ring = place.circle.words.words("places", place.circle.rings[row.value])
    expect(place.box.get_by_role("radio", name=ring)).to_be_checked()


# Messages, tries and resources


def _fill_starter(place: Place) -> list[Said]:
    choose = place.box.get_by_role("button", name="Begin from this").first
    if len(place.prompt.starters) > 1:
        place.box.get_by_role("radio").first.click()
    choose.click()
    area = place.box.locator("textarea")
    expect(area).not_to_have_value("")
    words = area.input_value() + " *Ada* <i>"
    area.fill(words)
    area.blur()
    expect(place.box.locator("code")).to_have_text(words)
    place.who.come_to_rest()
    kept = any(p.key == "keep" for p in place.exercise.shown)
    return [place.said(words)] if kept else []


def _see_starter(place: Place, rows: list[Said]) -> None:
    expect(place.box.locator("textarea")).to_have_value(rows[0].value if rows else "")


def _fill_try(place: Place) -> list[Said]:
    """It stands at the hello's own, which is no answer yet: so it is left the first time; then another is picked."""
    asked = place.box.get_by_role("combobox")
    _see_try(place, [])
    if place.circle.hello not in place.circle.followed:
        place.circle.followed.append(place.circle.hello)
        return []
    pick(place.page, asked)
    place.wait_until_saved()
    name, _, _ = asked.input_value().partition(" · ")
    assert name != place.circle.hello
    place.circle.followed.append(name)
    return [place.said(name)]


def _see_try(place: Place, rows: list[Said]) -> None:
    name = rows[0].value if rows else place.circle.hello
    expect(place.box.get_by_role("combobox")).to_have_value(re.compile(f"^{re.escape(name)} · "))
    expect(place.box.locator("p.saved")).to_have_count(len(rows))


def _fill_doors(place: Place) -> list[Said]:
    """The first two that are doors; a line may stand between them."""
    rows: list[Said] = []
    titles = {str(door["title"]): door for door in place.circle.words.doors}
    cards = place.box.locator("[class*=st-key-door-]").filter(has=place.page.locator(".card .ask"))
    expect(cards.first).to_be_visible()
    shown = [title for title in cards.locator(".ask").all_inner_texts() if title in titles]
    for title in shown[:2]:
        door = titles[title]
        place.page.locator(f".st-key-door-{door['key']}").get_by_role("button", name="Save this one to my map").click()
        place.wait_until_saved()
        place.circle.kinds[title] = door["kind"]
        rows.append(place.said(title, door["key"]))
    return rows


def _see_doors(place: Place, rows: list[Said]) -> None:
    for row in rows:
        card = place.page.locator(f".st-key-door-{row.option}")
        expect(card.get_by_role("button", name="Saved to your map")).to_be_visible()


def _fill_country(place: Place) -> list[Said]:
    pick(place.page, place.box.get_by_role("combobox"), "Ireland")
    place.wait_until_saved()
    return [place.said("Ireland", "ie")]


def _fill_lines(place: Place) -> list[Said]:
    rows = []
    for line in [line for line in place.circle.words.help_lines if line["country"] == "ie"][:2]:
        place.box.get_by_role("button", name=_line_words(line), exact=True).click()
        place.wait_until_saved()
        place.circle.kinds[line["name"]] = "line"
        rows.append(place.said(line["name"], line["key"]))
    return rows


def _see_lines(place: Place, rows: list[Said]) -> None:
    for row in rows:
        line = next(line for line in place.circle.words.help_lines if line["key"] == row.option)
        pill = place.box.get_by_role("button", name=_line_words(line), exact=True)
        expect(pill).to_have_attribute("aria-pressed", "true")


def _line_words(line: dict[str, Any]) -> str:
    return f"{line['name']} · {line['number']}" if line["number"] else str(line["name"])


def _fill_screen(place: Place) -> list[Said]:
    """All is fine, for the one of the hello and someone else; nothing of it is ever a row."""
    who = place.page.get_by_role("combobox")
    expect(who).to_have_value(place.circle.hello)
    for name in (place.circle.hello, next(name for name in place.circle.kinds if name != place.circle.hello)):
        if name != place.circle.hello:
            pick(place.page, who, name)
        place.who.come_to_rest()
        for question in place.circle.words.screen:
            fine = place.page.get_by_role("radiogroup", name=question["ask"]).get_by_role("radio").first
            fine.click()
            expect(fine).to_be_checked()
            place.who.come_to_rest()
        place.page.get_by_role("button", name="See what follows").click()
        place.who.come_to_rest()
        expect(place.page.locator(".card")).to_contain_text(place.circle.words.screen_words["ok"])
        place.circle.screened.append(name)
    return []


def screen_says(who: Visitor, name: str) -> str:
    """What stands on the page of the safety screen once someone is chosen who has been through it."""
    page = who.page
    pick(page, page.get_by_role("combobox"), name)
    who.come_to_rest()
    page.get_by_role("button", name="Do the five taps again").wait_for()
    return page.locator(".st-key-step").inner_text()


def _typed(shown: str) -> str:
    """A label without the joiners that keep Streamlit from drawing arrows and links."""
    return shown.replace("\u2060", "").strip()


def _see_nothing(place: Place, rows: list[Said]) -> None:
    return


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of prompt, by hand."""

    fill: Callable[[Place], list[Said]]
    see: Callable[[Place, list[Said]], None]


KINDS = {
    "tick": Kind(_fill_tick, _see_tick),
    "toggle": Kind(_fill_tick, _see_tick),
    "line": Kind(_fill_words, _see_words),
    "long_text": Kind(_fill_words, _see_words),
    "slider": Kind(_fill_slider, _see_slider),
    "overlap": Kind(_fill_slider, _see_slider),
    "pick_one": Kind(_fill_one, _see_one),
    "pick_many": Kind(_fill_many, _see_many),
    "names": Kind(_fill_names, _see_names),
    "member": Kind(_fill_member, _see_member),
    "members": Kind(_fill_members, _see_members),
    "each_member": Kind(_fill_each, _see_each),
    "later_each_member": Kind(_fill_later, _see_later),
    "tags_each_member": Kind(_fill_each, _see_each),
    "ring_each_member": Kind(_fill_rings, _see_rings),
    "ring_one": Kind(_fill_ring, _see_ring),
    "stage": Kind(_fill_stage, _see_stage),
    "leave_off": Kind(_fill_leave_off, _see_members),
    "starter": Kind(_fill_starter, _see_starter),
    "try": Kind(_fill_try, _see_try),
    "doors": Kind(_fill_doors, _see_doors),
    "country": Kind(_fill_country, _see_member),
    "help_lines": Kind(_fill_lines, _see_lines),
    "safety": Kind(_fill_screen, _see_nothing),
}
