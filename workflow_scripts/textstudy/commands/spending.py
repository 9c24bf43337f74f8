"""What the next report would ask of endpoints, and for how much money, before anything is asked."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from textstudy.settings.models.prompted import Endpoint, PromptedModel
from textstudy.workflow.paths import Layout, prepared_file

if TYPE_CHECKING:
    from snakemake.jobs import Job

ASKING = ("evaluate_prompted", "score_robustness")  # rules
CHARACTERS = 4  # of a token, roughly, in English; and tokens of a label


def spending(jobs: "Iterable[Job]", layout: Layout) -> list[str]:
    """Return a sentence for each of the jobs that would run which asks an endpoint.

    The prompt is drawn as the training draws it, so the figures are right before the training ran, too.
    """
    jobs = list(jobs)
    made = {str(file) for job in jobs for file in job.output}
    asking = [job for job in jobs if job.rule.name in ASKING]
    models = [layout.kind(job.wildcards.preparation, job.wildcards.model) for job in asking]
    return [_sentence(job, model, made, layout) for job, model in zip(asking, models, strict=True) if model.host]


def _sentence(job: "Job", model: PromptedModel, made: set[str], layout: Layout) -> str:
    endpoint = model.endpoint
    asks = f"{job.rule.name} of {job.wildcards.model} asks {endpoint.model} at {endpoint.url}"
    missing = _unanswered(job, model, made, layout)
    if missing is None:
        return f"{asks} about each document: how many there are is known when they are prepared."
    if not missing:
        return f"{asks} nothing: all answers are kept."
    tokens = sum(map(len, missing)) / CHARACTERS
    return f"{asks} {len(missing):,} times, with about {tokens:,.0f} tokens{_cost(endpoint, tokens, len(missing))}."


def _cost(endpoint: Endpoint, tokens: float, requests: int) -> str:
    if endpoint.price is None:
        return ""
    cost = (tokens * endpoint.price.input + requests * CHARACTERS * endpoint.price.output) / 1e6
    return f", for about {cost:,.2f} {endpoint.price.currency}"


def _unanswered(job: "Job", model: PromptedModel, made: set[str], layout: Layout) -> list[str] | None:
    """Return the prompts to which there is no answer yet; None where the texts are still to be made."""
    preparation = job.wildcards.preparation
    files = [prepared_file(preparation, "split.parquet"), *filter(None, [job.input.get("samples")])]
    if any(str(file) in made or not Path(file).is_file() for file in files):
        return None
    # Not at the top: a plan without endpoints does without pandas.
    from textstudy.prompts.cache import cache_of
    from textstudy.prompts.endpoint import EndpointClient
    from textstudy.prompts.prompt import draw_prompt
    from textstudy.storage.tables import PERTURBED, SPLIT, read_table

    split = read_table(files[0], SPLIT)
    if len(files) == 1:
        asked = split[split["split"].isin(layout.evaluated_parts(preparation, job.wildcards.model))]
    else:
        asked = read_table(files[1], PERTURBED)
    settings, seed = model.model_dump(mode="json"), int(job.wildcards.seed)
    prompt, _ = draw_prompt(settings, split[split["split"] == "train"], seed=seed)
    folder = Path(job.input.weights).parent
    client = EndpointClient(settings["endpoint"], seed=seed, cache=cache_of(folder))
    prompts = {client.key(filled): filled for filled in map(prompt.fill, asked["text"])}
    kept = client.cache.read(prompts)
    return [filled for key, filled in prompts.items() if key not in kept]
