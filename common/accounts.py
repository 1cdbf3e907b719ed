"""The account of the operating system that a process runs as."""

import os
import pwd
from pathlib import Path


class AccountError(Exception):
    """An account that a process must not or cannot run as; the message says why."""


def refuse_root(remedy: str) -> None:
    """Insist that this process is not the machine's administrator, who could be made to do anything.

    Raises:
        AccountError: with the remedy.
    """
    if os.geteuid() == 0:
        raise AccountError(f"This process would run as root. {remedy}")


def become_owner(path: Path) -> None:
    """Run as the owner of a file from now on, where this process is root's and the file is not."""
    owner = path.stat().st_uid
    if os.geteuid() != 0 or owner == 0:
        return
    try:
        account = pwd.getpwuid(owner)
    except KeyError as error:
        raise AccountError(f"{path} belongs to the number {owner}, which is no account here.") from error
    os.initgroups(account.pw_name, account.pw_gid)
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    os.environ.update(HOME=account.pw_dir, USER=account.pw_name, LOGNAME=account.pw_name)
