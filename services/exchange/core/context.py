"""Shared dependencies of the use cases: the agencies, their keys, and how packets are written and verified."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from services.exchange.core.domain import ReceivedEnvelope, SealedEnvelope
from services.exchange.core.papers import Papers
from services.exchange.envelopes import edxml
from services.exchange.envelopes.agencies import Agency, Directory
from services.exchange.envelopes.domain import BadSignature, Document, Organ, Packet, Reference, Status, StatusReport
from services.exchange.envelopes.signing import Signer, Verifier


@dataclass(frozen=True, slots=True)
class ExchangeContext:
    """Writes and signs what leaves, opens and verifies what comes in."""

    directory: Directory
    signers: Mapping[str, Signer]
    verifier: Verifier
    writer: edxml.Writer
    papers: Papers

    @classmethod
    def load(cls, agencies_file: Path, exchange_dir: Path, papers: Papers) -> Self:
        """Loads it from the agencies' file and the folder of keys.

        Raises:
            OSError, ValueError: a file is missing or wrong.
        """
        directory = Directory.load(agencies_file)
        signers = {agency.code: Signer.load(exchange_dir, agency.code) for agency in directory.own}
        authorities = exchange_dir / "ca.crt.pem"
        authorities.read_bytes()  # a missing bundle is found now, not with the first packet
        return cls(directory, signers, Verifier(authorities), edxml.Writer(), papers)

    def seal(self, packet: Packet) -> SealedEnvelope:
        """Signs with the key of the packet's sender, which is one of our agencies."""
        signer = self.signers[packet.sender.code]
        return SealedEnvelope(signer.sign(self.writer.write(packet)), signer.certificate_der, signer.subject)

    def open(self, envelope: bytes) -> ReceivedEnvelope:
        """Verifies and reads a packet.

        Raises:
            BadEnvelope: it cannot be read.
            BadSignature: nobody we trust signed it, or another agency than the one it says it is from.
        """
        proof = self.verifier.verify(envelope)
        packet = edxml.read(proof.root)
        sender = self.directory.find(packet.sender.code).code
        if sender != self.directory.find(proof.agency).code:
            raise BadSignature(
                why_vi=f"chứng thư của {proof.agency}, không phải của {packet.sender.code}",
                why_en=f"the certificate is {proof.agency}'s, the packet says {packet.sender.code}",
            )
        return ReceivedEnvelope(packet, sender, proof.certificate_der, proof.subject)

    def ours_among(self, document: Document) -> Agency | None:
        """Returns the first of our agencies the document is addressed to."""
        receivers = (self.directory.find(receiver.code) for receiver in document.receivers)
        return next((agency for agency in receivers if agency.code in self.signers), None)

    def report(
        self, agency: Agency, about: Reference, status: Status, at: datetime, reason: str = ""
    ) -> SealedEnvelope:
        """Makes our own report on a document we received (NĐ 30/2020 Đ21: the same day)."""
        sender = organ_of(agency)
        description = reason or agency.name
        return self.seal(StatusReport(sender, about, status, at.replace(microsecond=0), description))


def organ_of(agency: Agency) -> Organ:
    return Organ(agency.code, agency.name, agency.address)
