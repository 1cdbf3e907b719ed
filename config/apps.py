"""The panel takes the place of Django's admin site."""

from django.contrib.admin.apps import AdminConfig


class PanelConfig(AdminConfig):
    """Django's admin, with the panel as its site."""

    default_site = "config.panel.Panel"
