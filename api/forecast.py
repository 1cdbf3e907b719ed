"""The forecast that was kept for a treaty: no part of the record, and served as the job stored it."""

from dataclasses import replace
from typing import Any, ClassVar

import orjson
from rest_framework.serializers import CharField, DateField, DictField, FloatField, IntegerField, ListField

from api.fields import AddressField, Declaration
from api.filters import ForecastFilter
from api.query import FilterSet
from api.records import OfRecord
from api.resource import Basis
from api.serializers import DaysSerializer
from ratification.forecast.score import MODEL_VERSION, score, score_at
from ratification.forecast.stored import NONE_KEPT, kept_at, why_never
from ratification.models import Forecast


class QuantilesSerializer(Declaration):
    """Days by which something is reached with 10, 25, 50, 75 and 90 per cent; null beyond the calendar."""

    def get_fields(self) -> dict[str, Any]:
        """Return a field for each share; their names are numbers."""
        return {name: DateField(allow_null=True) for name in ("10", "25", "50", "75", "90")}


class DayOfForecastSerializer(Declaration):
    """A day of a forecast: its quantiles, and the probability by the end of each coming year."""

    quantiles = QuantilesSerializer()
    by_end_of_year = DictField(
        child=FloatField(min_value=0, max_value=1),
        help_text="Days since `known_until` are part of what is forecast, also those that have passed: what was"
        " deposited on them is not known.",
    )


class NumberOfForecastSerializer(Declaration):
    """When a number of instruments is reached."""

    number = IntegerField()
    quantiles = QuantilesSerializer()


class ListEndSerializer(Declaration):
    """How much rests on the day on which the list of acts ends."""

    known_until = DateField()
    median = DateField(allow_null=True)
    median_if_complete = DateField(allow_null=True, help_text="If nothing has come since `known_until`.")


class MovedSerializer(Declaration):
    """What has moved the median since an earlier forecast."""

    since = DateField()
    median_then = DateField(allow_null=True)
    median_if_nothing_had_come = DateField(allow_null=True)
    median_now = DateField(allow_null=True)
    deposits = IntegerField()
    signatures = IntegerField()


class ScoreOfForecastSerializer(Declaration):
    """How forecasts for treaties of this age scored in the backtest (docs/forecast.md)."""

    candidate = CharField()
    ages = CharField()
    cases = IntegerField()
    clusters = IntegerField()
    coverage_50 = FloatField()
    coverage_80 = FloatField()
    crps = FloatField(help_text="Continuous ranked probability score in logarithms of days.")


class ForecastSerializer(Declaration):
    """A forecast, or the reason why there is none. It is no part of the record."""

    kind = CharField(help_text="Always `forecast`.")
    treaty = CharField()
    as_of = DateField(help_text="The day asked about.")
    revision = IntegerField(min_value=0)
    made_for = DateField(
        allow_null=True, help_text="The day that it looks ahead from; the last one kept by `as_of`."
    )
    made_from = IntegerField(allow_null=True, help_text="The revision that it was made from.")
    model_version = CharField()
    known_until = DateField(allow_null=True)
    reason = CharField(allow_blank=True, help_text="Why there is none; empty where there is one.")
    threshold = IntegerField(required=False)
    count = IntegerField(required=False)
    known_count = IntegerField(required=False)
    opened = DateField(required=False)
    deposited = DaysSerializer(
        many=True, required=False, help_text="When the instruments that may count were deposited, in order."
    )
    deposits = ListField(
        child=DateField(),
        required=False,
        help_text="In forecasts made by earlier releases: the last possible days.",
    )
    signatories = IntegerField(required=False)
    age = FloatField(required=False)
    past_treaties = IntegerField(required=False)
    independent = FloatField(required=False)
    reached = DayOfForecastSerializer(required=False)
    entry_into_force = DayOfForecastSerializer(required=False, allow_null=True)
    not_before = DateField(required=False, allow_null=True)
    numbers = NumberOfForecastSerializer(many=True, required=False)
    list_end = ListEndSerializer(required=False, allow_null=True)
    moved = MovedSerializer(required=False, allow_null=True)
    score = ScoreOfForecastSerializer(required=False)
    permalink = AddressField()


class ForecastOf(OfRecord):
    """Forecast of the day on which the threshold is reached, as it was kept. It is no part of the record.

    The answer is the last forecast that had been made by `as_of` from `revision`; a day has one once the job has run.
    """

    operation = "get_forecast"
    tag = "forecast"
    serializer_class = ForecastSerializer
    filterset_class: ClassVar[type[FilterSet]] = ForecastFilter
    kept: Forecast | None

    def basis_of(self) -> Basis:
        """Read the treaty and the kept forecast: two queries. Today's answer changes when the job has run."""
        basis = super().basis_of()
        today = self.treaty.legal_day(self.now)
        as_of, version = basis.as_of or today, self.asked.get("model_version")
        self.kept = kept_at(self.treaty, as_of, basis.revision or 0, version)
        self.asked = {
            **self.asked,
            "model_version": self.kept.model_version if self.kept else version or MODEL_VERSION,
        }
        # Without a version asked for, a later one may still make a forecast for the day.
        lasting = basis.lasting and as_of < today and bool(version)
        return replace(basis, version=str(self.kept.pk) if self.kept else "", lasting=lasting)

    def document(self) -> dict[str, Any]:
        """Return the stored document with what it answers to."""
        basis = self.basis
        asked = {"as_of": self.as_of.isoformat(), "revision": basis.revision}
        if self.kept is None:
            return {
                "kind": "forecast",
                "treaty": self.treaty.slug,
                "made_for": None,
                "made_from": None,
                **asked,
                "model_version": self.asked["model_version"],
                "known_until": None,
                "reason": why_never(self.treaty) or NONE_KEPT,
                "permalink": self.permalink,
            }
        stored: dict[str, Any] = orjson.loads(self.kept.document)
        made = {"made_for": stored["as_of"], "made_from": stored["revision"]}
        scored = {} if stored["reason"] else {"score": _score(stored["age"], stored["model_version"])}
        return {**stored, **asked, **made, **scored, "permalink": self.permalink}


def _score(age: float, version: str) -> dict[str, Any]:
    found = score_at(age, version)
    named = {"candidate": score(version)["published"], "ages": found["name"]}
    return named | {name: found[name] for name in ("cases", "clusters", "coverage_50", "coverage_80", "crps")}
