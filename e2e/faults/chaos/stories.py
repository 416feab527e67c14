"""The lives cases live while things die; each ends wherever its people leave it."""

import random
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import orjson

from e2e.client import Client, Json
from e2e.faults.chaos.person import Note, Person, in_status, once
from e2e.journeys import birth, clock, steps
from e2e.results import granting

AGENCY = "G01.029.00"
LATE_FEE = "phi_sao_luc"
WHO = ("lan", "hung", "clerk", "officer", "leader", "ward.officer", "ward.police")


def application(number: int) -> bytes:
    """An application for a criminal-record certificate (2.000488), filed by Nguyễn Thị Lan."""
    return orjson.dumps(
        {
            "procedure": "2.000488",
            "agency": AGENCY,
            "applicant": {
                "full_name": "Nguyễn Thị Lan",
                "identifier": "079301000019",
                "address": "12 Lê Lợi, phường Bến Thành, TP. Hồ Chí Minh",
                "phone": "0901234567",
            },
            "form": {
                "certificate_type": "1",
                "full_name": "Nguyễn Thị Lan",
                "personal_number": "079301000019",
                "birth_date": "2001-05-20",
                "sex": "female",
                "nationality": "Việt Nam",
                "permanent_residence": "12 Lê Lợi, phường Bến Thành, TP. Hồ Chí Minh",
                "purpose": f"Xin việc làm {number}",
                "fee_group": "standard",
                "history": [{"from": "2015-05", "residence": "Phường Bến Thành, TP. Hồ Chí Minh"}],
            },
        }
    )


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is written before anything dies: applications that hold uploads or what registers know."""

    birth: bytes
    business: bytes
    extract: bytes

    @classmethod
    def at(cls, base_url: str) -> "Prepared":
        """Also publishes the procedure whose fees fall due on the way."""
        lan, hung, admin = (Client(base_url).log_in(name) for name in ("lan", "hung", "admin"))
        admin.publish(clock.FILE.read_bytes())
        return cls(birth.application(lan), steps.application(hung), clock.application(lan))


@dataclass(frozen=True, slots=True)
class Stage:
    """Who is at work in one thread, with what."""

    people: Mapping[str, Person]
    prepared: Prepared
    note: Note
    chance: random.Random

    def file(self, who: str, body: bytes) -> str:
        """Files an application; now and then twice at once."""
        key, person = str(uuid.uuid4()), self.people[who]
        self.note(op="invoked", key=key)
        if self.chance.random() < 0.3:
            person.try_once("POST", "/cases", data=body, headers=once(key))
        ref: str = person.create("/cases", key, body)["ref"]
        self.note(op="submitted", key=key, ref=ref)
        return ref

    def say(self, who: str, ref: str) -> None:
        """Says something on a case, in words never said before."""
        text = f"Xin hỏi {uuid.uuid4()}"
        body = orjson.dumps({"text": text})
        said = self.people[who].create(f"/cases/{ref}/conversation", str(uuid.uuid4()), body)
        self.note(op="said", ref=ref, text=text, message_id=said["message_id"])

    def act(self, who: str, ref: str, action: str, *done: int, **body: object) -> None:
        self.people[who].act(self.note, ref, action, in_status(*done), body)

    def pay(self, ref: str) -> None:
        self.people["clerk"].pay_cash(self.note, ref)


def certificate(stage: Stage) -> None:
    """Refused, left lying, or paid, taken in and perhaps granted."""
    ref = stage.file("lan", application(stage.chance.randrange(10**6)))
    fate = stage.chance.random()
    if fate < 0.25:
        stage.act("clerk", ref, "refuse", 3, reason="Không thuộc thẩm quyền.")
    elif fate < 0.8:
        stage.pay(ref)
        stage.act("clerk", ref, "accept", 2, 4, 9)
        if fate > 0.6:
            stage.act("officer", ref, "assign", 4, 9)
            stage.act("officer", ref, "decide", 9, **granting("2.000488"))


def conversation(stage: Stage) -> None:
    """Both sides talk about a case."""
    ref = stage.file("lan", application(stage.chance.randrange(10**6)))
    for who in ("lan", "clerk"):
        stage.say(who, ref)


def business(stage: Stage) -> None:
    """Two steps, two people: one proposes, the other decides."""
    ref = stage.file("hung", stage.prepared.business)
    stage.act("clerk", ref, "accept", 4, 6, 9)
    stage.pay(ref)
    stage.people["clerk"].wait_for(ref, in_status(4, 9))
    proposal = {"decision": "granted", "note": "Tên không trùng"}
    stage.people["ward.officer"].act(stage.note, ref, "forward", _in_step("phe_duyet"), proposal)
    stage.act("leader", ref, "decide", 9, **granting("1.001612"))


def extract(stage: Stage) -> None:
    """A fee is asked for on the way, and paid."""
    ref = stage.file("lan", stage.prepared.extract)
    stage.act("clerk", ref, "accept", 2, 4)
    stage.act("ward.officer", ref, "assign", 4)
    asked = {"fees": [LATE_FEE], "reason": "Phải sao lục hồ sơ lưu trữ"}
    stage.act("ward.officer", ref, "request-payment", 6, **asked)
    stage.pay(ref)
    stage.people["lan"].wait_for(ref, in_status(4))
    stage.act("ward.officer", ref, "decide", 9, decision="granted")


def newborn(stage: Stage) -> None:
    """A chain: a part is granted, its result opens one that is refused and one that an agency outside decides."""
    ref = stage.file("lan", stage.prepared.birth)
    lan = stage.people["lan"]
    stage.act("clerk", ref, "accept", 2, 4, 9)
    first = lan.wait_for(ref, _part("khai_sinh"))
    stage.act("clerk", first, "accept", 2, 4, 9)
    stage.act("ward.officer", first, "assign", 4, 9)
    stage.act("ward.officer", first, "decide", 9, **granting("1.001193"))
    residence = lan.wait_for(ref, _part("thuong_tru"))
    stage.act("ward.police", residence, "refuse", 3, reason=birth.NO_HOUSING)


STORIES: Mapping[Callable[[Stage], None], float] = {
    certificate: 0.7,
    conversation: 0.08,
    business: 0.08,
    extract: 0.06,
    newborn: 0.02,
}
"""Each with how often it is told; one thread tells nothing but of newborn children, the longest story."""


def _in_step(code: str) -> Callable[[Json], bool]:
    return lambda case: case["step_code"] == code or case["status"] == 9


def _part(code: str) -> Callable[[Json], str]:
    """The number of a part; empty until it is opened."""
    return lambda case: next((part["ref"] for part in case["parts"] if part["code"] == code), "")
