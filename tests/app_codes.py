"""What an app for codes shows, computed as the RFC says: nothing of the product's own code."""

import base64
import hashlib
import hmac
import re
import struct

from peersupport.lib.clock import now


def totp(secret: str, *, steps: int = 0) -> str:
    """RFC 6238: SHA-1, six digits, 30 seconds."""
    counter = int(now().timestamp()) // 30 + steps
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def secret_on(html: str) -> str:
    return re.search(r'<code lang="zxx" translate="no">([A-Z2-7]{32})</code>', html).group(1)  # type: ignore[union-attr]
