"""The refusals of files: a class a code, and the causes in words."""

from collections.abc import Mapping

from services.common.errors import UnsupportedMedia

CAUSES: Mapping[str, tuple[str, str]] = {
    "": ("", ""),
    # of PDF files
    "script": ("mã lệnh", "a script"),
    "launch": ("lệnh mở chương trình khác", "a command that starts a program"),
    "sends": ("lệnh gửi dữ liệu đi", "a command that sends data"),
    "automatic": ("lệnh tự chạy khi mở, lật trang hoặc in", "an action that runs by itself"),
    "file": ("tệp đính kèm", "an attached file"),
    "media": ("âm thanh, phim hoặc mô hình", "sound, film or a model"),
    "elsewhere": ("nội dung lấy từ tệp hoặc máy khác", "content fetched from another file or computer"),
    "dynamic-form": ("biểu mẫu động", "a dynamic form"),
    # of office documents
    "damaged": ("bị hỏng hoặc tải lên chưa trọn vẹn", "damaged or incomplete"),
    "entries": ("có quá nhiều phần bên trong", "too many parts inside"),
    "same-name": ("có hai phần trùng tên", "two parts of one name"),
    "path": ("có đường dẫn ra ngoài tệp", "a path that leaves the file"),
    "link": ("có liên kết tượng trưng", "a symbolic link"),
    "encrypted": ("được đặt mật khẩu", "protected by a password"),
    "compression": ("nén theo cách mà Word và Excel không dùng", "packed in a way Word and Excel do not use"),
    "macros": ("có macro hoặc nút điều khiển", "macros or controls"),
    "embedded": ("có tệp khác nhúng bên trong", "another file inside"),
    "dde": ("có trường gọi chương trình khác", "a field that calls another program"),
    "dtd": ("có khai báo thực thể", "declared entities"),
}


class KindNotAccepted(UnsupportedMedia):
    """The content is of no kind that is taken, whatever the file is called."""

    code = "file-kind-not-accepted"
    vi = "Nội dung tệp không thuộc loại được nhận. Hãy gửi tệp PDF, JPEG, PNG, DOCX hoặc XLSX."
    en = "The content of the file is of no kind that is accepted. Send a PDF, JPEG, PNG, DOCX or XLSX file."


class HeicNotAccepted(UnsupportedMedia):
    """A picture as iPhones and some other phones keep it, which most computers here cannot show."""

    code = "image-heic"
    vi = (
        "Ảnh ở định dạng HEIC hoặc AVIF của điện thoại chưa nhận được. Hãy chụp màn hình ảnh đó, hoặc lưu ảnh thành "
        "JPEG rồi gửi; trên iPhone: Cài đặt, Camera, Định dạng, Tương thích nhất."
    )
    en = (
        "Pictures in the HEIC or AVIF format of phones are not accepted. Take a screenshot of it, or save it as JPEG "
        "and send that; on an iPhone: Settings, Camera, Formats, Most Compatible."
    )


class OfficeOldOrLocked(UnsupportedMedia):
    """A document of Word or Excel before 2007, or a document that a password locks: both come in the same wrapper."""

    code = "office-old-or-locked"
    vi = (
        "Tệp Word hoặc Excel này được đặt mật khẩu hoặc ở định dạng cũ (đuôi .doc, .xls). "
        "Hãy mở tệp, bỏ mật khẩu, lưu thành DOCX, XLSX hoặc xuất ra PDF rồi gửi."
    )
    en = (
        "This Word or Excel file is protected by a password or in the old format (.doc, .xls). "
        "Open it, remove the password, save it as DOCX or XLSX or export it to PDF and send that."
    )


class TwoFilesInOne(UnsupportedMedia):
    """An archive, or the beginning of another file, hides in a document or image."""

    code = "two-files-in-one"
    vi = "Tệp chứa thêm một tệp khác ẩn bên trong. Hãy mở tệp, lưu hoặc in ra tệp mới rồi gửi."
    en = "The file also carries another, hidden file. Open it, save or print it to a new file and send that."


class BytesAfterEnd(UnsupportedMedia):
    """Something follows the end of the document or image."""

    code = "bytes-after-end"
    vi = "Sau phần cuối của tệp còn dữ liệu lạ nối thêm. Hãy mở tệp, lưu hoặc in ra tệp mới rồi gửi."
    en = "Something else was added after the end of the file. Open it, save or print it to a new file and send that."


class TooLargeInside(UnsupportedMedia):
    """Unpacked, the file takes more memory than anyone should have to give it."""

    code = "file-too-large-inside"
    vi = "Tệp khi mở ra quá lớn nên không kiểm tra được. Hãy in ra PDF mới hoặc lưu ảnh nhỏ hơn rồi gửi."
    en = "Opened, the file is too large to be checked. Print it to a new PDF or save a smaller image and send that."


