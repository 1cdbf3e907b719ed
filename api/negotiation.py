"""Choice of the format by Accept, with the weights of RFC 9110 (12.5.1), which REST framework leaves out."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.http.request import MediaType
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class WeightedNegotiation(DefaultContentNegotiation):
    """Negotiation by weight, then by the more specific range, then by the order of the renderers."""

    def select_renderer(
        self,
        request: Request,
        renderers: Sequence[BaseRenderer],  # type: ignore[override]  # a list of instances
        format_suffix: str | None = None,
    ) -> Any:  # noqa: ANN401 - REST framework's signature
        """Return the renderer and its media type.

        Raises:
            NotAcceptable: if no format is accepted; a weight of 0 excludes one.
        """
        if format_suffix:
            renderers = self.filter_renderers(renderers, format_suffix)
        offered = tuple(renderer.media_type for renderer in renderers)
        place = _best(tuple(self.get_accept_list(request)), offered)
        if place is None:
            raise NotAcceptable(available_renderers=renderers)
        return renderers[place], offered[place]


@lru_cache(maxsize=256)
def _best(accepted: tuple[str, ...], offered: tuple[str, ...]) -> int | None:
    """Return the place of the best of the media types offered; None if none is accepted."""
    given = [text for text in accepted if text.strip()]  # RFC 9110, 5.6.1: none is no range
    ranges = [MediaType(text) for text in given or ["*/*"]]
    weights = [_weight(media_type, ranges) for media_type in offered]
    best = max(weights)
    return weights.index(best) if best[0] else None


def _weight(media_type: str, ranges: Sequence[MediaType]) -> tuple[float, int]:
    """Return weight and specificity of the most specific range that includes a media type; parameters are ignored."""
    main, _, sub = media_type.partition("/")
    fitting = [each for each in ranges if each.main_type in {"*", main} and each.sub_type in {"*", sub}]
    best = max(fitting, key=lambda each: each.specificity, default=None)
    return (best.quality, best.specificity) if best else (0, 0)
