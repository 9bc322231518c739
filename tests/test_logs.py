"""Log lines say what happened, never who or what words."""

import io
import logging

import pytest

from peersupport.lib import logs


@pytest.fixture
def lines() -> "tuple[logging.Logger, io.StringIO]":
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter())
    logger = logging.getLogger("under test")
    logger.handlers, logger.propagate = [handler], False
    return logger, stream


def test_addresses_and_query_strings_are_left_out(lines: "tuple[logging.Logger, io.StringIO]") -> None:
    logger, stream = lines
    logger.warning("Not Found: %s for %s", "/clients/?name=alex&why=secret", "alex@example.org")
    assert "/clients/?…" in stream.getvalue()
    assert "alex" not in stream.getvalue()


def test_an_error_names_its_kind_and_place_but_not_its_message(lines: "tuple[logging.Logger, io.StringIO]") -> None:
    logger, stream = lines
    try:
        raise ValueError("Alex wrote: I did not sleep")
    except ValueError:
        logger.exception("it failed")
    written = stream.getvalue()
    assert "ValueError at" in written
    assert "test_logs.py" in written
    assert "sleep" not in written
