"""Models of Vertex AI: streams of text, and embeddings.

Source: Vertex AI REST, `projects.locations.publishers.models`, methods streamGenerateContent (with
server-sent events, `alt=sse`) and predict.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import httpx2

from grid_ai.google import post, unavailable
from grid_shared.telemetry import AiTokens

CHAT_MODEL, EMBEDDING_MODEL = "gemini-2.5-flash", "text-embedding-005"
MAX_OUTPUT_TOKENS = 2048
_DATA = "data:"


class Vertex:
    """Models in one location. Each call counts its tokens, also if it is cancelled."""

    def __init__(
        self, client: httpx2.AsyncClient, tokens: AiTokens, variables: Mapping[str, str]
    ) -> None:
        """Read VERTEX_AI_PROJECT and VERTEX_AI_LOCATION, and the models, if others are set."""
        self._client, self._tokens = client, tokens
        location = variables["VERTEX_AI_LOCATION"]
        base = variables.get("VERTEX_AI_ENDPOINT")
        base = base or f"https://{location}-aiplatform.googleapis.com"
        project = variables["VERTEX_AI_PROJECT"]
        self._models = f"{base}/v1/projects/{project}/locations/{location}/publishers/google/models"
        self._chat = variables.get("CHAT_MODEL") or CHAT_MODEL
        self._embedding = variables.get("EMBEDDING_MODEL") or EMBEDDING_MODEL

    async def stream(self, messages: Sequence[tuple[str, str]]) -> AsyncIterator[str]:
        """Yield the answer to a conversation in parts; `messages` are roles and texts.

        Raises:
            UnavailableError: the model does not answer, or stops in between.
        """
        contents = [{"role": role, "parts": [{"text": text}]} for role, text in messages]
        body = {"contents": contents, "generationConfig": {"maxOutputTokens": MAX_OUTPUT_TOKENS}}
        url = f"{self._models}/{self._chat}:streamGenerateContent?alt=sse"
        usage: dict[str, int] = {}
        try:
            async with self._client.stream("POST", url, json=body) as answer:
                answer.raise_for_status()
                async for line in answer.aiter_lines():
                    if line.startswith(_DATA):
                        part = json.loads(line.removeprefix(_DATA))
                        usage = part.get("usageMetadata") or usage  # the last one counts all
                        if text := _text(part):
                            yield text
        except (httpx2.HTTPError, ValueError) as error:
            raise unavailable(error) from error
        finally:
            self._count(usage)

    def _count(self, usage: Mapping[str, int]) -> None:
        completion = usage.get("candidatesTokenCount", 0) + usage.get("thoughtsTokenCount", 0)
        self._tokens.add(usage.get("promptTokenCount", 0), model=self._chat, operation="prompt")
        self._tokens.add(completion, model=self._chat, operation="completion")

    async def embed(self, text: str) -> list[float]:
        """Return the vector of a query.

        Raises:
            UnavailableError: the model does not answer.
        """
        body = {"instances": [{"content": text, "task_type": "RETRIEVAL_QUERY"}]}
        answer = await post(self._client, f"{self._models}/{self._embedding}:predict", body)
        [prediction] = answer["predictions"]
        used = prediction["embeddings"]["statistics"]["token_count"]
        self._tokens.add(int(used), model=self._embedding, operation="embedding")
        values: list[float] = prediction["embeddings"]["values"]
        return values


def _text(part: Mapping[str, Any]) -> str:
    candidates = part.get("candidates") or [{}]
    parts = candidates[0].get("content", {}).get("parts", [])
    return "".join(each.get("text", "") for each in parts if not each.get("thought"))
