"""What no paper can show is told by field and character, and printed by its code where it is already."""

import pytest

from services.contracts import printable
from services.contracts.printable import Shown


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Thị Lan, 12/4B đường Lê Lợi",
        "H’Linh Niê Kđăm, buôn Akô̆ Dhông",
        "Москва, Ελλάδα, ½ № € ₫ → ☑ • “…”",
        "\uf0b7 Ảnh chân dung\u200b",
        "ＡＢＣ　５０㎡",
        "❤\ufe0f",
        "dòng một\r\ndòng hai",
    ],
)
def test_ordinary_text_can_be_printed(text: str) -> None:
    assert printable.unprintable(text) == ""
    assert printable.fault("/address", text) is None
    assert printable.shown(text).replaced == ()


@pytest.mark.parametrize(
    ("text", "character"),
    [
        ("12 Lê Lợi ✅", "✅"),
        ("Ảnh mờ 😊", "😊"),
        ("王小明", "王"),
        ("홍길동", "홍"),
        ("สมชาย", "ส"),
        ("👨\u200d👩", "👨"),
    ],
)
def test_what_cannot_be_printed_is_named(text: str, character: str) -> None:
    assert printable.unprintable(text) == character
    told = printable.fault("/applicant/address", text, "Địa chỉ", "Address")
    assert told is not None
    assert (told.pointer, told.code) == ("/applicant/address", "unprintable")
    assert told.vi.startswith(f"Mục “Địa chỉ” có ký tự “{character}” không in được lên giấy")
    assert f"“Address” holds the character “{character}”" in told.en


def test_a_code_stands_for_it_once_it_is_there() -> None:
    assert printable.shown("12 Lê Lợi ✅ và ✅😊") == Shown("12 Lê Lợi [U+2705] và [U+2705][U+1F60A]", ("✅", "😊"))
    assert printable.shown("\uf0b7 Ảnh\x07 ５０㎡") == Shown("Ảnh 50m2")
    assert printable.shown_plainly("Ảnh ☑ 𝐍\u0301 ô\u0306") == Shown(
        "Ảnh [U+2611] N[U+0301] ô[U+0306]", ("☑", "\u0301", "\u0306")
    )
