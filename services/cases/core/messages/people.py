"""The people of a case as protobuf: who handed it in, which account filed it, and who acts for the applicant."""

from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.cases.v1 import proxy_pb2

from services.cases.core.domain.filer import Acting, Filer
from services.cases.core.domain.proxy import Proxy
from services.common.declared import numbers_of
from services.common.moments import timestamp
from services.contracts.personal import kind_of, number_of

_RELATIONS = numbers_of(proxy_pb2.Relation.DESCRIPTOR)
IDENTIFIER_KINDS = numbers_of(proxy_pb2.IdentifierKind.DESCRIPTOR)
_STANDINGS = numbers_of(pb.Standing.DESCRIPTOR)


def proxy_message(proxy: Proxy) -> proxy_pb2.Proxy:
    return proxy_pb2.Proxy(
        full_name=proxy.full_name,
        identifier=number_of(proxy.identifier),
        identifier_kind=IDENTIFIER_KINDS[kind_of(proxy.identifier)],
        country=proxy.country,
        address=proxy.address,
        phone=proxy.phone,
        email=proxy.email,
        authorisation=proxy.authorisation,
        relation=_RELATIONS[proxy.relation],
    )


def filer_message(filer: Filer) -> pb.Filer:
    """Makes the message about the filer, for whoever handles the case and for nobody else."""
    return pb.Filer(
        account=filer.account,
        full_name=filer.name,
        personal_number=filer.number,
        assurance_level=filer.assurance,
        standing=_STANDINGS[filer.standing],
    )


def acting_message(acting: Acting, *, handled: bool) -> pb.Acting:
    """Makes the message about somebody who acts for the applicant; the account is for whoever handles the case."""
    return pb.Acting(
        account=acting.account if handled else "",
        full_name=acting.name,
        standing=_STANDINGS[acting.standing],
        since=timestamp(acting.since),
    )
