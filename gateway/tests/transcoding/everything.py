"""Messages with a field of every kind, compiled for the tests alone."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import grpc_tools
from google.protobuf import descriptor_pool
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.message_factory import GetMessageClass
from grpc_tools import protoc

HERE = Path(__file__).parent
PROTOS = HERE.parents[2] / "protos"


@cache
def message(name: str) -> Any:
    """The class of one of the messages."""
    _compile()
    return GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(f"onestop.tests.v1.{name}"))


@cache
def _compile() -> None:
    well_known = files(grpc_tools) / "_proto"
    with TemporaryDirectory() as directory:
        out = Path(directory, "everything.binpb")
        include = [f"-I{path}" for path in (HERE, PROTOS, well_known)]
        assert protoc.main(["protoc", *include, f"--descriptor_set_out={out}", str(HERE / "everything.proto")]) == 0
        [file] = FileDescriptorSet.FromString(out.read_bytes()).file
    descriptor_pool.Default().AddSerializedFile(file.SerializeToString())
