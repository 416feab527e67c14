"""Images: decoded to their end in bounded memory; what cameras and programs write besides the pixels is no fault."""

import io

import pytest
from PIL import Image, PngImagePlugin

from services.common import limits
from services.common.errors import UnsupportedMedia
from services.documents.files.inspect import JPEG, PNG
from services.documents.files.refusals import BytesAfterEnd, ImageDamaged, ImageTooComplex, ImageTooLarge
from services.documents.tests.samples import image, jpeg_in_scans, kind_of, png_with


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_an_image_cut_off_is_refused(kind: str) -> None:
    with pytest.raises(ImageDamaged):
        kind_of(image(kind, (400, 400))[:9000])


def test_an_image_of_too_many_pixels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IMAGE_PIXELS", 1000)
    for kind in ("PNG", "JPEG"):
        with pytest.raises(ImageTooLarge):
            kind_of(image(kind))


def test_a_decompression_bomb_is_refused_without_being_decoded() -> None:
    header = bytearray(image("PNG"))
    header[16:24] = (60_000).to_bytes(4) * 2
    with pytest.raises(UnsupportedMedia):
        kind_of(bytes(header))


def test_what_an_image_says_of_itself_is_not_its_pixels() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", "x" * 1_200_000, zip=True)
    assert kind_of(image("PNG", pnginfo=info)) == PNG


def test_text_of_an_image_has_a_limit_too() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", "x" * (limits.IMAGE_TEXT_BYTES + 1), zip=True)
    with pytest.raises(UnsupportedMedia):
        kind_of(image("PNG", pnginfo=info))


@pytest.mark.parametrize("size", [(1, 1), (2, 300), (300, 7)])
def test_an_image_may_be_tiny(size: tuple[int, int]) -> None:
    assert (kind_of(image("JPEG", size)), kind_of(image("PNG", size))) == (JPEG, PNG)


def test_a_progressive_image_is_taken() -> None:
    assert kind_of(image("JPEG", progressive=True)) == JPEG


def test_a_jpeg_told_in_more_passes_than_any_program_writes_is_refused() -> None:
    assert kind_of(jpeg_in_scans(limits.IMAGE_SCANS)) == JPEG
    with pytest.raises(ImageTooComplex):
        kind_of(jpeg_in_scans(limits.IMAGE_SCANS + 1))


def test_a_progressive_image_may_have_fewer_pixels_since_all_are_held_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IMAGE_PROGRESSIVE_PIXELS", 1000)
    assert kind_of(image("JPEG")) == JPEG
    with pytest.raises(ImageTooLarge):
        kind_of(image("JPEG", progressive=True))


@pytest.mark.parametrize(
    "tail",
    [
        image("JPEG"),  # the second picture of a pair, or the map of its brightness
        bytes(100) + image("JPEG"),
        b"\0\0\0\x18ftypmp42" + bytes(64),  # the film of a moving picture
        image("JPEG") + b"\0\0\0\x18ftypmp42" + bytes(64),
        b"\0\0\x01\x08Image_UTC_Data1700000000000SEFHk\0\0\0SEFT",  # notes of a phone
        b'vivo{"com.android.camera.takenmodel":"vivo 1935"}\xff\xff\xff\xff\x1b*9HWfu\x84\x93\xa2\xb1',
        b'[{"length":3,"name":"watermark","offset":3,"version":1}]jxrs\x38\0\0\0',
    ],
)
def test_what_phones_put_behind_a_picture_is_taken(tail: bytes) -> None:
    assert kind_of(image("JPEG") + tail) == JPEG


def test_a_picture_may_carry_another_in_what_it_says_of_itself() -> None:
    """A record of where it comes from (C2PA) holds a small picture of how it was."""
    assert kind_of(png_with(b"caBX", image("PNG"))) == PNG


def test_a_program_behind_the_second_picture_is_refused() -> None:
    with pytest.raises(BytesAfterEnd):
        kind_of(image("JPEG") + image("JPEG") + b"MZ\x90\0" + bytes(64))


def test_a_pair_of_pictures_in_one_file_is_taken_and_decoded() -> None:
    out = io.BytesIO()
    first, second = (Image.effect_noise((64, 48), 80) for _ in range(2))
    first.save(out, "MPO", save_all=True, append_images=[second])
    assert kind_of(out.getvalue()) == JPEG
    with pytest.raises(UnsupportedMedia):
        kind_of(out.getvalue()[:700])
