# syntax=docker/dockerfile:1
# docker build --build-arg TORCH_INDEX_URL=<address of a CPU wheel index of torch> --tag claimbase .

FROM python:3.11-slim-bookworm AS wheel
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY proto proto
COPY client client
COPY server server
COPY models models
COPY examples examples
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.11-slim-bookworm AS venv
# Without an index of CPU wheels pip may choose a CUDA build, which is several gigabytes larger.
ARG TORCH_INDEX_URL=""
ENV PATH=/opt/claimbase/bin:$PATH
COPY constraints.txt requirements.lock /tmp/
RUN python -m venv /opt/claimbase \
    && pip install --no-cache-dir --no-deps --constraint /tmp/constraints.txt \
        ${TORCH_INDEX_URL:+--index-url "$TORCH_INDEX_URL"} torch \
    && pip install --no-cache-dir --no-deps --require-hashes --requirement /tmp/requirements.lock
COPY --from=wheel /wheels /wheels
RUN pip install --no-cache-dir --no-deps /wheels/claimbase-*.whl && pip check

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="claimbase" \
      org.opencontainers.image.description="Checks claims against a base of claims with an NLI model, over gRPC" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /var/lib/claimbase --shell /usr/sbin/nologin claimbase \
    && install --directory --owner=claimbase --group=claimbase --mode=0750 /var/lib/claimbase
COPY --from=venv /opt/claimbase /opt/claimbase
ENV PATH=/opt/claimbase/bin:$PATH \
    CLAIMBASE_BASE=/var/lib/claimbase/claimbase.db \
    HF_HUB_OFFLINE=1 \
    PYTHONUNBUFFERED=1
# By number, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /var/lib/claimbase
VOLUME ["/var/lib/claimbase"]
EXPOSE 50051
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-m", "claimbase_client.healthcheck"]
# --insecure: every address of the container is listened on; encrypt in front of it, or keep the port inside.
CMD ["claimbase", "serve", "--listen", "0.0.0.0:50051", "--insecure"]
