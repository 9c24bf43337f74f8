"""An endpoint with the chat interface of OpenAI, asked by several threads: in time, again after a failure, and no more.

Its answers are kept as they came: the text, the log-probabilities, the tokens and the seconds.
"""

import hashlib
import json
import logging
import os
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from textstudy.errors import EndpointError, StudyError
from textstudy.prompts.cache import AnswerCache
from textstudy.prompts.pace import Pace, Stopped, retry_after

if TYPE_CHECKING:
    import httpx2

ATTEMPTS = 6  # for one prompt, in a row without an answer to any
FIRST_PAUSE = 1.0  # seconds; each further pause is twice as long
LONGEST_PAUSE = 600.0  # seconds that an endpoint may ask to wait for; it means a used-up quota if it asks for more
DEFAULTS = {"temperature": 0, "max_tokens": 16, "logprobs": True, "top_logprobs": 20}
OPTIONAL = ("seed", "logprobs", "top_logprobs")  # an endpoint that refuses one of these is asked without it
_TRY_AGAIN = {408, 409, 425, 429}  # statuses that may pass, as may every 5xx
_REFUSED = {400, 413, 422}  # of this request: the parameters, or the text

Answer = Mapping[str, Any]
logger = logging.getLogger(__name__)


class _Again(Exception):
    """An attempt failed, but another one may succeed."""

    def __init__(self, reason: str, pause: float | None = None) -> None:
        super().__init__(reason)
        self.pause = pause


