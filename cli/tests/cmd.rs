//! What the command does, a file in `cmd/` for each behaviour.

#[test]
fn cmd() {
    trycmd::TestCases::new()
        .case("tests/cmd/*.toml")
        .case("../docs/from-ftfy.md");
}
