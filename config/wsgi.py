"""The web entry point."""

import gc
import multiprocessing
import os
import signal
import sys

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from common.accounts import refuse_root
from common.lifetime import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# Forecasts are computed by the job alone. openpyxl would load numpy, where it is installed, only to know its numbers:
# as if it were not there, each web process is some 9 MB smaller (docs/performance.md).
sys.modules["numpy"] = None  # type: ignore[assignment]  # the import system's own way to say: not to be found

# Django's test helpers and REST framework look for these where they are installed, and the site uses none of it: four
# megabytes beside the development tools. Who needs one may load it later.
_UNUSED = ("jinja2", "pygments", "requests")
sys.modules.update(dict.fromkeys(_UNUSED))  # type: ignore[arg-type]  # as above

if settings.PRODUCTION:
    refuse_root("Start the web server as an account of its own.")

# The web server's own process may be killed: what it has started would go on, holding the port and four connections to
# the database, beside its successor.
if server := multiprocessing.parent_process():
    end_with_parent(signal.SIGKILL, server.pid)

application = get_wsgi_application()
_ = get_resolver().url_patterns  # every page is loaded before the first visitor asks for one
for name in _UNUSED:
    del sys.modules[name]
gc.collect()
gc.freeze()  # what is loaded stays: searching it for garbage again and again took a third of a cold answer's time
