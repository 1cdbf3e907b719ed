"""How settings are read from the environment: from variables or files, checked, and loud where they are wrong."""

import os
import secrets
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from environs import FileAwareEnv, ValidationError

Network = IPv4Network | IPv6Network

env = FileAwareEnv()  # NAME_FILE names a file that holds the value of NAME


def is_set(name: str) -> bool:
    """Whether a variable is given, by value or by file."""
    return name in os.environ or f"{name}_FILE" in os.environ


def networks(name: str, *default: str) -> list[Network]:
    """Read networks such as `10.0.0.0/8,::1` from a variable.

    Raises:
        environs.EnvError: if one of them is no network; names the variable.
    """
    return env.list(name, [ip_network(network) for network in default], subcast=_network)


def _network(text: str) -> Network:
    try:
        return ip_network(text.strip())
    except ValueError as error:
        raise ValidationError(
            f"Must be networks such as 10.0.0.0/8, separated by commas: {error}."
        ) from error


def embedded_secret_key(folder: Path, name: str = "secret-key") -> str:
    """Return the secret key kept in the folder, made on first use and readable by its owner alone."""
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"{name}.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)  # fails where another process was first, so that all use one key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()
