# syntax=docker/dockerfile:1
# HepatIA in one image: Orthanc with its plugins, PostgreSQL, the viewer. `make image` builds it; docs/deployment.md tells
# how it is run. The viewer and its extension are built beforehand, by make, and copied.
ARG BASE=debian:trixie-20251208-slim

# --- what runs: Debian's packages, less what nothing here uses ------------------------------------------------------------
FROM ${BASE} AS system
COPY deploy/image/dpkg-excluded /etc/dpkg/dpkg.cfg.d/hepatia
COPY deploy/image/install_debian_packages.sh /tmp/
RUN sh /tmp/install_debian_packages.sh && rm /tmp/install_debian_packages.sh

# --- our Python packages, in an environment of the interpreter that Orthanc's Python plugin is linked to ---------------------
FROM system AS python
RUN apt-get update -q && apt-get install -y -q --no-install-recommends python3-venv
WORKDIR /opt/hepatia
COPY requirements/build.txt requirements/runtime.txt requirements/registration.txt requirements/
# A certificate authority of the site's own, where its network wants one: `make image CA=FILE`.
RUN --mount=type=secret,id=ca \
    if [ -e /run/secrets/ca ]; then export PIP_CERT=/run/secrets/ca SSL_CERT_FILE=/run/secrets/ca; fi; \
    python3 -m venv .venv && .venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes \
      -r requirements/build.txt -r requirements/runtime.txt -r requirements/registration.txt
COPY pyproject.toml README.md LICENSE orthanc.json ./
COPY orthanc_plugin orthanc_plugin
COPY seg seg
COPY sr_templates sr_templates
COPY indexer indexer
COPY deploy/image/slim_python.sh /tmp/
RUN .venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --editable . \
 && sh /tmp/slim_python.sh .venv && python3 -m compileall -q orthanc_plugin seg sr_templates indexer .venv
COPY build/ohif build/ohif
COPY ohif-extension/dist ohif-extension/dist

# --- the image ------------------------------------------------------------------------------------------------------------
FROM system
COPY --from=python /opt/hepatia /opt/hepatia
# The account's number is fixed: whoever mounts a folder of the host at /data gives it to 10001.
RUN groupadd --gid 10001 hepatia \
 && useradd --uid 10001 --gid hepatia --home-dir /data --no-create-home --shell /usr/sbin/nologin hepatia \
 && install -d -o hepatia -g hepatia -m 0700 /data /data/monailabel \
 && install -d /etc/hepatia && mv /opt/hepatia/orthanc.json /etc/hepatia/ \
 && ln -s /etc/hepatia/orthanc.json /opt/hepatia/orthanc.json \
 && ln -s /opt/hepatia/.venv/bin/hepatia /usr/local/bin/hepatia
# Whoever can reach the container's ports is decided by what publishes them; accounts are asked for in any case.
ENV DATA=/data HTTP_PORT=8042 DICOM_PORT=4242 REMOTE_ACCESS=true DEMO=0 AI=0 SHOW_PASSWORDS=0 \
    PATH=/opt/hepatia/.venv/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
USER hepatia
WORKDIR /data
VOLUME /data
EXPOSE 8042 4242
# The index may be down for a while and images are kept all the same: that is told, but is no reason to end the container.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
  CMD ["python3", "-m", "orthanc_plugin.commands.health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["hepatia", "run"]
