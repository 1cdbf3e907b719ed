"""Addresses that are the same in every language, listed once instead of once for each."""

from django.conf import settings
from django.urls import URLResolver
from django.utils.translation import override


class SameInEveryLanguage(URLResolver):
    """A part of the addresses in which nothing is translated.

    Django lists every address anew for each language in which one is looked up, since routes may be translated: the
    panel's and the API's hundreds were four megabytes of a web process that serves six languages.
    """

    @classmethod
    def of(cls, part: URLResolver) -> "SameInEveryLanguage":
        """Return a part as `path` makes it from `include`."""
        return cls(part.pattern, part.urlconf_name, part.default_kwargs, part.app_name, part.namespace)

    def _populate(self) -> None:
        if settings.LANGUAGE_CODE not in self._reverse_dict:
            with override(settings.LANGUAGE_CODE):
                super()._populate()
        for name in ("_reverse_dict", "_namespace_dict", "_app_dict"):
            listed = getattr(self, name)
            for code, _ in settings.LANGUAGES:
                listed.setdefault(code, listed[settings.LANGUAGE_CODE])
