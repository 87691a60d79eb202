//! Names that Rust, its prelude, the runtime or our own code has already, in every place where IDL has a name.

use crate::idl::{Field, Function, Kind, Record, Requiredness, Schema, Type};

use Requiredness::{Default, Optional, Required};

/// Keywords of Rust that are none of Thrift: strict, reserved, and those of a context or an edition.
const KEYWORDS: &str = "as crate dyn extern fn for impl in let loop match mod move mut ref self Self static super trait \
    type use where await abstract box do gen macro try yield auto default raw safe macro_rules static_";

/// The prelude, names of `core` and `std`, primitive types, macros and attributes.
const STANDARD: &str = "Result Option String Error Ok Err Some None Box Vec Default Send Sync Clone Copy Debug Iterator \
    Drop PartialEq Ord Hash Hasher Fn From Into ToString Sized Future Display Formatter Deref Arc LazyLock BTreeMap \
    BTreeSet Ordering usize u8 i128 f64 str char core std alloc bytes test vec format write matches derive cfg main lib \
    mod_ drop";

/// The runtime's names, and those that generated code uses for itself.
const OURS: &str = "thrift Thrift thrift_runtime Encode Decode InputProtocol StructWriter Rest Field WireType Bytes Uuid \
    Request Processor Client Server Unknown Other P H C T S E s f a b de h out input value args arguments handler request \
    channel base state other error url id seen index new connect dispatch process clone fmt deref into eq cmp hash encode decode \
    decode_into blank field name order take call NAME REQUIRED Seen Target Output version total_order Args ArgsRef";

/// Spellings that fold into one, or into nothing.
const SPELLINGS: &str = "_ __ ___ _1 _1a a_ a__ A1 a1 A_1 fooBar foo_bar FooBar FOO_BAR Foo_Bar foo__bar _foo_bar \
    camelHTTPCase CamelHttpCase http2 HTTP2Frame xX Xx xx XX self_ Self_ _self FooClient FooServer FooArgs BarError r Type \
    TYPE";

/// Keywords of Thrift that may name what stands in braces.
const MEMBERS: &str = "async uuid";

/// Every name, none twice.
pub(crate) fn all() -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    for name in [KEYWORDS, STANDARD, OURS, SPELLINGS].into_iter().flat_map(str::split_whitespace) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Adds the files.
pub(crate) fn add(schema: &mut Schema) {
    let names = all();
    for turn in 0..KINDS {
        turn_of_kinds(schema, turn, &names);
    }
    members(schema, &names);
    files(schema, &names);
    methods(schema);
}

const KINDS: usize = 7;

/// A file that defines each name as something; over all turns each name is everything.
fn turn_of_kinds(schema: &mut Schema, turn: usize, names: &[&'static str]) {
    let file = schema.file(format!("names/turn{turn}"));
    let start = schema.definitions.len();
    // Types come before services, so that both may be found by their order.
    let kind = |index: usize| (index + turn) % KINDS;
    let rank = |index: usize| kind(index) == 6;
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|&index| rank(index));
    let first = |wanted: usize| Type::Named(start + order.iter().position(|&index| kind(index) == wanted).unwrap());
    let (some_struct, some_exception) = (first(0), first(3));
    for &index in &order {
        let name = names[index];
        let field = |id, ty: Type| Field::new(id, [Required, Optional, Default][id % 3], ty, name);
        let i32 = || Type::Base("i32");
        let kind = match kind(index) {
            0 => Kind::Record(Record::Struct, vec![field(1, i32())]),
            1 => Kind::Record(Record::Union, vec![field(1, some_struct.clone())]),
            2 => Kind::Enum(vec![(name.to_owned(), 1)]),
            3 => Kind::Record(Record::Exception, vec![field(2, Type::Base("string"))]),
            4 => Kind::Typedef(Type::list(some_struct.clone())),
            5 => Kind::Constant(Type::set(Type::Base("double")), "[1.5]".to_owned()),
            _ => {
                let mut function = Function::new(name, Some(some_struct.clone()), vec![field(1, Type::Base("string"))]);
                function.throws = vec![Field::new(1, Default, some_exception.clone(), name)];
                Kind::Service { extends: None, functions: vec![function] }
            }
        };
        schema.define(file, name, kind);
    }
}

