"""Occasions on which articles permit or ask for a statement, as the catalogues have them under their English words."""

from django.utils.translation import gettext_noop

BUNDLED = (
    gettext_noop("25 and 26 October 2025 in Hanoi, then until 31 December 2026 in New York"),
    gettext_noop("after an amendment is adopted"),
    gettext_noop("after designation"),
    gettext_noop("as the Conference requires"),
    gettext_noop("at accession"),
    gettext_noop("at any time"),
    gettext_noop("at any time after becoming a Party"),
    gettext_noop("at deposit"),
    gettext_noop("at deposit of ratification, acceptance or approval"),
    gettext_noop("deposit after the fortieth"),
    gettext_noop("domestic law"),
    gettext_noop("fortieth deposit"),
    gettext_noop("not before five years after entry into force"),
    gettext_noop("signature"),
    gettext_noop("signature or deposit"),
    gettext_noop("signature, ratification, acceptance, approval or accession"),
)
"""Those of the treaties that come with this site."""
