"""Clients that ask a server over connections that stay open, one request after the other, and check each answer."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import NamedTuple

HEAD = b"POST /predict HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"


class Load(NamedTuple):
    """What some clients met with.

    Attributes:
        seconds: of each answer, in the order in which they came.
        wall: seconds that all took together.
        wrong: answers that are not those to their text, or none at all.
    """

    seconds: list[float]
    wall: float
    wrong: int

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.wall

    def percentile(self, share: float) -> float:
        """Return the milliseconds within which a share of the answers came."""
        return 1000 * sorted(self.seconds)[int(share * (len(self.seconds) - 1))]


async def _client(port: int, take: Callable[[], int | None], bodies: list[bytes], check, load: Load) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    wrong = 0
    while (place := take()) is not None:
        body, begin = bodies[place % len(bodies)], time.perf_counter()
        head = (
            "POST /predict HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n"
        )
        writer.write(head.format(len(body)).encode() + body)
        answered = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(answered.split(b"content-length:")[1].split(b"\r\n")[0])
        content = await reader.readexactly(length)
        load.seconds.append(time.perf_counter() - begin)
        if not answered.startswith(b"http/1.1 200 ") or not check(place % len(bodies), json.loads(content)):
            wrong += 1
    writer.close()
    return wrong


async def _clients(port: int, texts: list[str], clients: int, requests: int, seconds: float, check) -> Load:
    left, end = iter(range(requests)), time.perf_counter() + seconds
    bodies = [json.dumps({"texts": text}).encode() for text in texts]

    def take() -> int | None:
        return next(left, None) if time.perf_counter() < end else None

    load, begin = Load([], 0.0, 0), time.perf_counter()
    wrong = await asyncio.gather(*(_client(port, take, bodies, check, load) for _ in range(clients)))
    return load._replace(wall=time.perf_counter() - begin, wrong=sum(wrong))


def put_load(
    port: int,
    texts: list[str],
    *,
    clients: int,
    requests: int = 10**9,
    seconds: float = 10**9,
    check: Callable[[int, object], bool] = lambda place, answer: True,
) -> Load:
    """Ask about the texts in turn until there were so many requests, or for so many seconds.

    Args:
        check: whether an answer is that to the text at this place.
    """
    return asyncio.run(_clients(port, texts, clients, requests, seconds, check))
