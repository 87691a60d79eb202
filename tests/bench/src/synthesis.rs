//! Large Thrift projects, made up: the size of a compiler's work is known, and nobody's IDL has to be shipped.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Lines of a block, about.
const BLOCK_LINES: usize = 102;

/// All definitions in one file of about `lines` lines, which is returned.
pub fn one_file(folder: &Path, lines: usize) -> io::Result<PathBuf> {
    let path = folder.join("one.thrift");
    let mut file = create(&path)?;
    writeln!(file, "namespace java bench.synth\n")?;
    for number in 0..lines.div_ceil(BLOCK_LINES) {
        block(&mut file, number, &number.checked_sub(1).map(last_record))?;
    }
    file.flush()?;
    Ok(path)
}

/// The same definitions in `count` files. File k includes k−1, k−2 and k−7; the file that is returned includes them all.
pub fn many_files(folder: &Path, lines: usize, count: usize) -> io::Result<PathBuf> {
    let blocks = lines.div_ceil(BLOCK_LINES);
    let mut next = 0;
    for index in 0..count {
        let mut file = create(&folder.join(format!("f{index}.thrift")))?;
        for included in [1, 2, 7].into_iter().filter_map(|back| index.checked_sub(back)) {
            writeln!(file, "include \"f{included}.thrift\"")?;
        }
        writeln!(file)?;
        let first = next;
        while next < blocks * (index + 1) / count {
            let before = next.checked_sub(1).map(last_record);
            let before = before.map(|name| if next == first { format!("f{}.{name}", index - 1) } else { name });
            block(&mut file, next, &before)?;
            next += 1;
        }
        file.flush()?;
    }
    let path = folder.join("main.thrift");
    let mut file = create(&path)?;
    for index in 0..count {
        writeln!(file, "include \"f{index}.thrift\"")?;
    }
    writeln!(file, "\nservice Main extends f{}.Service{} {{}}", count - 1, blocks - 1)?;
    file.flush()?;
    Ok(path)
}

/// `count` tiny files that each include the two before them, so that the number of ways from the last one, which is
/// returned, to the first doubles with every other file.
pub fn include_graph(folder: &Path, count: usize) -> io::Result<PathBuf> {
    let path = |index| folder.join(format!("f{index}.thrift"));
    for index in 0..count {
        let mut file = create(&path(index))?;
        for included in [1, 2].into_iter().filter_map(|back| index.checked_sub(back)) {
            writeln!(file, "include \"f{included}.thrift\"")?;
        }
        writeln!(file, "struct S{index} {{ 1: i32 a }}")?;
        file.flush()?;
    }
    Ok(path(count - 1))
}

/// A file of ten lines.
pub fn ten_lines(folder: &Path) -> io::Result<PathBuf> {
    let path = folder.join("small.thrift");
    let mut file = create(&path)?;
    file.write_all(TEN_LINES.as_bytes())?;
    file.flush()?;
    Ok(path)
}

const TEN_LINES: &str = "\
namespace py example

struct Work {
  1: required i32 id,
  2: optional string comment,
}

service Calculator {
  i32 calculate(1: i64 ticket, 2: Work work),
}
";

fn create(path: &Path) -> io::Result<BufWriter<File>> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(BufWriter::new(File::create(path)?))
}

/// The record that the next block mentions.
fn last_record(number: usize) -> String {
    format!("Record{number}x2")
}

/// An enum, a typedef, three structs, a union, an exception, constants and a service.
fn block(out: &mut impl Write, i: usize, before: &Option<String>) -> io::Result<()> {
    writeln!(out, "/**\n * Status of block {i}.\n * Values are stable on the wire.\n */\nenum Status{i} {{")?;
    for value in 0..8 {
        writeln!(out, "  STATE_{value} = {},", value * 10)?;
    }
    writeln!(out, "}}\n\n/** Identifier typedef {i} */\ntypedef i64 Id{i}\n")?;
    record(out, i, 0, before.as_deref().unwrap_or("string"))?;
    record(out, i, 1, &format!("Record{i}x0"))?;
    record(out, i, 2, &format!("Record{i}x1"))?;
    write!(
        out,
        r#"union Choice{i} {{
  1: Record{i}x0 first,
  2: Record{i}x1 second,
  3: string text,
  4: i64 number
}}

/** Raised by service {i} */
exception Failure{i} {{
  1: required i32 code,
  2: optional string message,
}}

const i32 LIMIT_{i} = {limit}
const string NAME_{i} = "block-{i}"
const list<i32> PRIMES_{i} = [2, 3, 5, 7, 11]
const map<string, i32> TABLE_{i} = {{"a": 1, "b": 2}}

/**
 * Service number {i}.
 */
service Service{i} {{
  /** get one */
  Record{i}x0 get(1: Id{i} id) throws (1: Failure{i} failure),
  void put(1: Record{i}x0 record, 2: bool overwrite) throws (1: Failure{i} failure),
  list<Record{i}x1> find(1: string query, 2: i32 limit, 3: Status{i} status),
  map<string, Record{i}x2> all(),
  oneway void notify(1: Choice{i} choice),
}}

"#,
        limit = i + 1,
    )
}

fn record(out: &mut impl Write, i: usize, number: usize, child: &str) -> io::Result<()> {
    write!(
        out,
        r#"/**
 * Record {i}/{number}: a structure with ten fields.
 * Second line, with more text.
 */
struct Record{i}x{number} {{
  /** the primary key */
  1: required Id{i} id,
  2: optional string name = "unnamed",
  3: optional list<string> tags,
  4: optional map<string, i64> counters,
  5: optional set<i32> members,
  6: optional Status{i} status = Status{i}.STATE_1,
  7: optional binary payload,
  8: optional double ratio = 0.5,
  9: optional bool enabled = true,
  10: optional list<{child}> children, // nested
}}

"#
    )
}
