"""Words of the embeds, and the languages in which they can be asked for.

Names of participants are those of the language where one is known; names of treaties stay in English.
"""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext_lazy, npgettext, pgettext_lazy

from common.messages import Text

LANGUAGES = {"en": "en", "fr": "fr", "es": "es", "ru": "ru", "ar": "ar", "zh": "zh-hans"}
"""Values of `lang`, each with the code of the language in the settings."""
RIGHT_TO_LEFT = frozenset({"ar"})

_LEFT, _END = "\u2066", "\u2069"
"""Unicode's isolate of text from left to right, and its end."""


def isolated(lang: str, text: object) -> str:
    """Return a day or a number as it stands in a sentence of the language: whole, whatever letters are beside it."""
    return f"{_LEFT}{text}{_END}" if lang in RIGHT_TO_LEFT else str(text)


PHRASES: Mapping[str, Text] = {
    "of": pgettext_lazy("instruments deposited and needed", "%(counted)s of %(required)s"),
    "counting": gettext_lazy("instruments counting toward entry into force"),
    "further": gettext_lazy("further conditions are not met"),
    "in_force": gettext_lazy("Entry into force: %(day)s"),
    "as_of": gettext_lazy("As of %(day)s"),
    "known_until": gettext_lazy(
        "List complete until %(day)s; later acts are included where a source reports them"
    ),
    "source": gettext_lazy("Treaty status tracker"),
    "none": pgettext_lazy("key of the map", "has not signed"),
    "unknown": pgettext_lazy("key of the map", "no signature known"),
    "whole_record": gettext_lazy("The whole record"),
    "participant": gettext_lazy("Participant"),
    "standing": gettext_lazy("Status"),
    "since": gettext_lazy("Since"),
    "party": pgettext_lazy("status of a participant", "party"),
    "contracting_one": pgettext_lazy("status of a participant", "contracting State or organization"),
    "signatory": pgettext_lazy("status of a participant", "signatory"),
    "withdrawn": pgettext_lazy("status of a participant", "withdrawn"),
}
COUNTED: Mapping[str, Callable[[int], str]] = {
    "signatories": lambda number: npgettext("after a number", "signatory", "signatories", number),
    "contracting": lambda number: npgettext(
        "after a number", "contracting State or organization", "contracting States and organizations", number
    ),
    "parties": lambda number: npgettext("after a number", "party", "parties", number),
}
"""What each of the three numbers counts, in the form that agrees with it: the number itself stands apart."""
