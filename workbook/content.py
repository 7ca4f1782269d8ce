"""The words of the workbook as data: steps, exercises and prompts, read from `seeds/<language>/` and checked."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_type_hints

OTHER_FILES = ("options", "closing", "starters", "help_lines", "doors")
STEP_FILES = ("welcome", "reflect", "reach_out", "reconnect", "stay_open", "check_in")
EXERCISE_KINDS = ("questions", "read", "plan", "message", "safety")
PROMPT_KINDS = (
    "tick",
    "toggle",
    "line",
    "long_text",
    "pick_one",
    "pick_many",
    "slider",
    "overlap",
    "names",
    "member",
    "members",
    "each_member",
    "later_each_member",
    "tags_each_member",
    "ring_each_member",
    "ring_one",
    "stage",
    "leave_off",
    "safety",
    "starter",
    "try",
    "doors",
    "country",
    "help_lines",
)
COACH_KINDS = ("line", "long_text", "tick", "pick_one", "pick_many", "slider")  # what a coach may ask by
NEED_OPTIONS = ("pick_one", "stage", "pick_many", "each_member", "later_each_member", "tags_each_member")
FILLS = (
    r"accepted_on|place"
    r"|consent\.(steps|shape|ticked)"
    r"|check_in\.[a-z_]+"
    r"|belonging\.(honest|imperfect)"
    r"|measure\.(osss3_[123]|overlap)"
    r"|member\.(heard|good_for|asked|last_touch|closeness|gives_takes|state|look_again|contact|how_known)"
    r"|try\.(member|text|state|cue|act|fallback|rehearsed|expected|felt|outcome|after_feel)"
)
_READ_APART = ("options", "prompts", "read", "starters", "replies")
_WORDS_FOR = {str: "words in quotes", bool: "true or false", int: "a number"}
PLACES_FOR_NEW = ("core", "movable", "outer", "unplaced")


class SeedTrouble(Exception):
    """A seed file is not as it should be; `str()` names file, key and remedy."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: `key` is stored, `words` are shown."""

    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said back when one of the choices `to` is picked; `help_now` adds the way to Help now."""

    to: tuple[str, ...]
    words: str
    help_now: bool = False


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question of an exercise. Its key is its identity: never renamed or used again, only retired."""

    key: str
    kind: str
    ask: str
    help: str = ""
    options: tuple[Option, ...] = ()
    most: int | None = None
    fills: str = ""
    sets: str = ""
    place: str = "unplaced"
    offer: str = ""
    member_kind: str = "person"
    only: str = ""
    of: str = ""
    ring: str = ""
    starters: tuple[str, ...] = ()
    low: str = ""
    high: str = ""
    replies: tuple[Reply, ...] = ()
    retired: bool = False

    def words_of(self, option_key: str) -> str:
        """The words of one option; the key itself where it is no longer offered."""
        return next((o.words for o in self.options if o.key == option_key), option_key)


MOST_WORDS_IN_A_PART = 49


@dataclass(frozen=True, slots=True)
class Exercise:
    """A page's worth of prompts; `again` gives a fresh set of answers each time it is done.

    `follows` names the exercise in which it began: both share their occasions and, unless it is `apart`, one try.
    `by` names the coach who wrote it, `hidden` one whose group leaves it out: both never come from the seeds.
    """

    key: str
    title: str
    kind: str
    purpose: str = ""
    minutes: int = 2
    before: str = ""
    instead: str = ""
    read: tuple[str, ...] = ()
    again: bool = False
    every_days: int = 0
    follows: str = ""
    apart: bool = False
    credit: str = ""
    prompts: tuple[Prompt, ...] = ()
    by: str = ""
    hidden: bool = False

    @property
    def step(self) -> str:
        """The key of the step it belongs to."""
        return self.key.split(".")[0]

    def prompt(self, key: str) -> Prompt:
        """One prompt by its key; KeyError where there is none."""
        return next((p for p in self.prompts if p.key == key), None) or _missing(f"{self.key}.{key}")

    @property
    def shown(self) -> tuple[Prompt, ...]:
        """The prompts still asked."""
        return tuple(p for p in self.prompts if not p.retired)

    @property
    def measures(self) -> bool:
        """Whether it asks for a measure, which is taken again after some weeks and not before."""
        return any(p.fills.startswith("measure.") for p in self.prompts)

    @property
    def parts(self) -> tuple[tuple[str, ...], ...]:
        """The paragraphs to read, in parts of at most 49 words or one paragraph: no more is shown at a time."""
        parts: list[list[str]] = []
        for paragraph in self.read:
            words = len(" ".join([*(parts[-1] if parts else []), paragraph]).split())
            if parts and words <= MOST_WORDS_IN_A_PART:
                parts[-1].append(paragraph)
            else:
                parts.append([paragraph])
        return tuple(map(tuple, parts))


