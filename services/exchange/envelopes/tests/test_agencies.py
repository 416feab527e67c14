from pathlib import Path

import pytest

from services.exchange.envelopes.agencies import Agency, BadDirectory, Directory, is_agency_code

SHIPPED = Path(__file__).parents[2] / "agencies.yaml"


@pytest.mark.parametrize(
    "code",
    [
        "H29",
        "H26.15.03",
        "28.22.H17",
        "G01.001.00",
        "000.00.00.H29",
        "002.00.20.H13",
        "Z01ABC123",
        "0101234567",
        "0101234567-001",
    ],
)
def test_codes_of_the_new_and_the_old_form_are_agency_codes(code: str) -> None:
    assert is_agency_code(code)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "h29",
        "Z29",
        "H2",
        "H29.",
        "H29..01",
        "H29.01 ",
        "00.00.00.H29",
        "Z00A",
        "Z01A.B",
        "H29." + "1" * 32,
        "010123",
    ],
)
def test_anything_else_is_not(code: str) -> None:
    assert not is_agency_code(code)


def test_an_agency_is_found_by_its_code_and_by_its_alias() -> None:
    directory = Directory.load(SHIPPED)
    assert directory.find("000.00.01.G01") is directory.find("G01.001.00")
    assert directory.find("G01.001.00").name == "Cục Hồ sơ nghiệp vụ, Bộ Công an"


def test_an_alias_nobody_listed_is_not_derived() -> None:
    assert Directory.load(SHIPPED).find("000.00.02.G01").code == "000.00.02.G01"


def test_our_agencies_are_those_with_an_office() -> None:
    own = ["H29.001.00", "G01.029.00", "H29.035.00", "G01.029.35", "H29.000.00"]
    assert [agency.code for agency in Directory.load(SHIPPED).own] == own


def test_a_code_that_names_two_agencies_is_refused() -> None:
    with pytest.raises(BadDirectory, match="two agencies"):
        Directory([Agency("H29", "A"), Agency("H30", "B", aliases=("H29",))])


def test_a_malformed_code_is_refused() -> None:
    with pytest.raises(BadDirectory, match="no agency code"):
        Directory([Agency("h29", "A")])


def test_an_unknown_field_is_refused(tmp_path: Path) -> None:
    (tmp_path / "agencies.yaml").write_text("[{code: H29, name: A, alias: H30}]")
    with pytest.raises(BadDirectory, match="alias"):
        Directory.load(tmp_path / "agencies.yaml")
