"""The application: which request gets which answer."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any, TypeVar

import numpy as np
from fastapi import FastAPI, HTTPException
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException as AnyHTTPException

from textstudy.errors import EndpointError, StudyError
from textstudy.perturb.perturb import perturb as add_typos
from textstudy.use.classifier import TextClassifier
from textstudy.use.serve import bodies
from textstudy.use.serve.batching import Predictions, QueueFullError, StoppedError, Worker
from textstudy.use.serve.errors import refuse_invalid, respond
from textstudy.use.serve.limits import Gate, Limits, too_busy
from textstudy.use.serve.metrics import MINUTES, Metrics

PAGE = files("textstudy.use.serve") / "page"
REFUSALS = {
    status: {"model": bodies.Error, "description": text}
    for status, text in {
        400: "The body is no JSON", 401: "The key is missing or wrong", 403: "Asked from a page of another site",
        404: "There is no such model", 408: "The body arrived too slowly", 413: "The body is too long",
        415: "The body is not said to be JSON", 421: "Called by a foreign name", 422: "The body has a wrong value",
        429: "Too many requests wait", 502: "The endpoint that the model asks gave no answer",
        503: "The server is shutting down", 504: "The answer took too long",
    }.items()
}  # fmt: skip
_Result = TypeVar("_Result")


def create_app(
    models: Mapping[str, TextClassifier],
    *,
    limits: Limits | None = None,
    hosts: Collection[str] | None = None,
    key: str | None = None,
) -> FastAPI:
    """Return the application that serves models by name, the first where a request names none.

    Args:
        limits: bounds of what it takes.
        hosts: names by which it may be called; None for any.
        key: that clients must show; None where all may ask.
    """
    limits = limits or Limits()
    metrics = Metrics({name: model.classes_.tolist() for name, model in models.items()})
    workers = {name: Worker(name, model, limits, metrics.count_batch) for name, model in models.items()}
    for name, worker in workers.items():
        metrics.waiting.labels(name).set_function(lambda worker=worker: worker.waiting)

    @asynccontextmanager
    async def work(app: FastAPI) -> AsyncIterator[None]:
        for worker in workers.values():
            worker.start()
        yield
        for worker in workers.values():
            await asyncio.to_thread(worker.stop)

    app = FastAPI(
        title="textstudy", summary="Trained text classifiers", lifespan=work, docs_url=None, redoc_url=None,
        responses=REFUSALS,
    )  # fmt: skip
    app.add_middleware(Gate, limits=limits, metrics=metrics, hosts=hosts, key=key)
    app.exception_handler(AnyHTTPException)(
        lambda request, error: respond(error.status_code, error.detail, error.headers)
    )
    app.exception_handler(RequestValidationError)(lambda request, error: refuse_invalid(error))
    _add_models(app, workers, limits)
    _add_figures(app, models, metrics)
    _add_page(app)
    return app


def _add_models(app: FastAPI, workers: Mapping[str, Worker], limits: Limits) -> None:
    """Add what the models answer to."""

    def find(name: str | None) -> Worker:
        worker = workers.get(name or next(iter(workers)))
        if worker is None:
            raise HTTPException(404, f"There is no such model here, only {', '.join(workers)}.")
        return worker

    @app.post("/predict", response_model=bodies.PredictResponse)
    async def predict(request: bodies.PredictRequest) -> Response:
        """Return the probability of each class for one text or many."""
        worker = find(request.model)
        found = await _wait(lambda: worker.predict(request.texts), limits.seconds)
        return _json({"model": worker.name, "answers": _answers(worker.model, found)})

    @app.post("/explain", response_model=bodies.ExplainResponse)
    async def explain(request: bodies.ExplainRequest) -> Response:
        """Return which words of a text speak for its most probable label, or for the one given, and which against."""
        worker = find(request.model)
        found = await _wait(lambda: worker.explain(request.text, request.label), limits.seconds)
        words = [{"start": start, "end": end, "weight": weight} for start, end, weight in found.words]
        return _json({"model": worker.name, "label": found.label, "text": found.text, "words": words})

    @app.post("/perturb", response_model=bodies.PerturbResponse)
    def perturb(request: bodies.PerturbRequest) -> Response:
        """Return a text with random typos, of the kinds that the report tests models with."""
        found = add_typos(request.text, request.kind, share=request.share, generator=np.random.default_rng())
        return _json({"text": found.text, "edits": [edit._asdict() for edit in found.edits]})


def _add_figures(app: FastAPI, models: Mapping[str, TextClassifier], metrics: Metrics) -> None:
    """Add what the server tells of itself."""
    labels = {name: model.classes_.tolist() for name, model in models.items()}

    @app.get("/models")
    async def list_models() -> list[bodies.ModelInfo]:
        """Return the models that are served; the first answers where a request names none."""
        return [
            bodies.ModelInfo(name=name, title=model.title, classes=labels[name], explains=model.can_explain)
            for name, model in models.items()
        ]

    @app.get("/mix")
    async def mix() -> bodies.Mix:
        """Return how often each model answered each class in the last hour."""
        counts = {name: dict(zip(labels[name], metrics.mixes[name].counts(), strict=True)) for name in models}
        return bodies.Mix(minutes=MINUTES, models=counts)

    @app.get("/health")
    async def health() -> bodies.Health:
        """Return that the server answers; this needs no key."""
        return bodies.Health(status="ok")

    @app.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def figures() -> Response:
        """Return figures for Prometheus."""
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _add_page(app: FastAPI) -> None:
    """Add the page, which asks for nothing from elsewhere."""
    app.mount("/page", StaticFiles(directory=str(PAGE)))

    @app.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(str(PAGE / "index.html"))

    @app.get("/docs", include_in_schema=False)
    async def docs() -> RedirectResponse:
        return RedirectResponse("/openapi.json")  # a page of documentation would be fetched from elsewhere


async def _wait(submit: "Callable[[], Future[_Result]]", seconds: float) -> _Result:
    """Submit a job, and return its answer when it comes.

    Raises:
        HTTPException: it is refused, asks for what the model cannot do, or takes too long.
    """
    try:
        return await asyncio.wait_for(asyncio.wrap_future(submit()), seconds)
    except QueueFullError:
        raise too_busy() from None
    except StoppedError:
        raise HTTPException(503, "The server is shutting down.") from None
    except TimeoutError:
        raise HTTPException(504, f"There was no answer within {seconds:g} seconds: send fewer texts.") from None
    except EndpointError as error:
        raise HTTPException(502, str(error)) from None
    except StudyError as error:
        raise HTTPException(422, str(error)) from None


def _answers(model: TextClassifier, found: Predictions) -> list[dict[str, Any]]:
    labels, best = model.classes_.tolist(), found.probabilities.argmax(axis=1).tolist()
    rows = zip(found.probabilities.tolist(), best, found.empty, strict=True)
    return [
        {
            "label": labels[place], "probability": row[place], "probabilities": dict(zip(labels, row, strict=True)),
            "empty": empty,
        }
        for row, place, empty in rows
    ]  # fmt: skip


def _json(content: dict[str, Any]) -> Response:
    """Return content as JSON, in ASCII: a part of a text may end within a pair of surrogates."""
    return Response(json.dumps(content, allow_nan=False), media_type="application/json")
