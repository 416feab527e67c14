"""Accounts of staff over gRPC."""

from collections.abc import Iterable
from datetime import UTC, datetime

import grpc
from onestop.common.v1.role_pb2 import Role
from onestop.identity.v1 import accounts_service_pb2 as pb

from services.common import limits
from services.common.access import ROLES
from services.common.channels import client_address
from services.common.context import caller
from services.common.database import Database
from services.common.moments import timestamp
from services.identity.core.vault import Vault
from services.identity.log_ins.passwords import Passwords
from services.identity.staff import own_password, usecases
from services.identity.staff.domain import StaffAccount, Wanted

_ROLES = {role: Role.Value(f"ROLE_{role.upper()}") for role in ROLES}
_WORDS = {number: role for role, number in _ROLES.items()}


class StaffMethods:
    """The methods of AccountsService about the accounts of others."""

    _database: Database
    _passwords: Passwords

    def ListStaff(self, request: pb.ListStaffRequest, context: grpc.ServicerContext) -> pb.ListStaffResponse:
        most = min(request.page_size or limits.PAGE_SIZE_DEFAULT, limits.PAGE_SIZE_MAX)
        found = usecases.list_accounts(
            self._database,
            caller(),
            datetime.now(UTC),
            agency=request.agency,
            after=request.page_token,
            most=most + 1,
        )
        shown = found[:most]
        following = shown[-1].account.username if len(found) > most else ""
        return pb.ListStaffResponse(accounts=map(_message, shown), next_page_token=following)

    def CreateStaffAccount(
        self, request: pb.CreateStaffAccountRequest, context: grpc.ServicerContext
    ) -> pb.CreateStaffAccountResponse:
        wanted = Wanted.of(request.full_name, _words(request.roles), request.agencies, request.unit)
        made, code = usecases.create_account(
            self._database, self._passwords, caller(), request.username, wanted, datetime.now(UTC)
        )
        return pb.CreateStaffAccountResponse(account=_message(made), code=code.text)

    def ChangeStaffAccount(
        self, request: pb.ChangeStaffAccountRequest, context: grpc.ServicerContext
    ) -> pb.ChangeStaffAccountResponse:
        wanted = Wanted.of(request.full_name, _words(request.roles), request.agencies, request.unit)
        changed = usecases.change_account(
            self._database, caller(), request.account_id, request.expected_version, wanted, datetime.now(UTC)
        )
        return pb.ChangeStaffAccountResponse(account=_message(changed))

    def DisableStaffAccount(
        self, request: pb.DisableStaffAccountRequest, context: grpc.ServicerContext
    ) -> pb.DisableStaffAccountResponse:
        disabled = usecases.disable_account(self._database, caller(), request.account_id, datetime.now(UTC))
        return pb.DisableStaffAccountResponse(account=_message(disabled))

    def EnableStaffAccount(
        self, request: pb.EnableStaffAccountRequest, context: grpc.ServicerContext
    ) -> pb.EnableStaffAccountResponse:
        enabled = usecases.enable_account(self._database, caller(), request.account_id, datetime.now(UTC))
        return pb.EnableStaffAccountResponse(account=_message(enabled))

    def IssueAccessCode(
        self, request: pb.IssueAccessCodeRequest, context: grpc.ServicerContext
    ) -> pb.IssueAccessCodeResponse:
        code = usecases.issue_code(self._database, self._passwords, caller(), request.account_id, datetime.now(UTC))
        return pb.IssueAccessCodeResponse(code=code.text, good_until=timestamp(code.good_until))


class PasswordMethods:
    """The methods of AccountsService about one's own password."""

    _database: Database
    _passwords: Passwords
    _vault: Vault

    def SetPassword(self, request: pb.SetPasswordRequest, context: grpc.ServicerContext) -> pb.SetPasswordResponse:
        own_password.set_password(
            self._database,
            self._passwords,
            self._vault,
            username=request.username,
            code=request.code,
            new_password=request.new_password,
            now=datetime.now(UTC),
            address=client_address(context),
        )
        return pb.SetPasswordResponse()

    def ChangePassword(
        self, request: pb.ChangePasswordRequest, context: grpc.ServicerContext
    ) -> pb.ChangePasswordResponse:
        own_password.change_password(
            self._database,
            self._passwords,
            self._vault,
            caller(),
            current_password=request.current_password,
            new_password=request.new_password,
            now=datetime.now(UTC),
        )
        return pb.ChangePasswordResponse()


def _words(roles: Iterable[Role.ValueType]) -> Iterable[str]:
    """Returns roles by their words; one we do not know is the word of no role, which nobody may give."""
    return (_WORDS.get(role, "") for role in roles)


def _message(kept: StaffAccount) -> pb.StaffAccount:
    return pb.StaffAccount(
        account_id=kept.account.account_id,
        username=kept.account.username,
        full_name=kept.account.full_name,
        roles=[_ROLES[role] for role in kept.account.roles],
        agencies=kept.account.agencies,
        unit=kept.account.unit,
        disabled=kept.disabled,
        version=kept.version,
        code_good_until=timestamp(kept.code_good_until),
    )
