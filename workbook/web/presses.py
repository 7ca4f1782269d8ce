"""Every press counts, and whatever saves is let finish: what Streamlit drops where two requests of a page come close.

Streamlit 1.67 ends a page's run as soon as the next request of that page comes in, or its connection goes. Two things are
lost by that. A run that is ended in the middle of a callback never calls it again, since the widget's new value counts as
seen: the field shows words that nobody saved. And a run that is ended before it began takes the press with it that it was
asked for. There is no public way to say otherwise, so this stands around two of its own functions; `tests/web/test_presses.py`
goes through a running app and fails with the first version of Streamlit where it no longer holds.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner_utils.script_requests import _coalesce_widget_states
from streamlit.runtime.state.safe_session_state import SafeSessionState

_turn = threading.RLock()  # held for a moment: whether a run has begun, and whether it is to end
_MARK = "_every_press_counts"


def count_every_press() -> None:
    """From now on, in this process."""
    if hasattr(SafeSessionState, _MARK):
        return
    setattr(SafeSessionState, _MARK, True)
    SafeSessionState.on_script_will_rerun = _unbroken(SafeSessionState.on_script_will_rerun)  # type: ignore[method-assign]
    SafeSessionState.on_script_finished = _in_its_turn(SafeSessionState.on_script_finished)  # type: ignore[method-assign]
    AppSession.request_rerun = _with_what_has_not_begun(AppSession.request_rerun)  # type: ignore[method-assign]


def _unbroken(run_callbacks: Callable[..., None]) -> Callable[..., None]:
    """The callbacks of one request, all of them to their end, and none of the next request meanwhile."""

    @wraps(run_callbacks)
    def one_after_another(self: Any, *states: Any, **more: Any) -> None:
        runner = getattr(self._yield_callback, "__self__", None)
        with _alone(runner):
            with _turn:
                self._yield_callback()  # ends here if there is a newer request: that one carries what was pressed
                if runner is not None:
                    runner.has_begun = True
            with _heedless(runner):
                run_callbacks(self, *states, **more)

    return one_after_another


def _in_its_turn(put_away: Callable[..., None]) -> Callable[..., None]:
    """What a page no longer shows is put away once no callback reads it: also where the next request is for another page."""

    @wraps(put_away)
    def afterwards(self: Any, *which: Any, **more: Any) -> None:
        with _alone(getattr(self._yield_callback, "__self__", None)):
            put_away(self, *which, **more)

    return afterwards


def _alone(runner: Any) -> threading.Lock:
    """The lock that all runs of one page share; one of its own for a run that nobody asked for over a socket."""
    with _turn:  # so that whoever made the run has said which page it is of
        return getattr(runner, "alone", None) or threading.Lock()


@contextmanager
def _heedless(runner: Any) -> Iterator[None]:
    """While it lasts nothing ends the run; afterwards the next element drawn does."""
    if runner is None:
        yield
        return
    runner._execing = False
    try:
        yield
    finally:
        runner._execing = True


def _with_what_has_not_begun(request_rerun: Callable[..., None]) -> Callable[..., None]:
    """The next request of a page brings along what was pressed for a run that has not begun."""

    @wraps(request_rerun)
    def joined(self: Any, client_state: ClientState | None) -> None:
        with _turn:
            before = self._scriptrunner
            waits = getattr(before, "asked", None) if not getattr(before, "has_begun", True) else None
            if client_state is not None and waits is not None and not client_state.fragment_id:
                client_state.widget_states.CopyFrom(_coalesce_widget_states(waits, client_state.widget_states))
            request_rerun(self, client_state)
            now = self._scriptrunner
            if now is not None and now is not before:
                now.has_begun = False
                now.alone = vars(self).setdefault(_MARK, threading.Lock())
                now.asked = client_state.widget_states if client_state is not None else None

    return joined
