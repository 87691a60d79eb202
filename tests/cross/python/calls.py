"""What the Python clients call, and what a server of `Cross` has to answer.

A Thrift library takes part by an object `peer`:

    peer.mode                   the flags of program.py
    peer.cross, peer.newer      the types of cross.thrift and newer.thrift
    peer.client(idl, service)   a client, as a context manager: `peer.client("cross", "Cross")`; where the server is
                                multiplexed, a third argument is another name for the service
    peer.knows_uuids            whether it has the service `Ids` of ids.thrift
    peer.ApplicationError       the exception for errors that the IDL does not declare; it has `type` and `message`
"""

import contextlib
import sys
import threading
import time
import traceback
import uuid

import sample

UNKNOWN_METHOD, INTERNAL_ERROR, PROTOCOL_ERROR = 1, 6, 7
MIB = 1 << 20


def run(peer):
    """Makes all checks and ends the program: 0 when all of them passed."""
    checks = CHECKS + (MULTIPLEXED if peer.mode.multiplexed else [])
    failed = [check.__name__ for check in checks if not passes(check, peer)]
    if failed:
        sys.exit(f"{len(failed)} of {len(checks)} checks failed: {', '.join(failed)}")
    print(f"{len(checks)} checks passed")


def passes(check, peer):
    try:
        check(peer)
        return True
    except Exception:
        print(f"{check.__name__}:\n{traceback.format_exc()}", file=sys.stderr)
        return False


def same(found, expected):
    found, expected = sample.plain(found), sample.plain(expected)
    assert found == expected, f"\n   found {str(found)[:2000]}\nexpected {str(expected)[:2000]}"


@contextlib.contextmanager
def fails(error):
    """Gives a list that holds the error when the block is done."""
    raised = []
    try:
        yield raised
    except error as caught:
        raised.append(caught)
    assert raised, f"no {error.__name__} was raised"


def old_client(peer):
    return peer.client("cross", "Cross")


def new_client(peer):
    return peer.client("newer", "Cross")


def inherited_method(peer):
    with old_client(peer) as client:
        same(client.name(), "cross")


def void(peer):
    with old_client(peer) as client:
        assert client.ping() is None


def booleans(peer):
    with old_client(peer) as client:
        assert client.echo_bool(True) is True
        assert client.echo_bool(False) is False


def integers(peer):
    with old_client(peer) as client:
        for bits, echo in [(8, client.echo_i8), (16, client.echo_i16), (32, client.echo_i32), (64, client.echo_i64)]:
            for value in sample.extremes(bits):
                same(echo(value), value)
        for value in sample.extremes(64):
            same(client.echo_id(value), value)


def doubles(peer):
    with old_client(peer) as client:
        for value in sample.DOUBLES:
            same(client.echo_double(value), value)


