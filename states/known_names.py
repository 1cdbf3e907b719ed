"""Names and short phrases of the data that the catalogues have, under their English words."""

from django.utils.translation import gettext, gettext_noop

from common.languages import EnglishText

BUNDLED = (
    gettext_noop("African Union"),
    gettext_noop("Association of Southeast Asian Nations"),
    gettext_noop("BRICS"),
    gettext_noop("Caribbean Community"),
    gettext_noop("Commonwealth of Nations"),
    gettext_noop("Council of Europe"),
    gettext_noop("East African Community"),
    gettext_noop("Economic Community of West African States"),
    gettext_noop("European Union"),
    gettext_noop("Group of Seven"),
    gettext_noop("Group of Twenty"),
    gettext_noop("Gulf Cooperation Council"),
    gettext_noop("Landlocked developing countries"),
    gettext_noop("League of Arab States"),
    gettext_noop("Least developed countries"),
    gettext_noop("North Atlantic Treaty Organization"),
    gettext_noop("Organisation for Economic Co-operation and Development"),
    gettext_noop("Secretary General of the Council of Europe"),
    gettext_noop("Secretary-General of the United Nations"),
    gettext_noop("Shanghai Cooperation Organization"),
    gettext_noop("Small island developing States"),
    gettext_noop("United Nations"),
)
"""Groups and depositaries that come with this site; whoever loads another treaty may name others."""


def known_name(name: str) -> str:
    """Return a name in the active language; in English, and marked so, where no catalogue has it."""
    words = gettext(name) if name else ""
    return words if words != name else EnglishText(name)
