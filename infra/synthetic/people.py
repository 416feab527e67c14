"""People who do not exist: names as frequent as in Viet Nam, numbers, addresses and telephones of the right form."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from services.contracts.provinces import PROVINCES

EMAIL_DOMAIN = "synthetic.invalid"
"""Marks everyone made up here; no mail can ever go there (RFC 2606)."""

# How many in a thousand bear it, roughly.
_FAMILIES = {
    "Nguyễn": 384, "Trần": 121, "Lê": 95, "Phạm": 70, "Hoàng": 26, "Huỳnh": 25, "Phan": 45, "Vũ": 20, "Võ": 19,
    "Đặng": 21, "Bùi": 20, "Đỗ": 14, "Hồ": 13, "Ngô": 13, "Dương": 10, "Lý": 5, "Đinh": 10, "Đào": 8, "Trương": 14,
    "Mai": 9, "Trịnh": 8, "Lâm": 7, "Tạ": 5, "Cao": 6, "Tống": 3, "Châu": 4, "Quách": 2, "Thái": 4, "Tôn": 2, "Kiều": 2,
}  # fmt: skip
_MIDDLES = {
    "female": {"Thị": 420, "Ngọc": 90, "Thanh": 60, "Thị Thu": 40, "Thị Kim": 40, "Thùy": 40, "Phương": 40, "Mỹ": 30,
               "Hồng": 40, "Thị Minh": 30, "Bích": 20, "Khánh": 20, "Hoài": 15, "Diệu": 15, "Thị Bích": 20, "": 80},
    "male": {"Văn": 320, "Hữu": 60, "Đức": 60, "Minh": 70, "Quốc": 50, "Công": 40, "Thành": 40, "Xuân": 35, "Ngọc": 40,
             "Anh": 25, "Hoàng": 35, "Đình": 35, "Trọng": 20, "Quang": 35, "Bá": 10, "Thế": 20, "Tuấn": 25, "": 80},
}  # fmt: skip
_GIVEN = {
    "female": "Anh Ánh Bình Châu Chi Cúc Diễm Diệp Dung Duyên Đào Giang Hà Hạnh Hằng Hiền Hoa Hòa Hoài Hồng Huệ Huyền "
    "Hương Khanh Lan Lê Liên Linh Loan Ly Mai My Nga Ngân Nghi Ngọc Nguyên Nguyệt Nhi Nhung Oanh Phúc Phương Phượng "
    "Quyên Quỳnh Tâm Thanh Thảo Thi Thơ Thu Thủy Thúy Thương Tiên Trang Trâm Trinh Trúc Tú Tuyết Uyên Vân Vy Xuân Yến",
    "male": "An Anh Ân Bách Bảo Bình Cường Chiến Danh Dũng Duy Dương Đại Đạt Đăng Điền Đông Đức Giang Hải Hào Hậu Hiếu "
    "Hiệp Hoà Hoàng Hùng Huy Hưng Khải Khang Khánh Khoa Khôi Kiên Kiệt Lâm Lân Long Lộc Lợi Luân Mạnh Minh Nam Nghĩa "
    "Nhân Nhật Phát Phong Phú Phúc Phước Quân Quang Quốc Quý Sang Sơn Tài Tâm Tân Thái Thành Thắng Thiện Thịnh Thông "
    "Tiến Toàn Trí Trọng Trung Trường Tuấn Tùng Tú Văn Việt Vinh Vũ Vương Ý",
}
_STREETS = (
    "Lê Lợi",
    "Nguyễn Huệ",
    "Hai Bà Trưng",
    "Trần Hưng Đạo",
    "Lý Thường Kiệt",
    "Điện Biên Phủ",
    "Cách Mạng Tháng Tám",
    "Nguyễn Trãi",
    "Nguyễn Thị Minh Khai",
    "Lê Duẩn",
    "Pasteur",
    "Võ Văn Kiệt",
    "Phan Đình Phùng",
    "Hoàng Văn Thụ",
    "Quang Trung",
    "Lê Hồng Phong",
    "Nguyễn Đình Chiểu",
    "Trường Chinh",
    "Phạm Văn Đồng",
    "Xô Viết Nghệ Tĩnh",
    "Bạch Đằng",
    "Lê Văn Sỹ",
    "Âu Cơ",
    "Lạc Long Quân",
    "Hòa Bình",
    "Tôn Đức Thắng",
    "Nguyễn Văn Cừ",
    "Hùng Vương",
    "An Dương Vương",
    "Ngô Quyền",
    "Đinh Tiên Hoàng",
    "Bà Huyện Thanh Quan",
    "Cao Thắng",
)
_WARDS = (
    "Bến Thành",
    "Sài Gòn",
    "Tân Định",
    "Cầu Ông Lãnh",
    "Bàn Cờ",
    "Xuân Hòa",
    "Nhiêu Lộc",
    "Xóm Chiếu",
    "Khánh Hội",
    "Vĩnh Hội",
    "Chợ Quán",
    "An Đông",
    "Chợ Lớn",
    "Bình Tiên",
    "Bình Tây",
    "Phú Lâm",
    "Tân Hưng",
    "Tân Thuận",
    "Phú Thuận",
    "Tân Mỹ",
    "Chánh Hưng",
    "Bình Đông",
    "Hòa Hưng",
    "Diên Hồng",
    "Vườn Lài",
    "Hòa Bình",
    "Bình Thới",
    "Phú Thọ",
    "Minh Phụng",
    "Gia Định",
    "Bình Thạnh",
    "Thạnh Mỹ Tây",
    "Tân Sơn Hòa",
    "Bảy Hiền",
    "Tân Bình",
)
_BORN_HERE = 0.45
_FOUR_WORDS = 0.5
"""Share of people who have a second middle name, as in Nguyễn Thị Thanh Hương."""
_YOUNGEST, _OLDEST = 18 * 365, 85 * 365  # days


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody made up; `sex` is male or female."""

    full_name: str
    sex: str
    born: date
    personal_number: str
    address: str
    phone: str
    email: str


