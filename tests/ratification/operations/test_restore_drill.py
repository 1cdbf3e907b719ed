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


@pytest.mark.parametrize("key", ["of the day", "another"])
def test_contact_points_come_back_with_their_key_and_say_what_is_missing_without(
    hanoi: Treaty, tmp_path: Path, key: str
) -> None:
    """Finding 17: the documented restore left them unreadable, and no page told why."""
    root = User.objects.create_superuser("root")
    measure = Measure.objects.filter(treaty=hanoi, theme=Measure.Theme.AUTHORITIES)[0]
    participant = hanoi.actions.filter(participant__isnull=False)[0].participant
    assert participant is not None
    contacts.keep(participant, measure, Details("Nguyễn Văn A"), by=root, now=root.date_joined)
    backup, kept = tmp_path / "record.zip", tmp_path / "contact-key"
    archive.write(backup)
    kept.write_text(settings.CONTACT_KEY if key == "of the day" else "x" * 60)
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
    said = subprocess.run(
        [sys.executable, "-c", READ],
        cwd=settings.BASE_DIR,
        env={
            **environment,
            "VAR_DIR": str(tmp_path / "drill"),
            "CONTACT_KEY_FILE": str(kept),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert (
        "Nguyễn Văn A" if key == "of the day" else "is not the one that these details were sealed with"
    ) in said


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
