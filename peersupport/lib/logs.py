"""Log lines carry what happened and where in the code: no names, no words, no query strings, no request bodies."""

import logging
import re

import structlog
from structlog.typing import EventDict, WrappedLogger

_ADDRESS = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")
_QUERY = re.compile(r"\?[^\s\"']*")
# The token of a one-page reply and the code of an invitation are keys: whoever reads them can use them.
_LINK = re.compile(r"/(r|invitation)/[^/\s\"'?]+")


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Takes out addresses, query strings and links of replies; of a traceback only type and place stay."""
    line = str(event.get("event", ""))
    event["event"] = _LINK.sub(r"/\1/…", _QUERY.sub("?…", _ADDRESS.sub("…@…", line)))
    error = event.pop("exc_info", None)
    if error:
        event["error"] = _place(error)
    return event


def _place(error: object) -> str:
    """The type of an exception and where it was raised. Its message may quote what a person wrote."""
    kind, _value, trace = error if isinstance(error, tuple) else (type(error), error, None)
    frames = []
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}")
        trace = trace.tb_next
    name = getattr(kind, "__name__", str(kind))
    return f"{name} at {' > '.join(frames[-6:])}"


def formatter() -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            redact,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
    )