class TakesTooLong(UnsupportedMedia):
    """Checking the file takes more time than anyone should have to give it."""

    code = "file-takes-too-long"
    vi = "Tệp quá phức tạp nên không kiểm tra kịp. Hãy in ra PDF mới hoặc lưu ảnh nhỏ hơn rồi gửi."
    en = "The file is too complex to be checked in time. Print it to a new PDF or save a smaller image and send that."


class CannotBeChecked(UnsupportedMedia):
    """The reader failed on the file; what cannot be checked is not taken."""

    code = "file-cannot-be-checked"
    vi = "Không kiểm tra được nội dung tệp. Hãy mở tệp, lưu hoặc in ra tệp mới rồi gửi."
    en = "The content of the file cannot be checked. Open it, save or print it to a new file and send that."


class PdfDamaged(UnsupportedMedia):
    """The PDF does not read, or its repair is anybody's guess."""

    code = "pdf-damaged"
    vi = "Tệp PDF bị hỏng hoặc tải lên chưa trọn vẹn. Hãy tải lại; nếu vẫn lỗi, mở tệp và in ra PDF mới rồi gửi."
    en = "The PDF is damaged or incomplete. Send it again; if that fails, open it, print it to a new PDF and send that."


class PdfEncrypted(UnsupportedMedia):
    """It opens with a password only: nobody could check, nor later read, what is inside."""

    code = "pdf-encrypted"
    vi = "Tệp PDF cần mật khẩu mới mở được. Hãy mở tệp, bỏ mật khẩu hoặc in ra PDF mới rồi gửi."
    en = "The PDF opens with a password only. Open it, remove the password or print it to a new PDF and send that."


class PdfCertificateEncrypted(UnsupportedMedia):
    """It opens with the keys of certain people only."""

    code = "pdf-certificate-encrypted"
    vi = "Tệp PDF được mã hóa riêng cho một số người nên không mở được. Hãy mở tệp, in ra PDF mới rồi gửi."
    en = "The PDF is encrypted for certain people only. Open it, print it to a new PDF and send that."


class PdfActive(UnsupportedMedia):
    """The PDF holds something that acts, or another file."""

    code = "pdf-active-content"
    vi = "Tệp PDF chứa {why_vi}. Hãy in ra PDF mới rồi gửi."
    en = "The PDF holds {why_en}. Print it to a new PDF and send that."


class PdfTooComplex(UnsupportedMedia):
    """More objects than any paper needs."""

    code = "pdf-too-complex"
    vi = "Tệp PDF quá phức tạp để kiểm tra. Hãy in ra PDF mới rồi gửi."
    en = "The PDF is too complex to check. Print it to a new PDF and send that."


class ImageDamaged(UnsupportedMedia):
    """The image does not decode."""

    code = "image-damaged"
    vi = "Ảnh bị hỏng hoặc tải lên chưa trọn vẹn. Hãy mở lại ảnh, lưu thành JPEG hoặc PNG rồi gửi."
    en = "The image is damaged or incomplete. Open it, save it as JPEG or PNG and send it again."


class ImageTooLarge(UnsupportedMedia):
    """Decoded, the image would take more memory than anyone should have to give it."""

    code = "image-too-large"
    vi = "Ảnh có quá nhiều điểm ảnh (tối đa {number} triệu). Hãy thu nhỏ ảnh rồi gửi."
    en = "The image has too many pixels (at most {number} million). Make it smaller and send it again."


class ImageTooComplex(UnsupportedMedia):
    """The image is told in more passes than any program writes."""

    code = "image-too-complex"
    vi = "Ảnh được ghi theo cách quá phức tạp. Hãy mở ảnh, lưu lại thành JPEG hoặc PNG rồi gửi."
    en = "The image is written in too complex a way. Open it, save it as JPEG or PNG and send that."


class ArchiveNotAccepted(UnsupportedMedia):
    """A ZIP archive that is neither a Word nor an Excel document."""

    code = "archive-not-accepted"
    vi = "Không nhận tệp nén. Hãy gửi từng tệp PDF, JPEG, PNG, DOCX hoặc XLSX riêng."
    en = "Archives are not accepted. Send each file by itself, as PDF, JPEG, PNG, DOCX or XLSX."


class OfficeUnsafe(UnsupportedMedia):
    """The document breaks a limit or holds more than text and pictures."""

    code = "office-unsafe"
    vi = "Tệp Word hoặc Excel không an toàn: {why_vi}. Hãy xuất ra PDF rồi gửi."
    en = "The Word or Excel file is not safe to take: {why_en}. Export it to PDF and send that."


_BY_CODE = {kind.code: kind for kind in UnsupportedMedia.__subclasses__() if kind.__module__ == __name__}


def refusal(code: str, why: str = "", number: int = 0) -> UnsupportedMedia:
    """Returns the error of that code, with its cause in both languages."""
    why_vi, why_en = CAUSES[why]
    return _BY_CODE[code](why_vi=why_vi, why_en=why_en, number=number)
