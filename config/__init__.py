"""The only place that knows all apps: settings, addresses, the task queue, the web entry point."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
