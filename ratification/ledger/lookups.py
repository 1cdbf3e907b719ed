"""Rows that many entries name, read once for all of them."""

from functools import cached_property

from states.models import Participant
from treaty.models import Article, Treaty


class Lookups:
    """The articles of a treaty and the codes of territories, read once, where a first entry names one."""

    def __init__(self, treaty: Treaty) -> None:
        self._treaty = treaty

    @cached_property
    def articles(self) -> dict[int, str]:
        """The status of each article by its number."""
        return dict(Article.objects.filter(treaty=self._treaty).values_list("number", "status"))

    @cached_property
    def territories(self) -> frozenset[str]:
        """The codes of all territories."""
        territories = Participant.objects.filter(kind=Participant.Kind.TERRITORY)
        return frozenset(territories.values_list("iso3", flat=True))