/// Each name as a field, a member of a union, a value of an enum, an argument and a function of one definition, where all
/// of them meet.
fn members(schema: &mut Schema, names: &[&'static str]) {
    let file = schema.file("names/members");
    let names: Vec<&str> = names.iter().copied().chain(MEMBERS.split(' ')).collect();
    let fields = |ty: &Type, requiredness| {
        names
            .iter()
            .enumerate()
            .map(|(index, name)| Field::new(index + 1, requiredness, ty.clone(), *name))
            .collect::<Vec<_>>()
    };
    let string = Type::Base("string");
    let numbered = names.iter().zip(1..).map(|(name, number)| ((*name).to_owned(), number)).collect();
    schema.define(file, "Fields", Kind::Record(Record::Struct, fields(&string, Required)));
    schema.define(file, "Doubles", Kind::Record(Record::Struct, fields(&Type::Base("double"), Default)));
    schema.define(file, "Members", Kind::Record(Record::Union, fields(&string, Default)));
    schema.define(file, "DoubleMembers", Kind::Record(Record::Union, fields(&Type::Base("double"), Default)));
    schema.define(file, "Values", Kind::Enum(numbered));
    // In a pattern these are no bindings.
    schema.define(file, "_1a", Kind::Enum(Vec::new()));
    schema.define(file, "__", Kind::Constant(Type::Base("i32"), "1".to_owned()));
    let thrown = Kind::Record(Record::Exception, fields(&Type::Base("i32"), Optional));
    let thrown = Type::Named(schema.define(file, "Thrown", thrown));
    let mut arguments = Function::new("all", None, fields(&string, Default));
    arguments.throws = fields(&thrown, Default);
    let function = |name: &&str| Function::new(*name, None, vec![Field::new(1, Default, string.clone(), *name)]);
    let mut functions: Vec<Function> = names.iter().map(function).collect();
    functions.push(arguments);
    let base = schema.define(file, "Functions", Kind::Service { extends: None, functions });
    let again = names.iter().step_by(4).map(|name| format!("{name}_")).filter(|name| !names.contains(&name.as_str()));
    let again = again.map(|name| Function::new(name, None, Vec::new())).collect();
    schema.define(file, "More", Kind::Service { extends: Some(base), functions: again });
}

/// Each name as a file and as a namespace; names of files that are none of Rust's; one name in two folders.
fn files(schema: &mut Schema, names: &[&'static str]) {
    let more = ["foo-bar.baz", "foo_bar-baz", "1st", "ünï", "a b"];
    let mut types = Vec::new();
    for name in names.iter().copied().chain(more) {
        let file = schema.file(format!("files/{name}"));
        let fields = vec![Field::new(1, Default, Type::Base("string"), "a")];
        types.push(schema.define(file, format!("Of{}", types.len()), Kind::Record(Record::Struct, fields)));
    }
    for folder in ["loop", "self", "other"] {
        for name in ["same", "loop"] {
            let file = schema.file(format!("files/in/{folder}/{name}"));
            schema.define(file, "Same", Kind::Enum(vec![("A".to_owned(), 1)]));
        }
    }
    for (index, segments) in names.chunks(3).enumerate() {
        let file = schema.file(format!("spaces/space{index}"));
        schema.files[file].namespace = Some(segments.join("."));
        // A file whose name is not one of IDL's cannot be spoken of.
        let fields = vec![
            Field::new(1, Default, Type::Named(types[index]), "a"),
            Field::new(2, Default, Type::Named(types[0]), "b"),
        ];
        schema.define(file, "Reaching", Kind::Record(Record::Struct, fields));
    }
}

/// Services that extend each other over files, and take the names that we give.
fn methods(schema: &mut Schema) {
    let first = schema.file("names/first");
    let void = |name: &str| Function::new(name, None, Vec::new());
    let functions = ["new", "connect", "channel", "dispatch", "process", "getX", "clone"].map(void).into();
    let base = schema.define(first, "Base", Kind::Service { extends: None, functions });
    let second = schema.file("names/second");
    schema.define(second, "BaseServer", Kind::Record(Record::Struct, Vec::new()));
    schema.define(second, "BaseClient", Kind::Record(Record::Exception, Vec::new()));
    let functions = ["get_x", "GetX", "new_", "default", "fmt", "eq"].map(void).into();
    schema.define(second, "Base", Kind::Service { extends: Some(base), functions });
}
