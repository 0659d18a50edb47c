"""The fast endpoint: nginx with one static answer over TLS, a process of its own in the bench's folder.

It is Debian's (`apt-get install --no-install-recommends nginx-light`); where there is none, the rows that
need it are left out, with that reason. Whatever is no message goes on to the slower endpoint.
"""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.certificate import certificate

SENT = '{"ok":true,"result":{"message_id":1,"date":1700000000,"chat":{"id":1,"type":"private"}}}'
CONFIG = """
daemon off; master_process off; worker_rlimit_nofile 8192; pid {folder}/nginx.pid;
error_log {folder}/nginx-errors.log error;
events {{ worker_connections 4096; }}
http {{
  log_format hit '$msec $connection';
  access_log off;
  client_body_temp_path {folder}/nginx-body; proxy_temp_path {folder}/nginx-proxy;
  keepalive_requests 1000000000; keepalive_timeout 600s; client_max_body_size 1m;
  default_type application/json;
  server {{
    listen 127.0.0.1:{port} ssl backlog=1024;
    ssl_certificate {certificate}; ssl_certificate_key {certificate};
    ssl_protocols TLSv1.2 TLSv1.3;
    location ~ /sendMessage$ {{
      access_log {hits} hit buffer=1m;
      return 200 '{sent}';
    }}
    location / {{ proxy_pass https://127.0.0.1:{behind}; proxy_http_version 1.1; }}
  }}
}}
"""


class Fast:
    """A running nginx."""

    def __init__(self, port: int, hits: Path, process: "subprocess.Popen[bytes]") -> None:
        self.port = port
        self.pid = process.pid
        self._hits = hits
        self._process = process

    def told(self) -> dict[str, Any]:
        """The same report as the endpoint's; it knows no chats, so nothing is known of repetitions."""
        self._process.terminate()
        self._process.wait()
        ahead = time.time() - time.monotonic()
        lines = [line.split() for line in self._hits.read_text().splitlines()]
        arrivals = sorted(float(moment) - ahead for moment, _ in lines)
        return {
            "arrivals": arrivals,
            "chats": len(arrivals),
            "connections": len({connection for _, connection in lines}),
        }


def missing() -> str:
    """Why there is no fast endpoint here; empty if there is one."""
    return "" if _program() else "nginx is not installed (Debian: nginx-light)"


def _program() -> str | None:
    return shutil.which("nginx") or shutil.which("/usr/sbin/nginx")


@contextmanager
def fast(folder: Path, behind: int) -> Iterator[Fast]:
    """Run nginx before the endpoint at the port `behind`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    hits = folder / f"hits-{port}"
    config = folder / "nginx.conf"
    config.write_text(
        CONFIG.format(
            folder=folder, sent=SENT, port=port, certificate=certificate(folder), hits=hits, behind=behind
        )
    )
    command = [_program() or "nginx", "-p", str(folder), "-c", str(config)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _listening(port, process)
            yield Fast(port, hits, process)
        finally:
            process.terminate()
            process.wait()
            hits.unlink(missing_ok=True)


def _listening(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                return
        if process.poll() is not None:
            raise RuntimeError("nginx did not start")
        time.sleep(0.05)
    raise RuntimeError("nginx does not listen")
