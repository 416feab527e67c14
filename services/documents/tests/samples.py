"""Facts of papers and bytes of files for tests."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import pikepdf
from PIL import Image

from services.common import limits
from services.documents.files.inspect import media_type_of
from services.documents.files.inspect.refused import Refused
from services.documents.files.refusals import refusal

FACTS: dict[str, Any] = {
    "case_ref": "G01.029.00-260105-010001",
    "procedure_code": "3.000347",
    "procedure_name_vi": "Đổi giấy phép lái xe",
    "procedure_name_en": "Exchange of a driving licence",
    "agency_code": "G01.029.00",
    "agency_name": "Công an Thành phố Hồ Chí Minh",
    "parent_agency_name": "Bộ Công an",
    "one_stop": {
        "kind": "BPTNTKQ",
        "name": "Bộ phận Tiếp nhận và Trả kết quả",
        "above": "Công an Thành phố Hồ Chí Minh",
    },
    "place": "Thành phố Hồ Chí Minh",
    "issued_date": "2026-01-05",
    "history_head": "3f" * 32,
    "applicant": {
        "full_name": "Nguyễn Thị Lan",
        "identifier": "079301000019",
        "address": "Số 86 đường Lê Thánh Tôn, phường Bến Nghé, Thành phố Hồ Chí Minh",
        "phone": "0901234567",
        "email": "lan@example.vn",
    },
    "received_at": "2026-01-05T02:05:00Z",
}
TEN_DAYS = [
    {"vi": "Áp dụng Nghị định 118/2025/NĐ-CP.", "en": "Under Decree 118/2025/ND-CP."},
    {
        "vi": "Đủ hồ sơ lúc 09:00 thứ Hai 02/03/2026, không muộn hơn 16:00: coi là nhận trong ngày này.",
        "en": "Complete at 09:00 on Monday 02/03/2026, not after 16:00: counts as received that day.",
    },
    {
        "vi": "Ngày bắt đầu thứ Hai 02/03/2026: ngày đầu tiên không tính (Bộ luật Dân sự 2015, Điều 147 khoản 2).",
        "en": "Effective day Monday 02/03/2026: the first day is not counted (Civil Code 2015, Article 147.2).",
    },
    {"vi": "Ngày làm việc thứ 1–4: 03/03/2026–06/03/2026.", "en": "Working day 1–4: 03/03/2026–06/03/2026."},
    {
        "vi": "Không tính 07/03/2026–08/03/2026: nghỉ cuối tuần.",
        "en": "Not counted 07/03/2026–08/03/2026: weekend.",
    },
    {"vi": "Ngày làm việc thứ 5–9: 09/03/2026–13/03/2026.", "en": "Working day 5–9: 09/03/2026–13/03/2026."},
    {
        "vi": "Không tính 14/03/2026–15/03/2026: nghỉ cuối tuần.",
        "en": "Not counted 14/03/2026–15/03/2026: weekend.",
    },
    {"vi": "Ngày làm việc thứ 10: 16/03/2026.", "en": "Working day 10: 16/03/2026."},
    {"vi": "Hạn trả kết quả: 17:00 thứ Hai 16/03/2026.", "en": "Due at 17:00 on Monday 16/03/2026."},
]
"""As a case explains a term of ten working days."""
COMPLAINT = {
    "to": "người đứng đầu Công an Thành phố Hồ Chí Minh",
    "days": 90,
    "legal_basis": "Luật Khiếu nại số 02/2011/QH13, được sửa đổi, bổ sung bởi Luật số 136/2025/QH15",
    "court": "khởi kiện vụ án hành chính tại Tòa án theo Luật Tố tụng hành chính",
    "place": "Bộ phận Một cửa, 268 Trần Hưng Đạo, phường Cầu Ông Lãnh",
    "phone": "1022",
}
BY_FORM: dict[str, dict[str, Any]] = {
    "01": {
        "effective_date": "2026-01-05",
        "due_date": "2026-01-12",
        "days": 5,
        "fee": 115000,
        "return_place": "Trả trực tuyến và qua bưu chính",
        "papers": [
            {"name": "Giấy khám sức khỏe của người lái xe", "kind": "original"},
            {"name": "Ảnh chân dung", "copies": 2},
        ],
        "register_volume": 1,
        "register_no": 8,
        "sector_name_vi": "Sát hạch, cấp giấy phép lái xe",
        "explanation": [{"vi": "Nhận trước giờ chốt 15:00.", "en": "Received before the 15:00 cut-off."}],
    },
    "02": {
        "items": [
            "Mục “Số điện thoại”: không khớp với cơ sở dữ liệu. Ghi số đang dùng",
            "Giấy tờ “Ảnh chân dung”: không đọc được. Ảnh nền trắng",
        ],
        "legal_ground": "Thông tư 12/2025/TT-BCA, Điều 21; Nghị định 118/2025/NĐ-CP",
        "reason": "Họ tên trong đơn không khớp với giấy phép đã cấp.",
        "contact_name": "Lê Minh Đức",
        "contact_phone": "028 3829 7643",
        "last_day": "2026-01-27",
    },
    "03": {"reason": "Giấy phép lái xe đang bị tước quyền sử dụng.", "legal_ground": "Điều 21 Thông tư 12/2025/TT-BCA"},
    "04": {
        "reason": "Cơ quan phối hợp chưa trả lời kết quả xác minh.",
        "old_due_date": "2026-01-12",
        "due_date": "2026-01-16",
    },
    "05": {"reason": "Người nộp hồ sơ đang bị điều tra về hành vi giả mạo giấy tờ."},
    "06": {
        "due_date": "2026-01-12",
        "partners": ["Cục Hồ sơ nghiệp vụ"],
        "rows": [
            {
                "to_unit": "Bộ phận Một cửa",
                "at": "2026-01-05T02:05:00Z",
                "giver": "Nguyễn Thị Lan",
                "taker": "Phạm Thị Mai",
                "note": "Nộp hồ sơ",
            },
            {
                "from_unit": "Bộ phận Một cửa",
                "to_unit": "Phòng Cảnh sát giao thông",
                "at": "2026-01-05T07:30:00Z",
                "giver": "Phạm Thị Mai",
                "taker": "Lê Minh Đức",
                "result": "before",
            },
            {
                "from_unit": "Phòng Cảnh sát giao thông",
                "to_unit": "Bộ phận Một cửa",
                "at": "2026-01-12T03:00:00Z",
                "giver": "Lê Minh Đức",
                "result": "late",
                "note": "Chờ Cục Hồ sơ nghiệp vụ trả lời",
            },
        ],
    },
    "07": {
        "sector_name_vi": "Đăng ký, quản lý phương tiện giao thông và người lái",
        "from_date": "2026-01-01",
        "to_date": "2026-03-31",
        "volume": 1,
        "rows": [
            {
                "no": 1,
                "case_ref": "G01.029.00-260105-010001",
                "procedure_name_vi": "Đổi giấy phép lái xe",
                "applicant_name": "Nguyễn Thị Lan",
                "address": "Số 86 đường Lê Thánh Tôn, phường Bến Nghé, Thành phố Hồ Chí Minh",
                "phone": "0901234567",
                "agency_name": "Công an Thành phố Hồ Chí Minh",
                "received_at": "2026-01-05T02:05:00Z",
                "due_date": "2026-01-12",
                "returned_at": "2026-01-12T18:30:00Z",
                "method": "Qua bưu chính",
            },
            {
                "no": 2,
                "case_ref": "G01.029.00-260106-010002",
                "procedure_name_vi": "Đổi giấy phép lái xe",
                "applicant_name": "Trần Văn Hùng",
                "agency_name": "Công an Thành phố Hồ Chí Minh",
                "received_at": "2026-01-06T02:05:00Z",
            },
        ],
    },
    "suspension": {
        "reason": "Chờ cơ quan điều tra kết luận về việc tạm giữ giấy phép lái xe.",
        "legal_ground": "Khoản 3 Điều 21 Thông tư 12/2025/TT-BCA",
        "complaint": COMPLAINT,
    },
    "closure": {
        "reason": "Hồ sơ không được bổ sung, hoàn thiện trong 15 ngày làm việc kể từ ngày yêu cầu.",
        "legal_ground": "Nghị định 297/2025/NĐ-CP, Điều 6",
        "asked_at": "2026-01-06T02:05:00Z",
        "last_day": "2026-01-27",
        "items": ["Giấy tờ “Ảnh chân dung”: không đọc được. Ảnh nền trắng"],
        "complaint": COMPLAINT,
    },
    "result": {
        "decision": "granted",
        "reason": "Cấp đổi giấy phép lái xe hạng B.",
        "decided_by": "Võ Thành Công",
        "decided_at": "2026-01-09T08:30:00Z",
    },
}
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


WITHOUT_CASE = ("case_ref", "procedure_code", "procedure_name_vi", "procedure_name_en", "applicant", "history_head")


def facts(form: str, **changes: Any) -> dict[str, Any]:
    head = {name: value for name, value in FACTS.items() if form != "07" or name not in WITHOUT_CASE}
    return head | BY_FORM[form] | changes


_PERSON = {
    "full_name": "Nguyễn Thị Lan",
    "sex": "female",
    "birth_date": "2001-05-12",
    "nationality": "Việt Nam",
    "permanent_residence": "12 Lê Lợi, phường Bến Thành, Thành phố Hồ Chí Minh",
    "personal_number": "079301000019",
}
_BUSINESS = {
    "business_name": "Hộ kinh doanh Phở Hùng",
    "business_address": "15 Lê Lai, phường Bến Thành, Thành phố Hồ Chí Minh",
    "responsible_name": "Trần Văn Hùng",
    "responsible_personal_number": "001090000001",
    "phone": "0912345678",
}
RESULTS: dict[str, dict[str, Any]] = {
    "phieu-ly-lich-tu-phap": _PERSON | {"certificate_type": "1", "has_convictions": False, "ban_asked": True},
    "giay-phep-lai-xe": _PERSON | {"licence_number": "790123456789", "licence_class": "B"},
    "giay-khai-sinh": {
        "child_name": "Trần Bảo An",
        "child_birth_date": "2026-02-20",
        "child_sex": "female",
        "child_ethnicity": "Kinh",
        "child_nationality": "Việt Nam",
        "birth_place": "Bệnh viện Từ Dũ, Thành phố Hồ Chí Minh",
        "mother_name": "Nguyễn Thị Lan",
        "mother_birth_date": "2001",
        "requester_name": "Nguyễn Thị Lan",
        "requester_personal_number": "079301000019",
    },
    "trich-luc-ho-tich": {
        "event": "birth",
        "full_name": "Trần Bảo An",
        "birth_date": "2005-11-04",
        "sex": "female",
        "ethnicity": "Kinh",
        "nationality": "Việt Nam",
        "birth_place": "Bệnh viện Từ Dũ",
        "mother_name": "Nguyễn Thị Lan",
        "registered_at": "Ủy ban nhân dân phường Bến Thành",
        "register_number": "215",
        "registered_on": "2005-11-20",
    },
    "giay-dang-ky-ho-kinh-doanh": _BUSINESS
    | {
        "business_code": "001090000001",
        "lines_of_business": [{"code": "5610", "name": "Nhà hàng và các dịch vụ ăn uống phục vụ lưu động"}],
        "capital": 200_000_000,
        "established_by": "individual",
        "owner_name": "Trần Văn Hùng",
        "owner_birth_date": "1990-01-01",
        "owner_sex": "male",
        "owner_personal_number": "001090000001",
        "owner_residence": "15 Lê Lai, phường Bến Thành",
    },
    "giay-an-ninh-trat-tu": _BUSINESS,
    "giay-phep-karaoke": _BUSINESS | {"rooms": 8},
}
"""Facts of the result templates that ship here, by name."""


def result_facts(template: str, *, owner: str = "079301000019", **changes: Any) -> dict[str, Any]:
    """Facts of a certificate set by one of the templates."""
    kind = {"code": "gplx", "name_vi": "Giấy phép lái xe", "name_en": "Driving licence", "legal_value": "original"}
    result = {
        "facts": RESULTS[template],
        "notation": "GPLX",
        "issued_on": "2026-01-05",
        "valid_until": "2036-01-05",
        "signer": {"lines": ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"], "name": "Võ Thành Công"},
    }
    ground = "Luật Trật tự, an toàn giao thông đường bộ 2024"
    return facts("result", result_type=kind | {"owner": owner}, result=result | changes, legal_ground=ground)


def pdf(note: bytes = b"", **root: Any) -> bytes:
    """A one-page PDF, with a note to tell one from another and extra entries in its catalogue."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(200, 200))
    document.pages[0].Contents = document.make_stream(b"% " + note)
    for name, value in root.items():
        document.Root[f"/{name}"] = value
    out = io.BytesIO()
    document.save(out, compress_streams=False)
    return out.getvalue()


