"""Which part of a served Google answers a request."""

from __future__ import annotations

from offline.serve import judged, resources
from offline.serve.computed import project_of
from offline.serve.google import Google
from offline.serve.request import Answer, Request


def handle(google: Google, request: Request) -> Answer:
    """Answer a request: its API's own way, as a policy, or as any resource. Raises ApiError."""
    google.rules(request.api)
    judged.check(google, request)
    google.project = project_of(request.path)
    try:
        if handler := google.handler(request.method.id):
            return handler(request)
        if google.policies.concerns(request.method):
            return google.policies.answer(request)
        return resources.answer(google, request)
    finally:
        google.project = ""
