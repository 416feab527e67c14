from services.identity.log_ins.passwords import Passwords


def test_passwords_are_argon2id_salted_and_the_same_in_every_unicode_form() -> None:
    passwords = Passwords()
    stored = passwords.hash("mật khẩu")

    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert stored != passwords.hash("mật khẩu")
    assert passwords.match("mâ\u0323t khâ\u0309u", stored)
    assert not passwords.match("mat khau", stored)


def test_nobodys_password_never_matches(passwords: Passwords) -> None:
    assert not passwords.match("", "")
    assert not passwords.match("onestop-demo", "")