@dataclass(frozen=True, slots=True)
class Step:
    """One of the steps, with its exercises in order."""

    key: str
    title: str
    number: int
    lead: str = ""
    exercises: tuple[Exercise, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """Everything the workbook says in one language."""

    steps: tuple[Step, ...]
    options: dict[str, tuple[Option, ...]]
    screen: tuple[dict[str, Any], ...] = ()
    screen_words: dict[str, str] = field(default_factory=dict)
    starters: tuple[dict[str, str], ...] = ()
    starter_categories: dict[str, str] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)
    help_lines: tuple[dict[str, Any], ...] = ()
    doors: tuple[dict[str, Any], ...] = ()

    def step(self, key: str) -> Step:
        """One step by its key; KeyError where there is none."""
        return next((s for s in self.steps if s.key == key), None) or _missing(key)

    def exercise(self, key: str) -> Exercise:
        """One exercise by its key; KeyError where there is none."""
        return next((e for e in self.exercises if e.key == key), None) or _missing(key)

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """Every exercise, in the order of the steps."""
        return tuple(e for s in self.steps for e in s.exercises)

    def words(self, list_name: str, key: str) -> str:
        """The words of one shared option; the key itself where it is unknown."""
        return next((o.words for o in self.options.get(list_name, ()) if o.key == key), key)


def _missing(key: str) -> Any:
    raise KeyError(key)


def load(folder: Path) -> Content:
    """The content in `folder`, or SeedTrouble with the file, the key and what to do."""
    raw = {f"{name}.toml": parsed(folder / f"{name}.toml") for name in (*STEP_FILES, *OTHER_FILES)}
    with named("options.toml"):
        options = {name: _options(rows, "options.toml", name) for name, rows in raw["options.toml"].items()}
    steps = []
    for name in STEP_FILES:
        with named(f"{name}.toml"):
            steps.append(_step(f"{name}.toml", raw[f"{name}.toml"], raw["closing.toml"], options))
    _refuse_twins((e.key for s in steps for e in s.exercises), "seeds", "exercise key")
    reach, starters, lines = raw["reach_out.toml"], raw["starters.toml"], raw["help_lines.toml"]
    with named("reach_out.toml"):
        screen, screen_words = _tables(reach, "screen", "reach_out.toml"), dict(reach.get("screen_words", {}))
    with named("starters.toml"):
        categories = _rows(starters, "categories", "starters.toml", "title")
        messages = _rows(starters, "starters", "starters.toml", "words")
    with named("help_lines.toml"):
        countries = _rows(lines, "countries", "help_lines.toml", "name")
        help_lines = tuple(_with_key(line) for line in _tables(lines, "lines", "help_lines.toml"))
    with named("doors.toml"):
        doors = _rows(raw["doors.toml"], "doors", "doors.toml", "title")
    content = Content(
        steps=tuple(sorted(steps, key=lambda s: s.number)),
        options=options,
        screen=screen,
        screen_words=screen_words,
        starters=messages,
        starter_categories={c["key"]: c["title"] for c in categories},
        countries={c["key"]: c["name"] for c in countries},
        help_lines=help_lines,
        doors=doors,
    )
    with named("seeds"):
        _check_references(content)
    return content


@contextmanager
def named(file: str) -> Iterator[None]:
    """Whatever else is not as it should be in a file is told by its name: a word where a table is wanted, and the like."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        said = str(error).replace("\n", " ")[:120]
        raise SeedTrouble(
            f"{file}: something in it is not of the kind wanted ({said}). Compare it with how it came."
        ) from None


def _tables(raw: dict[str, Any], name: str, file: str) -> tuple[dict[str, Any], ...]:
    rows = raw.get(name)
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise SeedTrouble(f"{file}: it has no [[{name}]]. Add them.")
    return tuple(rows)


def _rows(raw: dict[str, Any], name: str, file: str, shown: str) -> tuple[dict[str, Any], ...]:
    """A file's entries, each with a key of its own and the words it is shown by."""
    rows = _tables(raw, name, file)
    for row in rows:
        _need(row, shown, file, f"“{_need(row, 'key', file, f'an entry of {name}')}”")
    _refuse_twins((row["key"] for row in rows), file, f"key in {name}")
    return rows


