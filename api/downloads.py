"""The data package of a treaty as a download."""

from base64 import b64encode
from typing import Any

from api.problems import not_found
from api.renderers import Zip
from api.resource import Basis, Resource
from ratification.models import Dataset


class DatasetOf(Resource):
    """The whole record of a treaty as a Frictionless data package: a zip of CSV files with descriptions and checksums.

    It is built anew after each publication and each day; it says which clocks it used.
    """

    operation = "get_dataset"
    tag = "record"
    renderer_classes = [Zip]

    def basis_of(self) -> Basis:
        """Read the package without its content: one query."""
        found = Dataset.objects.filter(treaty__slug=self.path["slug"]).defer("content").first()
        if found is None:
            raise not_found(
                "There is no data package of this treaty, or not yet; it is built within minutes."
            )
        self.dataset = found
        return Basis(found.edition, found.built_at, version=found.sha256)

    def document(self) -> bytes:
        """Read the content."""
        return bytes(self.dataset.content)

    def finalize_response(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - REST framework's signature
        """Add the checksum as a header (RFC 9530)."""
        response = super().finalize_response(*args, **kwargs)
        if response.status_code == 200:  # noqa: PLR2004 - HTTP
            digest = b64encode(bytes.fromhex(self.dataset.sha256)).decode()
            response["Repr-Digest"] = f"sha-256=:{digest}:"
        return response
