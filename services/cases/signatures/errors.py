"""Errors about the signature of an application."""

from services.common.errors import InvalidInput, Unprocessable


class SignatureMalformed(InvalidInput):
    """The X-JWS-Signature header is not a detached ES256 JWS this system reads."""

    code = "signature-malformed"
    vi = "Chữ ký số kèm theo không đọc được. Hãy ký lại bằng ứng dụng ký số của bạn. Lý do kỹ thuật: {why_vi}."
    en = "The signature that came along cannot be read. Sign again with your signing program. It failed on: {why_en}."


class SignatureWrong(Unprocessable):
    """The signature does not match the body."""

    code = "signature-wrong"
    security_event = "signature_refused"
    vi = "Chữ ký số không khớp với nội dung hồ sơ. Hãy ký lại đúng nội dung gửi đi."
    en = "The signature does not match the body. Sign the exact bytes you send."


class CertificateRefused(Unprocessable):
    """The signing certificate is not one this system relies on."""

    code = "certificate-refused"
    security_event = "signature_refused"
    vi = "Chứng thư số không được chấp nhận: {why_vi}."
    en = "The signing certificate is not accepted: {why_en}."


class SignerMismatch(Unprocessable):
    """The certificate is that of somebody else than the applicant or, where there is one, the proxy."""

    code = "signer-mismatch"
    security_event = "signature_refused"
    vi = "Chứng thư số không phải của người đứng tên hồ sơ hay người được ủy quyền. Hãy ký bằng chứng thư số của mình."
    en = "The certificate is not the applicant's, or the proxy's who files. Sign with your own certificate."


class SignaturesNotTaken(Unprocessable):
    """This installation trusts no authority for signed applications."""

    code = "signatures-not-taken"
    vi = "Hệ thống này chưa nhận hồ sơ ký số. Hãy nộp không kèm chữ ký số."
    en = "This system does not take signed applications. File without a signature."
