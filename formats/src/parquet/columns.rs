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
        is_text(column) && !is_key(schema.root_schema(), parts) && names(parts, fields)
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
fn names(parts: &[String], fields: &Fields) -> bool {
    let mut matcher = fields.matcher();
    let mut choice = matcher.root();
    for part in parts {
        choice = matcher.child(choice, || part.as_bytes().into());
    }
    choice == Choice::All
}

/// Whether a column is in the keys of a map. They stay: they are names, by which
/// somebody looks for the values, and two could become one.
fn is_key(root: &Type, parts: &[String]) -> bool {
    let mut node = root;
    for i in 0..parts.len() {
        let Some(inner) = field(node, &parts[i]) else {
            return false;
        };
        node = inner;
        if let (Some(entry), Some(part)) = (map_entry(node), parts.get(i + 2))
            && entry
                .get_fields()
                .first()
                .is_some_and(|key| key.name() == part)
        {
            return true;
        }
    }
    false
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

/// What a map repeats: a group of a key and a value. Old writers call a map
/// `MAP_KEY_VALUE`.
fn map_entry(node: &Type) -> Option<&Type> {
    let info = node.get_basic_info();
    let is_map = matches!(info.logical_type_ref(), Some(LogicalType::Map))
        || [ConvertedType::MAP, ConvertedType::MAP_KEY_VALUE].contains(&info.converted_type());
    repeated(node).filter(|entry| is_map && entry.is_group())
}

/// The only field of a group, if it is repeated.
fn repeated(node: &Type) -> Option<&Type> {
    let [field] = (if node.is_group() {
        node.get_fields()
    } else {
        &[]
    }) else {
        return None;
    };
    let info = field.get_basic_info();
    (info.has_repetition() && info.repetition() == Repetition::REPEATED).then_some(&**field)
}