def kind_of(content: bytes) -> str:
    """What the inspection says of these bytes, in this process; raises what people are told."""
    try:
        return media_type_of(content)
    except Refused as error:
        raise refusal(*error.args) from error


def image(kind: str, size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 80).save(out, kind, **options)
    return out.getvalue()


def png_with(name: bytes, content: bytes) -> bytes:
    """A PNG with one more chunk before its pixels."""
    plain = image("PNG")
    at = plain.index(b"IDAT") - 4
    chunk = len(content).to_bytes(4) + name + content + zlib.crc32(name + content).to_bytes(4)
    return plain[:at] + chunk + plain[at:]


def jpeg_in_scans(scans: int) -> bytes:
    """A progressive JPEG that goes over its pixels so many times."""
    content = image("JPEG", progressive=True)
    last = content.rfind(b"\xff\xda")
    again = content[last:-2]
    return content[:-2] + again * (scans - content.count(b"\xff\xda")) + content[-2:]


def swelling_pdf(size: int) -> bytes:
    """A PDF of a few kilobytes whose stream of objects unpacks to so many bytes."""
    objects = b"1 0 2 34 3 76 "
    inner = (
        objects
        + b"<</Type/Catalog/Pages 2 0 R>>     "[:34].ljust(34)
        + b"<</Type/Pages/Kids[3 0 R]/Count 1>>".ljust(42)
    )
    inner += b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    packer = zlib.compressobj(9)
    packed = packer.compress(inner) + b"".join(
        packer.compress(b" " * min(limits.MIB, size - done)) for done in range(0, size, limits.MIB)
    )
    packed += packer.flush()
    head = b"%PDF-1.5\n"
    body = b"4 0 obj\n<</Type/ObjStm/N 3/First %d/Filter/FlateDecode/Length %d>>stream\n" % (len(objects), len(packed))
    body += packed + b"\nendstream endobj\n"
    table = len(head + body)
    rows = [(0, 0, 0), (2, 4, 0), (2, 4, 1), (2, 4, 2), (1, len(head), 0), (1, table, 0)]
    index = b"".join(kind.to_bytes(1) + place.to_bytes(4) + number.to_bytes(1) for kind, place, number in rows)
    tail = b"5 0 obj\n<</Type/XRef/Size 6/W[1 4 1]/Root 1 0 R/Length %d>>stream\n" % len(index)
    return head + body + tail + index + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % table


