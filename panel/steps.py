"""Steps: pages that take a POST, change one row, report the effect, and return to the row."""

from collections.abc import Callable
from typing import ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path

from panel.base import M, PanelAdmin, typed

TYPED = "panel-typed-reason"
"""Key under which the session keeps the reason of a refused step until the row is shown again."""


class StepsAdmin(PanelAdmin[M]):
    """A model whose rows are changed by named steps, each with a permission of its own."""

    steps: ClassVar[tuple[str, ...]]
    refusals: ClassVar[tuple[type[Exception], ...]]
    """Exceptions that a step raises when it refuses; the user reads the message."""

    def has_step_permission(self, request: HttpRequest, step: str) -> bool:
        """Return whether the user may take the step."""
        raise NotImplementedError

    def perform_step(self, request: HttpRequest, obj: M, step: str) -> M:
        """Take the step, add messages about its effect, and return the row to show next."""
        raise NotImplementedError

    def typed_reasons(self, request: HttpRequest, obj: M) -> dict[str, str]:
        """Return by step the reason that was typed before the step was refused."""
        kept = request.session.get(TYPED)
        if not kept or kept["pk"] != obj.pk:
            return {}
        del request.session[TYPED]
        return {kept["step"]: kept["reason"]}

    def get_urls(self) -> list[URLPattern]:
        """Add one URL for each step."""
        view = self.admin_site.admin_view
        return [
            *(
                path(f"<int:pk>/{step}/", view(self._step_view(step)), name=self.url_name(step))
                for step in self.steps
            ),
            *super().get_urls(),
        ]

    def _step_view(self, step: str) -> Callable[[HttpRequest, int], HttpResponse]:
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            obj = get_object_or_404(self.model, pk=pk)
            if not self.has_step_permission(request, step):
                raise PermissionDenied
            if request.method != "POST":
                return HttpResponseNotAllowed(["POST"])
            try:
                obj = self.perform_step(request, obj, step)
            except self.refusals as refusal:
                sentences = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
                messages.error(request, " ".join(sentences))
                request.session[TYPED] = {"pk": pk, "step": step, "reason": typed(request, "reason")}
            return HttpResponseRedirect(self.page_url("change", obj.pk))

        return view
