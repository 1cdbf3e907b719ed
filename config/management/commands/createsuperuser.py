"""Creation of a superuser: Django's command, which here refuses a weak password without a terminal too."""

import os
from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError


class Command(createsuperuser.Command):
    """Create a superuser."""

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Hold a password from the environment against the rules, which Django does at a terminal alone."""
        password = os.environ.get("DJANGO_SUPERUSER_PASSWORD")
        if not options["interactive"] and password is not None:
            person = User(username=options["username"] or "", email=options["email"] or "")
            try:
                validate_password(password, person)
            except ValidationError as error:
                raise CommandError(f"No account was made. {' '.join(error.messages)}") from error
        super().handle(*args, **options)
        self.stdout.write("Log in at the panel and set up a second factor (Second factor, at the top).")
