"""`manage.py draw_map`: draw the world map file from Natural Earth's countries."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings

from ratification.management.base import Error, TrackerCommand
from states import geometry
from states.loading import DATA
from states.models import Participant
from states.tables import read_table

ON_THE_MAP = {Participant.Kind.MEMBER_STATE, Participant.Kind.OBSERVER_STATE, Participant.Kind.OTHER_STATE}


class Command(TrackerCommand):
    """Draw static/map/world.svg; needs the development tools, and only after a change of States."""

    help = (
        "Draw the world map from Natural Earth's countries in world-atlas' TopoJSON files; see docs/map.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the two source files and the output file."""
        parser.add_argument("countries", type=Path, help="countries-50m.json")
        parser.add_argument(
            "finer", type=Path, help="countries-10m.json, for States that the first file lacks"
        )
        parser.add_argument("--output", type=Path, default=settings.BASE_DIR / "static/map/world.svg")

    def handle(self, *, countries: Path, finer: Path, output: Path, **_options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Draw the map and print the numbers of States and markers."""
        states = states_on_the_map()
        try:
            land = geometry.read_atlas(_json(countries), countries.name)
            land |= geometry.read_atlas(_json(finer), finer.name, only=states.keys() - land.keys())
            shapes, other = geometry.shapes_of(geometry.as_the_united_nations_draws(land), states)
        except geometry.AtlasError as error:
            raise Error(str(error)) from error
        output.write_text(geometry.world_svg(shapes, other), encoding="utf-8")
        markers = sum(shape.marker is not None for shape in shapes)
        self.stdout.write(f"{output}: {len(shapes)} States, {markers} of them with a marker.")


def states_on_the_map() -> dict[str, str]:
    """Return the codes of the bundled States of today, by M49 code."""
    columns = ("name", "iso2", "region", "subregion", "un_group", "valid_from", "source")
    rows = read_table(DATA / "participants.csv", ["iso3", "m49", "kind", "valid_until"], columns)
    return {row["m49"]: row["iso3"] for row in rows if row["kind"] in ON_THE_MAP and not row["valid_until"]}


def _json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise geometry.AtlasError(f"{path} cannot be read as JSON: {error}") from error
