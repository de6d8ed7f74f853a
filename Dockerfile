# Our processes and the command, as an ordinary user. Servers run in containers of their own (docker-compose.yml).
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_PYTHON_DOWNLOADS=never \
    PATH=/app/.venv/bin:$PATH

RUN pip install --no-cache-dir uv==0.13.9

WORKDIR /app
# Dependencies first: they change seldom, and a layer of its own keeps them.
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --frozen --no-dev --no-install-project
COPY schemas ./schemas
COPY kartoteka ./kartoteka
COPY services ./services
COPY infra ./infra
COPY examples ./examples
RUN uv sync --frozen --no-dev

# A new volume takes over owner and mode of the folder that it covers.
RUN useradd --uid 10001 --no-create-home --home-dir /data kartoteka \
    && install -d -m 0700 -o kartoteka -g kartoteka /data /data/keys /data/secrets /data/logs \
        /handout /handout/records_ingest /handout/records_relay /handout/records_projection \
        /handout/permissions_facts /handout/permissions_relay /handout/permissions_commands
USER kartoteka
ENV KARTOTEKA_DATA_DIR=/data
ENTRYPOINT ["kartoteka"]
CMD ["--help"]
