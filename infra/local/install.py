"""Makes the environment: `python3 infra/local/install.py [--dev]`, with any Python from 3.11 and pip, nothing else.

A virtual environment from the hashed lock, the generated protos, the command `onestop`. Each part is made again only
when what it is made from has changed, so that a second run takes a moment. Standard library only.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PROTOS = ROOT / "protos"
GENERATED = PROTOS / "gen"
DESCRIPTORS = GENERATED / "onestop.binpb"  # all of them, with comments; the documentation of the interface reads it
RUNTIME_LOCK, DEV_LOCK = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
OLDEST = (3, 11)


def main() -> None:
    if sys.version_info < OLDEST:
        sys.exit(
            f"Python {sys.version.split()[0]} is too old: 3.11 or newer is needed (PYTHON=/path/to/python3 make …)"
        )
    make_environment()
    install_packages(DEV_LOCK if "--dev" in sys.argv else RUNTIME_LOCK)
    generate_protos()
    link()


def make_environment() -> None:
    if runs(PYTHON):
        return
    say(f"making the environment in {VENV}")
    made = subprocess.run((sys.executable, "-m", "venv", "--clear", VENV), capture_output=True, text=True, check=False)
    if made.returncode != 0:  # distributions that split ensurepip off: pip of this Python installs into it then
        run((sys.executable, "-m", "venv", "--clear", "--without-pip", VENV), "the environment cannot be made")


def runs(python: Path) -> bool:
    """Does this interpreter still work? A moved checkout or an upgraded Python breaks an environment."""
    try:
        return subprocess.run((python, "-c", "import sys"), capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def install_packages(lock: Path) -> None:
    """Installs what the lock says, checked against its hashes. The development lock holds all of the runtime lock."""
    stamps = {path: VENV / f".installed-{path.stem}" for path in (RUNTIME_LOCK, DEV_LOCK)}
    if any(path in (lock, DEV_LOCK) and fresh(stamp, [path]) for path, stamp in stamps.items()):
        return
    total = sum(1 for line in lock.read_text().splitlines() if "==" in line and not line.startswith((" ", "#")))
    say(f"installing up to {total} packages from {lock.name}")
    pip: tuple[str | Path, ...] = (
        (PYTHON, "-m", "pip") if has_pip(PYTHON) else (sys.executable, "-m", "pip", "--python", PYTHON)
    )
    command = (*pip, "install", "--require-hashes", "--no-deps", "--disable-pip-version-check", "-r", lock)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        told, done = [], 0
        for line in process.stdout or ():
            told.append(line)
            if line.startswith(("Collecting ", "Requirement already satisfied: ")):
                done += 1
                name = line.replace("Requirement already satisfied: ", "Collecting ").split()[1].split("==")[0]
                progress(done, total, name)
            elif line.startswith("Installing collected"):
                progress(done, done, "unpacking")
    finish_progress()
    if process.returncode != 0:
        sys.exit("the packages cannot be installed; pip said:\n" + "".join(told[-8:]))
    stamp(stamps[lock], [lock])


def has_pip(python: Path) -> bool:
    return subprocess.run((python, "-m", "pip", "--version"), capture_output=True, check=False).returncode == 0


def generate_protos() -> None:
    """Makes Python with types from our protos, and one file of their descriptors that keeps the comments.

    Those of Google under protos/google are only read: a package holds their Python.
    """
    sources = sorted((PROTOS / "onestop").rglob("*.proto"))
    if fresh(GENERATED / ".stamp", sources) and DESCRIPTORS.exists():
        return
    say("generating the protos")
    GENERATED.mkdir(exist_ok=True)
    outputs = ("python_out=", "grpc_python_out=", "mypy_out=quiet:", "mypy_grpc_out=quiet:")
    options = [f"--{output}{GENERATED}" for output in outputs]
    options += [f"--descriptor_set_out={DESCRIPTORS}", "--include_imports", "--include_source_info"]
    command: tuple[str | Path, ...] = (PYTHON, "-m", "grpc_tools.protoc", f"-I{PROTOS}", *options, *sources)
    path = f"{PYTHON.parent}{os.pathsep}{os.environ.get('PATH', '')}"  # protoc looks for its plug-ins there
    run(command, "the protos cannot be generated", env={**os.environ, "PATH": path})
    stamp(GENERATED / ".stamp", sources)


def link() -> None:
    """Puts the checkout on the environment's path, and the command `onestop` into its bin."""
    asked = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    if not any(VENV.glob("lib/python3.*/site-packages/onestop.pth")):
        site = subprocess.run((PYTHON, "-c", asked), capture_output=True, text=True, check=True).stdout.strip()
        Path(site, "onestop.pth").write_text(f"{ROOT}\n{GENERATED}\n")
    command = VENV / "bin" / "onestop"
    if not command.exists():
        command.write_text(f'#!/bin/sh\nexec "{PYTHON}" -m infra.cli "$@"\n')
        command.chmod(0o755)


def run(command: Sequence[str | Path], problem: str, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{problem}:\n{done.stdout}{done.stderr}")


def digest(files: Iterable[Path]) -> str:
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.name.encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()


def fresh(file: Path, sources: Iterable[Path]) -> bool:
    return file.exists() and file.read_text() == digest(sources)


def stamp(file: Path, sources: Iterable[Path]) -> None:
    file.write_text(digest(sources))


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def progress(done: int, total: int, name: str) -> None:
    """Shows progress: a line that changes on a terminal; a line now and then elsewhere."""
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\033[K  {done}/{total} {name}")
        sys.stdout.flush()
    elif done % 20 == 0 or done == total:
        say(f"  {done}/{total} {name}")


def finish_progress() -> None:
    if sys.stdout.isatty():
        sys.stdout.write("\r\033[K")


if __name__ == "__main__":
    main()
