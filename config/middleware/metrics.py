"""Prometheus metrics at /metrics: the state of the record, read at the scrape, and this process's requests.

The state is the same in all processes; requests, memory and open files are those of the process that answers, so each
process is a target of its own (docs/operations.md). A scrape without a database has a metric for that.
"""

import time
from collections.abc import Callable, Iterator

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from config import site_state

REQUESTS = Counter("tracker_requests", "Requests answered.", ["method", "status"])
SECONDS = Histogram(
    "tracker_request_seconds", "Seconds until the answer.", buckets=(0.01, 0.05, 0.2, 1, 5, 30)
)

_METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
_OF_TREATIES = {
    "tracker_revision": ("Revision of the record.", "revision"),
    "tracker_revision_age_seconds": ("Since the last publication.", "revision_age"),
    "tracker_status_revision": ("Revision that the stored status was computed from.", "status_revision"),
    "tracker_status_age_seconds": ("Since the stored status last changed.", "status_age"),
    "tracker_comparison_age_seconds": ("Since the last comparison with the depositary.", "compared_age"),
    "tracker_status_behind": ("1 where the stored status is behind the record or the day.", "behind"),
}
_OF_THE_SITE = {
    "tracker_deliveries_waiting": ("Changes that partners have not confirmed yet.", "deliveries_waiting"),
    "tracker_delivery_failing_seconds": ("Since the longest failing delivery first failed.", "failing"),
    "tracker_packages_behind": ("Treaties whose data package is behind their record.", "packages_behind"),
}


def request_metrics(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: count and time the requests of this process."""

    def measure(request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = get_response(request)
        SECONDS.observe(time.perf_counter() - begun)
        method = request.method if request.method in _METHODS else "other"
        REQUESTS.labels(method, response.status_code).inc()
        return response

    return measure


def metrics_text(_request: HttpRequest) -> HttpResponse:
    """Return all metrics in Prometheus' text format."""
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


class _State(Collector):
    def describe(self) -> list[GaugeMetricFamily]:
        """Return no names, so that registering needs no database."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Read the state and yield it as gauges; only `tracker_database_up` while there is no database."""
        try:
            now = site_state.read(timezone.now())
        except DatabaseError:
            yield GaugeMetricFamily("tracker_database_up", "1 where the database answers.", 0)
            return
        yield GaugeMetricFamily("tracker_database_up", "1 where the database answers.", 1)
        for name, (text, attribute) in _OF_TREATIES.items():
            gauge = GaugeMetricFamily(name, text, labels=["treaty"])
            for treaty in now.treaties:
                value = getattr(treaty, attribute)
                if value is not None:
                    gauge.add_metric([treaty.slug], float(value))
            yield gauge
        seen = GaugeMetricFamily(
            "tracker_heartbeat_age_seconds", "Since the last sign of life.", labels=["process"]
        )
        for process, age in now.heartbeats.items():
            if age is not None:
                seen.add_metric([process], age)
        yield seen
        for name, (text, attribute) in _OF_THE_SITE.items():
            yield GaugeMetricFamily(name, text, float(getattr(now, attribute)))


REGISTRY.register(_State())
