//! Views made from edits.
