# The server: docker build -t ppcn . && docker run --read-only --cap-drop ALL -p 127.0.0.1:8000:8000 ppcn
# Building takes packages from Debian, npm and PyPI; running needs no network, and writes nothing.
FROM python:3.13-slim AS kernel
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends g++ make && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY native native
COPY src src
COPY web/networks.py web/
# hadolint ignore=DL3013
RUN python -m venv .venv && .venv/bin/python -m pip install --no-cache-dir -c constraints.txt . cmake ziglang
ENV PATH=/source/.venv/bin:$PATH
RUN python web/networks.py \
    && cmake -S native -B build/wasm --toolchain /source/native/wasm/toolchain.cmake \
    && cmake --build build/wasm

FROM node:22-slim AS page
WORKDIR /source/web
COPY web/package.json web/package-lock.json ./
RUN npm ci
COPY web ./
COPY samples ../samples
COPY --from=kernel /source/build/networks ../build/networks
COPY --from=kernel /source/build/wasm/kernel.wasm ../build/wasm/
RUN npm run build

FROM python:3.13-slim AS build
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends g++ && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY native native
COPY src src
COPY --from=page /source/src/ppcn/server/static src/ppcn/server/static
RUN python -m venv /ppcn && /ppcn/bin/python -m pip install --no-cache-dir -c constraints.txt '.[serve]'

FROM python:3.13-slim
COPY --from=build /ppcn /ppcn
ENV PATH=/ppcn/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 65532:65532
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["ppcn", "serve", "--host", "0.0.0.0"]
