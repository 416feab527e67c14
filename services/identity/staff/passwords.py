"""The rules a password keeps to (ASVS 5.0, 6.2), and the codes with which people set their first one."""

import secrets
from collections.abc import Collection
from functools import cache
from pathlib import Path

from services.common import limits
from services.common.errors import FieldError, Unauthenticated
from services.common.text import nfc

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that reads like something else
_CODE_LENGTH = 10  # some 50 bits
_LIST = Path(__file__).with_name("breached_passwords.txt")


class BadAccessCode(Unauthenticated):
    """User name and code do not belong together, or the code was used, replaced or came too late."""

    code = "bad-access-code"
    security_event = ""  # told by the use case, which knows more
    vi = "Tên đăng nhập hoặc mã không đúng, hoặc mã đã hết hạn. Hãy kiểm tra, hoặc xin người quản trị cấp mã mới."
    en = (
        "The user name or code is wrong, or the code has expired. Check them, or ask your administrator for a new code."
    )


class BadCurrentPassword(Unauthenticated):
    """The password said to be the present one is not."""

    code = "bad-current-password"
    security_event = ""  # told by the use case
    vi = "Mật khẩu hiện tại không đúng. Hãy kiểm tra rồi nhập lại."
    en = "The present password is wrong. Check it and try again."


def new_code() -> str:
    """Makes a code as it is handed over: ABCDE-FGHJK."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
    half = _CODE_LENGTH // 2
    return f"{letters[:half]}-{letters[half:]}"


def bare_code(typed: str) -> str:
    """Returns a code without what people add or leave out in typing it."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())


def check_new_password(password: str, username: str) -> list[FieldError]:
    """Lists what is wrong with a password somebody chose; there is no rule about kinds of characters, nor that it must
    change.

    Args:
        username: whose it will be; a password that is the name is no secret.
    """
    if not limits.NEW_PASSWORD_LENGTH <= len(nfc(password)) <= limits.PASSWORD_LENGTH or "\0" in password:
        return [
            FieldError(
                "/new_password",
                "password-length",
                f"Hãy đặt mật khẩu từ {limits.NEW_PASSWORD_LENGTH} đến {limits.PASSWORD_LENGTH} ký tự, ví dụ ghép bốn "
                "từ không liên quan với nhau.",
                f"Choose a password of {limits.NEW_PASSWORD_LENGTH} to {limits.PASSWORD_LENGTH} characters, e.g. four "
                "words that have nothing to do with each other.",
            )
        ]
    folded = nfc(password).casefold()
    if folded in _breached() or folded.strip() == username.casefold() or _repeats(folded):
        return [
            FieldError(
                "/new_password",
                "password-breached",
                "Mật khẩu này dễ đoán hoặc đã bị lộ ở nơi khác. Hãy đặt mật khẩu khác, ví dụ ghép bốn từ không liên "
                "quan với nhau.",
                "This password is easy to guess or is known from a breach elsewhere. Choose another, e.g. four words "
                "that have nothing to do with each other.",
            )
        ]
    return []


def _repeats(password: str) -> bool:
    """Returns whether it is one short piece over and over, as 123123123123 and aaaaaaaaaaaa are."""
    piece = (password + password).find(password, 1)
    return piece < limits.NEW_PASSWORD_LENGTH // 2


@cache
def _breached() -> Collection[str]:
    lines = _LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
