//! Every type in every container, in every place where a type may stand, defined here and in another file.

use crate::idl::{BASES, Field, Function, Kind, Record, Requiredness, Schema, Type};
use crate::literals::literal;
use crate::rng::Rng;

use Requiredness::{Default, Optional, Required};

/// A type that the others are built from, with a name that says which.
struct Atom {
    name: String,
    ty: Type,
}

/// Adds the files.
pub(crate) fn add(schema: &mut Schema) {
    let mut rng = Rng::new(1);
    let common = schema.file("types/common");
    let atoms = atoms(schema, common);
    for atom in &atoms {
        records(schema, common, atom);
    }
    let other = schema.file("types/other");
    for atom in &atoms {
        uses(schema, other, atom, &mut rng);
    }
    echo(schema, other, &atoms, &mut rng);
    recursion(schema);
    nests(schema);
}

fn atoms(schema: &mut Schema, file: usize) -> Vec<Atom> {
    let mut atoms: Vec<Atom> =
        BASES.iter().map(|base| Atom { name: format!("{base}s"), ty: Type::Base(base) }).collect();
    let mut define = |name: &str, kind: Kind| {
        let ty = Type::Named(schema.define(file, name, kind));
        atoms.push(Atom { name: name.to_owned(), ty: ty.clone() });
        ty
    };
    let base = |name: &'static str| Type::Base(name);
    let field = |id, requiredness, ty: &Type| Field::new(id, requiredness, ty.clone(), format!("f{id}"));
    let double = base("double");
    let level = define("Level", Kind::Enum(vec![("LOW".to_owned(), -5), ("HIGH".to_owned(), i32::MAX)]));
    define("NoLevel", Kind::Enum(Vec::new()));
    let fields = vec![field(1, Required, &base("i32")), field(2, Default, &base("string")), field(3, Optional, &level)];
    let point = define("Point", Kind::Record(Record::Struct, fields));
    let weight =
        define("Weight", Kind::Record(Record::Struct, vec![field(1, Required, &double), field(2, Default, &double)]));
    let members = vec![
        field(1, Default, &base("i64")),
        field(2, Default, &point),
        field(3, Default, &Type::list(base("string"))),
    ];
    let choice = define("Choice", Kind::Record(Record::Union, members));
    let members =
        vec![field(1, Default, &double), field(2, Default, &weight), field(3, Default, &Type::list(double.clone()))];
    define("Measure", Kind::Record(Record::Union, members));
    let thrown = vec![field(1, Default, &base("string")), field(2, Required, &choice)];
    define("Failure", Kind::Record(Record::Exception, thrown));
    define("Nothing", Kind::Record(Record::Struct, Vec::new()));
    define("NoChoice", Kind::Record(Record::Union, Vec::new()));
    define("NoReason", Kind::Record(Record::Exception, Vec::new()));
    define("Number", Kind::Typedef(base("i32")));
    let ratio = define("Ratio", Kind::Typedef(double));
    define("Place", Kind::Typedef(point.clone()));
    define("Either", Kind::Typedef(choice));
    define("Rank", Kind::Typedef(level));
    define("Ratios", Kind::Typedef(Type::set(ratio.clone())));
    let table = define("Table", Kind::Typedef(Type::map(ratio, Type::list(point))));
    define("Tables", Kind::Typedef(table));
    atoms
}

/// The type itself, in each container, and in containers in containers.
fn forms(ty: &Type) -> Vec<Type> {
    let once = ty.contained();
    let twice: Vec<Type> = once.iter().flat_map(Type::contained).collect();
    [vec![ty.clone()], once.to_vec(), twice].concat()
}