def _with_key(line: dict[str, Any]) -> dict[str, Any]:
    """A help line with the key by which a saved one is known again."""
    name = str(_need(line, "name", "help_lines.toml", "a line"))
    bare = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
    return {**line, "key": f"{_need(line, 'country', 'help_lines.toml', name)}.{bare}"}


def parsed(path: Path) -> dict[str, Any]:
    """A TOML file, or SeedTrouble that says which and what to do."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SeedTrouble(f"{path.name}: the file is missing. Put it back in {path.parent}.") from None
    except OSError as error:
        raise SeedTrouble(f"{path.name}: it cannot be read ({error.strerror}). Let this user read {path}.") from None
    except UnicodeDecodeError as error:
        raise SeedTrouble(f"{path.name}: not UTF-8 at byte {error.start}. Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        said = " ".join(str(error).split())
        raise SeedTrouble(f"{path.name}: not valid TOML ({said}). Mend that line.") from None


def _step(file: str, raw: dict[str, Any], closing: dict[str, Any], options: dict[str, tuple[Option, ...]]) -> Step:
    key = _need(raw, "key", file, "the step")
    rows = list(_need(raw, "exercises", file, key))
    if raw.get("closing"):
        rows += [{**row, "key": f"{key}.closing"} for row in _need(closing, "exercises", "closing.toml", "closing")]
    exercises = tuple(_exercise(file, key, row, options) for row in rows)
    return Step(key, _need(raw, "title", file, key), int(raw.get("number", 0)), raw.get("lead", ""), exercises)


def read_exercise(file: str, step: str, raw: dict[str, Any]) -> Exercise:
    """One exercise written by a coach, checked as those of the seeds are."""
    with named(file):
        return _exercise(file, step, raw, {})


def _exercise(file: str, step: str, raw: dict[str, Any], options: dict[str, tuple[Option, ...]]) -> Exercise:
    key = _need(raw, "key", file, f"an exercise of {step}")
    if not re.fullmatch(rf"{re.escape(step)}\.[a-z0-9_]+", key):
        raise SeedTrouble(f"{file}: exercise key “{key}” must be “{step}.” and a name in small letters, digits and _.")
    kind = _one_of(raw, "kind", EXERCISE_KINDS, file, key)
    known = _known(Exercise, raw, file, key)
    prompts = tuple(_prompt(file, key, row, options) for row in raw.get("prompts", ()))
    _refuse_twins((p.key for p in prompts), file, f"prompt key in {key}")
    picking = {p.key for p in prompts if p.kind == "members"}
    for prompt in prompts:
        if (prompt.of or prompt.kind == "later_each_member") and prompt.of not in picking:
            raise SeedTrouble(f"{file}: {key}.{prompt.key} is asked `of` no prompt of kind “members” here. Name one.")
    read = tuple(raw.get("read", ()))
    if kind == "read" and not read:
        raise SeedTrouble(f"{file}: {key} is of kind “read” but has no `read` paragraphs. Add them.")
    if kind != "read" and not prompts:
        raise SeedTrouble(f"{file}: {key} asks nothing. Add [[exercises.prompts]] or make its kind “read”.")
    _need(raw, "title", file, key)
    return replace(Exercise(key, raw["title"], kind), **{**known, "prompts": prompts, "read": read})


def _prompt(file: str, exercise: str, raw: dict[str, Any], options: dict[str, tuple[Option, ...]]) -> Prompt:
    key = _need(raw, "key", file, f"a prompt of {exercise}")
    where = f"{exercise}.{key}"
    if not re.fullmatch(r"[a-z0-9_]+", key):
        raise SeedTrouble(f"{file}: prompt key “{where}” may hold small letters, digits and _ only.")
    kind = _one_of(raw, "kind", PROMPT_KINDS, file, where)
    _need(raw, "ask", file, where)
    chosen = _chosen_options(raw.get("options"), file, where, options)
    if kind in NEED_OPTIONS and not chosen:
        raise SeedTrouble(f"{file}: {where} is of kind “{kind}” but has no `options`. Add them.")
    if raw.get("fills") and not re.fullmatch(FILLS, raw["fills"]):
        raise SeedTrouble(f"{file}: {where} fills “{raw['fills']}”, which nothing knows. Use one from docs/content.md.")
    if raw.get("place", "unplaced") not in PLACES_FOR_NEW or (
        {raw.get("offer", "core"), raw.get("ring", "core")} - set(PLACES_FOR_NEW[:3])
    ):
        raise SeedTrouble(f"{file}: {where} names a ring that does not exist. Use core, movable or outer.")
    known = _known(Prompt, raw, file, where)
    return replace(
        Prompt(key, kind, raw["ask"]),
        **{
            **known,
            "options": chosen,
            "starters": tuple(raw.get("starters", ())),
            "replies": _replies(raw.get("replies", ()), file, where, {o.key for o in chosen}),
        },
    )


def _chosen_options(given: Any, file: str, where: str, shared: dict[str, tuple[Option, ...]]) -> tuple[Option, ...]:
    if given is None:
        return ()
    if isinstance(given, str):
        if given not in shared:
            raise SeedTrouble(f"{file}: {where} takes its options from “{given}”, which options.toml does not have.")
        return shared[given]
    return _options(given, file, where)


def _options(rows: Any, file: str, where: str) -> tuple[Option, ...]:
    try:
        options = tuple(Option(str(row["key"]), str(row["words"])) for row in rows)
    except (TypeError, KeyError):
        raise SeedTrouble(f"{file}: {where}: each option needs `key` and `words`.") from None
    _refuse_twins((o.key for o in options), file, f"option key in {where}")
    return options


def _replies(rows: Any, file: str, where: str, offered: set[str]) -> tuple[Reply, ...]:
    try:
        replies = tuple(Reply(tuple(row["to"]), str(row["words"]), bool(row.get("help_now"))) for row in rows)
    except (TypeError, KeyError):
        raise SeedTrouble(f"{file}: {where}: each reply needs `to` (keys of options) and `words`.") from None
    strange = sorted({key for reply in replies for key in reply.to} - offered)
    if strange:
        raise SeedTrouble(f"{file}: {where} replies to “{strange[0]}”, which is not one of its options. Correct it.")
    return replies


def _known(kind: type, raw: dict[str, Any], file: str, where: str) -> dict[str, Any]:
    names = set(kind.__dataclass_fields__) - {"by", "hidden"}  # type: ignore[attr-defined]
    strange = sorted(set(raw) - names)
    if strange:
        raise SeedTrouble(f"{file}: {where} has “{strange[0]}”, which means nothing here. Remove or correct it.")
    known = {name: value for name, value in raw.items() if name not in _READ_APART}
    wanted = get_type_hints(kind)
    for name, value in known.items():
        if wanted[name] in _WORDS_FOR and not isinstance(value, wanted[name]):
            raise SeedTrouble(f"{file}: {where}: `{name}` must be {_WORDS_FOR[wanted[name]]}. Correct it.")
    return known


def _need(raw: dict[str, Any], name: str, file: str, where: str) -> Any:
    if not raw.get(name):
        raise SeedTrouble(f"{file}: {where} has no `{name}`. Add it.")
    return raw[name]


def _one_of(raw: dict[str, Any], name: str, allowed: tuple[str, ...], file: str, where: str) -> str:
    value = str(_need(raw, name, file, where))
    if value not in allowed:
        raise SeedTrouble(f"{file}: {where} has {name} “{value}”. Use one of: {', '.join(allowed)}.")
    return value


def _refuse_twins(keys: Iterable[str], file: str, what: str) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise SeedTrouble(f"{file}: {what} “{key}” is there twice. Give one of them another key.")
        seen.add(key)


def _check_references(content: Content) -> None:
    keys = {e.key for e in content.exercises}
    for exercise in content.exercises:
        if exercise.instead and exercise.instead not in keys:
            raise SeedTrouble(
                f"{exercise.step}.toml: {exercise.key} points to “{exercise.instead}”, which is not there."
            )
        if exercise.follows and exercise.follows not in keys:
            raise SeedTrouble(f"{exercise.step}.toml: {exercise.key} follows “{exercise.follows}”, which is not there.")
        for prompt in exercise.prompts:
            for category in prompt.starters:
                if category not in content.starter_categories:
                    raise SeedTrouble(f"{exercise.step}.toml: {exercise.key}.{prompt.key}: no starters “{category}”.")
    for line in content.help_lines:
        if line["country"] not in content.countries:
            raise SeedTrouble(
                f"help_lines.toml: {line['name']} is of “{line['country']}”, which is not a country there."
            )
    _refuse_twins((line["key"] for line in content.help_lines), "help_lines.toml", "line")
