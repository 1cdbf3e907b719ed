"""The panel takes the place of Django's admin site."""

from django.contrib.admin.apps import SimpleAdminConfig


class PanelConfig(SimpleAdminConfig):
    """Django's admin, with the panel as its site, which looks for its pages itself when it is asked for them."""

    default_site = "panel.site.Panel"
