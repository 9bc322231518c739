"""A provider in a process of its own: `python -m scripts.chaos.provider FILE PAUSE` prints its port and serves.

Each line of FILE is one message that reached a person, as `way key`. On the way `keyed` a key it has seen is answered
and not sent again, on the way `plain` whatever is asked for is sent. PAUSE: seconds it takes at most, before and after.
"""

import asyncio
import random
import sys
from typing import TextIO

_dice = random.Random()  # noqa: S311


class Provider:
    def __init__(self, file: TextIO, pause: float) -> None:
        self.file, self.pause = file, pause
        self.seen: set[str] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := (await reader.readline()).decode().strip():
                await asyncio.sleep(_dice.random() * self.pause)
                if reader.at_eof():
                    return  # whoever asked is gone before it was understood
                self.send(line)
                await asyncio.sleep(_dice.random() * self.pause)
                writer.write(b"accepted\n")
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    def send(self, line: str) -> None:
        if line.startswith("keyed ") and line in self.seen:
            return
        self.seen.add(line)
        self.file.write(f"{line}\n")
        self.file.flush()


async def main(path: str, pause: float) -> None:
    with open(path, "a") as file:
        server = await asyncio.start_server(Provider(file, pause).serve, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2])))
