"""Stand-ins for time, documents and identity."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from onestop.documents.v1 import documents_service_pb2 as documents_pb
from onestop.documents.v1.store_service_pb2 import StoredPaper

from services.cases.core.staff_directory import Colleague
from services.cases.testing import samples
from services.cases.testing.samples import LAN
from services.common.access import WORKERS
from services.common.context import Caller

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # 09:00 in Viet Nam


@dataclass
class Clock:
    """A clock that tests move."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **how_far: float) -> None:
        self.now += timedelta(**how_far)


@dataclass
class FilesAtHand:
    """Stands for documents: every file asked for exists, belongs to `owner` and is in `state`."""

    owner: str = LAN.subject
    state: documents_pb.FileState.ValueType = documents_pb.FILE_STATE_CLEAN
    sealable: bool = True
    asked: list[list[str]] = field(default_factory=list)
    stored: dict[str, StoredPaper] = field(default_factory=dict)

    def describe(self, file_ids: Sequence[str], stored_paper_ids: Sequence[str]) -> documents_pb.DescribeFilesResponse:
        self.asked.append([*file_ids, *stored_paper_ids])
        files = [
            documents_pb.File(
                file_id=file_id,
                file_name=f"{file_id}.pdf",
                media_type="application/pdf",
                sha256=bytes(32),
                owner=self.owner,
                state=self.state,
            )
            for file_id in file_ids
        ]
        return documents_pb.DescribeFilesResponse(
            files=files, stored_papers=[self.stored[each] for each in stored_paper_ids]
        )

    def takes_seal(self, file_id: str) -> bool:  # noqa: ARG002  # any file does, or none
        return self.sealable


class DirectoryAtHand:
    """Stands for identity: the workers of the samples, and whoever a test adds."""

    def __init__(self, *more: Caller) -> None:
        people = [*(each for each in vars(samples).values() if isinstance(each, Caller)), *more]
        self.workers = {each.subject: each for each in people if each.has_role(*WORKERS)}

    def find(self, account: str) -> Colleague | None:
        found = self.workers.get(account)
        return Colleague(found.subject, found.name, found.roles, found.agencies) if found else None

    def known(self, accounts: Sequence[str]) -> set[str]:
        return self.workers.keys() & set(accounts)
