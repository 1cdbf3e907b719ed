"""The web entry point."""

import multiprocessing
import os
import signal

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from common.lifetime import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# The web server's own process may be killed: what it has started would go on, holding the port and four connections to
# the database, beside its successor.
if server := multiprocessing.parent_process():
    end_with_parent(signal.SIGKILL, server.pid)

application = get_wsgi_application()
_ = get_resolver().url_patterns  # every page is loaded before the first visitor asks for one
