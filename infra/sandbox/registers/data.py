"""The people and firms the stand-in registers know. All invented; tax codes are published example numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Person:
    """An entry of the population register; dates as yyyy-MM-dd, of old people as much of it as is known."""

    personal_number: str
    full_name: str
    birth_date: str
    sex: str
    permanent_residence: str
    current_residence: str = ""
    phone: str = ""
    email: str = ""
    nationality: str = "Việt Nam"
    ethnicity: str = "Kinh"


@dataclass(frozen=True, slots=True)
class Firm:
    """An entry of the business register; status is active, suspended or dissolved."""

    tax_code: str
    name: str
    address: str
    representative: str
    representative_number: str
    status: str = "active"


_PEOPLE = (
    Person(
        "079301000019",
        "Nguyễn Thị Lan",
        "2001-05-20",
        "female",
        "12 Lê Lợi, phường Bến Thành, Thành phố Hồ Chí Minh",
        "12 Lê Lợi, phường Bến Thành, Thành phố Hồ Chí Minh",
        "0903000019",
        "lan@example.com",
    ),
    Person(
        "001090000001",
        "Trần Văn Hùng",
        "1990-01-15",
        "male",
        "5 Hàng Bài, phường Cửa Nam, Thành phố Hà Nội",
        "88 Pasteur, phường Sài Gòn, Thành phố Hồ Chí Minh",
        "0912000001",
        "hung@example.com",
    ),
    Person("079180000123", "Phạm Thị Mai", "1980-03-08", "female", "31 Nguyễn Huệ, Thành phố Hồ Chí Minh"),
    Person("079075000456", "Lê Minh Đức", "1975-11-24", "male", "7 Trần Hưng Đạo, Thành phố Hồ Chí Minh"),
    Person("048070000789", "Võ Thành Công", "1970-09-02", "male", "19 Bạch Đằng, Thành phố Đà Nẵng"),
    Person("079185000321", "Đặng Thị Hạnh", "1985-06-01", "female", "3 Lê Thánh Tôn, Thành phố Hồ Chí Minh"),
    Person("038203000017", "Hoàng Gia Bảo", "2003-12-31", "male", "2 Đại lộ Lê Lợi, tỉnh Thanh Hóa", ethnicity="Mường"),
    Person("092199000042", "Huỳnh Ngọc Ánh", "1999-04-30", "female", "45 Hòa Bình, Thành phố Cần Thơ"),
    Person("066188000005", "H'Hen Niê", "1988-07-15", "female", "Buôn Ma Thuột, tỉnh Đắk Lắk", ethnicity="Ê Đê"),
    Person("790090000002", "Trần Quốc Tế", "1990-02-02", "male", "Ghi khai sinh tại nước ngoài"),
)
# Of whom the register knows less, or writes oddly: the year, the month, zeros for what is not known, no date at all.
_OLD = (
    Person("079045000031", "Đỗ Văn Thọ", "1945", "male", "8 Tân Định, Thành phố Hồ Chí Minh", phone="0903000031"),
    Person("079145000032", "Đỗ Thị Phúc", "1945-06", "female", "8 Tân Định, Thành phố Hồ Chí Minh"),
    Person("038044000033", "Lò Văn Lộc", "19440000", "male", "Bản Mòng, tỉnh Thanh Hóa", ethnicity="Thái"),
    Person("079150000034", "Ngô Thị An", "không rõ", "female", "9 Tân Định", phone="không có", email="an@example.com"),
)
# The register itself is wrong about her: a digit says man. For the tests of contradictory data.
_CONTRADICTORY = (Person("079095000077", "Lý Thị Nhầm", "1995-10-10", "female", "Thành phố Hồ Chí Minh"),)
_FIRMS = (
    Firm(
        "0100112437",
        "Ngân hàng TMCP Sao Việt",
        "198 Trần Quang Khải, Thành phố Hà Nội",
        "Nguyễn Văn An",
        "001070000103",
    ),
    Firm(
        "0100233488",
        "Công ty TNHH Bình Minh",
        "1 Lý Thường Kiệt, Thành phố Hà Nội",
        "Trần Thị Bình",
        "001175000104",
    ),
    Firm(
        "0314409058",
        "Công ty cổ phần Phương Nam",
        "9 Tôn Đức Thắng, Thành phố Hồ Chí Minh",
        "Lê Văn Nam",
        "079080000105",
    ),
    Firm(
        "0314409058-001",
        "Chi nhánh Bến Thành Công ty cổ phần Phương Nam",
        "15 Lê Lai, phường Bến Thành, Thành phố Hồ Chí Minh",
        "Nguyễn Thị Lan",
        "079301000019",
    ),
    Firm(
        "0314409058-002",
        "Chi nhánh Công ty cổ phần Phương Nam",
        "22 Hùng Vương, Thành phố Cần Thơ",
        "Trần Văn Hùng",
        "001090000001",
        "suspended",
    ),
    Firm(
        "001090000001",
        "Hộ kinh doanh Trần Văn Hùng",
        "88 Pasteur, Thành phố Hồ Chí Minh",
        "Trần Văn Hùng",
        "001090000001",
    ),
)

# What other registers hold of people's papers, by personal number; Lan's health was never entered.
PAPERS: Mapping[str, Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "driving-licences": {
            "079301000019": {
                "number": "790123456789",
                "licence_class": "B",
                "issuer": "Công an Thành phố Hồ Chí Minh",
                "issued_on": "2017-06-01",
                "expires_on": "2027-06-01",
            },
            "001090000001": {
                "number": "010987654321",
                "licence_class": "C1",
                "issuer": "Công an Thành phố Hà Nội",
                "issued_on": "2022-03-15",
                "expires_on": "2032-03-15",
            },
        },
        "health-records": {
            "001090000001": {
                "number": "KSK-2026-00118",
                "issuer": "Bệnh viện Thống Nhất",
                "issued_on": "2026-01-10",
                "expires_on": "2099-12-31",
                "conclusion": "Đủ điều kiện sức khỏe lái xe hạng C1",
            },
            "079180000123": {
                "number": "KSK-2020-00007",
                "issuer": "Bệnh viện Thống Nhất",
                "issued_on": "2020-01-10",
                "expires_on": "2021-01-10",
            },
        },
    }
)

PEOPLE = MappingProxyType({person.personal_number: person for person in (*_PEOPLE, *_OLD, *_CONTRADICTORY)})
FIRMS = MappingProxyType({firm.tax_code: firm for firm in _FIRMS})
