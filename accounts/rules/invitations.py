"""The code of an invitation: it stands in the link of the e-mail, and on paper in groups of four.

Sixteen signs of Crockford's alphabet, 80 random bits. Letters that are taken for digits are read as those, so a code
can be said on the phone. Stored sealed, and found by keyed digests.
"""

import secrets
from datetime import timedelta

from peersupport.lib.sealed import fingerprints

KIND = "invitation"  # of its delivery
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 16, 4
STAFF_LASTS, CLIENT_LASTS = timedelta(hours=24), timedelta(days=14)
_READ_AS = str.maketrans("OIL", "011")


def new_code() -> str:
    return "".join(secrets.choice(SIGNS) for _sign in range(LENGTH))


def read_code(typed: str) -> str:
    """As it was made, however it was typed; "" if it cannot be one."""
    code = "".join(sign for sign in typed.upper() if sign.isalnum()).translate(_READ_AS)
    return code if len(code) == LENGTH and not set(code) - set(SIGNS) else ""


def in_groups(code: str) -> str:
    return "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def lookups(code: str) -> list[str]:
    """Keyed digests, one for each encryption key, the newest first. New rows store the first."""
    return fingerprints("invitation", code)
