# syntax=docker/dockerfile:1
# MONAI Label with HepatIA's app, for pre-segmentation: `make image-monailabel` builds it. Debian 12, because MONAI Label 0.8.5
# needs Python 3.11; PyTorch for CPUs. It knows no DICOM and no patient: a volume comes in, a mask goes out.
ARG BASE=debian:bookworm-20250929-slim

FROM ${BASE} AS system
COPY deploy/image/dpkg-excluded /etc/dpkg/dpkg.cfg.d/hepatia
RUN apt-get update -q \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends ca-certificates python3 python3-distutils tini \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*

FROM system AS python
# Some packages come as source only.
RUN apt-get update -q && apt-get install -y -q --no-install-recommends python3-venv
WORKDIR /opt/hepatia
COPY requirements requirements
# In build/wheels lies PyTorch as make's own pip found it; the other packages come from the index.
RUN --mount=type=secret,id=ca --mount=type=bind,source=build/wheels,target=/wheels \
    if [ -e /run/secrets/ca ]; then export PIP_CERT=/run/secrets/ca SSL_CERT_FILE=/run/secrets/ca; fi; \
    export PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_FIND_LINKS=/wheels PIP_REQUIRE_HASHES=1; \
    python3 -m venv .venv && cd requirements && ../.venv/bin/pip install -r build.txt \
 && ../.venv/bin/pip install --no-deps -r monailabel-no-deps.txt \
 && ../.venv/bin/pip install --no-build-isolation -r monailabel.txt
COPY deploy/image/slim_python.sh /tmp/
COPY seg seg
RUN sh /tmp/slim_python.sh .venv \
 && { python3 -m compileall -q seg .venv || echo "a few files are for later versions of Python"; }

FROM system
COPY --from=python /opt/hepatia /opt/hepatia
RUN groupadd --gid 10001 hepatia \
 && useradd --uid 10001 --gid hepatia --home-dir /data --no-create-home --shell /usr/sbin/nologin hepatia \
 && install -d -o hepatia -g hepatia -m 0700 /data
ENV PATH=/opt/hepatia/.venv/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPATH=/opt/hepatia:/opt/hepatia/seg/monailabel_app/standins HOME=/tmp
USER hepatia
WORKDIR /data
VOLUME /data
EXPOSE 8000 8001
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=3 \
  CMD ["python3", "-m", "seg.monailabel_app.health", "/data"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["python3", "-m", "seg.monailabel_app.serve", "/data", "--name", "monailabel", "--port", "8000"]
