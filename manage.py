#!/usr/bin/env python
"""Django's command line for the treaty status tracker."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from environs import EnvError

    from common.call_stack import with_room

    try:
        with_room(execute_from_command_line)(sys.argv)
    except (EnvError, ImproperlyConfigured) as error:
        sys.exit(f"The settings are not right. {error}")
