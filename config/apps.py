"""The panel takes the place of Django's admin site; the site's own commands take the place of Django's."""

import gc
import logging

from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig

from config.log_filters import RefusalsInOneLine
from config.words import remember_words


class PanelConfig(SimpleAdminConfig):
    """Django's admin, with the panel as its site, which looks for its pages itself when it is asked for them."""

    default_site = "panel.site.Panel"


class CommandsConfig(AppConfig):
    """Commands of the whole site. It is the first app, so that one of a name that another app has comes first."""

    name = "config"

    def ready(self) -> None:
        """Keep tracebacks of visitors' mistakes out of the log, and translated words in memory.

        What is loaded stays until the process ends, so no search for garbage visits it: these searches, and one more at
        the end, were a third of the processor time of a short command.
        """
        logging.getLogger("django.request").addFilter(RefusalsInOneLine())
        remember_words()
        gc.freeze()
