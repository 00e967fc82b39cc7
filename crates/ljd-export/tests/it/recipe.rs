use ljd_core::Split;
use ljd_export::Recipe;

#[test]
fn every_recipe_that_comes_with_the_crate_is_whole() {
    for name in Recipe::built_in_names() {
        let recipe = Recipe::built_in(name).unwrap();
        assert_eq!(recipe.name, name);
        recipe.rules().unwrap();
        assert!(!recipe.wanted_splits().unwrap().is_empty() && !recipe.corpora.is_empty());
    }
    let error = Recipe::built_in("clena").unwrap_err().to_string();
    assert_eq!(error, "unknown recipe `clena`, did you mean `clean`?");
}

#[test]
fn splits_are_all_unless_some_are_named() {
    let recipe = |splits: &str| {
        let text = format!(
            r#"{{ "name": "n", "description": "d", "preset": "clean", {splits} "corpora": [] }}"#
        );
        Recipe::parse(&text, "n.json").unwrap().wanted_splits()
    };
    assert_eq!(recipe("").unwrap(), Split::ALL);
    assert_eq!(recipe(r#""splits": ["test"],"#).unwrap(), [Split::Test]);
    let error = recipe(r#""splits": ["tests"],"#).unwrap_err().to_string();
    assert_eq!(error, "unknown split `tests`, did you mean `test`?");
}

#[test]
fn a_mistake_is_placed_at_its_line() {
    let error = Recipe::parse("{\n  \"nmae\": 1\n}", "mine.json").unwrap_err().to_string();
    assert!(error.starts_with("mine.json:2: unknown field `nmae`"), "{error}");
}
