"""Which keys of a service harden keeps when it starts it.

Format: the Compose specification (services).
"""

from __future__ import annotations

#: keys of a service that say nothing of what is outside of it
OWN = frozenset(
    ("attach", "cap_drop", "command", "cpu_count", "cpu_percent", "cpu_shares", "domainname", "entrypoint",
     "expose", "group_add", "healthcheck", "hostname", "image", "init", "links", "mem_swappiness", "platform",
     "read_only", "restart", "shm_size", "stdin_open", "stop_grace_period", "stop_signal", "sysctls", "tmpfs",
     "tty", "ulimits", "user", "working_dir")
)  # fmt: skip
#: keys that are read here
READ = frozenset(
    ("build", "cap_add", "configs", "container_name", "depends_on", "deploy", "env_file", "environment", "network_mode",
     "cpus", "mem_limit", "memswap_limit", "networks", "oom_score_adj", "pids_limit", "ports", "profiles", "secrets",
     "security_opt", "volumes")
)  # fmt: skip
#: keys that make no difference to what the service does here
SILENT = frozenset(("annotations", "develop", "labels", "label_file", "logging", "mem_reservation", "pull_policy",
                    "scale"))  # fmt: skip
#: keys of a build
BUILD = frozenset(("args", "cache_from", "cache_to", "context", "dockerfile", "dockerfile_inline", "labels",
                    "no_cache", "platforms", "pull", "shm_size", "tags", "target"))  # fmt: skip
#: keys that make a container more than a container, or another service than the file alone says
REFUSED = frozenset(
    ("cgroup", "cgroup_parent", "device_cgroup_rules", "devices", "extends", "gpus", "ipc", "pid", "privileged",
     "provider", "runtime", "use_api_socket", "userns_mode", "uts", "volumes_from")
)  # fmt: skip
#: larger files of variables are not read, in bytes
SIZE = 1 << 20
#: processes and threads where the file says nothing
PROCESSES = 4096
