"""What an endpoint says of texts."""

from collections.abc import Sequence

from textstudy.evaluate.prompted import Ask
from textstudy.prompts.answers import Reading, read_answer
from textstudy.prompts.cache import cache_of
from textstudy.prompts.endpoint import EndpointClient
from textstudy.prompts.prompt import Prompt
from textstudy.runs import Run
from textstudy.storage.files import read_tensors


def load_asker(run: Run) -> Ask:
    """Return a function from texts to what the endpoint of a run says of each; it asks about no text twice."""
    folder, settings = run.files.folder, run.settings
    prompt, shares = Prompt.read(folder), read_tensors(folder / "weights.safetensors")["shares"]
    client = EndpointClient(settings["endpoint"], seed=run.seed, cache=cache_of(folder))

    def ask(texts: Sequence[str]) -> list[Reading]:
        answers = client.ask([prompt.fill(text) for text in texts])
        return [
            read_answer(answer, prompt.labels, shares=shares, smoothing=settings["smoothing"], cut=prompt.cuts(text))
            for text, answer in zip(texts, answers, strict=True)
        ]

    return ask
