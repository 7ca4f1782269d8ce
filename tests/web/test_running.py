"""The running app, asked at its socket: what every answer carries, and what none does."""

import http.client
import socket

import pytest

from tests.app_server import AppServer
from tests.web.test_guard import ALWAYS
from workbook.gate import fresh_cookie
from workbook.web import front_page

ASKED = [
    ("GET", "/", 200),
    ("GET", "/my-pod", 200),
    ("HEAD", "/", 200),
    ("GET", "/healthz", 200),
    ("POST", "/healthz", 405),
    ("GET", "/in?t=made-up", 303),
    ("GET", "/take/everything.zip", 303),
    ("DELETE", "/take/progress.csv", 405),
    ("GET", "/_stcore/health", 200),
    ("GET", "/_stcore/host-config", 200),
    ("GET", "/_stcore/metrics", 404),
    ("GET", "/media/0.csv", 404),
    ("PUT", "/_stcore/upload_file/a/b", 404),
    ("GET", "/component/none/index.html", 404),
    ("GET", "/no/such/address", 200),
    ("OPTIONS", "/", 405),
]


@pytest.mark.promise("headers_and_csp_everywhere")
def test_every_answer_of_the_running_app_carries_the_headers_and_none_names_the_server(
    shared_server: AppServer,
) -> None:
    for method, path, status in ASKED:
        line = http.client.HTTPConnection("127.0.0.1", shared_server.port, timeout=20)
        line.request(method, path)
        answer = line.getresponse()
        answer.read()
        assert answer.status == status, (method, path, answer.status)
        assert {name: answer.getheader(name) for name in ALWAYS} == ALWAYS, path
        assert answer.getheader("content-security-policy") == front_page.policy(), path
        assert answer.getheader("server") is None, path
        assert answer.getheader("cache-control") == "no-store", path


def _handshake(here: str, cookie: str) -> bytes:
    lines = (
        *("GET /_stcore/stream HTTP/1.1", f"Host: {here}", f"Origin: http://{here}", f"Cookie: {cookie}"),
        *("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"),
        *("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: streamlit", "", ""),
    )
    return "\r\n".join(lines).encode()


@pytest.mark.promise("headers_and_csp_everywhere")
@pytest.mark.parametrize(("cookie", "status"), [(f"n={fresh_cookie()}", b"101"), ("", b"403")], ids=["ours", "none"])
def test_so_does_the_answer_to_a_socket(shared_server: AppServer, cookie: str, status: bytes) -> None:
    here = f"127.0.0.1:{shared_server.port}"
    with socket.create_connection(("127.0.0.1", shared_server.port), timeout=20) as door:
        door.sendall(_handshake(here, cookie))
        head = door.recv(8000).split(b"\r\n\r\n")[0].lower()
    assert head.startswith(b"http/1.1 " + status)
    assert [name for name in (*ALWAYS, "content-security-policy") if f"\n{name}: ".encode() not in head] == []
    assert b"\nserver:" not in head


@pytest.mark.promise("headers_and_csp_everywhere")
def test_what_is_no_http_is_answered_by_the_server_itself_and_without_its_name(shared_server: AppServer) -> None:
    """Before any of our code hears of it: the one answer without our headers, and with nothing in it."""
    with socket.create_connection(("127.0.0.1", shared_server.port), timeout=20) as door:
        door.sendall(b"NONSENSE\r\n\r\n")
        said = door.recv(8000)
    assert said.startswith(b"HTTP/1.1 400") and b"server:" not in said.lower()


def test_a_message_larger_than_any_page_sends_is_refused_before_it_comes(shared_server: AppServer) -> None:
    here = f"127.0.0.1:{shared_server.port}"
    with socket.create_connection(("127.0.0.1", shared_server.port), timeout=20) as door:
        door.sendall(_handshake(here, f"n={fresh_cookie()}"))
        assert door.recv(8000).startswith(b"HTTP/1.1 101")
        door.sendall(b"\x82\xff" + (22_000_000).to_bytes(8) + b"mask" + b"some of it")
        said = door.recv(8000)
    assert said[0] == 0x88 and said[2:4] == (1009).to_bytes(2), said
