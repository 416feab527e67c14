"""An AccountsService that keeps one account."""

from typing import Any

from onestop.common.v1.role_pb2 import ROLE_CLERK
from onestop.identity.v1 import accounts_service_pb2 as pb
from onestop.identity.v1 import accounts_service_pb2_grpc as grpc

from gateway.tests.fakes.common import Asked
from services.common.channels import client_address


class Accounts(grpc.AccountsServiceServicer):
    """One account, one code."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked

    def ListStaff(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.ListStaffResponse(accounts=[_account()], next_page_token="mai")

    def CreateStaffAccount(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.CreateStaffAccountResponse(account=_account(), code="ABCDE-FGHJK")

    def ChangeStaffAccount(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.ChangeStaffAccountResponse(account=_account(version=2))

    def DisableStaffAccount(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.DisableStaffAccountResponse(account=_account(disabled=True))

    def EnableStaffAccount(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.EnableStaffAccountResponse(account=_account())

    def IssueAccessCode(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.IssueAccessCodeResponse(code="ABCDE-FGHJK")

    def SetPassword(self, request: Any, context: Any) -> Any:
        self.asked.note(request, client_address(context))
        return pb.SetPasswordResponse()

    def ChangePassword(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.ChangePasswordResponse()


def _account(**changes: Any) -> pb.StaffAccount:
    told = {"account_id": "mai", "username": "mai", "roles": [ROLE_CLERK], "agencies": ["H29"], "version": 1}
    return pb.StaffAccount(**{**told, **changes})
