#!/usr/bin/env python3
"""Build the Dockerfile and run its image where there is no container engine; for root on Debian 12.

Needs debootstrap, buildah, unshare and nsenter. The base image is a clean Debian 12 with Debian's own Python 3.11 under
the name that the Dockerfile asks for; each instruction is carried out by buildah with chroot isolation. The command is
then run as the image's user in that file system, as process 1 of its own process, mount and network namespaces
(loopback only), asked for its health by the image's health check, asked to check a claim, and stopped by the image's
stop signal.

Usage: prove_container.py [--work FOLDER] [--torch-index-url URL]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
IMAGE = "claimbase"
HEALTHY_WITHIN = 120  # seconds
STOPPED_WITHIN = 30  # seconds


def run(*command: str | Path) -> None:
    """Run a command that must succeed."""
    print("+", *command, flush=True)
    subprocess.run(command, check=True)


def read(*command: str | Path) -> str:
    """Run a command that must succeed; returns its standard output without the last newline."""
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.rstrip("\n")


class Buildah:
    """buildah with its images and containers under one folder."""

    def __init__(self, storage: Path) -> None:
        self._options = ("--root", str(storage), "--runroot", str(storage / "run"))

    def run(self, *arguments: str | Path) -> None:
        run("buildah", *self._options, *arguments)

    def read(self, *arguments: str | Path) -> str:
        return read("buildah", *self._options, *arguments)


def base_name() -> str:
    """The one base image of the Dockerfile."""
    images = set(re.findall(r"^FROM (\S+)", (REPOSITORY / "Dockerfile").read_text(), flags=re.MULTILINE))
    (image,) = images
    return f"docker.io/library/{image}"


def make_base(buildah: Buildah, root: Path, name: str) -> None:
    """Commit a clean Debian with Python as the base image, unless that was done before."""
    if name in buildah.read("images", "--format", "{{.Name}}:{{.Tag}}").split():
        return
    if not (root / "etc" / "debian_version").exists():
        packages = "ca-certificates,python3,python3-pip,python3-venv"
        run("debootstrap", "--variant=minbase", f"--include={packages}", "bookworm", root)
        (root / "usr" / "bin" / "python").symlink_to("python3")
    container = buildah.read("from", "scratch")
    buildah.run("copy", "--quiet", container, root)
    buildah.run("commit", "--quiet", "--rm", "--format", "docker", container, name)


def pip_volumes(work: Path) -> list[str]:
    """Options that hand this machine's pip configuration, and the local folders it names, to the build."""
    settings: dict[str, str] = {}
    for line in read(sys.executable, "-m", "pip", "config", "list").splitlines():
        key, value = line.split("=", 1)
        settings[key.rpartition(".")[2]] = value.strip("'")
    configuration = work / "pip.conf"
    configuration.write_text("[global]\n" + "".join(f"{key} = {value}\n" for key, value in settings.items()))
    words = [word for value in settings.values() for word in value.split()]
    indexes = {Path(word.removeprefix("file://")).parent for word in words if word.startswith("file://")}
    paths = indexes | {Path(word) for word in words if word.startswith("/")}  # an index links to files beside it
    local = sorted(path for path in paths if path.exists())
    mounts = [f"{configuration}:/etc/pip.conf:ro", *(f"{path}:{path}:ro" for path in local)]
    return [option for mount in mounts for option in ("--volume", mount)]


def build(buildah: Buildah, work: Path, torch_index_url: str) -> dict[str, Any]:
    """Build the image; returns its configuration in the form of the Docker image specification."""
    how = ["--layers", "--isolation", "chroot", "--pull-never", "--format", "docker", "--tag", IMAGE]
    arguments = ["--build-arg", f"TORCH_INDEX_URL={torch_index_url}"] if torch_index_url else []
    buildah.run("bud", *how, *pip_volumes(work), *arguments, REPOSITORY)
    configuration: dict[str, Any] = json.loads(buildah.read("inspect", "--type", "image", IMAGE))["Docker"]["config"]
    return configuration


