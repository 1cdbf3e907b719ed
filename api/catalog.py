"""The API catalogue of the site (RFC 9727), by which programs find the API and its description."""

import json

from django.http import HttpRequest, HttpResponse

from ratification.record.about import LICENCE
from ratification.status.api_urls import ROOT, address


def api_catalog(request: HttpRequest) -> HttpResponse:
    """Return the catalogue as a link set (RFC 9264)."""
    absolute = request.build_absolute_uri
    api = {
        "anchor": absolute(ROOT),
        "service-desc": [{"href": absolute(address("schema")), "type": "application/json"}],
        "service-doc": [{"href": absolute(address(page)), "type": "text/html"} for page in ("guide", "docs")],
        "license": [{"href": LICENCE["path"]}],
    }
    body = json.dumps({"linkset": [api]}, separators=(",", ":"))
    kind = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
    headers = {
        "Cache-Control": "public, max-age=86400",
        "Link": f'<{absolute(request.path)}>; rel="api-catalog"',  # asked of HEAD by section 2
    }
    return HttpResponse(body, content_type=kind, headers=headers)
