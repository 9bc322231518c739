"""Large demo data, behind `make demo-data SCALE=small|agency|county`: thousands of people around the demo cast.

Facts come to be by set-based SQL in the database itself, words only for some 10,000 contacts and for goals. Triggers
and constraints stay on, and everything is one transaction: all of it or nothing. Refuses outside the demo, and where
real people are. A million contacts take minutes; on SQLite everyone else waits meanwhile.
"""

import argparse
import os
import sys
import time
from typing import NoReturn

import django

from scripts.run import settle_environment

os.umask(0o077)  # data and keys are nobody else's
settle_environment()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peersupport.settings")
django.setup()

from scripts.demo_data import fill  # noqa: E402 -- models exist only after setup


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("scale", choices=fill.SIZES)
    scale = arguments.parse_args().scale
    size = fill.SIZES[scale]
    if reason := fill.why_not():
        refuse(reason)
    print(f"{scale}: {size.clients:,} clients, {size.contacts:,} contacts, in {fill.where()}.", file=sys.stderr)
    began = time.monotonic()
    fill.fill(size, Bar())
    seconds = time.monotonic() - began
    print(f"Done in {seconds:.0f} s. One of them signs in as c1@example.org, their specialist as s1@example.org.")


class Bar:
    """One line on standard error that fills up."""

    WIDTH = 40

    def __init__(self) -> None:
        self.began = time.monotonic()

    def __call__(self, what: str, done: int, of: int) -> None:
        if not done:
            self.began = time.monotonic()
        share, seconds = done / of, time.monotonic() - self.began
        pace = f"{done / seconds:,.0f} a second" if done and seconds else ""
        full = "#" * round(share * self.WIDTH)
        line = f"\r[{full:<{self.WIDTH}}] {share:4.0%} {done:,} of {of:,} {what}, {pace}"
        print(f"{line:<110}", end="\n" if done == of else "", file=sys.stderr, flush=True)


def refuse(reason: str) -> NoReturn:
    sys.exit(f"Nothing was done: {reason}")


if __name__ == "__main__":
    main()
