"""Which names, passphrases and codes are taken, and how they are compared."""

from contextlib import suppress

import pytest

from tests.characters import Clock
from workbook import passphrases, signing
from workbook.gate import Gate
from workbook.refused import Refused
from workbook.store.opening import Store

GOOD = "harbour lemon quiet stone"


def refusal(call: object, *values: str) -> str:
    with pytest.raises(Refused) as refused:
        call(*values)  # type: ignore[operator]
    return refused.value.code


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Ada", "Ada"),
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("نور", "نور"),
        ("Kofi 🦊", "Kofi 🦊"),
        ("A" * 40, "A" * 40),
    ],
)
def test_a_name_is_shown_as_typed_with_single_spaces(typed: str, shown: str) -> None:
    assert signing.accept_name(typed) == shown


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "name_empty"),
        (" \t ", "name_empty"),
        ("A" * 41, "name_long"),
        ("Ada\x00", "name_odd"),
        ("Ada\x07", "name_odd"),
        ("\ud800", "name_odd"),
        ("\ue000", "name_odd"),
    ],
)
def test_empty_over_long_and_unprintable_names_are_refused(typed: str, code: str) -> None:
    assert refusal(signing.accept_name, typed) == code


def test_the_refusal_of_a_long_name_says_how_long_it_may_be() -> None:
    with pytest.raises(Refused) as refused:
        signing.accept_name("A" * 41)
    assert refused.value.facts == {"most": 40}


@pytest.mark.parametrize("typed", ["Ada", "ADA", "ada", "  aDa ", "Ａｄａ"])
def test_names_are_compared_without_case_width_or_spaces_around(typed: str) -> None:
    assert signing.folded(typed) == "ada"


def test_names_with_and_without_a_composed_accent_are_the_same() -> None:
    assert signing.folded("Zoe\u0308") == signing.folded("zo\u00eb")
    assert signing.folded("Straße") == signing.folded("STRASSE")


@pytest.mark.parametrize(
    "passphrase",
    [
        GOOD,
        "fifteen letters",  # just 15
        "  spaces kept at both ends  ",
        "alllowercasenodigits",
        "ünïcödé wörds are fine",
        "x" + "ab1c" * 17 + "xyz",  # 72 bytes
        "🦊🐙🌊🍋🧭 harbour lemon",
        "🦊🐙🌊🍋🧭🌵🍄🐝🌙🎈🧵🪁🚲🎻🍀",  # 15 signs, 60 bytes
        "نافذة الميناء الهادئ",
        "summer dragon monkey window",
        "Ada walks to the harbour",
    ],
)
def test_a_long_enough_passphrase_is_taken_exactly_as_typed(passphrase: str) -> None:
    assert signing.accept_passphrase(passphrase, "Ada", common=passphrases.common()) == passphrase


@pytest.mark.parametrize(
    ("passphrase", "code"),
    [
        ("", "passphrase_short"),
        ("fourteen chars", "passphrase_short"),
        ("harbour lemon \x00 stone", "passphrase_odd"),
        ("harbour lemon \ud800 stone", "passphrase_odd"),
        ("y" + "ab1c" * 18, "passphrase_long"),  # 73 bytes
        ("🦊🐙🌊🍋🧭🌵🍄🐝🌙🎈🧵🪁🚲🎻🍀🐚🌻🧊🦉", "passphrase_long"),  # 19 characters, 76 bytes
        ("aaaaaaaaaaaaaaaaaaaa", "passphrase_pattern"),
        ("abcabcabcabcabcabc", "passphrase_pattern"),
        ("abcdefghijklmnop", "passphrase_pattern"),
        ("qwertyuiopasdfghjkl", "passphrase_pattern"),
        ("poiuytrewq 987654321", "passphrase_pattern"),
        ("1qaz2wsx3edc4rfv", "passphrase_pattern"),
        ("1234567890 ruth", "passphrase_pattern"),
        ("20012001200120012", "passphrase_pattern"),
        ("ada ada ada ada ada", "passphrase_pattern"),
        ("Ada 1984, Ada 2001, Ada", "passphrase_named"),
        ("my pod workbook!!!", "passphrase_named"),
        ("Mrs Thorne 123456", "passphrase_named"),
        ("Correct Horse Battery Staple", "passphrase_common"),
        ("c0rrect h0rse b@ttery st@ple", "passphrase_common"),
        ("1984 May the Force be with you!!", "passphrase_common"),
        ("passwordpassword1234", "passphrase_common"),
        ("P@ssw0rd-Pa55word", "passphrase_common"),
        ("I love you Michael 2001", "passphrase_common"),
        ("summer dragon monkey", "passphrase_common"),
        ("one day at a time", "passphrase_common"),
        ("ICH LIEBE DICH 1234", "passphrase_common"),
    ],
)
def test_short_over_long_unencodable_and_easily_guessed_passphrases_are_refused(passphrase: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        signing.accept_passphrase(passphrase, "Ada", named=["Mrs Thorne"], common=passphrases.common())
    assert refused.value.code == code


def test_no_passphrase_we_propose_is_refused(store: Store, clock: Clock) -> None:
    gate = Gate(store, clock)
    proposed = [gate.propose_passphrase() for _ in range(300)]
    for passphrase in proposed:
        assert signing.accept_passphrase(passphrase, "Ada", common=passphrases.common()) == passphrase


def test_every_listed_phrase_is_refused_with_a_year_behind_it() -> None:
    listed = [line for line in (passphrases.COMMON / "phrases.txt").read_text("utf-8").splitlines() if line[:1] != "#"]
    too_short = [line for line in listed if len(signing.bare(line)) < 8]
    taken = []
    for line in listed:
        with suppress(Refused):
            taken.append(signing.accept_passphrase(f"{line} 2001"[:72], "Ada", common=passphrases.common()))
    print(f"{len(listed)} phrases, {len(passphrases.common().words)} words")
    assert (too_short, [t for t in taken if len(t) < 72]) == ([], [])


def test_a_passphrase_of_little_more_than_the_name_is_refused() -> None:
    assert refusal(signing.accept_passphrase, "Noor Haddad 1234", "noor haddad") == "passphrase_named"
    assert signing.accept_passphrase("Noor Haddad 1234", "Kofi")


def test_without_a_name_a_good_passphrase_is_still_taken() -> None:
    assert signing.accept_passphrase(GOOD, "") == GOOD


def test_a_code_is_shown_in_groups_of_four_and_read_however_it_is_typed() -> None:
    code = "ABCD0123EFGH1110KMNP"
    assert signing.spaced_code(code) == "ABCD-0123-EFGH-1110-KMNP"
    for typed in ("ABCD-0123-EFGH-1110-KMNP", "abcd 0123 efgh 1110 kmnp", "abcdO123efghIl1okmnp", code):
        assert signing.tidy_code(typed) == code


def test_the_code_alphabet_has_no_look_alikes_and_makes_a_hundred_bits() -> None:
    assert len(set(signing.CODE_ALPHABET)) == 32
    assert set(signing.CODE_ALPHABET).isdisjoint("ILOU")
    assert signing.CODE_LENGTH * 5 == 100