class Inside:
    """Processes inside the image's file system, as its user and in its environment."""

    def __init__(self, root: str, configuration: dict[str, Any]) -> None:
        self._root = root
        self._environment = {"HOME": configuration["WorkingDir"]}
        self._environment |= dict(entry.split("=", 1) for entry in configuration["Env"])
        change_folder = f'cd {configuration["WorkingDir"]} && exec "$@"'
        self._enter = ["chroot", f"--userspec={configuration['User']}", root, "sh", "-c", change_folder, "sh"]

    def start(self, command: list[str]) -> subprocess.Popen[bytes]:
        """Start a command as process 1 of new namespaces; the Popen is of its parent, which passes its status on."""
        prepare = f"ip link set lo up && mount -t proc proc {self._root}/proc && mount --rbind /dev {self._root}/dev"
        namespaces = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child"]
        shell = ["sh", "-c", f'{prepare} && exec "$@"', "sh"]
        return subprocess.Popen([*namespaces, *shell, *self._enter, *command], env=self._host_environment())

    def status_of(self, command: list[str], neighbour: int) -> int:
        """Exit status of a command run in the namespaces of another process."""
        namespaces = ["nsenter", f"--target={neighbour}", "--mount", "--net", "--pid"]
        return subprocess.run([*namespaces, *self._enter, *command], env=self._host_environment()).returncode

    def _host_environment(self) -> dict[str, str]:
        path = f"{self._environment['PATH']}:{os.environ['PATH']}"  # the host's, for nsenter, sh and chroot themselves
        return self._environment | {"PATH": path}


def child_of(parent: subprocess.Popen[bytes]) -> int:
    """Process id of the only child."""
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
    while not (child := children.read_text().strip()):
        time.sleep(0.05)
    return int(child)


def prove(inside: Inside, configuration: dict[str, Any]) -> None:
    """Start the command, wait until it is healthy, check a claim, stop it; AssertionError says what went wrong."""
    check = configuration["Healthcheck"]["Test"]
    assert check[0] == "CMD", f"the health check is not in exec form: {check}"
    parent = inside.start(configuration["Cmd"])
    try:
        service = child_of(parent)
        started = time.monotonic()
        while (status := inside.status_of(check[1:], service)) != 0:
            assert parent.poll() is None, f"the command ended with status {parent.returncode} before it was healthy"
            assert time.monotonic() < started + HEALTHY_WITHIN, f"the health check still gives {status}"
            time.sleep(1)
        owner = Path(f"/proc/{service}").stat().st_uid
        assert owner != 0, "the command runs as root"
        print(f"healthy after {time.monotonic() - started:.0f} s, running as user {owner}")
        ask = ["claimbase", "check", "--base", "grpc://127.0.0.1:50051", "--json", "The bridge was closed on Monday."]
        assert (status := inside.status_of(ask, service)) == 0, f"a check of a claim ended with status {status}"
        os.kill(service, signal.Signals[configuration["StopSignal"]])
        status = parent.wait(timeout=STOPPED_WITHIN)
        assert status == 0, f"the command ended with status {status} after {configuration['StopSignal']}"
        print(f"exit status 0 after {configuration['StopSignal']}")
    finally:
        parent.kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path("/var/tmp/claimbase-container"))
    parser.add_argument("--torch-index-url", default="", help="the build argument TORCH_INDEX_URL")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    buildah = Buildah(options.work / "storage")
    make_base(buildah, options.work / "debian", base_name())
    configuration = build(buildah, options.work, options.torch_index_url)
    container = buildah.read("from", "--pull-never", IMAGE)
    root = buildah.read("mount", container)
    try:
        prove(Inside(root, configuration), configuration)
    finally:
        buildah.run("umount", container)
        buildah.run("rm", container)


if __name__ == "__main__":
    main()
