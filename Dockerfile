# The tool alone: no compiler, no pip cache, no root. docker run --rm -v "$PWD:/work:ro" unpin audit .
FROM python:3.13-slim AS build
COPY . /source
RUN pip wheel --no-cache-dir --wheel-dir /wheels /source

FROM python:3.13-slim
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --no-index --find-links /wheels unpin && rm -r /wheels
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["unpin"]
