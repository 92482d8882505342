//! Which columns are looked at. A column is a path of names, some of which are
//! only how Parquet writes lists and maps: in `tags.list.element` a record has
//! nothing but `tags`, and in `labels.key_value.key` are names, as the keys of
//! JSON are.

use parquet::basic::{ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::schema::types::{ColumnDescriptor, SchemaDescriptor, Type};

use crate::Fields;
use crate::fields::Choice;

/// For each column, whether it holds texts that are chosen.
pub(super) fn chosen(schema: &SchemaDescriptor, fields: &Fields) -> Vec<bool> {
    let is_chosen = |column: &ColumnDescriptor| {
        let parts = column.path().parts();
        let place = Place::of(schema.root_schema(), parts);
        let stored = parts.iter().map(|part| part.as_bytes());
        is_text(column)
            && !place.is_key
            && (named(stored, fields) || named(place.names.into_iter(), fields))
    };
    let columns = schema.columns().iter();
    columns.map(|column| is_chosen(column)).collect()
}

fn is_text(column: &ColumnDescriptor) -> bool {
    column.physical_type() == Physical::BYTE_ARRAY
        && (matches!(column.logical_type_ref(), Some(LogicalType::String))
            || column.converted_type() == ConvertedType::UTF8)
}

/// Whether a pattern names the column or what it is in.
fn named<'n>(names: impl Iterator<Item = &'n [u8]>, fields: &Fields) -> bool {
    let mut matcher = fields.matcher();
    let mut choice = matcher.root();
    for name in names {
        choice = matcher.child(choice, || name.into());
    }
    choice == Choice::All
}

/// An index or a key, of which a column has many: no pattern but `*` is it, for
/// patterns are UTF-8.
const ANY: &[u8] = b"\xFF";

/// Where a column is in a record, as JSON would have it: `tags.list.element.name`
/// is `tags.*.name`, and `labels.key_value.value` is `labels.*`.
struct Place<'c> {
    names: Vec<&'c [u8]>,
    /// It is in the keys of a map. They stay: they are names, by which somebody
    /// looks for the values, and two could become one.
    is_key: bool,
}

impl<'c> Place<'c> {
    fn of(root: &Type, parts: &'c [String]) -> Self {
        let mut place = Place {
            names: Vec::new(),
            is_key: false,
        };
        let mut rest = parts.iter();
        let mut node = Some(root);
        while let Some(part) = rest.next() {
            place.names.push(part.as_bytes());
            node = node.and_then(|node| field(node, part));
            if node.is_some_and(is_repeated) {
                place.names.push(ANY);
            }
            // Lists may be in lists.
            while let Some(many) = node.and_then(many) {
                place.names.push(ANY);
                rest.next();
                node = match many {
                    Many::Elements(element) => Some(element),
                    Many::Wrapped(group) => rest.next().and_then(|part| field(group, part)),
                    Many::Entries(group) => {
                        let part = rest.next();
                        let key = group.get_fields().first();
                        place.is_key |=
                            part.is_some_and(|part| key.is_some_and(|key| key.name() == part));
                        part.and_then(|part| field(group, part))
                    }
                };
            }
        }
        place
    }
}

/// What a list or a map repeats.
enum Many<'t> {
    /// What is in the list.
    Elements(&'t Type),
    /// A group around what is in the list.
    Wrapped(&'t Type),
    /// A group of a key and a value.
    Entries(&'t Type),
}

/// Old writers call a map `MAP_KEY_VALUE`, and some have the elements of a list
/// without a group around them, which is told as the specification of Parquet has
/// it: `array`, `…_tuple`, or several fields.
fn many(node: &Type) -> Option<Many<'_>> {
    let [inner] = (if node.is_group() {
        node.get_fields()
    } else {
        &[]
    }) else {
        return None;
    };
    if !is_repeated(inner) {
        return None;
    }
    let info = node.get_basic_info();
    match (info.logical_type_ref(), info.converted_type()) {
        (Some(LogicalType::Map), _) | (_, ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE) => {
            inner.is_group().then_some(Many::Entries(inner))
        }
        (Some(LogicalType::List), _) | (_, ConvertedType::LIST) => {
            let is_wrapped = inner.is_group()
                && inner.get_fields().len() == 1
                && inner.name() != "array"
                && !inner.name().ends_with("_tuple");
            Some(if is_wrapped {
                Many::Wrapped(inner)
            } else {
                Many::Elements(inner)
            })
        }
        _ => None,
    }
}

fn is_repeated(node: &Type) -> bool {
    let info = node.get_basic_info();
    info.has_repetition() && info.repetition() == Repetition::REPEATED
}

fn field<'t>(node: &'t Type, name: &str) -> Option<&'t Type> {
    let fields = if node.is_group() {
        node.get_fields()
    } else {
        &[]
    };
    let found = fields.iter().find(|field| field.name() == name);
    found.map(|field| &**field)
}
