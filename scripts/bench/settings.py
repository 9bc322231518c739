"""The product's own settings, and one page more: the minimal one that others are compared with."""

from peersupport.settings import *  # noqa: F403 -- reads the environment that the launcher sets
from peersupport.settings import BASE_DIR, TEMPLATES

ROOT_URLCONF = "scripts.bench.urls"
TEMPLATES[0]["DIRS"].append(BASE_DIR / "scripts" / "bench")

# The demo's clock, that tests can move, is read from a file each time; a real installation has none.
CLOCK_FILE = None
