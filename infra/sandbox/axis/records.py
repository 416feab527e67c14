"""Cục Hồ sơ nghiệp vụ, which answers what it is asked about a person."""

from infra.sandbox.axis.agency import Agency, Said
from infra.sandbox.axis.edxml import Document, Organ, Signatory


class RecordsOffice(Agency):
    """Finds no entry about anybody."""

    organ = Organ("G01.001.00", "Cục Hồ sơ nghiệp vụ, Bộ Công an", "Hà Nội")
    signatory = Signatory("TL. CỤC TRƯỞNG", "Trưởng phòng", "Ngô Thị Hoa")
    notation = "HSNV-P2"

    def says(self, document: Document) -> Said:
        return Said(
            f"Trả lời: {document.subject}",
            "Qua tra cứu hồ sơ nghiệp vụ, không có thông tin án tích của người được hỏi.",
        )
