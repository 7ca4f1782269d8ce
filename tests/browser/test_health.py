"""What the running app answers to those who ask without a browser."""

import gzip
import http.client
import re
import socket
from pathlib import Path

import pytest
from streamlit import file_util

from tests.app_server import AppServer
from tests.conftest import StartServer

ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}


def ask(app: AppServer, path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    """The answer and its body, exactly as sent; `Host` and the like as keywords."""
    line = http.client.HTTPConnection("127.0.0.1", app.port, timeout=20)
    line.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = line.getresponse()
    return answer, answer.read()


def test_health_says_so_in_its_body(shared_server: AppServer) -> None:
    answer, body = ask(shared_server, "/healthz")
    assert (answer.status, answer.getheader("content-type"), body) == (200, "application/json", b'{"status":"ok"}')


@pytest.mark.promise("headers_and_csp_everywhere")
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/healthz", 200),
        ("/", 200),
        ("/my-pod", 200),
        ("/in?t=made-up", 303),
        ("/take/everything.zip", 303),
        ("/_stcore/health", 200),
        ("/_stcore/metrics", 404),
        ("/no/such/address", 200),
    ],
)
def test_every_answer_carries_the_headers(shared_server: AppServer, path: str, status: int) -> None:
    answer, _ = ask(shared_server, path)
    assert answer.status == status
    assert {name: answer.getheader(name) for name in ALWAYS} == ALWAYS
    policy = answer.getheader("content-security-policy") or ""
    assert "default-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert not re.search(r"script-src[^;]*unsafe-inline", policy)
    assert answer.getheader("cache-control") == "no-store"


@pytest.mark.promise("headers_and_csp_everywhere")
@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/interact",
        "/_stcore/upload_file/a/b",
        "/_stcore/script-health-check",
        "/media/" + "0" * 56 + ".csv",
        "/_stcore//metrics",
        "//_stcore/metrics",
        "/static/../_stcore/metrics",
        "/%5fstcore/metrics",
    ],
)
def test_doors_nobody_needs_are_closed(shared_server: AppServer, path: str) -> None:
    for method in ("GET", "POST", "PUT"):
        answer, body = ask(shared_server, path, method)
        assert answer.status >= 400 or b"<title>My notes</title>" in body, (method, answer.status)
        assert b"# HELP" not in body
        assert b"openapi" not in body


@pytest.mark.promise("origin_host_matrix")
def test_only_our_own_page_may_ask(shared_server: AppServer) -> None:
    here = f"127.0.0.1:{shared_server.port}"
    assert ask(shared_server, "/", Host=here, Origin=f"http://{here}")[0].status == 200
    assert ask(shared_server, "/", Host=here, Origin="https://elsewhere.invalid")[0].status == 403
    assert ask(shared_server, "/", Host=here, Origin="null")[0].status == 403
    assert ask(shared_server, "/", Host="elsewhere.invalid")[0].status == 421
    assert ask(shared_server, "/healthz", Host=f"localhost:{shared_server.port}")[0].status == 200


@pytest.mark.promise("cookie_flags_and_storage")
def test_a_browser_gets_its_cookie_where_its_own_script_asks_and_never_on_a_link_from_elsewhere(
    shared_server: AppServer,
) -> None:
    assert ask(shared_server, "/today")[0].getheader("set-cookie") is None
    cookie = ask(shared_server, "/_stcore/host-config")[0].getheader("set-cookie") or ""
    assert re.fullmatch(r"n=[\w-]{43}; HttpOnly; SameSite=Strict; Path=/", cookie)
    own = cookie.split(";")[0]
    assert ask(shared_server, "/_stcore/host-config", Cookie=own)[0].getheader("set-cookie") is None


def test_static_files_are_sent_compressed_and_may_be_kept(shared_server: AppServer) -> None:
    _, page = ask(shared_server, "/")
    scripts = re.findall(rb'src="\.?(/static/js/[^"]+)"', page)
    assert scripts
    for path in (scripts[0].decode(), re.findall(rb'href="\.?(/static/css/[^"]+)"', page)[0].decode()):
        packed, body = ask(shared_server, path, Accept_Encoding="gzip")
        plain, whole = ask(shared_server, path)
        assert (packed.status, packed.getheader("content-encoding")) == (200, "gzip")
        assert plain.getheader("content-encoding") is None
        assert gzip.decompress(body) == whole
        assert len(body) < len(whole) / 2
        assert "immutable" in (packed.getheader("cache-control") or "")


def test_who_leaves_while_a_page_comes_leaves_its_parts_whole_for_everybody_else(
    server: StartServer, tmp_path: Path
) -> None:
    """A phone that loses its network in the middle must not empty the page for the next person."""
    app = server(tmp_path / "data")
    files = sorted(Path(file_util.get_static_dir(), "static", "js").glob("*.js"))[:60]
    for file in files:
        with socket.create_connection(("127.0.0.1", app.port)) as line:
            line.sendall(
                f"GET /static/js/{file.name} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n".encode()
            )
    for file in files:
        answer, body = ask(app, f"/static/js/{file.name}", Accept_Encoding="gzip")
        assert (answer.status, gzip.decompress(body)) == (200, file.read_bytes())


def test_the_front_page_is_neutral_before_any_script_runs(shared_server: AppServer) -> None:
    for path in ("/", "/my-pod", "/no/such/address"):
        answer, body = ask(shared_server, path)
        assert answer.getheader("content-type", "").startswith("text/html")
        assert b"<title>My notes</title>" in body
        assert b"treamlit</title>" not in body
        assert b"agent" not in body
        assert int(answer.getheader("content-length") or 0) == len(body)
    head, body = ask(shared_server, "/", "HEAD")
    assert (head.status, body) == (200, b"")
