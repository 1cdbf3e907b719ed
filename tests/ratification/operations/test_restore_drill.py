"""The restore drill of docs/operations.md, typed as it stands there: everything comes back, contact points too."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User

from ratification.operations import archive
from ratification.readiness import contacts
from ratification.readiness.contacts import Details
from treaty.models import Measure, Treaty

READ = """
import django, sys
django.setup()
from django.contrib.auth.models import User
from django.utils import timezone
from ratification.models import Contact
from ratification.readiness import contacts
try:
    print(contacts.look_up(Contact.objects.get(), by=User.objects.get(username="root"), now=timezone.now()).name)
except contacts.ContactError as error:
    print(error)
"""


def drill() -> str:
    """The commands of the section, one block of shell."""
    page = (settings.BASE_DIR / "docs/operations.md").read_text()
    found = re.search(r"## Restore drill.*?```sh\n(.*?)```", page, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.embedded  # the drill makes an SQLite database; test_archive.py restores an archive of either
def test_contact_points_come_back_with_their_key_and_say_what_is_missing_without(
    hanoi: Treaty, tmp_path: Path
) -> None:
    """Finding 17: the documented restore left them unreadable, and no page told why."""
    root = User.objects.create_superuser("root")
    measure = Measure.objects.filter(treaty=hanoi, theme=Measure.Theme.AUTHORITIES)[0]
    participant = hanoi.actions.filter(participant__isnull=False)[0].participant
    assert participant is not None
    contacts.keep(participant, measure, Details("Nguyễn Văn A"), by=root, now=root.date_joined)
    backup, kept, another = tmp_path / "record.zip", tmp_path / "contact-key", tmp_path / "another-key"
    archive.write(backup)
    kept.write_text(settings.CONTACT_KEY)
    another.write_text("x" * 60)
    typed = (
        drill()
        .replace("backups/2026-11-21.zip", str(backup))
        .replace("/tmp/drill", str(tmp_path / "drill"))  # noqa: S108 - what the page says
        .replace("/etc/tracker/contact-key", str(kept))
        .replace(".venv/bin/python", sys.executable)
    )
    environment = {"PATH": os.environ["PATH"]}
    # `check_ledger` may find that the status is of another day, as the page says, and ends with 1 then.
    subprocess.run(["sh"], input=typed, text=True, cwd=settings.BASE_DIR, env=environment, check=True)
    assert (tmp_path / "drill/again.zip").exists()
    assert "Nguyễn Văn A" in read(tmp_path / "drill", kept)
    assert "is not the one that these details were sealed with" in read(tmp_path / "drill", another)


def read(folder: Path, key: Path) -> str:
    """Look the contact point of a restored record up with a key; return what is said."""
    return subprocess.run(
        [sys.executable, "-c", READ],
        cwd=settings.BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "VAR_DIR": str(folder),
            "CONTACT_KEY_FILE": str(key),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_the_key_stands_in_every_place_where_an_operator_looks() -> None:
    """Finding 17: install, backup, restore and rotation in docs/operations.md, and compose."""
    sections = re.split(r"\n## ", (settings.BASE_DIR / "docs/operations.md").read_text())
    told = {section.splitlines()[0] for section in sections if re.search("CONTACT_KEY|contact-key", section)}
    assert told >= {
        "Install, with containers",
        "Install, without",
        "Backup",
        "Restore drill",
        "Rotate secrets",
    }
    assert "CONTACT_KEY_FILE" in (settings.BASE_DIR / "docker-compose.yml").read_text()