def strings(peer):
    with old_client(peer) as client:
        for value in ["", "a", "\0", sample.UNICODE, "é" * (MIB // 2), "x" * (MIB + 1)]:
            same(client.echo_string(value), value)


def binaries(peer):
    with old_client(peer) as client:
        for value in [b"", b"\x00", bytes(range(256)), bytes(range(256)) * (MIB // 256)]:
            same(client.echo_binary(value), value)


def enums(peer):
    with old_client(peer) as client:
        for value in [peer.cross.Level.LOW, peer.cross.Level.HIGH, 0, 77, -(2**31)]:
            same(client.echo_level(value), value)


def containers(peer):
    with old_client(peer) as client:
        for value in [[], [0], sample.extremes(64), list(range(-5_000, 5_000))]:
            same(client.echo_list(value), value)
        for value in [set(), {""}, {"b", "a", "🦀", "\uffff"}, set(map(str, range(1_000)))]:
            same(set(client.echo_set(value)), value)
        for value in [{}, {"": 0}, {"b": 1, "a": -(2**31)}, {str(n): n for n in range(1_000)}]:
            same(client.echo_map(value), value)


def unions(peer):
    types = peer.cross
    with old_client(peer) as client:
        for value in [types.Choice(number=0), types.Choice(text=""), types.Choice(scalars=sample.lowest(types))]:
            same(client.echo_choice(value), value)


def structs(peer):
    types = peer.cross
    with old_client(peer) as client:
        value = sample.everything(types)
        same(client.echo(value), value)
        smallest = types.Everything(scalars=sample.highest(types))
        same(client.echo(smallest), smallest)
        empty = types.Everything(
            scalars=sample.highest(types), numbers=[], words=set(), counts={}, deep=[], by_name={}, levels=[], flags=[],
            ratios=[], blobs=[], choices={},
        )
        same(client.echo(empty), empty)


def nests(peer):
    value = sample.everything(peer.cross)
    with old_client(peer) as client:
        same(client.nest(value), sample.nest(value))


def missing_field_is_its_default(peer):
    with old_client(peer) as client:
        value = peer.cross.Everything(scalars=sample.highest(peer.cross), count=None)
        same(client.echo(value).count, 7)


def long_struct(peer):
    types = peer.cross
    with old_client(peer) as client:
        value = types.Everything(
            scalars=sample.lowest(types),
            words=sorted(f"{n:06}" for n in range(20_000)),
            blobs=[bytes([n % 256]) * n for n in range(1_500)],
            by_name={f"{n:06}": sample.lowest(types) for n in range(2_000)},
        )
        same(client.echo(value), value)


def declared_exceptions(peer):
    types = peer.cross
    with old_client(peer) as client:
        same(client.find("key"), "name of key")
        same(client.find(""), "name of ")
        with fails(types.NotFound) as raised:
            client.find("missing 🦀")
        same([raised[0].key, raised[0].code], ["missing 🦀", 404])
        with fails(types.Refused) as raised:
            client.find("refused")
        same(raised[0].message, "refused is refused")
        same(client.find("key"), "name of key")


def declared_exception_of_void(peer):
    with old_client(peer) as client:
        assert client.check(0) is None
        with fails(peer.cross.NotFound) as raised:
            client.check(-3)
        same([raised[0].key, raised[0].code], ["", -3])
        assert client.check(0) is None


def undeclared_error(peer):
    with old_client(peer) as client:
        with fails(peer.ApplicationError) as raised:
            client.fail()
        same([raised[0].type, raised[0].message], [INTERNAL_ERROR, "Internal error"])
        same(client.name(), "cross")


def unknown_method(peer):
    with new_client(peer) as client:
        for value in [None, peer.newer.Added(nested=[{"a": {1}}], bytes=b"x" * MIB)]:
            with fails(peer.ApplicationError) as raised:
                client.added(value)
            same(raised[0].type, UNKNOWN_METHOD)
            assert "added" in raised[0].message, raised[0].message
            same(client.name(), "cross")


def unknown_oneway_method(peer):
    with new_client(peer) as client:
        assert client.added_note(peer.newer.Added(bytes=b"x")) is None
        same(client.name(), "cross")


def missing_arguments(peer):
    with old_client(peer) as client:
        same(client.concat("left", "right"), "left+right")
        same(client.concat(None, "right"), "+right")
        same(client.concat("left", None), "left+")
        same(client.concat(None, None), "+")
        assert client.echo_bool(None) is False
        same(client.echo_i64(None), 0)
        same(client.echo_string(None), "")
        same(client.echo_binary(None), b"")
        same(list(client.echo_list(None)), [])
        same(client.echo_map(None), {})
        same(client.echo(None).count, 7)


def missing_union_argument(peer):
    with old_client(peer) as client:
        with fails(peer.ApplicationError) as raised:
            client.echo_choice(None)
        same(raised[0].type, PROTOCOL_ERROR)
        same(client.name(), "cross")


def oneway(peer):
    line = f"note {uuid.uuid4()}"
    with old_client(peer) as client:
        assert client.note(line) is None
        # Over HTTP the note and the question come on two connections.
        deadline = time.monotonic() + 10
        while line not in client.notes():
            assert time.monotonic() < deadline, "the note did not arrive"
            time.sleep(0.01)


def unknown_fields(peer):
    types = peer.newer
    added = types.Added(nested=[{"a": [1, 2]}, {}, {"": []}], bytes=b"\x00", inner=types.Added(bytes=b""))

    def value(**unknown):
        scalars = sample.lowest(types)
        if unknown:
            scalars.added_before, scalars.added = "before", added
        return types.Everything(
            scalars=scalars, inner=types.Everything(scalars=scalars, **unknown), choices={1: [types.Choice(number=1)]},
            **unknown,
        )

    with new_client(peer) as client:
        same(client.echo(value(added_between=[added, types.Added()], added=0.5)), value())
        same(client.concat("left", "right", added), "left+right")


def unknown_variants_survive(peer):
    types = peer.newer
    with new_client(peer) as client:
        for value in [types.Choice(added=[1, -2, 3]), types.Choice(added=[])]:
            same(client.echo_choice(value), value)
        same(client.echo_level(types.Level.ADDED), types.Level.ADDED)


def many_calls_on_one_connection(peer):
    with old_client(peer) as client:
        for n in range(1_000):
            same(client.echo_i32(n), n)
            if n % 100 == 0:
                client.note(f"many {n}")


def concurrent_connections(peer):
    failures = []

    def calls(thread):
        try:
            with old_client(peer) as client:
                for n in range(100):
                    text = f"{thread}/{n}/" + "x" * (n * 100)
                    same(client.echo_string(text), text)
        except Exception:
            failures.append(traceback.format_exc())

    threads = [threading.Thread(target=calls, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, "\n".join(failures)


def second_service(peer):
    with peer.client("cross", "Second") as second, old_client(peer) as first:
        for value in ["", sample.UNICODE]:
            same(second.echo_string(value), f"second: {value}")
            same(first.echo_string(value), value)


def unknown_service(peer):
    with peer.client("cross", "Named", "Nobody") as client:
        with fails(peer.ApplicationError) as raised:
            client.name()
        same(raised[0].type, PROTOCOL_ERROR)
        assert "Nobody" in raised[0].message, raised[0].message


def uuids(peer):
    if not peer.knows_uuids:
        return
    ids = [uuid.UUID(int=n) for n in [0, 1, 0x00112233445566778899AABBCCDDEEFF, 2**128 - 1]]
    with peer.client("ids", "Ids") as client:
        for value in ids:
            same(client.echo_uuid(value).int, value.int)
        assert client.echo_uuids({ids[1]: ids, ids[2]: []}) == {ids[1]: ids, ids[2]: []}


CHECKS = [
    inherited_method,
    void,
    booleans,
    integers,
    doubles,
    strings,
    binaries,
    enums,
    containers,
    unions,
    structs,
    nests,
    missing_field_is_its_default,
    long_struct,
    declared_exceptions,
    declared_exception_of_void,
    undeclared_error,
    unknown_method,
    unknown_oneway_method,
    missing_arguments,
    missing_union_argument,
    oneway,
    unknown_fields,
    unknown_variants_survive,
    many_calls_on_one_connection,
    concurrent_connections,
]

# Those of a server with several services.
MULTIPLEXED = [second_service, unknown_service, uuids]
