"""Words are sealed: to their person, to their row and column; and without the key there is no way back."""

import base64
import stat
from pathlib import Path

import pytest

from workbook.store.sealing import KeyTrouble, PersonKeys, Sealer, derived, host_key

KEY = bytes(range(32))


@pytest.fixture(autouse=True)
def _no_keys_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKBOOK_KEY", raising=False)
    monkeypatch.delenv("WORKBOOK_KEY_FILE", raising=False)


def written(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode()


# A sealed value


@pytest.mark.parametrize("words", ["", "Noor", "two\nlines", "a\x00b", "🦊" * 5_000])
def test_words_come_back_as_they_were(words: str) -> None:
    sealer = Sealer(KEY, "ada")
    assert sealer.open(sealer.seal(words, "answers", "row-1", "sealed"), "answers", "row-1", "sealed") == words


def test_a_sealed_value_does_not_open_in_another_row_column_table_or_persons_workbook() -> None:
    sealed = Sealer(KEY, "ada").seal("Noor is kind", "answers", "row-1", "sealed")
    elsewhere = [
        ("ada", "answers", "row-2", "sealed"),
        ("ada", "answers", "row-1", "name_sealed"),
        ("ada", "moves", "row-1", "sealed"),
        ("kofi", "answers", "row-1", "sealed"),
    ]
    for person, table, row, column in elsewhere:
        with pytest.raises(KeyTrouble, match="does not open"):
            Sealer(KEY, person).open(sealed, table, row, column)


def test_a_sealed_value_does_not_open_with_another_key_or_with_a_bit_turned() -> None:
    sealed = Sealer(KEY, "ada").seal("Noor is kind", "answers", "row-1", "sealed")
    with pytest.raises(KeyTrouble):
        Sealer(bytes(32), "ada").open(sealed, "answers", "row-1", "sealed")
    for place in (0, 12, len(sealed) - 1):
        turned = bytearray(sealed)
        turned[place] ^= 1
        with pytest.raises(KeyTrouble):
            Sealer(KEY, "ada").open(bytes(turned), "answers", "row-1", "sealed")


def test_the_same_words_never_look_the_same_twice() -> None:
    sealer = Sealer(KEY, "ada")
    assert len({sealer.seal("yes", "answers", "row-1", "sealed") for _ in range(100)}) == 100


def test_keys_for_two_purposes_differ_and_stay_the_same_for_one() -> None:
    assert derived(KEY, "wrap person keys") == derived(KEY, "wrap person keys")
    assert len({derived(KEY, "wrap person keys"), derived(KEY, "find sign-in names"), KEY}) == 3


# The host key


def test_the_first_start_makes_a_key_that_only_the_host_can_read(tmp_path: Path) -> None:
    key = host_key(tmp_path, may_make=True)
    path = tmp_path / "key" / "host.key"
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert host_key(tmp_path, may_make=False) == key


def test_a_missing_key_is_refused_where_data_exists_and_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(KeyTrouble, match=f"The key is missing. Put your copy back at {tmp_path}"):
        host_key(tmp_path, may_make=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_can_read_is_refused_with_the_command_that_mends_it(tmp_path: Path, mode: int) -> None:
    host_key(tmp_path, may_make=True)
    path = tmp_path / "key" / "host.key"
    path.chmod(mode)
    with pytest.raises(KeyTrouble, match=f"chmod 600 {path}"):
        host_key(tmp_path, may_make=False)


@pytest.mark.parametrize(
    "nonsense", ["hello", written(bytes(32)), written(b"sixteen of these"), written(b"ab" * 16), "é" * 44]
)
def test_a_key_that_is_not_32_random_bytes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nonsense: str
) -> None:
    monkeypatch.setenv("WORKBOOK_KEY", nonsense)
    with pytest.raises(KeyTrouble, match="The key in WORKBOOK_KEY is not 32 random bytes") as trouble:
        host_key(tmp_path, may_make=True)
    assert nonsense not in str(trouble.value)


def test_the_key_may_come_from_the_environment_or_from_a_file_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "my.key"
    elsewhere.write_text(written(KEY) + "\n")
    elsewhere.chmod(0o600)
    monkeypatch.setenv("WORKBOOK_KEY_FILE", str(elsewhere))
    assert host_key(tmp_path / "data", may_make=False) == KEY
    monkeypatch.setenv("WORKBOOK_KEY", written(KEY[::-1]))
    assert host_key(tmp_path / "data", may_make=False) == KEY[::-1]
    assert not (tmp_path / "data").exists()


# The keys of people


def test_a_persons_key_is_on_disk_before_anything_is_sealed_with_it(tmp_path: Path) -> None:
    sealed = PersonKeys(tmp_path, KEY).make("ada").seal("Noor", "answers", "row-1", "sealed")
    later = PersonKeys(tmp_path, KEY)
    later.check()
    assert later.sealer("ada").open(sealed, "answers", "row-1", "sealed") == "Noor"
    for name in ("person-keys.jsonl", "person-keys.copy.jsonl"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_the_copy_serves_where_the_file_of_keys_is_lost(tmp_path: Path) -> None:
    sealed = PersonKeys(tmp_path, KEY).make("ada").seal("Noor", "answers", "row-1", "sealed")
    (tmp_path / "person-keys.jsonl").unlink()
    assert PersonKeys(tmp_path, KEY).sealer("ada").open(sealed, "answers", "row-1", "sealed") == "Noor"


def test_a_destroyed_key_is_gone_from_the_file_and_from_its_copy(tmp_path: Path) -> None:
    keys = PersonKeys(tmp_path, KEY)
    keys.make("ada")
    keys.make("kofi")
    keys.destroy("ada")
    for path in tmp_path.iterdir():
        assert "ada" not in path.read_text() and "kofi" in path.read_text()
    for same in (keys, PersonKeys(tmp_path, KEY)):
        with pytest.raises(KeyTrouble, match="This person's key is gone"):
            same.sealer("ada")
        same.sealer("kofi")


def test_a_host_key_that_does_not_fit_is_refused_at_the_start(tmp_path: Path) -> None:
    PersonKeys(tmp_path, KEY).make("ada")
    with pytest.raises(KeyTrouble, match="The host key does not fit the data"):
        PersonKeys(tmp_path, KEY[::-1]).check()


def test_one_persons_wrapped_key_is_of_no_use_as_anothers(tmp_path: Path) -> None:
    keys = PersonKeys(tmp_path, KEY)
    keys.make("ada")
    for path in tmp_path.iterdir():
        path.write_text(path.read_text().replace('"ada"', '"kofi"'))
    with pytest.raises(KeyTrouble):
        PersonKeys(tmp_path, KEY).sealer("kofi")


def test_the_mark_of_a_name_depends_on_the_host_key_and_shows_nothing_of_the_name(tmp_path: Path) -> None:
    keys = PersonKeys(tmp_path, KEY)
    assert keys.name_mark("ada") == PersonKeys(tmp_path / "other", KEY).name_mark("ada")
    assert keys.name_mark("ada") != keys.name_mark("kofi")
    assert keys.name_mark("ada") != PersonKeys(tmp_path, KEY[::-1]).name_mark("ada")
    assert len(keys.name_mark("a" * 5_000)) == len(keys.name_mark("\ud800")) == 64


def test_the_length_of_a_sealed_word_does_not_give_it_away(tmp_path: Path) -> None:
    sealer = PersonKeys(tmp_path, bytes(range(32))).make("a" * 32)
    lengths = {
        len(sealer.seal(word, "answers", "row", "sealed")) for word in ('"no"', '"rather not say"', "À" * 20, "")
    }
    assert len(lengths) == 1
    for words in ("À", "\x00\x00", "", "x" * 63, "x" * 64):
        assert sealer.open(sealer.seal(words, "answers", "row", "sealed"), "answers", "row", "sealed") == words
