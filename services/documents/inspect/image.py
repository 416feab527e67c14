"""Reads images to their end in bounded memory."""

from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from services.common import limits
from services.common.errors import UnsupportedMedia


class ImageDamaged(UnsupportedMedia):
    """The image does not decode."""

    code = "image-damaged"
    vi = "Ảnh bị hỏng hoặc tải lên chưa trọn vẹn. Hãy mở lại ảnh, lưu thành JPEG hoặc PNG rồi gửi."
    en = "The image is damaged or incomplete. Open it, save it as JPEG or PNG and send it again."


class ImageTooLarge(UnsupportedMedia):
    """Decoded, the image would take more memory than anyone should have to give it."""

    code = "image-too-large"
    vi = "Ảnh có quá nhiều điểm ảnh (tối đa {megapixels} triệu). Hãy thu nhỏ ảnh rồi gửi."
    en = "The image has too many pixels (at most {megapixels} million). Make it smaller and send it again."


def require_sound_image(content: BinaryIO) -> None:
    """A JPEG or PNG that decodes completely and is not a decompression bomb; raises UnsupportedMedia."""
    try:
        with Image.open(content, formats=("JPEG", "PNG")) as image:
            if image.width * image.height > limits.IMAGE_PIXELS:
                raise ImageTooLarge(megapixels=limits.IMAGE_PIXELS // 1_000_000)
            if image.format == "JPEG":
                image.draft("L", (image.width // 8, image.height // 8))  # reads all of it, keeps a 64th
                image.load()
            else:
                image.verify()  # checks every chunk, keeps none
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageTooLarge(megapixels=limits.IMAGE_PIXELS // 1_000_000) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise ImageDamaged from error
