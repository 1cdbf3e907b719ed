"""Vega-Lite as plain data: marks, channels, layers and data sets, as their JSON has them.

A library that describes charts (Altair) takes 25 MB of a web process, and 0.1 to 0.3 s a chart. The tests hold every
specification against its schema. Names are sorted as that library sorts them, so that files keep their bytes.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

FIGURES = "figures"
"""Name of the data set in a specification that holds a chart's rows; its layers refer to it."""

Spec = dict[str, Any]
Values = Sequence[Mapping[str, Any]]


def mark(kind: str, **properties: Any) -> Spec:  # noqa: ANN401 - whatever JSON holds
    """Return a mark."""
    return {"type": kind, **dict(sorted(properties.items()))}


def channel(field: str, kind: str = "quantitative", **properties: Any) -> Spec:  # noqa: ANN401 - the same
    """Return a channel that shows a field."""
    return dict(sorted({"field": field, "type": kind, **properties}.items()))


def layer(
    data: str | Values,
    marked: Spec,
    encoding: Mapping[str, Spec],
    *,
    title: str = "",
    transform: Sequence[Spec] = (),
) -> Spec:
    """Return a layer of a chart.

    Args:
        data: the name of a data set, or the rows of one that only this chart has.
        marked: from `mark`.
        encoding: the channels, from `channel`.
        title: above the layers.
        transform: what is done with the rows first.
    """
    return {
        "data": {"name": data} if isinstance(data, str) else {"values": data},
        "mark": marked,
        "encoding": dict(sorted(encoding.items())),
        **({"title": title} if title else {}),
        **({"transform": list(transform)} if transform else {}),
    }


def layers(parts: Iterable[Spec], *, width: int, height: int) -> Spec:
    """Return a chart of layers, one on the other."""
    return {"layer": list(parts), "height": height, "width": width}


def data_sets(chart: Spec) -> dict[str, Values]:
    """Put names in place of the rows that layers hold, and return the rows by name: equal ones stand there once."""
    found: dict[str, Values] = {}
    for panel in chart.get("vconcat", [chart]):
        for part in panel["layer"]:
            if "values" in part["data"]:
                values = part["data"]["values"]
                digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
                name = f"data-{digest[:32]}"
                found[name] = values
                part["data"] = {"name": name}
    return found
