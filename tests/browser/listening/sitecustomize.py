"""Python runs this first where its folder is on PYTHONPATH: it notes every call for anyone beyond this machine."""

import os
import sys
from pathlib import Path
from typing import Any

CALLS = ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
THIS_MACHINE = (None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::")
_heard = Path(os.environ["HEARD"])


def _listen(event: str, args: tuple[Any, ...]) -> None:
    if event not in CALLS:
        return
    address = args[1] if event in ("socket.connect", "socket.sendto") else args[0]
    host = address[0] if isinstance(address, tuple) else address
    host = host.decode() if isinstance(host, bytes) else host
    if host not in THIS_MACHINE and not str(host).startswith(("127.", "/")):
        with _heard.open("a") as heard:
            heard.write(f"{event} {address}\n")


sys.addaudithook(_listen)
