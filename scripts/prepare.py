"""Everything `make run` does before it starts processes, in one process of its own: starting Django costs a second.

What goes wrong ends in one sentence and exit status 1. Standard output is only what the launcher shows once the web
answers: in demo mode, who can sign in.
"""

import errno
import hashlib
import io
import os
import socket
import sys
from pathlib import Path
from typing import NoReturn

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db.utils import OperationalError
from redis.exceptions import RedisError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peersupport.settings")
    django.setup()
    try:
        call_command("check", stdout=io.StringIO())  # warnings go to standard error
        check_address(settings.HOST, settings.PORT)
        check_redis()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        collect_static()
        if settings.DEMO:
            call_command("seed_demo", "--if-empty", stdout=sys.stderr)
            call_command("seed_demo", "--print-sign-ins")
    except CommandError as error:
        sys.exit(str(error))
    except OperationalError as error:
        refuse(f"the database that DATABASE_URL names does not answer: {str(error).strip().splitlines()[0]}")


def refuse(sentence: str) -> NoReturn:
    sys.exit(f"peersupport cannot start: {sentence}")


def check_address(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            refuse(f"port {port} on {host} is in use. End what uses it, or take another one: make run PORT={port + 1}")
        refuse(f"it cannot listen on HOST={host} PORT={port}: {error.strerror}.")


def check_redis() -> None:
    if not settings.REDIS_URL:
        return
    try:
        cache.get("start")
    except (RedisError, ValueError, OSError) as error:
        refuse(f"the Redis that REDIS_URL names does not answer ({type(error).__name__}).")


def collect_static() -> None:
    """Compressing every file takes seconds, so only when one changed, or an earlier run was cut off."""
    stamp = Path(settings.VAR_DIR) / "static.stamp"
    wanted = static_fingerprint()
    if stamp.exists() and stamp.read_text() == wanted and (settings.STATIC_ROOT / "staticfiles.json").exists():
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(wanted)


def static_fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            state = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