def lasting_pdf() -> bytes:
    """A PDF of three kilobytes that takes whoever follows its actions, a dozen after each, as long as it is let."""
    steps = 15
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        *(b"<</S/GoTo/D[3 0 R/Fit]/Next[%s]>>" % (b"%d 0 R " % number * 12) for number in range(5, 4 + steps)),
        b"<</S/GoTo/D[3 0 R/Fit]>>",
    ]
    content, table = b"%PDF-1.7\n", b"0000000000 65535 f \n"
    for number, each in enumerate(objects, 1):
        table += b"%010d 00000 n \n" % len(content)
        content += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    size = len(objects) + 1
    trailer = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(content))
    return content + b"xref\n0 %d\n" % size + table + trailer


def office(kind: str = "word", parts: Mapping[str, bytes] = {}, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A minimal DOCX (`word`) or XLSX (`spreadsheet`), with more parts or others in their place."""
    main = {"word": "word/document.xml", "spreadsheet": "xl/workbook.xml"}[kind]
    suffix = {"word": "wordprocessingml.document", "spreadsheet": "spreadsheetml.sheet"}[kind]
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/'
        f'{main}" ContentType="application/vnd.openxmlformats-officedocument.{suffix}.main+xml"/></Types>'
    )
    everything = {"[Content_Types].xml": types.encode(), main: b"<document/>", **parts}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in everything.items():
            archive.writestr(name, content)
    return out.getvalue()
