/** A name of its own, and no fields that are not Copy. */
struct Plain {
  1: required i32 number (rust.name = "value", rust.attribute = "#[deprecated]"),
  2: required i32 value,
  3: required i32 type (rust.name = "kind"),
} (rust.name = "Simple")

/** Traits that are there anyway are not derived twice. */
enum Kind {
  SMALL (rust.name = "tiny"),
  LARGE = 5,
  NAME (rust.name = "name"),
} (rust.derive = "Copy, Hash")

union Either {
  1: i32 left (rust.name = "Number"),
  2: Plain right (rust.attribute = "#[doc(alias = \"the other\")] #[doc(hidden)]"),
} (rust.derive = "Hash")

exception Missing {
  1: required string key
} (rust.name = "NotFound")

typedef list<Plain> plains (rust.name = "Simples")

const i32 limit = 3
const plains NONE = [] (rust.name = "nothing")

/** Types that are called as Rust's own are. */
struct Text {
  1: required bool on
} (rust.name = "bool")

service Store {
  Plain get(1: string key, 2: string self (rust.name = "type")) throws (1: Missing missing (rust.name = "Gone"))
  void new() (rust.name = "renew")
} (rust.name = "Shelf")