class EndpointClient:
    """Asks an endpoint.

    Attributes:
        settings: of the endpoint.
        parameters: what it is asked with, beside the prompt.
    """

    def __init__(self, settings: Mapping[str, Any], *, seed: int, cache: AnswerCache) -> None:
        """Ask nothing yet: the key is needed only when something is asked."""
        self.settings, self.cache = settings, cache
        wanted = {**DEFAULTS, "seed": seed, **settings["parameters"]}
        self.parameters = {name: value for name, value in wanted.items() if value is not None}
        self._refused: set[str] = set()  # parameters
        self._answers = 0

    def key(self, prompt: str) -> str:
        """Return the digest of everything that decides an answer."""
        asked = [self.settings["url"], self.settings["model"], self.parameters, prompt]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

    def ask(self, prompts: Sequence[str]) -> list[Answer]:
        """Return the answer to each prompt; what was answered before is not asked again.

        Raises:
            StudyError: the endpoint cannot be reached, or refuses. What it has answered is kept.
        """
        keys = [self.key(prompt) for prompt in prompts]
        found = self.cache.read(keys)
        wanted = {key: prompt for key, prompt in zip(keys, prompts, strict=True) if key not in found}
        if wanted:
            logger.info("%d prompts: %d answered before, %d requests to %s", len(prompts), len(prompts) - len(wanted),
                        len(wanted), self.settings["url"])  # fmt: skip
            found |= self._ask_all(wanted)
        return [found[key] for key in keys]

    def _ask_all(self, wanted: Mapping[str, str]) -> dict[str, Answer]:
        """Return key → answer; each is kept as soon as it comes."""
        found, pace, client = {}, Pace(self.settings["requests_per_minute"]), self._client

        def keep(future: Future[Answer], key: str) -> None:
            found[key] = future.result()
            self.cache.write(key, found[key])

        with ThreadPoolExecutor(self.settings["parallel"]) as pool:
            futures = {pool.submit(self._ask_one, client, prompt, pace): key for key, prompt in wanted.items()}
            try:
                for future in tqdm(as_completed(futures), "ask", len(futures), unit=" requests", disable=None):
                    keep(future, futures[future])
            except BaseException:
                pace.stopped.set()
                pool.shutdown(cancel_futures=True)
                for future, key in futures.items():  # what was under way is paid for, too
                    if key not in found and not future.cancelled() and future.exception() is None:
                        keep(future, key)
                raise
        return found

    @cached_property
    def _client(self) -> "httpx2.Client":
        import httpx2  # not at the top: where every answer is kept already, nothing is asked

        logging.getLogger("httpx2").setLevel(logging.WARNING)  # a line for each request would bury our own
        headers = {"User-Agent": "textstudy"}
        if name := self.settings["key"]:
            if not os.environ.get(name):
                raise StudyError(
                    f"The environment variable {name}, which holds the key of {self.settings['url']}, is not set: "
                    f"export it before the run."
                )
            headers["Authorization"] = f"Bearer {os.environ[name]}"
        # Redirects are not followed: texts and key go to the address that the study states, and nowhere else.
        return httpx2.Client(
            headers=headers, timeout=self.settings["timeout"], limits=httpx2.Limits(max_connections=None)
        )

    def _ask_one(self, client: "httpx2.Client", prompt: str, pace: Pace) -> Answer:
        """Ask until there is an answer.

        Raises:
            StudyError: there is none after `ATTEMPTS` that fail, or another attempt cannot succeed.
            Stopped: another request has failed for good.
        """
        failures, answers = 0, self._answers
        while True:
            pace.wait()
            try:
                return self._attempt(client, prompt)
            except _Again as error:
                failures = failures + 1 if self._answers == answers else 1  # others are answered: it is not down
                answers = self._answers
                if failures == ATTEMPTS:
                    raise EndpointError(
                        f"{self.settings['url']} gave no answer after {ATTEMPTS} attempts ({error}): run again later. "
                        "What it has answered is kept and not asked again."
                    ) from None
                pause = FIRST_PAUSE * 2 ** (failures - 1) if error.pause is None else error.pause
                logger.warning("%s: %s; trying again in %g s", self.settings["url"], error, pause)
                if error.pause is not None:  # the endpoint says when: that holds for every thread
                    pace.hold(pause)
                elif pace.stopped.wait(pause):
                    raise Stopped from None

    def _attempt(self, client: "httpx2.Client", prompt: str) -> Answer:
        import httpx2

        parameters = {name: value for name, value in self.parameters.items() if name not in self._refused}
        body = {"model": self.settings["model"], "messages": [{"role": "user", "content": prompt}], **parameters}
        start = time.perf_counter()
        try:
            response = client.post(self.settings["url"].rstrip("/") + "/chat/completions", json=body)
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
            raise StudyError(f"{self.settings['url']} is no address of an endpoint ({error}): correct it.") from None
        except httpx2.HTTPError as error:
            raise _Again(f"{type(error).__name__}: {error}") from None
        if response.status_code != 200:
            return self._refusal(response, parameters)
        try:
            answer = _read(response.json())
        except (ValueError, LookupError, TypeError, AttributeError):
            raise _Again("its answer is not of the form that is expected of a chat endpoint") from None
        self._answers += 1
        return {**answer, "seconds": time.perf_counter() - start}

    def _refusal(self, response: "httpx2.Response", parameters: Mapping[str, Any]) -> Answer:
        """Return an empty answer where the endpoint refuses this text alone.

        Raises:
            _Again: another attempt may succeed.
            StudyError: none can.
        """
        status, said = response.status_code, self._message(response)
        message = said[:200]
        if status in _TRY_AGAIN or status >= 500:
            pause = retry_after(response.headers.get("Retry-After"))
            if pause is not None and pause > LONGEST_PAUSE:
                raise EndpointError(
                    f"{self.settings['url']} asks to wait for {pause:.0f} seconds ({message}): run again then. What it "
                    "has answered is kept."
                )
            raise _Again(f"it answers {status} {message}", pause or None)
        if status in _REFUSED:
            refused = {name for name in OPTIONAL if name in parameters and name in said}
            if refused:
                self._refused |= refused | ({"top_logprobs"} if "logprobs" in refused else set())
                logger.warning("%s is asked without %s, which it refuses", self.settings["url"], sorted(refused))
                raise _Again(f"it refuses {message}", 0.0)
            if self._answers:  # so it is not the parameters
                logger.warning("%s refuses a text: %s", self.settings["url"], message)
                return {"text": "", "logprobs": None, "tokens": [0, 0], "seconds": None, "refused": message}
        raise EndpointError(
            f"{self.settings['url']} refuses to answer as {self.settings['model']!r} ({status} {message}): check the "
            f"address, the model, the parameters and {self.settings['key'] or 'whether it wants a `key`'}."
        )

    def _message(self, response: "httpx2.Response") -> str:
        """Return what the endpoint says of an error, on one line and without the key, which some repeat."""
        text = response.text
        with suppress(ValueError, LookupError, TypeError):
            text = str(response.json()["error"]["message"])
        if secret := os.environ.get(self.settings["key"] or ""):
            text = text.replace(secret, "…")
        return " ".join(text.split())


def _read(body: Any) -> dict[str, Any]:
    """Return the parts of a chat completion that are kept.

    `logprobs` has for each token of the answer its text, its log-probability, and those of the tokens beside it.
    """
    choice, usage = body["choices"][0], body.get("usage") or {}
    text = choice["message"]["content"] or ""
    tokens = (choice.get("logprobs") or {}).get("content") or None
    return {
        "text": str(text),
        "logprobs": [
            [each["token"], each["logprob"], {one["token"]: one["logprob"] for one in each["top_logprobs"]}]
            for each in tokens
        ]
        if tokens
        else None,
        "tokens": [int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0)],
    }
