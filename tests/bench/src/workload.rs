//! What the compile-time benchmark compiles: 300 structs of ten fields and a service of 50 methods, and the code that uses all
//! of it, with our runtime and with Apache's.

use std::fmt::Write as _;

/// How many structs.
pub const STRUCTS: usize = 300;
/// How many methods.
pub const METHODS: usize = 50;

/// The types of a struct's fields, which begin elsewhere in this list for each struct. `{}` is another struct.
const FIELDS: [&str; 14] = [
    "required i64",
    "required string",
    "optional double",
    "optional list<string>",
    "optional map<string, i32>",
    "optional Kind",
    "optional {}",
    "optional bool",
    "i32",
    "list<{}>",
    "required i32",
    "optional binary",
    "string",
    "optional set<i64>",
];

/// A parameter or a result of a method.
#[derive(Clone, Copy, Debug)]
enum Type {
    Bool,
    I32,
    I64,
    String,
    Kind,
    /// The struct with this number.
    Struct(usize),
    List(usize),
    Map(usize),
}

/// A method of the service: `None` for void.
#[derive(Clone, Debug)]
struct Method {
    name: String,
    arguments: Vec<(&'static str, Type)>,
    returns: Option<Type>,
    throws: bool,
    oneway: bool,
}

/// The IDL.
pub fn idl() -> String {
    let mut idl = "enum Kind { FIRST = 1, SECOND = 2, THIRD = 3 }\n\n".to_owned();
    idl += "exception Failure { 1: required i32 code, 2: optional string message }\n\n";
    for number in 0..STRUCTS {
        let _ = writeln!(idl, "struct Record{number} {{");
        for field in 0..10 {
            // Each holds the one before, five levels deep.
            let ty = match FIELDS[(number + field) % FIELDS.len()] {
                ty if ty.contains("{}") && number % 5 == 0 => "i64".to_owned(),
                ty => ty.replace("{}", &format!("Record{}", number.saturating_sub(1))),
            };
            let _ = writeln!(idl, "  {}: {ty} field{field},", field + 1);
        }
        idl += "}\n\n";
    }
    idl += "service Bench {\n";
    for method in methods() {
        let arguments = method.arguments.iter().enumerate();
        let arguments: Vec<String> =
            arguments.map(|(index, (name, ty))| format!("{}: {} {name}", index + 1, ty.idl())).collect();
        let _ = writeln!(
            idl,
            "  {}{} {}({}){},",
            if method.oneway { "oneway " } else { "" },
            method.returns.map_or("void".to_owned(), Type::idl),
            method.name,
            arguments.join(", "),
            if method.throws { " throws (1: Failure failure)" } else { "" },
        );
    }
    idl + "}\n"
}

/// A program that encodes and decodes each type, serves the service and calls each of its methods, with our runtime.
pub fn our_uses(protocols: &[&str]) -> String {
    let mut code = "\
use bench::*;
use std::hint::black_box;
use thrift_runtime::{Client, DecodeOwned, Encode, Error, Server, binary, compact};

struct Handler;

/// A value that the compiler knows nothing of.
fn any<T>() -> T {
    black_box(None::<T>).unwrap()
}

impl Bench for Handler {
"
    .to_owned();
    for method in methods() {
        let error = method.our_error();
        let parameters: String = method.arguments.iter().map(|(name, ty)| format!(", {name}: {}", ty.rust())).collect();
        let names: String = method.arguments.iter().map(|(name, _)| format!("{name}, ")).collect();
        let _ = writeln!(
            code,
            "    async fn {}(&self{parameters}) -> Result<{}, {error}> {{\n        black_box(({names}));\n        Ok(any())\n    }}",
            method.name,
            method.rust_result(),
        );
    }
    code += "}\n\nfn round<T: Encode + DecodeOwned>(bytes: &[u8]) -> Option<[Vec<u8>; 2]> {\n    let mut written = [Vec::new(), Vec::new()];\n";
    for (index, protocol) in protocols.iter().enumerate() {
        let _ = writeln!(
            code,
            "    written[{index}] = {protocol}::to_vec(&{protocol}::from_slice::<T>(bytes).ok()?).ok()?;"
        );
    }
    code += "    Some(written)\n}\n\npub fn everything(bytes: &[u8]) -> Result<(), Box<dyn std::error::Error>> {\n";
    for number in 0..STRUCTS {
        let _ = writeln!(code, "    black_box(round::<Record{number}>(bytes));");
    }
    code += "    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        Server::bind(\"127.0.0.1:0\").await?.serve(BenchServer::new(Handler)).await?;
        let client = BenchClient::new(Client::connect(\"http://127.0.0.1:9090\").await?);
";
    for method in methods() {
        let arguments: Vec<String> = method.arguments.iter().map(|(_, ty)| ty.lent()).collect();
        let _ = writeln!(
            code,
            "        black_box(client.{}({}).await.map_err(Error::internal)?);",
            method.name,
            arguments.join(", ")
        );
    }
    code + "        Ok(())\n    })\n}\n"
}

/// The same with Apache's crate.
pub fn apache_uses() -> String {
    let mut code = "\
use bench::*;
use std::hint::black_box;
use thrift::protocol::*;
use thrift::server::TServer;
use thrift::transport::*;

struct Handler;

/// A value that the compiler knows nothing of.
fn any<T>() -> T {
    black_box(None::<T>).unwrap()
}

fn round<T: TSerializable>(input: &mut dyn TInputProtocol, output: &mut dyn TOutputProtocol) -> thrift::Result<()> {
    T::read_from_in_protocol(input)?.write_to_out_protocol(output)
}

impl BenchSyncHandler for Handler {
"
    .to_owned();
    for method in methods() {
        let parameters: String = method.arguments.iter().map(|(name, ty)| format!(", {name}: {}", ty.rust())).collect();
        let names: String = method.arguments.iter().map(|(name, _)| format!("{name}, ")).collect();
        let _ = writeln!(
            code,
            "    fn handle_{}(&self{parameters}) -> thrift::Result<{}> {{\n        black_box(({names}));\n        Ok(any())\n    }}",
            method.name,
            method.rust_result(),
        );
    }
    code += "}

pub fn everything(bytes: &[u8]) -> thrift::Result<()> {
    let mut input = TBinaryInputProtocol::new(TBufferChannel::with_capacity(bytes.len(), bytes.len()), true);
    let mut output = TBinaryOutputProtocol::new(TBufferChannel::with_capacity(bytes.len(), bytes.len()), true);
";
    for number in 0..STRUCTS {
        let _ = writeln!(code, "    round::<Record{number}>(&mut input, &mut output)?;");
    }
    code += "    TServer::new(
        TFramedReadTransportFactory::new(),
        TBinaryInputProtocolFactory::new(),
        TFramedWriteTransportFactory::new(),
        TBinaryOutputProtocolFactory::new(),
        BenchSyncProcessor::new(Handler),
        1,
    )
    .listen(\"127.0.0.1:0\")?;
    let mut channel = TTcpChannel::new();
    channel.open(\"127.0.0.1:9090\")?;
    let (read, write) = channel.split()?;
    let input = TBinaryInputProtocol::new(TFramedReadTransport::new(read), true);
    let output = TBinaryOutputProtocol::new(TFramedWriteTransport::new(write), true);
    let mut client = BenchSyncClient::new(input, output);
";
    for method in methods() {
        let arguments = vec!["any()"; method.arguments.len()].join(", ");
        let _ = writeln!(code, "    black_box(client.{}({arguments})?);", method.name);
    }
    code + "    Ok(())\n}\n"
}

fn methods() -> impl Iterator<Item = Method> {
    (0..METHODS).map(|number| {
        let record = number * 7 % STRUCTS;
        let (arguments, returns, throws) = match number % 5 {
            0 => (vec![("id", Type::I64)], Some(Type::Struct(record)), true),
            1 => (vec![("record", Type::Struct(record)), ("overwrite", Type::Bool)], None, true),
            2 => {
                let arguments = vec![("query", Type::String), ("limit", Type::I32), ("kind", Type::Kind)];
                (arguments, Some(Type::List(record)), false)
            }
            3 => (vec![], Some(Type::Map(record)), false),
            _ => (vec![("record", Type::Struct(record))], None, false),
        };
        Method { name: format!("method{number}"), arguments, returns, throws, oneway: number % 5 == 4 }
    })
}

impl Method {
    fn our_error(&self) -> String {
        if !self.throws {
            return "Error".to_owned();
        }
        format!("BenchM{}Error", &self.name[1..])
    }

    fn rust_result(&self) -> String {
        self.returns.map_or("()".to_owned(), Type::rust)
    }
}

impl Type {
    fn idl(self) -> String {
        match self {
            Self::Bool => "bool".to_owned(),
            Self::I32 => "i32".to_owned(),
            Self::I64 => "i64".to_owned(),
            Self::String => "string".to_owned(),
            Self::Kind => "Kind".to_owned(),
            Self::Struct(number) => format!("Record{number}"),
            Self::List(number) => format!("list<Record{number}>"),
            Self::Map(number) => format!("map<string, Record{number}>"),
        }
    }

    /// The same for both runtimes.
    fn rust(self) -> String {
        match self {
            Self::String => "String".to_owned(),
            Self::List(number) => format!("Vec<Record{number}>"),
            Self::Map(number) => format!("std::collections::BTreeMap<String, Record{number}>"),
            _ => self.idl(),
        }
    }

    /// An argument for our client, which borrows what is not small.
    fn lent(self) -> String {
        match self {
            Self::String | Self::Struct(_) => format!("&any::<{}>()", self.rust()),
            _ => "any()".to_owned(),
        }
    }
}
