//! The commands shown in the documentation do what is shown.

#[test]
fn readme() {
    // Its paths are those of the repository.
    std::env::set_current_dir("..").unwrap();
    trycmd::TestCases::new()
        .case("README.md")
        .case("docs/previews.md")
        .case("docs/batches.md");
}
