"""`textstudy serve`: load models, take the address, answer until told to stop."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import count

from textstudy.errors import StudyError
from textstudy.use.classifier import TextClassifier
from textstudy.use.load import first_run, load, load_run, read_report, recommended
from textstudy.use.serve.app import create_app
from textstudy.use.serve.limits import LOOPBACK, Limits
from textstudy.use.serve.listening import bind, is_loopback, listen

KEY = "TEXTSTUDY_API_KEY"
WARMING = "A text that no client waits for."


def serve(models: Sequence[str], *, study: str | None, host: str, port: int) -> None:
    """Serve models until the process is told to stop, then answer what is in flight.

    Args:
        models: each one as `textstudy.load` takes it.
        study: a finished study, all models of which are served.
        host: address or name to listen at.
        port: likewise; 0 takes any free one.

    Raises:
        StudyError: there is nothing to serve, or it cannot be served there.
    """
    if not models and study is None:
        raise StudyError("nothing to serve: name a run or a study, or a whole study with --study.")
    key, limits = read_key(os.environ), Limits()
    with bind(host, port) as listener:
        # First, because loading takes a while, and an address that is taken is soon known.
        served = name_models([*map(load, models), *(load_study(study) if study else [])])
        local = is_loopback(host)
        app = create_app(served, limits=limits, key=key, hosts={*LOOPBACK, address(host)} if local else None)
        server = listen(app, listener, limits)
        announce(served, f"http://{address(host)}:{listener.getsockname()[1]}", local=local, key=key)
        with suppress(KeyboardInterrupt):  # which uvicorn raises when it has done all that it was to do
            server.run(sockets=[listener])


def read_key(environment: Mapping[str, str]) -> str | None:
    """Return the key that clients must show, if there is one.

    Raises:
        StudyError: it is empty, which is not what somebody means who sets one.
    """
    key = environment.get(KEY)
    if key is not None and not key.strip():
        raise StudyError(f"{KEY} is empty: give it a value, or unset it so that no key is asked for.")
    return key


def address(host: str) -> str:
    """Return a host as a URL has it."""
    return f"[{host}]" if ":" in host else host.lower()


def load_study(study: str) -> Iterator[TextClassifier]:
    """Yield the models of a study's report that can be loaded, the recommended one first; say which cannot."""
    folder, report = read_report(study)
    names = list(report["models"])
    with suppress(StudyError):  # a report that recommends nothing
        first = recommended(folder, report)
        names.sort(key=lambda name: name != first)
    for name in names:
        try:
            yield load_run(first_run(folder, report, name))
        except StudyError as error:
            print(f"Not served: {error}", file=sys.stderr)


def name_models(models: Sequence[TextClassifier]) -> dict[str, TextClassifier]:
    """Return models by name, one that is named like another with a number; each has predicted a text.

    Raises:
        StudyError: there are none.
    """
    named: dict[str, TextClassifier] = {}
    for model in models:
        names = (model.name if number == 1 else f"{model.name}-{number}" for number in count(1))
        named[next(name for name in names if name not in named)] = model
        model.predict([WARMING])
    if not named:
        raise StudyError("none of the models can be loaded: make the report again.")
    return named


def announce(models: Mapping[str, TextClassifier], url: str, *, local: bool, key: str | None) -> None:
    """Say what is served where, and to whom."""
    print(f"Serving at {url} (Ctrl-C to stop):")
    for name, model in models.items():
        print(f"  {name}: {model.title}, {len(model.classes_)} classes")
    if not local and key is None:
        print(f"Anyone who reaches this machine may ask: set {KEY} to a key to change that.", file=sys.stderr)
    sys.stdout.flush()
