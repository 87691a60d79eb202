"""The service `Ids` of ids.thrift, by hand: the library knows uuids, Debian's compiler of it does not."""

from thrift.Thrift import TApplicationException, TMessageType, TProcessor, TType

UUID = (TType.UUID, None)
UUIDS = (TType.MAP, (TType.UUID, None, TType.LIST, (TType.UUID, None, False), False))
METHODS = {"echo_uuid": UUID, "echo_uuids": UUIDS}


class Value:
    """A struct with one field: the arguments, or the result."""

    def __init__(self, field, kind, value=None):
        ttype, of = kind
        self.spec = (None,) * field + ((field, ttype, "value", of, None),)
        self.value = value

    def read(self, protocol):
        protocol.readStruct(self, self.spec)
        return self.value

    def write(self, protocol):
        protocol.writeStruct(self, self.spec)


class Client:
    def __init__(self, protocol):
        self.protocol = protocol

    def echo_uuid(self, value):
        return self.call("echo_uuid", value)

    def echo_uuids(self, value):
        return self.call("echo_uuids", value)

    def call(self, name, value):
        self.protocol.writeMessageBegin(name, TMessageType.CALL, 0)
        Value(1, METHODS[name], value).write(self.protocol)
        self.protocol.writeMessageEnd()
        self.protocol.trans.flush()
        _, kind, _ = self.protocol.readMessageBegin()
        if kind == TMessageType.EXCEPTION:
            error = TApplicationException()
            error.read(self.protocol)
            raise error
        value = Value(0, METHODS[name]).read(self.protocol)
        self.protocol.readMessageEnd()
        return value


class Processor(TProcessor):
    def __init__(self, handler):
        self.handler = handler

    def process(self, iprot, oprot):
        name, _, sequence_id = iprot.readMessageBegin()
        value = getattr(self.handler, name)(Value(1, METHODS[name]).read(iprot))
        iprot.readMessageEnd()
        oprot.writeMessageBegin(name, TMessageType.REPLY, sequence_id)
        Value(0, METHODS[name], value).write(oprot)
        oprot.writeMessageEnd()
        oprot.trans.flush()
