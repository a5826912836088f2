"""Programs that archivists check with, in an environment of their own: their requirements contradict ours."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

ROOT = Path(__file__).parents[2]
_LOCK = ROOT / "requirements/archives.lock"
_HOME = ROOT / ".venvs/archives"


def run(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run one of the programs that requirements/archives.lock installs, without a proxy and without a network."""
    _HOME.parent.mkdir(exist_ok=True)
    stamp = _HOME / hashlib.sha256(_LOCK.read_bytes()).hexdigest()[:16]
    with FileLock(_HOME.with_suffix(".lock")):
        if not stamp.exists():
            subprocess.run([sys.executable, "-m", "venv", "--clear", _HOME], check=True)
            uv = Path(sys.executable).parent / "uv"
            command = list(
                map(str, (uv, "pip", "install", "--quiet", "--python", _HOME, "--require-hashes", "-r", _LOCK))
            )
            if not uv.exists() or subprocess.run(command, check=False).returncode:
                pip = list(map(str, (_HOME / "bin/pip", "install", "--quiet", "--require-hashes", "-r", _LOCK)))
                subprocess.run(pip, check=True)
            stamp.touch()
    nowhere = {f"{each}_proxy": "http://127.0.0.1:9" for each in ("http", "https")} | {"PYTHONPATH": ""}
    return subprocess.run(
        [_HOME / "bin" / name, *arguments], capture_output=True, text=True, check=False, env=os.environ | nowhere
    )
