import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.common.settings import BadSettings
from services.common.tests.token_forge import claims
from services.common.tokens import KeySource, TokenVerifier, sign
from services.identity.core.vault import SigningKeySealed, Vault


def test_a_key_sealed_by_one_replica_is_opened_by_another(tmp_path: Path) -> None:
    made = Vault.at(tmp_path).generate()

    token = sign(claims(), Vault.at(tmp_path).open(made.kid, made.sealed_private_key))

    assert TokenVerifier(KeySource(lambda: {made.kid: made.public_key_pem})).verify(token).name == "Nguyễn Thị Lan"
    assert b"PRIVATE KEY" not in made.sealed_private_key


def test_the_master_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    with ThreadPoolExecutor(8) as pool:
        pseudonyms = set(pool.map(lambda _: Vault.at(folder).pseudonym("079301000019"), range(16)))

    assert len(pseudonyms) == 1
    assert [path.name for path in folder.iterdir()] == ["master.key"]
    assert stat.S_IMODE((folder / "master.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("content", [b"", b"short", b"AAAA", b"!" * 44])
def test_a_broken_master_key_stops_the_start_with_a_clear_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "master.key").write_bytes(content)

    with pytest.raises(BadSettings, match="ONESTOP_KEY_DIR"):
        Vault.at(tmp_path)


def test_another_master_key_opens_nothing(vault: Vault) -> None:
    made = vault.generate()

    with pytest.raises(SigningKeySealed):
        Vault(bytes(32)).open(made.kid, made.sealed_private_key)
    with pytest.raises(SigningKeySealed):
        Vault(bytes(range(32))).open("another-kid", made.sealed_private_key)


def test_a_pseudonym_depends_on_number_and_master_key(vault: Vault) -> None:
    assert vault.pseudonym("1") != vault.pseudonym("2")
    assert vault.pseudonym("1") != Vault(bytes(32)).pseudonym("1")
