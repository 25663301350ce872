"""Asks the model once per post. Slow, wrong or dead, it raises one error with a code and nothing else happens."""

import asyncio
import random
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TypeAlias
from urllib.parse import urlsplit

import httpx
import openai
from circuitbreaker import CircuitBreaker, CircuitBreakerError
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionSystemMessageParam, ChatCompletionUserMessageParam
from openai.types.shared_params import ResponseFormatJSONObject, ResponseFormatJSONSchema, ResponseFormatText
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from copilot.domain import Prompt
from copilot.model.answer import SCHEMA, Answer, AnswerRejectedError, parse

_ATTEMPTS = 4
_MOST_TOKENS = 700
_Shape: TypeAlias = ResponseFormatJSONSchema | ResponseFormatJSONObject | ResponseFormatText
_SHAPES: tuple[_Shape, ...] = (
    ResponseFormatJSONSchema(type="json_schema", json_schema={"name": "reply", "strict": True, "schema": SCHEMA}),
    ResponseFormatJSONObject(type="json_object"),
    ResponseFormatText(type="text"),
)
"""Structured output, best first; a server that refuses one is asked with the next, and that is remembered."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which model, where, and how patient we are with it."""

    base_url: str
    name: str
    api_key: str = ""
    deadline_seconds: float = 20.0
    """For the whole call, retries included."""

    @property
    def remote(self) -> bool:
        """Whether text would leave this machine, which needs the organisation's consent."""
        host = urlsplit(self.base_url).hostname or ""
        return host not in {"localhost", "127.0.0.1", "::1"}


class ModelUnavailableError(Exception):
    """No usable answer; `code` says why and holds no text of a post, a prompt or an answer."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Model:
    """One model with its connection pool, its breaker, and what it has learned of the server's abilities.

    The breaker is shared by every job that shares this object: after five failures in a row nobody asks for 30 s.
    """

    def __init__(self, settings: ModelSettings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.settings = settings
        self._client = AsyncOpenAI(
            base_url=settings.base_url,
            api_key=settings.api_key or "none",
            max_retries=0,
            timeout=settings.deadline_seconds,
            http_client=httpx.AsyncClient(transport=transport, trust_env=False),
        )
        breaker = CircuitBreaker(
            failure_threshold=5, recovery_timeout=30, expected_exception=ModelUnavailableError, name=settings.name
        )
        # `call_async` counts but never refuses: only a decorated function is stopped by an open breaker.
        self._content_or_refusal = breaker.decorate(self._content)
        self._shape = 0

    async def close(self) -> None:
        """Gives the connections back."""
        await self._client.close()

    async def ask(self, prompt: Prompt) -> Answer:
        """One answer within the deadline. Raises ModelUnavailableError with a code; never shows text in an error."""
        try:
            content: str = await self._content_or_refusal(prompt)
            return parse(content, prompt.placeholders)
        except CircuitBreakerError:
            raise ModelUnavailableError("breaker_open") from None
        except AnswerRejectedError as error:
            raise ModelUnavailableError(f"answer_{error.code}") from None

    async def _content(self, prompt: Prompt) -> str:
        try:
            async with asyncio.timeout(self.settings.deadline_seconds):
                return await self._retried(prompt)
        except TimeoutError:
            raise ModelUnavailableError("deadline") from None
        except openai.APIStatusError as error:
            raise ModelUnavailableError(f"http_{error.status_code}") from None
        except openai.APITimeoutError:
            raise ModelUnavailableError("timeout") from None
        except openai.APIConnectionError:
            raise ModelUnavailableError("connection") from None
        except (openai.OpenAIError, ValueError, TypeError, AttributeError):
            # A server that answers 200 with something else than a completion comes out of the client in any of these.
            raise ModelUnavailableError("protocol") from None

    async def _retried(self, prompt: Prompt) -> str:
        retrying = AsyncRetrying(
            retry=retry_if_exception(_worth_retrying), wait=_wait, stop=stop_after_attempt(_ATTEMPTS), reraise=True
        )
        content: str = await retrying(self._shaped, prompt)
        return content

    async def _shaped(self, prompt: Prompt) -> str:
        while True:
            shape = self._shape
            try:
                return await self._complete(prompt, _SHAPES[shape])
            except (openai.BadRequestError, openai.UnprocessableEntityError):
                if shape + 1 >= len(_SHAPES):
                    raise
                self._shape = max(self._shape, shape + 1)

    async def _complete(self, prompt: Prompt, shape: _Shape) -> str:
        completion = await self._client.chat.completions.create(
            model=self.settings.name,
            messages=[
                ChatCompletionSystemMessageParam(role="system", content=prompt.system),
                ChatCompletionUserMessageParam(role="user", content=prompt.user),
            ],
            response_format=shape,
            max_tokens=_MOST_TOKENS,
            temperature=0.4,
        )
        if not completion.choices or not (content := completion.choices[0].message.content):
            raise ModelUnavailableError("answer_empty")
        return content


def _worth_retrying(error: BaseException) -> bool:
    if isinstance(error, openai.APIStatusError):
        return error.status_code in {408, 409, 429} or error.status_code >= httpx.codes.INTERNAL_SERVER_ERROR
    return isinstance(error, openai.APIConnectionError)


def _wait(state: RetryCallState) -> float:
    """Seconds before the next try: what the server asks for, else exponential with jitter. The deadline bounds both."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, openai.APIStatusError) and (asked := _retry_after(error.response)) is not None:
        return asked
    return min(0.25 * 2.0**state.attempt_number, 4.0) * random.uniform(0.5, 1.0)  # noqa: S311  # jitter, no secret


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("retry-after")
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        asked_at = parsedate_to_datetime(response.headers.get("date", ""))
        return max(0.0, (parsedate_to_datetime(value) - asked_at).total_seconds())
    except ValueError:
        return None
