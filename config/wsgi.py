"""The web entry point."""

import ctypes
import multiprocessing
import os
import signal
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# The web server's own process may be killed: what it has started would go on, holding the port and four connections to
# the database, beside its successor. PR_SET_PDEATHSIG lets the one end with the other.
if sys.platform == "linux" and multiprocessing.parent_process():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)

application = get_wsgi_application()
