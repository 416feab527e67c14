"""The installer does each thing once, and again when what it is made from has changed."""

import sys
from pathlib import Path

import pytest

from infra.local import install


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose locks name nothing, with an environment that works."""
    for name in ("requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).write_text("# nothing\n")
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(install, "RUNTIME_LOCK", tmp_path / "requirements.lock")
    monkeypatch.setattr(install, "DEV_LOCK", tmp_path / "requirements-dev.lock")
    monkeypatch.setattr(install, "PYTHON", Path(sys.executable))
    (tmp_path / ".venv").mkdir()
    return tmp_path


def installs(lock: Path, capsys: pytest.CaptureFixture[str]) -> bool:
    install.install_packages(lock)
    return "installing" in capsys.readouterr().out


@pytest.mark.slow
def test_packages_are_installed_once_and_again_when_the_lock_changes(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = checkout / "requirements.lock"
    assert installs(lock, capsys)
    assert not installs(lock, capsys)
    lock.write_text("# still nothing\n")
    assert installs(lock, capsys)


def test_a_development_environment_is_enough_to_run(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert installs(checkout / "requirements-dev.lock", capsys)
    assert not installs(checkout / "requirements.lock", capsys)


@pytest.mark.slow
def test_an_environment_to_run_is_not_enough_to_develop(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert installs(checkout / "requirements.lock", capsys)
    assert installs(checkout / "requirements-dev.lock", capsys)


@pytest.mark.slow
def test_a_lock_that_cannot_be_had_is_told_in_pips_words(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lock = checkout / "requirements.lock"
    lock.write_text(f"onestop-no-such-package @ file:///nowhere/x.whl --hash=sha256:{'0' * 64}\n")
    with pytest.raises(SystemExit, match=r"the packages cannot be installed; pip said"):
        install.install_packages(lock)
    assert not (checkout / ".venv" / ".installed-requirements").exists()


def test_an_interpreter_that_is_gone_does_not_run(tmp_path: Path) -> None:
    assert install.runs(Path(sys.executable))
    assert not install.runs(tmp_path / "python")
