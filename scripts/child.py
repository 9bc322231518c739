"""Ends a process together with its parent, so that a launcher killed with -9 leaves nothing behind.

This file is also gunicorn's configuration: its workers need the same care, one generation further down.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from typing import Any

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None  # loaded before any fork: loading takes locks


def end_with_parent(parent: int, by: signal.Signals = signal.SIGKILL) -> None:
    """The kernel sends this process `by` when `parent` ends. Elsewhere than on Linux only a graceful end is covered."""
    if _libc is None:
        return
    _libc.prctl(_PR_SET_PDEATHSIG, by)
    if os.getppid() != parent:  # it ended before the line above took effect
        os._exit(1)


def start(command: list[str], **options: Any) -> subprocess.Popen[Any]:
    """Popen, for a process that ends when this one ends. Not for programs with threads: it runs code after the fork."""
    me = os.getpid()
    return subprocess.Popen(command, preexec_fn=lambda: end_with_parent(me), **options)  # noqa: PLW1509


# --- gunicorn ---------------------------------------------------------------------------------------------------------
control_socket_disable = True  # it would live in the home directory, which may not exist or be shared


def post_fork(_server: Any, worker: Any) -> None:
    end_with_parent(worker.ppid)
