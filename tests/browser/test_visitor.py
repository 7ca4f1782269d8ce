"""The watchers themselves: a check that cannot fail proves nothing."""

from tests.browser.conftest import NewVisitor

PICTURE = "http://elsewhere.invalid/dot.png"
SOCKET = "ws://elsewhere.invalid/"


def test_a_foreign_picture_and_a_foreign_socket_are_noticed(new_visitor: NewVisitor) -> None:
    ada = new_visitor()
    with ada.page.expect_event("requestfailed"), ada.page.expect_websocket():
        ada.page.set_content(f"<script>new WebSocket('{SOCKET}')</script><img src='{PICTURE}'>")
    assert ada.foreign == [PICTURE, SOCKET]
    ada.may_visit.add("elsewhere.invalid")
    assert ada.foreign == []


def test_errors_on_the_page_and_in_the_console_are_noticed(new_visitor: NewVisitor) -> None:
    ada = new_visitor()
    with ada.context.expect_event("weberror"):
        ada.page.set_content("<script>console.error('a worry'); throw Error('a fault')</script>")
    assert [trouble.split(" (")[0] for trouble in ada.troubles] == ["a worry", "a fault"]


def test_two_visitors_share_nothing(new_visitor: NewVisitor) -> None:
    ada, kofi = new_visitor(), new_visitor(360, 740, color_scheme="dark")
    dark = "matchMedia('(prefers-color-scheme: dark)').matches"
    assert ada.context is not kofi.context
    assert (ada.page.evaluate(dark), kofi.page.evaluate(dark)) == (False, True)
    assert kofi.page.evaluate("innerWidth") == 360
