"""The plain way to serve a run, for benchmarks/check_serve.py: FastAPI, and the model called for each request.

    python benchmarks/plain_server.py predictor|pipeline|queued RUN PORT

`predictor` calls what `textstudy.load` returns, in the threads in which FastAPI runs functions; `pipeline` likewise a
text-classification pipeline of transformers with the encoder of the run; `queued` calls that for one request after the
other, so that threads do not fight for the cores.
"""

import sys

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

import textstudy
from textstudy.use.usage import read_usage


class Request(BaseModel):
    texts: str


def main() -> None:
    kind, run, port = sys.argv[1:]
    app, model = FastAPI(), textstudy.load(run)
    if kind == "predictor":

        def answer(text: str) -> object:
            row = model.predict_proba([text])[0]
            return {"label": str(model.classes_[row.argmax()]), "probabilities": row.tolist()}
    else:
        from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

        folder = read_usage(run).files["encoder"]
        # Its head is not trained, which costs as much as one that is.
        network = AutoModelForSequenceClassification.from_pretrained(folder, num_labels=len(model.classes_))
        tokenizer = AutoTokenizer.from_pretrained(folder, model_max_length=256)
        classify = pipeline("text-classification", model=network, tokenizer=tokenizer, device="cpu", top_k=None)

        def answer(text: str) -> object:
            return classify(model.clean([text])[0], truncation=True)

    if kind == "queued":

        @app.post("/predict")
        async def predict(request: Request):
            return answer(request.texts)
    else:

        @app.post("/predict")
        def predict(request: Request):
            return answer(request.texts)

    uvicorn.run(app, port=int(port), log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
