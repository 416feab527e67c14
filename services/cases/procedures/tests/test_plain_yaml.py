"""Whoever reads the YAML, libyaml or PyYAML itself, a file is the same procedure and falls into the same traps."""

import pytest
import yaml

from services.cases.procedures.authoring import plain_yaml
from services.cases.procedures.folder import FOLDER

TRAPS = (
    b"a: 1\na: 2\n",
    b"a: &x 1\nb: *x\n",
    b"a: !!bool x\n",
    b'a: "\\ud800"\n',
    b"? [a, b]\n: x\n",
    b"a: [1,\n",
    b"\xff",
    b"a: 1\n---\nb: 2\n",
)


def test_libyaml_is_what_reads_the_catalogue() -> None:
    assert plain_yaml._QuickLoader is not plain_yaml._Loader


def test_both_readers_read_every_built_in_file_alike_line_by_line() -> None:
    for path in FOLDER.glob("*.yaml"):
        content = path.read_bytes()
        assert plain_yaml._read(plain_yaml._QuickLoader, content) == plain_yaml._read(plain_yaml._Loader, content)


@pytest.mark.parametrize(
    "content", [b"", b"# only a remark\n", b"t: 15:00\nd: 2026-01-01\ny: yes\nn: ~\ni: 010\nf: 1.5\n"]
)
def test_both_readers_guess_nothing(content: bytes) -> None:
    assert plain_yaml._read(plain_yaml._QuickLoader, content) == plain_yaml._read(plain_yaml._Loader, content)


@pytest.mark.parametrize("content", TRAPS)
def test_both_readers_refuse_what_is_a_trap_and_pyyaml_says_why(content: bytes) -> None:
    for reader in (plain_yaml._QuickLoader, plain_yaml._Loader):
        with pytest.raises(yaml.YAMLError):
            plain_yaml._read(reader, content)
    with pytest.raises(yaml.YAMLError) as said:
        plain_yaml.load(content)
    with pytest.raises(yaml.YAMLError) as thorough:
        plain_yaml._read(plain_yaml._Loader, content)
    assert str(said.value) == str(thorough.value)


def test_what_is_nested_too_deeply_is_a_fault_of_the_file() -> None:
    with pytest.raises(yaml.YAMLError):
        plain_yaml.load(b"[" * 5_000 + b"]" * 5_000)