def person(random: Random, today: date) -> Person:
    """Makes up another person, of age on that day."""
    sex = random.choice(("female", "male"))
    second = random.choice(_GIVEN_NAMES[sex]) if random.random() < _FOUR_WORDS else ""
    parts = (_drawn(random, _FAMILIES), _drawn(random, _MIDDLES[sex]), second, random.choice(_GIVEN_NAMES[sex]))
    born = today - timedelta(days=int(random.triangular(_YOUNGEST, _OLDEST, 30 * 365)))
    number = _personal_number(random, sex, born)
    return Person(
        full_name=" ".join(part for part in parts if part),
        sex=sex,
        born=born,
        personal_number=number,
        address=address(random),
        phone=f"0{random.choice('35789')}{random.randrange(10**8):08d}",
        email=f"{number}@{EMAIL_DOMAIN}",
    )


def address(random: Random) -> str:
    """Returns a house in Ho Chi Minh City, as addresses are written since districts went (July 2025)."""
    house = str(random.randint(1, 900)) + random.choice(("", "", "", "/" + str(random.randint(1, 60)), "A", "B"))
    return f"{house} {random.choice(_STREETS)}, phường {random.choice(_WARDS)}, Thành phố Hồ Chí Minh"


def _personal_number(random: Random, sex: str, born: date) -> str:
    """Makes up a personal number: province, century and sex, year of birth, and six digits that mean nothing."""
    province = "079" if random.random() < _BORN_HERE else random.choice(_PROVINCE_CODES)
    century = (born.year // 100 - 19) * 2 + (sex == "female")
    return f"{province}{century}{born.year % 100:02d}{random.randrange(1, 10**6):06d}"


def _drawn(random: Random, shares: dict[str, int]) -> str:
    return random.choices(tuple(shares), tuple(shares.values()))[0]


_GIVEN_NAMES = {sex: tuple(names.split()) for sex, names in _GIVEN.items()}
_PROVINCE_CODES = tuple(PROVINCES)
