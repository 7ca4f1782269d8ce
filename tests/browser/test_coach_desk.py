"""The coach's desk in a real browser: from the set-up code to a link, by keyboard too, and for more than eyes."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.acts import drawn, field, open_page, serve, sign_in, tab_to
from tests.browser.conftest import NewVisitor
from tests.browser.test_accessible import _barriers
from tests.conftest import StartServer


def test_a_coach_begins_with_a_code_and_makes_a_link_and_nothing_stands_in_the_way(
    server: StartServer, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    app = serve(server, tmp_path / "data", "Miriam")
    miriam = new_visitor(base_url=app.url)
    page = sign_in(miriam, "Miriam", address="/coach")
    found = _barriers(page, "door")
    told = re.search(r"Set-up code for the first coach, told this once: (\S+(?: \S+)*?)   ", app.log)
    assert told, app.log
    field(miriam, "Set-up code").fill(told[1])
    page.get_by_role("button", name="Open my desk").click()
    field(miriam, "Name of the group").wait_for()
    miriam.come_to_rest()
    field(miriam, "Name of the group").fill("Evenings")
    field(miriam, "The name its members know you by").fill("Miriam")
    page.get_by_role("button", name="Make the group").click()
    page.wait_for_url("**/coach-group?id=*")
    page.get_by_role("button", name="Make a group link").click()
    expect(page.get_by_text("This link works on this computer only")).to_be_visible()
    expect(page.locator("code")).to_contain_text(f"{app.url}/join?t=")
    # By keyboard: open the step, choose, move twice; the button keeps the focus.
    step = page.locator("summary", has_text="Stay Open")
    tab_to(miriam, step)
    page.keyboard.press("Enter")
    order = page.get_by_role("radiogroup").filter(visible=True).locator("label")
    expect(order.first).to_be_visible()
    names = order.all_inner_texts()
    tab_to(miriam, page.get_by_role("radiogroup").filter(visible=True).get_by_role("radio").first)
    page.keyboard.press("Space")
    down = page.get_by_role("button", name="Move down")
    tab_to(miriam, down)
    page.keyboard.press("Enter")
    expect(order.first).to_have_text(names[1])
    miriam.come_to_rest()
    page.keyboard.press("Enter")
    expect(order.nth(2)).to_have_text(names[0])
    miriam.come_to_rest()
    for summary in page.locator("details:not([open]) > summary").all()[::-1]:
        summary.click()
    found += _barriers(drawn(page), "group")
    open_page(miriam, "/coach")
    found += _barriers(page, "desk")
    assert found == []
    assert miriam.troubles == []
