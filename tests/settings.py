"""The settings of the tests: the product's own, in a stricter world and in a folder of their own."""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit


def _own_folder() -> Path:
    """VAR_DIR, or a new temporary folder; each pytest-xdist worker keeps to a folder of its own inside it."""
    given = os.environ.get("VAR_DIR")
    if not given and "mypy" in sys.modules:
        given = f"{tempfile.gettempdir()}/peersupport-types"  # its plugin reads settings, and it leaves without atexit
    folder = Path(given) if given else Path(tempfile.mkdtemp(prefix="peersupport-tests-"))
    if not given:
        maker = os.getpid()  # forked children leave too, and must not take the folder with them
        atexit.register(lambda: shutil.rmtree(folder, ignore_errors=True) if os.getpid() == maker else None)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    # A worker inherits the folder of the process that started it, and so does what a worker starts.
    if worker and folder.name != worker:
        folder /= worker
    (folder / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a missing folder
    return folder


os.environ["VAR_DIR"] = str(_own_folder())
os.environ.setdefault("DEMO", "true")
os.environ.setdefault("SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests-only-for-tests")
# Two keys of 32 bytes: the first one seals, the second one still opens what older rows hold.
os.environ.setdefault(
    "FIELD_ENCRYPTION_KEYS",
    "t1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=,t0:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
)

from peersupport.settings import *  # noqa: E402, F403 -- reads the environment set above
from peersupport.settings import (  # noqa: E402
    BASE_DIR,
    CACHES,
    DATABASES,
    INSTALLED_APPS,
    MIDDLEWARE,
    REDIS_URL,
    STORAGES,
    TEMPLATES,
    VAR_DIR,
)

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file: with threads the in-memory database answers "table is locked" at once.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
if REDIS_URL:
    # Emptying a Redis cache empties its whole database: not the queue's, and not another worker's.
    _number = 1 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    _cache = urlsplit(CACHES["default"]["LOCATION"])
    CACHES["default"]["LOCATION"] = (
        f"unix://{_cache.path}?db={_number}"
        if _cache.scheme == "unix"
        else _cache._replace(path=f"/{_number}").geturl()
    )
CLOCK_FILE = VAR_DIR / "clock"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# max_migration.txt in each app: two branches that add a migration meet as a merge conflict, not in production.
FIRST_PARTY_APPS = [name for name in INSTALLED_APPS if "." not in name and (BASE_DIR / name).is_dir()]
INSTALLED_APPS = [*INSTALLED_APPS, "django_linear_migrations"]

MIDDLEWARE = ["tests.get_guard.GetGuard", *MIDDLEWARE]


class UndefinedName(str):
    """For `string_if_invalid`: an undefined name in one of our own templates fails, in packages' templates it is "".

    Django asks in this order: is it true, does it contain "%s", what does `% name` give.
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        # Only where a name is being looked up; a package's template may well ask later whether it got something.
        return sys._getframe(1).f_code.co_name == "resolve" and self._in_our_template()

    def __contains__(self, text: object) -> bool:
        return text == "%s"

    def __mod__(self, name: object) -> str:
        assert not self._in_our_template(), f"{self._template()} uses the undefined name {name}"
        return ""

    def _in_our_template(self) -> bool:
        return self._template().startswith(f"{BASE_DIR / 'templates'}{os.sep}")

    @staticmethod
    def _template() -> str:
        """The file of the innermost template node that is being rendered."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            origin = getattr(frame.f_locals.get("self"), "origin", None)
            if origin is not None:
                return str(origin)
            frame = frame.f_back
        return ""


TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedName()
