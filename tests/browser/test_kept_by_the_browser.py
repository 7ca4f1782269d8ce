"""After a whole visit a browser keeps a cookie that scripts cannot read, and nothing that tells what this is."""

import json

import pytest

from tests.app_server import AppServer
from tests.browser.acts import SIGNED_IN_PAGES, open_page, sign_out, sign_up, write
from tests.browser.conftest import NewVisitor

WORDS = "Ruth sat with me on the stairs"
STORED = """async () => JSON.stringify({
    local: {...localStorage}, session: {...sessionStorage}, readable: document.cookie,
    databases: (await indexedDB.databases()).map(one => one.name), caches: await caches.keys(), name: window.name,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""


@pytest.mark.promise("cookie_flags_and_storage")
def test_a_browser_keeps_our_cookie_and_nothing_that_tells(shared_server: AppServer, new_visitor: NewVisitor) -> None:
    visitor = new_visitor(base_url=shared_server.url)
    passphrase = sign_up(visitor, "Rowan Secretname")
    write(visitor, "/reflect?at=drifted", WORDS)
    visitor.page.get_by_placeholder("Type a name").fill("June Secretmember")
    visitor.page.keyboard.press("Enter")
    for address in SIGNED_IN_PAGES:
        page = open_page(visitor, f"/{address}")
        assert page.title() == "My notes"
    telling = (WORDS, "Secret", passphrase, "addict", "pod", "recover", "workbook", "crisis")
    stored = visitor.page.evaluate(STORED)
    assert [word for word in telling if word.lower() in stored.lower()] == [], stored
    found = json.loads(stored)
    assert (found["databases"], found["caches"], found["workers"]) == ([], [], 0)
    cookies = {cookie["name"]: cookie for cookie in visitor.context.cookies()}
    assert cookies.keys() == {"n"}
    assert (cookies["n"]["httpOnly"], cookies["n"]["sameSite"], cookies["n"]["expires"]) == (True, "Strict", -1)
    assert cookies["n"]["value"] not in stored and found["readable"] == ""
    history = [url for url in visitor.requests if any(word.lower() in url.lower() for word in telling[:3])]
    assert history == []
    sign_out(visitor)
    assert visitor.troubles == []
