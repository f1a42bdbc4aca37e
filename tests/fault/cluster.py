"""A real Ray cluster of two nodes on this machine, on loopback addresses alone, that starts on a busy machine too.

Ray's raylet ends itself where its two agents have not written their port files within 15 seconds; no setting changes that (Ray 2.60), and
two Python processes on cores that others use need more. What the files would say is known before: without `ray[default]` there is no
dashboard agent to talk to, which Ray writes as -1, and the port of the other agent can be given. `patient` writes them first.
"""

from __future__ import annotations

import functools
import inspect
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Nodes", "patient", "two_nodes"]

_SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # so named: 127.0.0.1 stays what it is, and nothing listens on other addresses
    "RAY_agent_register_timeout_ms": "300000",
    "RAY_worker_register_timeout_seconds": "300",
    "RAY_health_check_initial_delay_ms": "30000",
    "RAY_health_check_timeout_ms": "30000",
}
_STORE_BYTES = 100 * 2**20


def patient() -> None:
    """Let Ray start in this process however long its agents take. To be called before Ray is imported, which reads the settings."""
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    from ray import _raylet
    from ray._private import services

    start = services.start_raylet
    if hasattr(start, "__wrapped__") or not hasattr(_raylet, "persist_port"):
        return  # done before, or a Ray that does not wait for files
    signature = inspect.signature(start)

    @functools.wraps(start)
    def started(*given: Any, **named: Any) -> Any:
        bound = signature.bind(*given, **named)
        bound.arguments["runtime_env_agent_port"] = bound.arguments.get("runtime_env_agent_port") or _free_port()
        for name in ("metrics_agent_port", "metrics_export_port", "dashboard_agent_listen_port"):
            _raylet.persist_port(bound.arguments["session_dir"], bound.arguments["node_id"], name, -1)
        return start(*bound.args, **bound.kwargs)

    services.start_raylet = started


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Nodes:
    """Two nodes of one CPU each; the second can be lost."""

    cluster: Any
    second: Any

    @property
    def address(self) -> str:
        """What `--on` takes."""
        return str(self.cluster.address)

    def at_work(self) -> set[int]:
        """The processes that code on the second node: the children of its actors."""
        [raylet] = self.second.all_processes["raylet"]
        return {
            child for actor in _children(raylet.process.pid) if "Coder" in _command(actor) for child in _children(actor)
        }

    def lose(self) -> None:
        """Kill the second node, as a machine ends whose power is cut."""
        self.cluster.remove_node(self.second, allow_graceful=False)


@contextmanager
def two_nodes() -> Iterator[Nodes]:
    """The cluster, for as long as it is needed. Its files lie in a folder of their own: paths of sockets must be short."""
    patient()
    from ray.cluster_utils import Cluster

    with tempfile.TemporaryDirectory(prefix="ray", dir="/tmp", ignore_cleanup_errors=True) as folder:
        node = {"num_cpus": 1, "object_store_memory": _STORE_BYTES, "node_ip_address": "127.0.0.1"}
        made = Cluster(initialize_head=True, head_node_args={**node, "include_dashboard": False, "temp_dir": folder})
        try:
            yield Nodes(made, made.add_node(**node))
        finally:
            made.shutdown()


def _children(process: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(path.read_text().rpartition(")")[2].split()[1]) == process:
                found.append(int(path.parent.name))
        except OSError:  # it has ended since
            continue
    return found


def _command(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
