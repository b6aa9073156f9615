"""Messages between the grader and the jail: a length, then JSON. Neither side trusts it blindly.

Plain values cross as `pruning_lab.teaching.wire` writes them. Nothing in a message can carry code.
"""

import json
import socket
import struct
import time
from typing import Any

LONGEST = 16 << 20  # bytes of one message
CHUNK = 1 << 16

Message = dict[str, Any]


def send(sock: socket.socket, message: Message) -> None:
    """Send one message; raises a ValueError if it is too long."""
    text = json.dumps(message, allow_nan=False).encode()
    if len(text) > LONGEST:
        raise ValueError(f"at most {LONGEST} bytes may cross at once; these are {len(text)}")
    sock.sendall(struct.pack(">I", len(text)) + text)


def receive(sock: socket.socket, deadline: float | None = None) -> Message:
    """Wait for one message, until `time.monotonic()` reaches the deadline.

    Raises
    ------
    EOFError
        If the other side is gone.
    TimeoutError
        If the message is not complete in time.
    ValueError
        If what came is no message.
    """
    (length,) = struct.unpack(">I", _read(sock, 4, deadline))
    if length > LONGEST:
        raise ValueError(f"a message of {length} bytes was announced; {LONGEST} are allowed")
    try:
        message = json.loads(_read(sock, length, deadline))
    except RecursionError as error:
        raise ValueError("a message is nested too deep") from error
    if not isinstance(message, dict):
        raise ValueError(f"a message is a dictionary; got a {type(message).__name__}")
    return message


def _read(sock: socket.socket, length: int, deadline: float | None) -> bytes:
    content = bytearray()
    while len(content) < length:
        sock.settimeout(None if deadline is None else max(1e-3, deadline - time.monotonic()))
        chunk = sock.recv(min(CHUNK, length - len(content)))
        if not chunk:
            raise EOFError("the other side is gone")
        content += chunk
        if deadline is not None and time.monotonic() > deadline:
            raise TimeoutError("the message is not complete in time")
    return bytes(content)
