"""Reads images to their end in bounded memory."""

from collections.abc import Iterator
from contextlib import contextmanager

from PIL import PngImagePlugin, UnidentifiedImageError
from PIL.Image import DecompressionBombError
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from services.common import limits
from services.documents.files.inspect.jpeg import shape_of, tail_is_known
from services.documents.files.inspect.refused import Refused
from services.documents.files.inspect.view import View, as_file, is_blank

JPEG_HEAD, PNG_HEAD = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_PNG_END, _AROUND_CHUNK = b"IEND", 12  # its length, kind and checksum

# What an image says of itself is not its pixels: programs for photographs write megabytes of it.
PngImagePlugin.MAX_TEXT_CHUNK = limits.IMAGE_TEXT_BYTES
PngImagePlugin.MAX_TEXT_MEMORY = 2 * limits.IMAGE_TEXT_BYTES


def require_sound_jpeg(view: View) -> None:
    """Requires a JPEG that decodes completely, in few passes, with nothing behind it but what cameras put there.

    Raises:
        Refused: it is damaged, too large or too complex inside, or more follows its end.
    """
    shape = shape_of(view)
    if shape.scans > limits.IMAGE_SCANS:
        raise Refused("image-too-complex")
    with _decoding(), JpegImageFile(as_file(view)) as image:
        _require_pixels(image, limits.IMAGE_PROGRESSIVE_PIXELS if shape.progressive else limits.IMAGE_PIXELS)
        image.draft("L", (max(image.width // 8, 1), max(image.height // 8, 1)))  # reads all of it, keeps a 64th
        image.load()
    if not tail_is_known(view, shape.end):
        raise Refused("bytes-after-end")


def require_sound_png(view: View) -> None:
    """Requires a PNG whose every chunk is whole and behind whose last chunk nothing follows.

    Raises:
        Refused: as for a JPEG.
    """
    with _decoding(), PngImageFile(as_file(view)) as image:
        _require_pixels(image, limits.IMAGE_PIXELS)
        image.verify()  # checks every chunk, keeps none
    if not is_blank(view, _end_of_png(view)):
        raise Refused("bytes-after-end")


def _end_of_png(view: View) -> int:
    """Returns where the last chunk ends; an earlier chunk may hold a whole picture of its own, ended likewise."""
    at = len(PNG_HEAD)
    while at < len(view):
        size, kind = int.from_bytes(view[at : at + 4]), view[at + 4 : at + 8]
        at += size + _AROUND_CHUNK
        if kind == _PNG_END:
            return at
    return at


def _require_pixels(image: ImageFile, most: int) -> None:
    if image.width * image.height > most:
        raise Refused("image-too-large", number=most // 1_000_000)


@contextmanager
def _decoding() -> Iterator[None]:
    """Turns what the decoder says into a refusal."""
    try:
        yield
    except DecompressionBombError as error:
        raise Refused("image-too-large", number=limits.IMAGE_PIXELS // 1_000_000) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        if "memory" in str(error):
            raise MemoryError from error
        raise Refused("image-damaged") from error
