"""The data package of a treaty and the chain of its record as downloads."""

import hashlib
from base64 import b64encode
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from rest_framework.response import Response

from api.filters import RevisionFilter
from api.records import OfRecord
from api.renderers import JsonLines, Zip
from api.resource import BEGINNING, Basis
from ratification.models import Dataset, Revision
from ratification.partners.dataset import package


class DatasetOf(OfRecord):
    """The whole record of a treaty as a Frictionless data package: a zip of CSV files with descriptions and checksums.

    The package of the latest revision and day is kept ready; that of any other is built on request.
    """

    operation = "get_dataset"
    renderer_classes = [Zip]

    def document(self) -> bytes:
        """Return the stored package if it is the one requested, else build it."""
        as_of, revision = self.as_of, self.revision
        stored = Dataset.objects.filter(
            treaty=self.treaty, edition=self.treaty.edition or 0, as_of=as_of, revision=revision
        )
        content = stored.values_list("content", flat=True).first()
        return bytes(content) if content else package(self.treaty, as_of=as_of, revision=revision)

    def respond(self) -> Response:
        """Return the package with its checksum as a header (RFC 9530)."""
        content = self.document()
        digest = b64encode(hashlib.sha256(content).digest()).decode()
        return Response(content, headers={"Repr-Digest": f"sha-256=:{digest}:"})


class RecordOf(OfRecord):
    """The revisions of a treaty's record, a line each, chained by hashes from the first.

    A line names under `previous` the SHA-256 of the line before; that of the last is in the header `Record-Head`.
    """

    operation = "get_record"
    clocks = ("revision",)
    filterset_class = RevisionFilter
    renderer_classes = [JsonLines]

    def basis_of(self) -> Basis:
        """Depend on the revision alone: the chain does not change with the day or the reference data."""
        basis = super().basis_of()
        return replace(
            basis,
            edition="",
            modified=self.treaty.head_at or BEGINNING,
            as_of=None,
            lasting="revision" in self.asked,
        )

    def respond(self) -> Any:  # noqa: ANN401 - a plain response, which has no renderer
        """Return the lines; a record without any is text too, and REST framework would name no type for it."""
        return HttpResponse(self.document(), content_type=JsonLines.content_type)

    def document(self) -> str:
        """Read the texts. One query."""
        rows = Revision.objects.filter(treaty=self.treaty, number__lte=self.revision).order_by("number")
        return "".join(f"{text}\n" for text in rows.values_list("text", flat=True))
