"""What was taken away comes back: looked at first, taken in whole; and names from a list, one by one."""

import re
import socket
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.acts import PHONE, let_in, open_page, serve, write
from tests.browser.conftest import NewVisitor
from tests.browser.filling import open_list
from tests.conftest import StartServer

EVERYTHING = "Everything, as a ZIP of CSV files"
STORY = "=Someone sat with me 🙂,\nand stayed"
NAMES = "name,phone\nRuth,1\n=Kofi,2\nA stranger,3\n"


def test_a_bundle_taken_away_comes_back_in_another_workbook_after_a_look(
    server: StartServer, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    app = serve(server, tmp_path / "data", "Ada", "Ada anew")
    ada = new_visitor(1280, 900, base_url=app.url, accept_downloads=True)
    let_in(ada, app, "ada")
    write(ada, "/reflect?at=someone_stayed", STORY)
    page = open_page(ada, "/my-data")
    _bring(page, "Choose a list of names", "names.csv", NAMES.encode())
    picking = page.get_by_role("combobox", name="Who is to come along?")
    picking.wait_for()
    ada.come_to_rest()
    waits = page.get_by_role("button", name="Add them")
    expect(waits).to_be_disabled()
    expect(waits.locator("p")).to_have_css("color", "rgb(107, 100, 89)")  # soft ink: to be read, not pressed
    picking.press_sequentially("R")  # two names have one
    page.get_by_role("option", name="Ruth").wait_for()
    page.keyboard.press("Enter")
    ada.come_to_rest()
    expect(page.locator(".react-aria-ComboBox [data-tag]")).to_have_text(["Ruth"])
    page.keyboard.press("Escape")
    open_list(page, picking)
    page.get_by_role("option", name="=Kofi").click()
    ada.come_to_rest()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_text("2 names are beside your map now.")).to_be_visible()
    with page.expect_download() as coming:
        page.get_by_role("link", name=EVERYTHING).click()
    taken = coming.value.path().read_bytes()

    anew = new_visitor(360, 740, base_url=app.url, accept_downloads=True, **PHONE)
    let_in(anew, app, "ada anew")
    page = open_page(anew, "/my-data")
    _bring(page, "Choose the ZIP you took", "cut.zip", taken[:-40])
    expect(page.locator("p.trouble")).to_contain_text("not a ZIP we can open")
    anew.come_to_rest()
    _bring(page, "Choose the ZIP you took", "notes.zip", taken)
    expect(page.get_by_text(re.compile(r"^New: 2 names on the map"))).to_be_visible()
    anew.come_to_rest()
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_text("It is all here now.")).to_be_visible()
    anew.come_to_rest()
    _bring(page, "Choose the ZIP you took", "notes.zip", taken)
    expect(page.get_by_text("All of this is here already.")).to_be_visible()
    page = open_page(anew, "/reflect?at=someone_stayed")
    expect(page.locator("textarea").first).to_have_value(STORY)
    assert [one for one in (*ada.troubles, *anew.troubles) if "413" not in one] == []


def test_while_another_file_is_on_its_way_the_page_says_so_and_takes_the_next_one_later(
    server: StartServer, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    app = serve(server, tmp_path / "data", "Ada")
    ada = new_visitor(base_url=app.url)
    let_in(ada, app, "ada")
    page = open_page(ada, "/my-data")
    [cookie] = [one["value"] for one in ada.context.cookies() if one["name"] == "n"]
    half = (
        *("POST /bring?what=bundle HTTP/1.1", f"Host: 127.0.0.1:{app.port}", f"Origin: {app.url}"),
        *("Content-Type: application/octet-stream", "Content-Length: 100", f"Cookie: n={cookie}", "", "half of it"),
    )
    with socket.create_connection(("127.0.0.1", app.port), timeout=20) as other:
        other.sendall("\r\n".join(half).encode())
        _bring(page, "Choose a list of names", "names.csv", NAMES.encode())
        expect(page.locator("p.trouble")).to_have_text("Other files are on their way. Try again in a minute.")
    ada.come_to_rest()
    _bring(page, "Choose a list of names", "names.csv", NAMES.encode())
    expect(page.get_by_role("combobox", name="Who is to come along?")).to_be_visible()
    assert [one for one in ada.troubles if "429" not in one] == []


def _bring(page: Page, label: str, name: str, body: bytes) -> None:
    page.get_by_label(label).set_input_files({"name": name, "mimeType": "", "buffer": body})