/// Each form as a field, those of one level in every requiredness, and as a member of a union.
fn records(schema: &mut Schema, file: usize, atom: &Atom) {
    let name = pascal(&atom.name);
    let forms = forms(&atom.ty);
    let fields = |forms: &[Type], requiredness: &dyn Fn(usize) -> Requiredness| {
        let fields = forms.iter().enumerate();
        fields.map(|(i, ty)| Field::new(i + 1, requiredness(i), ty.clone(), format!("f{i}"))).collect::<Vec<_>>()
    };
    let mut define = |name: String, record, fields| schema.define(file, name, Kind::Record(record, fields));
    define(format!("All{name}"), Record::Struct, fields(&forms, &|i| [Required, Optional, Default][i % 3]));
    for requiredness in [Required, Optional, Default] {
        define(format!("{requiredness:?}{name}"), Record::Struct, fields(&forms[..5], &|_| requiredness));
    }
    define(format!("Any{name}"), Record::Union, fields(&forms[..5], &|_| Default));
}

/// Each form with a default value, and as a constant, in a file that includes the type.
fn uses(schema: &mut Schema, file: usize, atom: &Atom, rng: &mut Rng) {
    let name = pascal(&atom.name);
    let forms = forms(&atom.ty);
    let mut fields = Vec::new();
    for (i, ty) in forms.iter().enumerate() {
        let requiredness = [Default, Optional, Required][i % 3];
        let field = Field::new(i + 1, requiredness, ty.clone(), format!("f{i}"));
        let Some(value) = literal(schema, file, ty, schema.definitions.len(), rng) else { continue };
        if i < 5 {
            let constant = format!("{}_{i}", name.to_uppercase());
            schema.define(file, constant.clone(), Kind::Constant(ty.clone(), value.clone()));
            fields.push(field.with_default(if rng.once_in(2) { constant } else { value }));
        } else {
            fields.push(field.with_default(value));
        }
    }
    schema.define(file, format!("Defaulted{name}"), Kind::Record(Record::Exception, fields));
}

/// A service whose functions take a value three times, and return the first: of each atom, and of one container of it; and
/// one whose functions take the other containers. The types of the first have names: `T0`, `T1`, …
fn echo(schema: &mut Schema, file: usize, atoms: &[Atom], rng: &mut Rng) {
    let thrown = |name: &str| Type::Named(schema.definitions.iter().position(|it| it.name == name).unwrap());
    let throws = vec![
        Field::new(1, Default, thrown("Failure"), "failure"),
        Field::new(2, Default, thrown("NoReason"), "no_reason"),
    ];
    let (mut called, mut others) = (Vec::new(), Vec::new());
    for (index, atom) in atoms.iter().enumerate() {
        let mut containers = atom.ty.contained().to_vec();
        called.push([atom.ty.clone(), atom.ty.clone(), atom.ty.clone()]);
        let container = containers.remove(index % 4);
        called.push([container.clone(), container.clone(), container]);
        others.push(containers.try_into().unwrap());
    }
    for (index, types) in called.iter().enumerate() {
        schema.define(file, format!("T{index}"), Kind::Typedef(types[0].clone()));
    }
    let mut number = 0;
    let mut function = |[a, b, c]: [Type; 3]| {
        let mut last = Field::new(3, Default, c, "c");
        last.default = literal(schema, file, &last.ty, schema.definitions.len(), rng);
        let returns = Some(a.clone());
        let arguments = vec![Field::new(1, Required, a, "a"), Field::new(2, Optional, b, "b"), last];
        let mut function = Function::new(format!("f{number}"), returns, arguments);
        if number % 2 == 0 {
            function.throws = throws.clone();
        }
        number += 1;
        function
    };
    let functions = called.into_iter().map(&mut function).collect();
    let more = others.into_iter().map(&mut function).collect();
    let empty = schema.define(file, "Empty", Kind::Service { extends: None, functions: Vec::new() });
    let echo = schema.define(file, "Echo", Kind::Service { extends: Some(empty), functions });
    let silent = schema.define(file, "Silent", Kind::Service { extends: Some(echo), functions: Vec::new() });
    schema.define(file, "Containers", Kind::Service { extends: Some(silent), functions: more });
}

