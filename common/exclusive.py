"""The folder and the ports of a running site, held by one process: a second start is refused while it lives."""

import fcntl
import os
import socket
from pathlib import Path


class TakenError(Exception):
    """A folder or a port that another process holds; the message says which."""


def lock_folder(folder: Path) -> int:
    """Lock a folder until this process ends (exec keeps the lock); return the open file's descriptor.

    Raises:
        TakenError: naming the process that holds it.
        OSError: if the lock cannot be written.
    """
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.read(descriptor, 20).decode(errors="replace").strip() or "unknown"
        os.close(descriptor)
        raise TakenError(
            f"{folder} is in use by another start of the site (process {holder}): end that first, or choose"
            " another folder (VAR_DIR)."
        ) from error
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    os.set_inheritable(descriptor, True)  # noqa: FBT003 - os knows no other form
    return descriptor


def hold_port(host: str, port: int) -> socket.socket:
    """Bind an address without listening, so that the site's own server can listen there and no second start can.

    The server (granian) shares its address with every other of the same user (SO_REUSEPORT): two would answer in turn.
    This socket is bound alone, which fails beside any other, and shared from then on.

    Raises:
        OSError: if the address is taken or is not one of this machine.
    """
    held = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        held.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # connections of an earlier start may linger
        held.bind((host, port))
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    except OSError:
        held.close()
        raise
    held.set_inheritable(True)
    return held
