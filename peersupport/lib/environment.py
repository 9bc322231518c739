"""Reads settings from the environment; a bad one stops the start with one sentence and exit status 1."""

import base64
import binascii
import ipaddress
import os
import sys
import warnings
from collections.abc import Callable
from typing import Any, NoReturn
from urllib.parse import urlsplit

import environ

env = environ.Env()


def refuse(sentence: str) -> NoReturn:
    sys.exit(f"peersupport cannot start: {sentence}")


def text(name: str, default: str | None = None) -> str:
    """The value of `name`; without a default a missing or empty value stops the start."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        refuse(f"{name} is not set. README.md, section Settings, says what it is for.")
    return default


def flag(name: str) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in {"", "0", "no", "off", "false"}:
        return False
    if value in {"1", "yes", "on", "true"}:
        return True
    refuse(f"{name} must be true or false, not {value!r}.")


def whole_number(name: str, default: int, lowest: int = 0, highest: int = 65535) -> int:
    value = os.environ.get(name, "").strip() or str(default)
    if value.isdecimal() and lowest <= int(value) <= highest:
        return int(value)
    refuse(f"{name} must be a whole number from {lowest} to {highest}, not {value!r}.")


def url(name: str, parse: Callable[[str], dict[str, Any]], default: str | None, shape: str) -> dict[str, Any]:
    """`name` parsed by a django-environ function. The value itself is never printed: it may hold a password."""
    try:
        with warnings.catch_warnings():  # django-environ's would print the value
            warnings.simplefilter("ignore")
            parsed = parse(text(name, default))
    except Exception:  # whatever the parser raises means the same to the person who starts the app
        parsed = {}
    if not parsed:
        refuse(f"{name} cannot be read. It should look like {shape}.")
    return parsed


def public_url(name: str, default: str | None, *, demo: bool) -> str:
    """Where people reach this installation, without a slash at the end: links in mails begin with it."""
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    schemes = {"http", "https"} if demo else {"https"}
    if parts.scheme not in schemes or not parts.hostname or parts.query or parts.fragment or parts.username:
        refuse(f"{name} cannot be read. It should look like https://peersupport.example.org.")
    return value


def email(name: str, default: str | None) -> dict[str, Any]:
    """Django's settings for mail. Files that hold mails are nobody else's to read."""
    parsed = url(name, env.email_url_config, default, "smtp+tls://user:password@host:587 or filemail:///path/to/folder")
    options = parsed.pop("OPTIONS", {})
    if options or (parsed["EMAIL_BACKEND"].endswith(".smtp.EmailBackend") and not parsed["EMAIL_HOST"]):
        refuse(f"{name} cannot be read. It should look like smtp+tls://user:password@host:587.")
    if parsed["EMAIL_BACKEND"].endswith(".filebased.EmailBackend"):
        parsed["EMAIL_BACKEND"] = "peersupport.lib.mail_files.PrivateFiles"
    if parsed["EMAIL_PORT"] is None:
        parsed["EMAIL_PORT"] = 465 if parsed.get("EMAIL_USE_SSL") else 587 if parsed.get("EMAIL_USE_TLS") else 25
    return {setting: value for setting, value in parsed.items() if value is not None}


def loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def encryption_keys(name: str) -> dict[str, bytes]:
    """`id:base64,id:base64` as {id: 32 bytes}; the first one seals, all of them open."""
    keys: dict[str, bytes] = {}
    for entry in text(name).split(","):
        key_id, _, encoded = entry.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not (key_id.isalnum() and key_id.isascii() and len(key_id) <= 16 and len(key) == 32) or key_id in keys:
            refuse(f"{name} must be id:key pairs with commas between, each key 32 bytes in base64 and each id once.")
        keys[key_id] = key
    return keys
