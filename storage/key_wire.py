"""How the house and its key service speak: one question and one answer a line.

Each is JSON behind its length in four bytes, big-endian; bytes are in base64.
"""

import json
import socket
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import date
from time import monotonic

from storage import (
    KeyDestroyed,
    KeyRefused,
    KeysAway,
    StorageError,
    StoreFull,
)

HEAD, LONGEST = 4, 1 << 16
REFUSALS: tuple[type[Exception], ...] = (
    KeyDestroyed,
    KeyRefused,
    StoreFull,
    StorageError,
    ValueError,
)

Message = Mapping[str, object]


def send(line: socket.socket, message: Message) -> None:
    content = json.dumps(message).encode()
    line.sendall(len(content).to_bytes(HEAD) + content)


def receive(line: socket.socket, patience: float) -> Message:
    """The whole message within so many seconds; ValueError if it is none of ours."""
    until = monotonic() + patience
    size = int.from_bytes(_exactly(line, HEAD, until))
    if size > LONGEST:
        raise ValueError(f"a message of {size} bytes is none of ours")
    message = json.loads(_exactly(line, size, until))
    if not isinstance(message, dict):
        raise TypeError("a message has names in it")
    return message


def word(message: Message, name: str) -> str:
    found = message.get(name)
    if not isinstance(found, str):
        raise TypeError(f"{name} is no text")
    return found


def day(message: Message) -> date:
    return date.fromisoformat(word(message, "day"))


def opened(message: Message, name: str) -> bytes:
    """The bytes under that name."""
    return b64decode(word(message, name), validate=True)


def packed(content: bytes) -> str:
    return b64encode(content).decode()


def refusal(error: Exception) -> Message:
    """What went wrong, in words that the other side raises again."""
    if isinstance(error, KeysAway):
        return {"refused": "KeysAway", "why": str(error), "after": error.after}
    kind = next(kind for kind in REFUSALS if isinstance(error, kind))
    return {"refused": kind.__name__, "why": str(error)}


def agreed(answer: Message) -> Message:
    """The answer, unless it is a refusal: then that is raised, as it was there."""
    name = answer.get("refused")
    if name is None:
        return answer
    if name == "KeysAway":
        raise KeysAway(word(answer, "why"), after=int(str(answer["after"])))
    kinds = {kind.__name__: kind for kind in REFUSALS}
    raise kinds.get(str(name), StorageError)(word(answer, "why"))


def _exactly(line: socket.socket, size: int, until: float) -> bytes:
    content = b""
    while len(content) < size:
        if (left := until - monotonic()) <= 0:
            raise TimeoutError("the rest did not come in time")
        line.settimeout(left)
        piece = line.recv(size - len(content))
        if not piece:
            raise ValueError("the line broke")
        content += piece
    return content
