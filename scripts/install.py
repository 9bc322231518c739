"""Brings .venv up to date with the given requirement files; instant when nothing changed.

Runs on the machine's own Python, before anything is installed: standard library only, and old versions must get as far
as the sentence that says what is missing.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from scripts.services import apt_install

BASE_DIR = Path(__file__).resolve().parent.parent
VENV = BASE_DIR / ".venv"
PYTHON = VENV / "bin" / "python"
NEEDED = (3, 11)


def main(files: list[str]) -> None:
    if sys.version_info[:2] < NEEDED:
        found = ".".join(map(str, sys.version_info[:2]))
        sys.exit(f"Python 3.11 or newer is needed, this is {found}. Name another one: make run PYTHON=python3.12")
    with open(BASE_DIR / "requirements.txt") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        for name in files:
            install(BASE_DIR / name)


def install(requirements: Path) -> None:
    stamp = VENV / f"{requirements.name}.installed"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    place = place_of_venv()
    # A checkout that moved, or a newer system Python, leaves an environment that only looks usable.
    if place and stamp.exists() and stamp.read_text() == f"{place}\n{wanted}\n":
        return
    place = place if place and stamps_agree(place) else create_venv()
    print(f"Installing {requirements.name} into .venv …", flush=True)
    command = [str(PYTHON), "-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check"]
    # The file is complete and hashed, so there is nothing to resolve.
    done = subprocess.run([*command, "--no-deps", "--require-hashes", "-r", str(requirements)], check=False)
    if done.returncode:
        sys.exit(f"{requirements.name} could not be installed: pip's reason is above. The next run tries again.")
    stamp.write_text(f"{place}\n{wanted}\n")


def stamps_agree(place: str) -> bool:
    has_pip = subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False).returncode == 0
    return has_pip and all(stamp.read_text().startswith(f"{place}\n") for stamp in VENV.glob("*.installed"))


def place_of_venv() -> str:
    """Where the environment is and the Python it runs, or nothing when it does not run."""
    try:
        script = "import sys; print(sys.prefix, *sys.version_info[:2])"
        return subprocess.run([PYTHON, "-I", "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def create_venv() -> str:
    if not can_create():
        apt_install(["python3-venv"])
        importlib.invalidate_caches()
    if not can_create():
        sys.exit("Python's venv is incomplete here. On Debian or Ubuntu: apt install python3-venv")
    if VENV.is_symlink():
        VENV.unlink()  # --clear would empty the folder it points to, which is someone else's
    print("Creating .venv …", flush=True)
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        reason = (done.stdout.strip().splitlines() or ["no reason given"])[-1]
        sys.exit(f"Python cannot create .venv: {reason}")
    return place_of_venv()


def can_create() -> bool:
    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


if __name__ == "__main__":
    os.umask(0o022)
    main(sys.argv[1:])
