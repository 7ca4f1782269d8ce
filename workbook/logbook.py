"""What the host may read of what happens: who, what and when, by ids; never a word, a name, a code or a cookie."""

import logging
import re
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_log = logging.getLogger("workbook")
_unfit = re.compile(r"[^\w.:/@-]", re.ASCII)


def note(what: str, /, **who: str) -> None:
    """One line: what happened, and by whom. Whatever could break the line or is no id is struck out."""
    _log.info(" ".join([what, *(f"{name}={_unfit.sub('?', value)[:64] or '-'}" for name, value in who.items())]))


@contextmanager
def quiet() -> Iterator[None]:
    """No notes for a while: what the demo's fictional people do is no news."""
    before = _log.level
    _log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        _log.setLevel(before)


def note_trouble(where: str, trouble: BaseException) -> None:
    """One line for the host on something that went wrong."""
    _log.error("%s: %s", _unfit.sub("?", where), said(trouble))


def said(trouble: BaseException) -> str:
    """What went wrong and where, never the message: it can hold someone's words."""
    steps = traceback.extract_tb(trouble.__traceback__)
    where = f" in {steps[-1].name}, {steps[-1].filename}:{steps[-1].lineno}" if steps else ""
    code = getattr(trouble, "code", "")
    told = f" ({code})" if isinstance(code, str) and code.isidentifier() else ""
    return f"{type(trouble).__name__}{told}{where}"


def begin() -> None:
    """Let every line of this process, whoever writes it, be a single one without a traceback; ours carry UTC."""
    logging.setLogRecordFactory(_one_line)
    threading.excepthook = lambda args: _thread_died(args.exc_value)
    if not _log.handlers:
        handler = logging.StreamHandler(sys.stderr)
        form = logging.Formatter("%(asctime)sZ workbook: %(message)s", "%Y-%m-%dT%H:%M:%S")
        form.converter = time.gmtime
        handler.setFormatter(form)
        _log.addHandler(handler)
        _log.setLevel(logging.INFO)
        _log.propagate = False


def _thread_died(trouble: BaseException | None) -> None:
    if trouble is not None:
        note_trouble("thread", trouble)


def _one_line(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """A record as the libraries make it, but on one line, and with `said` in the place of a traceback."""
    record = logging.LogRecord(*args, **kwargs)
    trouble = record.exc_info[1] if record.exc_info else None
    # What a message would be filled in with can quote the trouble, and the trouble can quote a person.
    told = f"{next(iter(str(record.msg).splitlines()), '')}: {said(trouble)}" if trouble else record.getMessage()
    record.msg, record.args = " ".join(told.split()), None
    record.exc_info = record.exc_text = record.stack_info = None
    return record
