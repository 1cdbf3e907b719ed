"""The data package of a treaty as a download."""

import hashlib
from base64 import b64encode

from rest_framework.response import Response

from api.records import OfRecord
from api.renderers import Zip
from ratification.models import Dataset
from ratification.partners.dataset import package


class DatasetOf(OfRecord):
    """The whole record of a treaty as a Frictionless data package: a zip of CSV files with descriptions and checksums.

    The package of the latest revision and day is kept ready; that of any other is built on request.
    """

    operation = "get_dataset"
    renderer_classes = [Zip]
    tag = "record"

    def document(self) -> bytes:
        """Return the stored package if it is the one requested, else build it."""
        as_of, revision = self.as_of, self.basis.revision or 0
        stored = Dataset.objects.filter(
            treaty=self.treaty, edition=self.basis.edition, as_of=as_of, revision=revision
        )
        content = stored.values_list("content", flat=True).first()
        return bytes(content) if content else package(self.treaty, as_of=as_of, revision=revision)

    def respond(self) -> Response:
        """Return the package with its checksum as a header (RFC 9530)."""
        content = self.document()
        digest = b64encode(hashlib.sha256(content).digest()).decode()
        return Response(content, headers={"Repr-Digest": f"sha-256=:{digest}:"})
