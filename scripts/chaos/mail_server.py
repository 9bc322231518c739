"""A mail server for tests: `python -m scripts.chaos.mail_server FOLDER` prints its port and keeps letters as files.

An address that begins with `no-` is refused for ever, one that begins with `later-` for now, and one that begins with
`silent-` gets no answer to its letter: the connection just ends.
"""

import asyncio
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Keeper:
    """aiosmtpd finds its methods by their names."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.number = folder, 0

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.startswith("no-"):
            return "550 5.1.1 Nobody here by that name"
        if address.startswith("later-"):
            return "451 4.3.0 Please try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.number += 1
        half = self.folder / f"{self.number:05}.new"
        half.write_bytes(envelope.content)
        half.rename(half.with_suffix(".eml"))
        if envelope.rcpt_tos[0].startswith("silent-"):
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return "250 OK"


async def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    keeper = Keeper(folder)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(keeper, hostname="mail"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
