"""Values that every peer's tests send. `sample.rs` has the same `everything`."""

import struct

UNICODE = "Grüße, мир, 你好, שלום, 🦀🏳️‍🌈, e\u0301, \u0001, \u007f, \uffff, \U0010ffff"
DOUBLES = [
    0.0, -0.0, 1.5, float("inf"), float("-inf"), float("nan"), 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308,
]


def extremes(bits):
    """The integers of so many bits that are easily got wrong."""
    return [0, 1, -1, 2 ** (bits - 1) - 1, -(2 ** (bits - 1)), 0x55 - 2 ** (bits - 1)]


def lowest(types):
    return types.Scalars(
        flag=True, tiny=-(2**7), small=-(2**15), medium=-(2**31), large=-(2**63), ratio=-0.0, text=UNICODE,
        bytes=bytes(range(256)), level=types.Level.HIGH,
    )


def highest(types):
    return types.Scalars(
        flag=False, tiny=2**7 - 1, small=2**15 - 1, medium=2**31 - 1, large=2**63 - 1, ratio=float("inf"), text="",
        bytes=b"", level=77,
    )


def everything(types):
    """A value with all fields. Its set is a list, and its maps are in order, so that its bytes are known."""
    return types.Everything(
        scalars=lowest(types),
        more=highest(types),
        count=-1,
        numbers=extremes(32),
        words=["", "a", "b", "ü", "\uffff", "🦀"],
        counts={"": 2**63 - 1, "one": 1, "two": -(2**63)},
        deep=[[], [{}, {-1: [], 0: ["x"]}], [{7: ["y", "z"]}]],
        by_name={"high": highest(types), "low": lowest(types)},
        levels=[types.Level.LOW, types.Level.HIGH, 77],
        inner=types.Everything(scalars=highest(types), inner=types.Everything(scalars=lowest(types), count=0)),
        flags=[True, False, True],
        ratios=DOUBLES,
        blobs=[b"", b"\x00\xff", "é".encode()],
        choice=types.Choice(text="chosen"),
        choices={
            -1: [types.Choice(number=-(2**31)), types.Choice(scalars=lowest(types))],
            2: [],
            3: [types.Choice(text="")],
        },
    )


def nest(value):
    """What `nest` answers."""
    return {-1: {}, 0: {1: value, 77: value}}


def plain(value):
    """Comparable data: the fields of structs that are set, doubles by their bits, sets in order."""
    if isinstance(value, float):
        return struct.pack(">d", value)
    if isinstance(value, (set, frozenset)):
        return sorted(map(plain, value))
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    if hasattr(value, "__dict__"):
        return {name: plain(item) for name, item in vars(value).items() if item is not None}
    return value
