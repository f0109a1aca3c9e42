"""nginx before an installation, by the configuration that the project gives to sites."""

import ssl
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.conftest import REPOSITORY, free_port

NGINX = "/usr/sbin/nginx"

AROUND = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    include {folder}/site.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """A running nginx; `url` has TLS and a path prefix."""

    url: str
    certificate: Path
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10)


def start(folder: Path, upstream: str) -> Proxy:
    """Start nginx with deploy/nginx.conf, changed as a site changes it: port, certificate, and where HepatIA is."""
    port = free_port()
    certificate = _certificate(folder)
    site = (REPOSITORY / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for ours, theirs in (
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{port} ssl http2;"),
        ("server_name pacs.example.org;", "server_name localhost;"),
        ("/etc/ssl/certs/hepatia.pem", str(certificate)),
        ("/etc/ssl/private/hepatia.key", str(certificate)),
        ("http://127.0.0.1:8042/", f"{upstream}/"),
    ):
        assert site.count(ours) == 1, ours
        site = site.replace(ours, theirs)
    (folder / "site.conf").write_text(site, encoding="utf-8")
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder), encoding="utf-8")
    process = subprocess.Popen([NGINX, "-c", str(folder / "nginx.conf"), "-p", str(folder)])
    proxy = Proxy(f"https://localhost:{port}/liver", certificate, process)
    _wait(proxy)
    return proxy


def _certificate(folder: Path) -> Path:
    file = folder / "hepatia.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(file)]
    made = subprocess.run(command, check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + made.stdout)
    return file


def _wait(proxy: Proxy) -> None:
    context = ssl.create_default_context(cafile=str(proxy.certificate))
    for _ in range(100):
        try:
            httpx.get(f"{proxy.url}/ohif/", verify=context, trust_env=False)
        except httpx.ConnectError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("nginx does not answer")
