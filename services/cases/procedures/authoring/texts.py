"""The meaning of each key of a procedure file, for whoever fills it in: Vietnamese · English, shown by editors."""

from collections.abc import Mapping

KEYS: Mapping[str, str] = {
    "code": "Mã, không trùng trong cùng danh sách · Code, unlike any other of its list",
    "name_vi": "Tên tiếng Việt · Name in Vietnamese",
    "name_en": "Tên tiếng Anh · Name in English",
    "vi": "Bằng tiếng Việt · In Vietnamese",
    "en": "Bằng tiếng Anh · In English",
    "effective_from": "Ngày có hiệu lực, yyyy-MM-dd · First day in force",
    "effective_to": "Ngày cuối có hiệu lực; bỏ trống là chưa định · Last day in force; none = open",
    "legal_basis": "Căn cứ pháp lý · Legal basis",
    "sector": "Lĩnh vực · Field of administration",
    "service_level": "Toàn trình, một phần (kèm partial_reason) hoặc chỉ cung cấp thông tin · "
    "End to end, partial (with partial_reason) or information only",
    "rules": "Bộ quy định một cửa của rules.yaml · One-stop rule set, or family of them, of rules.yaml",
    "number_format": "Định dạng mã hồ sơ · Format of case numbers",
    "number_owner": "Hai chữ số của cơ quan chủ quản, chỉ với F3 · Two digits of the system's owner, with F3 only",
    "min_assurance": "Mức định danh điện tử tối thiểu khi nộp trực tuyến, 0-2 · Identity level needed online, 0-2",
    "agencies": "Cơ quan giải quyết, theo mã · Who decides, by code",
    "papers": "Thành phần hồ sơ · Papers of a case",
    "fees": "Phí, lệ phí · Fees and levies",
    "amounts": "Các mức thu; mức đầu tiên khớp được áp dụng · Amounts; the first that applies is the amount",
    "due": "Thời điểm thu: khi tiếp nhận, khi yêu cầu hoặc khi trả kết quả · When it falls due",
    "channels": "Hình thức nộp được áp dụng · Channels it is for",
    "when": "Chỉ khi các mục của biểu mẫu có giá trị này · Only when form fields have these values",
    "steps": "Một bước intake, các bước handling theo thứ tự, một bước return · Intake, handling in order, return",
    "phase": "Tiếp nhận, xử lý hoặc trả kết quả · Where in the life of a case it is",
    "role": "Vai trò thực hiện · Who does it",
    "required": "Hình thức nộp bắt buộc có giấy tờ này · Channels that must hand it in",
    "prefill": "Mục của biểu mẫu: trường của cơ sở dữ liệu dân cư · Form field: field of the population register",
    "procedure": "Mã thủ tục · Procedure code",
}
"""By key; a key whose description stands in the model has none here."""
