# The service, and with it the command line. docs/image.md says how it is built, run and verified.
#   docker build --target cpu -t spinegrade .       amd64 and arm64
#   docker build --target gpu -t spinegrade:gpu .   amd64, CUDA 13 and cuDNN; gpu-cuda12 for older drivers
#
# Bases are given by digest where an image is released: --build-arg NODE_IMAGE=node:24.21.0-bookworm-slim@sha256:…
ARG NODE_IMAGE=node:24.21.0-bookworm-slim
ARG PYTHON_IMAGE=python:3.12-slim-bookworm

# --- production dependencies, as they are locked ---------------------------------------------------------------
FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Scripts of packages are not run: none of these needs its own, and ONNX Runtime's would fetch CUDA libraries.
ENV ONNXRUNTIME_NODE_INSTALL=skip
RUN --mount=type=cache,target=/root/.npm \
    --mount=type=secret,id=npmrc,target=/root/.npmrc \
    npm ci --omit=dev --ignore-scripts --no-audit --no-fund

# --- what of them, and of the system, the image needs ----------------------------------------------------------
FROM packages AS files
COPY scripts/image ./scripts/image
RUN node scripts/image/prune-packages.mjs node_modules \
 && sh scripts/image/lay-out-root.sh /root-files /app/node_modules \
 && mkdir /data

# --- what V8 makes of the program at a start, for every later one -----------------------------------------------
FROM files AS compiled
COPY package.json ./
COPY scripts/service-node.sh ./scripts/
COPY openapi ./openapi
COPY models ./models
COPY src ./src
# Node keeps it by user, and for its owner alone; in the image it is to be read and no more.
RUN mkdir -p node_modules/.cache/compiled && chown -R 10001:10001 node_modules/.cache
USER 10001:10001
RUN node scripts/image/start-once.mjs && chmod -R a=rX node_modules/.cache/compiled

# --- the service on processors ---------------------------------------------------------------------------------
FROM scratch AS cpu
ARG VERSION=0.0.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
ARG SOURCE=
ARG NODE_IMAGE
LABEL org.opencontainers.image.title="spinegrade" \
      org.opencontainers.image.description="Grades lumbar-spine MRI beside a PACS. Research use only, not a medical device." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.base.name="${NODE_IMAGE}"
COPY --from=files /root-files/ /
# The one folder that is written to; the root file system can be read-only.
COPY --from=files --chown=10001:10001 /data/ /data/
WORKDIR /app
COPY --from=files /app/node_modules ./node_modules
COPY --from=compiled --chown=0:0 /app/node_modules/.cache ./node_modules/.cache
COPY package.json LICENSE ./
COPY openapi ./openapi
COPY models ./models
COPY src ./src

ENV PATH=/usr/local/bin \
    NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8080 \
    DATA_DIR=/data/spinegrade \
    MALLOC_ARENA_MAX=2 \
    NODE_COMPILE_CACHE=/app/node_modules/.cache/compiled
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.OPERATIONS_PORT || process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--min-semi-space-size=4", "--max-semi-space-size=4"]
CMD ["src/server.ts"]

# --- on an NVIDIA GPU whose driver knows CUDA 12 and no more ---------------------------------------------------
FROM ${PYTHON_IMAGE} AS cuda-12
COPY scripts/image/cuda-12-requirements.txt /
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    pip install --no-cache-dir --no-deps --no-compile --require-hashes --only-binary=:all: --target /wheels \
      -r /cuda-12-requirements.txt \
 && mkdir /cuda \
 && find /wheels/nvidia -name '*.so*' -exec mv {} /cuda/ \;

FROM files AS cuda-12-files
# An archive that holds ONNX Runtime's CUDA 12 provider for Linux x64: docs/image.md says which, and where it is had.
ARG CUDA_PROVIDER_URL
ARG CUDA_PROVIDER_SHA256
RUN node scripts/image/fetch-cuda-provider.mjs "${CUDA_PROVIDER_URL}" "${CUDA_PROVIDER_SHA256}" /provider
COPY --from=cuda-12 /cuda/ /cuda/
RUN rm -f /cuda/*.alt.so* /cuda/libnvblas.so* /cuda/libcufftw.so* \
 && mkdir /linked && sh scripts/image/copy-linked.sh /linked /root-files /cuda /cuda/*.so* /provider/*.so

FROM cpu AS gpu-cuda12
COPY --from=cuda-12-files /linked/ /
COPY --from=cuda-12-files /cuda/ /usr/local/cuda/
COPY --from=cuda-12-files /provider/ /app/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/
ENV LD_LIBRARY_PATH=/usr/local/cuda \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    EXECUTION_PROVIDERS=cuda,cpu

# --- on an NVIDIA GPU: CUDA 13, libraries and provider by their hashes -----------------------------------------
FROM ${PYTHON_IMAGE} AS cuda-13
COPY scripts/image/cuda-13-requirements.txt /
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    pip install --no-cache-dir --no-deps --no-compile --require-hashes --only-binary=:all: --target /wheels \
      -r /cuda-13-requirements.txt \
 && mkdir /cuda /provider \
 && find /wheels/nvidia -name '*.so*' -exec mv {} /cuda/ \; \
 && mv /wheels/onnxruntime/capi/libonnxruntime_providers_cuda.so \
       /wheels/onnxruntime/capi/libonnxruntime_providers_shared.so /provider/

FROM files AS cuda-13-files
COPY --from=cuda-13 /cuda/ /cuda/
COPY --from=cuda-13 /provider/ /provider/
# Without what nothing here calls: NVRTC a second time, and the interfaces of other libraries to these. With what of the
# system they are linked with beyond the rest of the image.
RUN rm -f /cuda/*.alt.so* /cuda/libnvblas.so* /cuda/libcufftw.so* \
 && mkdir /linked && sh scripts/image/copy-linked.sh /linked /root-files /cuda /cuda/*.so* /provider/*.so

FROM cpu AS gpu
COPY --from=cuda-13-files /linked/ /
COPY --from=cuda-13-files /cuda/ /usr/local/cuda/
COPY --from=cuda-13-files /provider/ /app/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/
ENV LD_LIBRARY_PATH=/usr/local/cuda \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility \
    EXECUTION_PROVIDERS=cuda,cpu
