"""The web entry point."""

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
from contextlib import suppress
from functools import partial

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from common.accounts import refuse_root
from common.call_stack import with_room
from common.cores import keep_to_core
from common.lifetime import end_with_parent
from ratification.charts.renderer import RENDERER

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# The C library gives each thread a heap of its own, which keeps what it once had: sixteen threads took 14 MB more than
# one heap for all does, and the interpreter lets one of them work at a time (docs/performance.md).
_M_ARENA_MAX = -8
C_LIBRARY = ctypes.CDLL(None)
with suppress(AttributeError):  # another C library than GNU's
    C_LIBRARY.mallopt(_M_ARENA_MAX, 1)

# Forecasts are computed by the job alone. openpyxl would load numpy, where it is installed, only to know its numbers:
# as if it were not there, each web process is some 9 MB smaller (docs/performance.md).
sys.modules["numpy"] = None  # type: ignore[assignment]  # the import system's own way to say: not to be found

# Django's test helpers, REST framework and Celery look for these where they are installed, and the site uses none of
# it: five megabytes beside the development tools, and five of the client of PostgreSQL where the record is in SQLite.
# Who needs one may load it later.
_UNUSED = ["jinja2", "pygments", "requests", "greenlet"]
if all(database["ENGINE"].endswith("sqlite3") for database in settings.DATABASES.values()):
    _UNUSED.append("psycopg2")
sys.modules.update(dict.fromkeys(_UNUSED))  # type: ignore[arg-type]  # as above

if settings.PRODUCTION:
    refuse_root("Start the web server as an account of its own.")

# The web server's own process may be killed: what it has started would go on, holding the port and four connections to
# the database, beside its successor.
if server := multiprocessing.parent_process():
    end_with_parent(signal.SIGKILL, server.pid)

application = with_room(get_wsgi_application())
_ = get_resolver().url_patterns  # every page is loaded before the first visitor asks for one
for name in _UNUSED:
    del sys.modules[name]
with suppress(AttributeError):  # as above
    from ratification.record.kept import AGED  # it needs the application

    AGED.append(partial(C_LIBRARY.malloc_trim, 0))  # what is forgotten each minute goes back to the machine
if settings.WEB_CORE is not None:
    keep_to_core(settings.WEB_CORE)
RENDERER.start()  # whoever asks for the first chart would wait a second for it
gc.collect()
gc.freeze()  # what is loaded stays: searching it for garbage again and again took a third of a cold answer's time
