"""What the host decides: read from the environment, and refused where it does not hold together."""

from dataclasses import replace
from pathlib import Path

import pytest

from workbook import settings
from workbook.settings import ROOT, Settings, SettingTrouble, read, refuse_unfit

SAID_WHO = {
    "WORKBOOK_OPERATOR": "The Corner House",
    "WORKBOOK_CONTACT": "hello@corner.example",
    "WORKBOOK_COUNTRY": "Ireland",
    "WORKBOOK_RETENTION": "until you delete it",
}
PUBLIC = {"WORKBOOK_URL": "https://notes.example.org", **SAID_WHO}


def test_with_nothing_set_the_workbook_lives_in_the_data_folder_and_serves_this_machine() -> None:
    chosen = read({})
    assert chosen == Settings(folder=ROOT / "data")
    assert (chosen.https, chosen.public_host) == (False, "")
    refuse_unfit(chosen, "127.0.0.1")


def test_a_relative_data_folder_lies_in_the_project_and_an_absolute_one_where_it_says() -> None:
    assert read({"WORKBOOK_DATA": "elsewhere"}).folder == ROOT / "elsewhere"
    assert read({"WORKBOOK_DATA": "/srv/notes"}).folder == Path("/srv/notes")


@pytest.mark.parametrize(("value", "demo"), [("", False), ("0", False), ("1", True), ("yes", True)])
def test_the_demo_has_a_folder_of_its_own(value: str, demo: bool) -> None:
    chosen = read({"WORKBOOK_DEMO": value, "WORKBOOK_DATA": "/srv/notes"})
    assert (chosen.demo, chosen.folder) == (demo, Path("/srv/notes/demo" if demo else "/srv/notes"))


def test_a_public_address_decides_host_and_https() -> None:
    chosen = read({"WORKBOOK_URL": "https://Notes.example.org:8443/"})
    assert (chosen.https, chosen.public_host) == (True, "notes.example.org:8443")
    assert not read({"WORKBOOK_URL": "http://localhost:8600"}).https


@pytest.mark.parametrize(
    "url",
    [
        "notes.example.org",
        "ftp://notes.example.org",
        "https://",
        "https://notes.example.org/workbook",
        "https://notes.example.org?a=1",
        "https://notes.example.org#top",
        "https://ada@notes.example.org",
        "HTTPS://notes.example.org",
        "https://notes example.org",
        "https://notes.example.org:99999",
        "https://notes.example.org:port",
        "https://[::1",
    ],
)
def test_a_public_address_that_browsers_would_not_send_back_is_refused(url: str) -> None:
    with pytest.raises(SettingTrouble, match=r"https://notes\.example\.org, without a path") as trouble:
        read({"WORKBOOK_URL": url})
    assert url in str(trouble.value)


@pytest.mark.parametrize("url", ["http://notes.example.org", "http://192.168.1.5:8501"])
def test_a_public_address_without_https_is_refused(url: str) -> None:
    with pytest.raises(SettingTrouble, match=r"others on the way could read everything.*https://") as trouble:
        read({"WORKBOOK_URL": url})
    assert url in str(trouble.value)


@pytest.mark.parametrize("value", ["2", "maybe", "1 2"])
def test_a_demo_is_wanted_or_not(value: str) -> None:
    with pytest.raises(SettingTrouble, match="Set it to 1, or leave it out"):
        read({"WORKBOOK_DEMO": value})


@pytest.mark.parametrize("name", SAID_WHO)
@pytest.mark.parametrize("value", ["two\nlines", "a\x07bell", "x" * 301])
def test_what_people_read_about_the_host_is_one_line(name: str, value: str) -> None:
    with pytest.raises(SettingTrouble, match=f"{name} must be one line of at most 300 letters"):
        read({name: value})


@pytest.mark.parametrize(
    "value",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "/today",
        "example.org",
        'https://x.example/"onclick=',
        "https://a@b.c",
    ],
)
def test_leaving_leads_to_a_page_on_the_web_and_nowhere_else(value: str) -> None:
    with pytest.raises(SettingTrouble, match=r"WORKBOOK_LEAVE_TO is .* It must be a page such as"):
        read({"WORKBOOK_LEAVE_TO": value})


def test_a_data_folder_may_begin_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert read({"WORKBOOK_DATA": "~/notes"}).folder == Path("/home/ada/notes")


def test_leave_this_page_goes_to_the_weather_unless_the_host_says_otherwise() -> None:
    assert read({"WORKBOOK_LEAVE_TO": "  "}).leave_to == settings.read({}).leave_to == "https://www.bbc.com/weather"
    assert read({"WORKBOOK_LEAVE_TO": " https://example.org "}).leave_to == "https://example.org"


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.168.1.5", "", None])
def test_listening_beyond_this_machine_needs_a_public_address(address: str | None) -> None:
    with pytest.raises(SettingTrouble, match=r"Set WORKBOOK_URL .* --server.address 127.0.0.1"):
        refuse_unfit(read(SAID_WHO), address)


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1"])
def test_on_this_machine_nobody_need_say_who_they_are(address: str) -> None:
    refuse_unfit(read({}), address)


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_whoever_serves_others_must_say_who_they_are(address: str) -> None:
    refuse_unfit(read(PUBLIC), address)
    for name in SAID_WHO:
        with pytest.raises(SettingTrouble, match=f"Set {name}: people must be able to read"):
            refuse_unfit(read({**PUBLIC, name: " "}), address)


def test_all_that_is_missing_is_named_at_once() -> None:
    bare = replace(read(PUBLIC), operator="", retention="")
    with pytest.raises(SettingTrouble, match="Set WORKBOOK_OPERATOR, WORKBOOK_RETENTION:"):
        refuse_unfit(bare, "0.0.0.0")


@pytest.mark.parametrize(
    ("given", "read_as"),
    [
        ("https://notes.example.org:443", "https://notes.example.org"),
        ("http://localhost:80/", "http://localhost"),
        ("https://notes.example.org:8443", "https://notes.example.org:8443"),
    ],
)
def test_the_port_that_browsers_leave_out_is_left_out(given: str, read_as: str) -> None:
    assert read({"WORKBOOK_URL": given}).public_url == read_as


def test_the_hosts_code_for_a_coach_comes_from_the_environment_or_the_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SECRETS", tmp_path / "secrets.toml")
    assert read({}).coach_code == ""
    (tmp_path / "secrets.toml").write_text('coach_code = "7KQ4-M2XD-9WTB-3HZR"\n')
    assert read({}).coach_code == "7KQ4-M2XD-9WTB-3HZR"
    assert read({"WORKBOOK_COACH_CODE": "P5VN-8CYG-2SJE-6FAK"}).coach_code == "P5VN-8CYG-2SJE-6FAK"


@pytest.mark.parametrize("code", ["letmein", "1111-1111-1111-1111", "x" * 40])
def test_a_code_for_a_coach_that_is_easy_to_guess_is_refused(code: str) -> None:
    with pytest.raises(SettingTrouble, match="WORKBOOK_COACH_CODE is easy to guess") as refused:
        read({"WORKBOOK_COACH_CODE": code})
    assert code not in str(refused.value)


def test_secrets_that_cannot_be_read_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SECRETS", tmp_path / "secrets.toml")
    (tmp_path / "secrets.toml").write_text("coach_code = P5VN")
    with pytest.raises(SettingTrouble, match=r"secrets\.toml cannot be read"):
        read({})