/// Types that contain themselves: directly, by turns, through containers, typedefs and unions.
fn recursion(schema: &mut Schema) {
    let file = schema.file("types/recursion");
    let start = schema.definitions.len();
    // Named before they are defined.
    let [node, ping, pong, tree, link, kids, by_name, cause, other] = std::array::from_fn(|i| Type::Named(start + i));
    let field = |id, requiredness, ty: &Type| Field::new(id, requiredness, ty.clone(), format!("f{id}"));
    let string = Type::Base("string");
    let record = |record, fields: Vec<Field>| Kind::Record(record, fields);
    let everywhere = |ty: &Type| {
        let forms = forms(ty).into_iter().enumerate();
        forms
            .map(|(i, ty)| Field::new(i + 1, if i % 2 == 0 { Default } else { Optional }, ty, format!("f{}", i + 1)))
            .collect::<Vec<_>>()
    };
    schema.define(file, "Node", record(Record::Struct, everywhere(&node)));
    schema.define(
        file,
        "Ping",
        record(Record::Struct, vec![field(1, Default, &pong), field(2, Required, &Type::list(tree.clone()))]),
    );
    schema.define(
        file,
        "Pong",
        record(Record::Struct, vec![field(1, Optional, &ping), field(2, Default, &Type::Base("double"))]),
    );
    schema.define(file, "Tree", record(Record::Union, everywhere(&tree)));
    schema.define(file, "Link", Kind::Typedef(other.clone()));
    schema.define(file, "Kids", Kind::Typedef(Type::list(link.clone())));
    schema.define(file, "ByName", Kind::Typedef(Type::map(string, kids.clone())));
    schema.define(
        file,
        "Cause",
        record(Record::Exception, vec![field(1, Default, &cause), field(2, Required, &by_name)]),
    );
    let fields = vec![
        field(1, Default, &link),
        field(2, Required, &kids),
        field(3, Required, &Type::set(by_name.clone())),
        field(4, Optional, &cause),
        field(5, Default, &Type::map(link.clone(), tree.clone())),
    ];
    schema.define(file, "Other", record(Record::Struct, fields));
    let function = Function::new("grow", Some(tree), vec![field(1, Default, &node), field(2, Required, &other)]);
    schema.define(file, "Grow", Kind::Service { extends: None, functions: vec![function] });
    let around = schema.file("types/around");
    schema.define(around, "Around", record(Record::Struct, everywhere(&Type::Named(start))));
}

/// Containers 20 deep, 300 fields in one struct, and a chain of structs, each in a list of the next.
fn nests(schema: &mut Schema) {
    let file = schema.file("types/nests");
    let field = |id, requiredness, ty: &Type| Field::new(id, requiredness, ty.clone(), format!("f{id}"));
    let mut fields = Vec::new();
    for (id, base) in ["i32", "double", "string"].into_iter().enumerate() {
        let mut nest = Type::Base(base);
        for level in 0..20 {
            nest = nest.contained()[(level * (id + 1) + level / 3) % 4].clone();
        }
        fields.push(field(id + 1, [Required, Optional, Default][id], &nest));
    }
    let arguments = fields.clone();
    let function = Function::new("nest", Some(fields[1].ty.clone()), arguments);
    schema.define(file, "Nests", Kind::Record(Record::Struct, fields));
    let wide = |requiredness| {
        let base = |id: usize| Type::Base(BASES[id % BASES.len()]);
        (1..=300).map(|id| field(id, requiredness, &base(id))).collect::<Vec<_>>()
    };
    schema.define(file, "WideRequired", Kind::Record(Record::Struct, wide(Required)));
    schema.define(file, "WideOptional", Kind::Record(Record::Exception, wide(Default)));
    schema.define(file, "WideUnion", Kind::Record(Record::Union, wide(Default)));
    let mut last = Type::Base("i32");
    for level in (0..20).rev() {
        let fields = vec![field(1, Required, &Type::list(last))];
        last = Type::Named(schema.define(file, format!("Chain{level}"), Kind::Record(Record::Struct, fields)));
    }
    let chain = Function::new(
        "chain",
        Some(last.clone()),
        vec![field(1, Default, &last), field(2, Default, &Type::list(last.clone()))],
    );
    schema.define(file, "Deep", Kind::Service { extends: None, functions: vec![function, chain] });
}

/// `i32s` as `I32s`.
fn pascal(name: &str) -> String {
    name[..1].to_uppercase() + &name[1..]
}
