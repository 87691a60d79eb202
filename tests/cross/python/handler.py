"""Handlers of the Python servers: `Cross` as its IDL says, and as a later version of it; the services beside it."""

import sample

# How many notes are kept.
KEPT = 1_000


class Handler:
    """`Named` and `Cross`. What is missing comes as None."""

    def __init__(self, types):
        self.types = types
        self.lines = []

    def name(self):
        return "cross"

    def ping(self):
        return None

    def echo(self, value):
        return value

    echo_bool = echo_i8 = echo_i16 = echo_i32 = echo_i64 = echo_double = echo
    echo_string = echo_binary = echo_level = echo_list = echo_set = echo_map = echo_choice = echo_id = echo

    def nest(self, value):
        return sample.nest(value)

    def find(self, key):
        if key.startswith("missing"):
            raise self.types.NotFound(key=key, code=404)
        if key.startswith("refused"):
            raise self.types.Refused(message=f"{key} is refused")
        return f"name of {key}"

    def check(self, code):
        if code != 0:
            raise self.types.NotFound(key="", code=code)

    def concat(self, left, right):
        return f"{left or ''}+{right or ''}"

    def fail(self):
        raise RuntimeError("a handler's error that no client shall see")

    def note(self, line):
        self.lines = self.lines[1 - KEPT :] + [line]

    def notes(self):
        return self.lines


class NewerHandler(Handler):
    """`Cross` of newer.thrift: its replies hold what the older client does not know."""

    def added_value(self):
        types = self.types
        inner = types.Added(bytes=b"inner")
        return types.Added(nested=[{"a": [1, 2]}, {}, {"": []}], bytes=b"\x00\x01", inner=inner)

    def echo(self, value):
        value.scalars.added_before = "before"
        value.scalars.added = self.added_value()
        value.added_between = [self.added_value(), self.types.Added()]
        value.added = 0.5
        if value.inner is not None:
            self.echo(value.inner)
        return value

    def echo_choice(self, value):
        return self.types.Choice(added=[1, -2, 3]) if value.text == "added" else value

    def find(self, key):
        if key.startswith("gone"):
            raise self.types.Gone(added=1)
        return super().find(key)

    def concat(self, left, right, added):
        return super().concat(left, right) + f"+{added}"

    def added(self, value):
        return "added"

    def added_note(self, value):
        pass


class Beside:
    """`Second` and `Ids`."""

    def echo_string(self, value):
        return f"second: {value}"

    def echo_uuid(self, value):
        return value

    echo_uuids = echo_uuid
