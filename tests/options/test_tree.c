#include "options/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static nsym_tree *parsed(const char *text) {
    nsym_tree *tree = NULL;
    if (nsym_tree_parse(&tree, text, strlen(text), "card.yaml")) fail_msg("%s", nsym_message());
    return tree;
}

static void assert_refused(const char *text, size_t length, const char *message) {
    nsym_tree *tree = NULL;
    assert_int_equal(nsym_tree_parse(&tree, text, length, "card.yaml"), NSYM_EFORMAT);
    assert_null(tree);
    if (!strstr(nsym_message(), message)) fail_msg("'%s' does not say '%s'", nsym_message(), message);
}

static void assert_message(const char *message) {
    assert_string_equal(nsym_message(), message);
}

static void assert_text(const nsym_node *node, const char *expected) {
    char *text = NULL;
    assert_int_equal(nsym_node_text(&text, node), NSYM_OK);
    assert_string_equal(text, expected);
    free(text);
}

static void assert_canonical(const char *card, const char *expected) {
    nsym_tree *tree = parsed(card);
    assert_text(tree->root, expected);
    nsym_tree_free(tree);
}

static char *written(const nsym_tree *tree) {
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    assert_int_equal(nsym_tree_write(tree, stream), NSYM_OK);
    fclose(stream);
    return text;
}

static void assert_same(const nsym_node *a, const nsym_node *b) {
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->quoted, b->quoted);
    assert_int_equal(a->count, b->count);
    if (a->text || b->text) assert_string_equal(a->text, b->text);
    if (a->key || b->key) assert_string_equal(a->key, b->key);
    for (size_t i = 0; i < a->count; i++) assert_same(a->child[i], b->child[i]);
}

/* What is written, as a file and as one line, reads back to the same tree. */
static void assert_survives(const nsym_tree *tree) {
    char *text = written(tree), *line = NULL;
    assert_int_equal(nsym_node_text(&line, tree->root), NSYM_OK);
    assert_null(strchr(line, '\n'));
    nsym_tree *again = parsed(text), *flow = parsed(line);
    assert_same(tree->root, again->root);
    assert_same(tree->root, flow->root);
    assert_text(again->root, line);
    nsym_tree_free(again);
    nsym_tree_free(flow);
    free(text);
    free(line);
}

static void nodes_know_their_lines_and_paths(void **state) {
    (void)state;
    nsym_tree *tree = parsed("# a card\nstudy: first\ntrain:\n  lr: 0.1\n\n  layers:\n    - 8\n    - 16\n");
    assert_int_equal(tree->root->count, 2);
    assert_int_equal(nsym_node_at(tree->root, "study")->line, 2);
    assert_int_equal(nsym_node_at(tree->root, "train")->line, 3);
    assert_int_equal(nsym_node_at(tree->root, "train.lr")->line, 4);
    assert_string_equal(nsym_node_at(tree->root, "train.lr")->text, "0.1");
    const nsym_node *layers = nsym_node_at(tree->root, "train.layers");
    assert_int_equal(layers->line, 6);
    assert_int_equal(layers->child[1]->line, 8);
    assert_null(nsym_node_at(tree->root, "train.epochs"));
    assert_null(nsym_node_at(tree->root, "study.lr"));
    assert_null(nsym_node_at(tree->root, "train."));
    assert_null(nsym_node_at(tree->root, ""));
    nsym_tree_free(tree);
}

static void no_content_is_an_empty_map(void **state) {
    (void)state;
    const char *const empty[] = {"", "\n\n", "# nothing\n", "---\n", "\xEF\xBB\xBF", "null", "{}"};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) assert_canonical(empty[i], "{}");
}

static void hostile_cards_are_refused_with_their_line(void **state) {
    (void)state;
    static const struct {
        const char *card, *message;
    } cases[] = {
        {"a: &x 1\n", "card.yaml:1: YAML anchor '&x'"},
        {"a: 1\nb: *x\n", "card.yaml:2: YAML alias '*x'"},
        {"a: 1\nb:\n  <<: {c: 1}\n", "card.yaml:3: YAML merge key"},
        {"a: !!str 1\n", "card.yaml:1: YAML tag"},
        {"a: !x [1]\n", "card.yaml:1: YAML tag"},
        {"a: 1\nb: 2\na: 3\n", "card.yaml:3: key 'a' is given twice, first in line 1"},
        {"a: 1\n---\nb: 2\n", "card.yaml:2: a second YAML document"},
        {"a: 1\n...\n---\n", "card.yaml:3: a second YAML document"},
        {"a:\n\tb: 1\n", "card.yaml:2: indented by a tab"},
        {"a: [1, 2\nb: 3\n", "card.yaml:2: not YAML"},
        {"a: 'open\n", "card.yaml:2: not YAML"},
        {"a: 1\n b: 2\n", "card.yaml:2: not YAML"},
        {"a: 1\nb: \xFF\n", "card.yaml:2: not UTF-8 text"},
        {"a: 1\nb: \xC3", "card.yaml:2: not UTF-8 text"},
        {"a: 1\nb: \x01\n", "card.yaml:2: not UTF-8 text"},
        {"a: \"\\0\"\n", "card.yaml:1: a text holds a NUL byte"},
        {"\"a\\0\": 1\n", "card.yaml:1: a key holds a NUL byte"},
        {"[a]: 1\n", "card.yaml:1: a key is a list or a map"},
        {"? {a: 1}\n: 1\n", "card.yaml:1: a key is a list or a map"},
        {"\xFF\xFE"
         "a",
         "card.yaml:1: not UTF-8 text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_refused(cases[i].card, strlen(cases[i].card), cases[i].message);
    assert_refused("a: 1\nb\0: 2\n", 11, "card.yaml:2: a NUL byte");
}

static void sizes_beyond_the_limits_are_refused(void **state) {
    (void)state;
    enum { BIG = (1 << 20) + 1 };
    char *text = malloc(BIG);
    memset(text, '#', BIG);
    assert_refused(text, BIG, "card.yaml: larger than 1 MiB");
    nsym_tree *tree = NULL;
    assert_int_equal(nsym_tree_parse(&tree, text, BIG - 1, "card.yaml"), NSYM_OK);
    nsym_tree_free(tree);
    memset(text, '[', BIG);
    assert_refused(text, BIG - 1, "card.yaml:1: nested deeper than 32");
    memset(text + 32, ']', 32);
    assert_int_equal(nsym_tree_parse(&tree, text, 64, "card.yaml"), NSYM_OK);
    assert_survives(tree);
    nsym_tree_free(tree);
    memset(text, 'k', 300);
    memcpy(text + 300, ": 1", 3);
    assert_refused(text, 303, "has 300 bytes, must have at most 200");
    size_t length = 0;
    for (int i = 0; i <= 1024; i++) length += (size_t)sprintf(text + length, "k%d: 1\n", i);
    assert_refused(text, length, "card.yaml:1025: more than 1024 keys");
    free(text);
}

static void files_that_cannot_be_read_are_named(void **state) {
    (void)state;
    nsym_tree *tree = NULL;
    assert_int_equal(nsym_tree_read(&tree, "/no/such/card.yaml"), NSYM_ENOTFOUND);
    assert_message("/no/such/card.yaml: No such file or directory");
    assert_int_equal(nsym_tree_read(&tree, "/tmp"), NSYM_EIO);
    assert_null(tree);
}

static void quotes_stay_only_where_they_change_the_meaning(void **state) {
    (void)state;
    assert_canonical("a: \"pt\"\nb: 'mass 2'\n", "{a: pt, b: mass 2}");
    assert_canonical("a: \"1\"\nb: 'true'\nc: 'yes'\nd: \"\"\ne: '-x'",
                     "{a: \"1\", b: \"true\", c: \"yes\", d: \"\", e: \"-x\"}");
    assert_canonical("a:\nb: ~\nc: null\nd: 'null'", "{a: null, b: null, c: null, d: \"null\"}");
    assert_canonical("a: x, y", "{a: \"x, y\"}");
    assert_canonical("a: |\n  two\n  lines\n", "{a: \"two\\nlines\\n\"}");
    assert_canonical("'a b': {c: [1, {d: []}]}", "{a b: {c: [1, {d: []}]}}");
    assert_canonical("b: 1\na: 2", "{b: 1, a: 2}");
}

static void what_is_written_reads_back(void **state) {
    (void)state;
    static const char *const cards[] = {
        "a: ''",
        "a: 'x: y'",
        "a: 'it''s'",
        "a: \"say \\\"so\\\"\"",
        "a: \"back\\\\slash\"",
        "title: Z → μμ",
        "'μ': 'β→'",
        "a: '1'",
        "a: 1e-5",
        "a: '1e-5'",
        "a: \"l1\\nl2\\n\\nl4\\n\"",
        "a: |2\n   lead\n  x\n",
        "a: >\n  fold\n  ed\n\n  x\n",
        "a: ' lead'",
        "a: 'trail '",
        "a: '# no'",
        "a: 'x # y'",
        "a: '- x'",
        "a: '-'",
        "a: '---'",
        "a: '...'",
        "a: '?'",
        "a: '{b}'",
        "a: '[b'",
        "a: '@b'",
        "a: '`b'",
        "a: '%b'",
        "a: '!b'",
        "a: '&b'",
        "a: '*b'",
        "a: '|'",
        "a: '>'",
        "a: \"\\t\"",
        "a: \"tab\\tx\"",
        "a: \"\\x85\"",
        "a: \"\\u2028\\u2029\\ufeff\\x7f\\x9f\"",
        "a: \"\\uFFFE \\U0001F600\"",
        "a: \"\\e[0m\\r\"",
        "'': 1",
        "'a: b': 1",
        "'1': 1",
        "'<<': 1",
        "'null': 1",
        "'~': ~",
        "\"a\\n b\": 1",
        "a: {}",
        "a: []",
        "a: [[], {}]",
        "a:\n- - 1\n  - - 2\n    - {b: 3}\n- c: 1\n  d: [x, 'y, z']\n",
        "- a\n- b: 1\n",
        "x",
        "'1'",
        "'...'",
        "a: ../other/x.h5",
        "a: http://x.org/#y",
        "a: =",
        "a: 50%",
        "a: \\",
        "a: b\\nc",
        "a: a,b",
        "a: x:y",
        "[a, b: c]",
        "a: '\xC2\xA0'",
        "a: NaN",
        "a: .inf",
        "a: 2024-01-01",
        "a: 0x1F",
        "a: 'No'",
        "a: 'y'",
        "a: -.5",
        "a: +1",
    };
    for (size_t i = 0; i < sizeof cards / sizeof *cards; i++) {
        nsym_tree *tree = parsed(cards[i]);
        assert_survives(tree);
        nsym_tree_free(tree);
    }
}

static uint32_t draw(uint64_t *state, uint32_t below) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33) % below;
}

static void write_random(FILE *stream, uint64_t *state, int depth) {
    static const char *const pieces[] = {"a",    "1",       ".",     ":",   " ", "#", ",", "[",  "}",    "'",
                                         "\\\"", "\\\\",    "\\n",   "\\t", "é", "→", "μ", "e5", "true", "null",
                                         "~",    "\\u2028", "\\x01", "%",   "!", "&", "*", "|",  "?"};
    uint32_t kind = draw(state, depth < 4 ? 4 : 2), count = draw(state, 5);
    if (kind < 2) {
        fputc('"', stream);
        for (uint32_t i = 0; i < count; i++) fputs(pieces[draw(state, sizeof pieces / sizeof *pieces)], stream);
        fputc('"', stream);
        return;
    }
    fputc(kind == 2 ? '[' : '{', stream);
    for (uint32_t i = 0; i < count; i++) {
        if (kind == 3) fprintf(stream, "\"%s%u\": ", pieces[draw(state, sizeof pieces / sizeof *pieces)], i);
        write_random(stream, state, depth + 1);
        fputs(", ", stream);
    }
    fputc(kind == 2 ? ']' : '}', stream);
}

static void random_trees_read_back(void **state) {
    (void)state;
    uint64_t random = 314;
    for (int i = 0; i < 2000; i++) {
        char *text = NULL;
        size_t length = 0;
        FILE *stream = open_memstream(&text, &length);
        write_random(stream, &random, 0);
        fclose(stream);
        nsym_tree *tree = parsed(text), *copy = NULL;
        assert_survives(tree);
        assert_int_equal(nsym_tree_copy(&copy, tree), NSYM_OK);
        assert_same(tree->root, copy->root);
        nsym_tree_free(tree);
        assert_survives(copy);
        nsym_tree_free(copy);
        free(text);
    }
}

static void a_full_disk_is_told(void **state) {
    (void)state;
    FILE *full = fopen("/dev/full", "w");
    if (!full) skip();
    nsym_tree *tree = parsed("a: 1");
    assert_int_equal(nsym_tree_write(tree, full), NSYM_EIO);
    fclose(full);
    nsym_tree_free(tree);
}

static void a_set_path_keeps_its_place_and_names_its_origin(void **state) {
    (void)state;
    nsym_tree *tree = parsed("train: {lr: 0.1, epochs: 5}\nmodels:\nsize: 1\n");
    assert_int_equal(nsym_tree_set(tree, "train.lr", "1e-3", "--set train.lr=1e-3"), NSYM_OK);
    assert_int_equal(nsym_tree_set(tree, "models.hybrid.latent", "[8, 16]", "--set x"), NSYM_OK);
    assert_int_equal(nsym_tree_set(tree, "data.signal", "", "--set data.signal="), NSYM_OK);
    assert_text(tree->root,
                "{train: {lr: 1e-3, epochs: 5}, models: {hybrid: {latent: [8, 16]}}, size: 1, data: {signal: \"\"}}");
    nsym_reader r = {tree, nsym_node_at(tree->root, "train"), "train"};
    double lr = 0;
    assert_int_equal(nsym_read_number(r, "lr", 1, 2, &lr), NSYM_EINVAL);
    assert_message("--set train.lr=1e-3: train.lr is 1e-3, must be >= 1 and <= 2");
    nsym_tree_free(tree);
}

static void a_bad_path_or_value_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *path, *yaml, *message;
    } cases[] = {
        {"", "1", "o: '' has an empty part"},
        {"a..b", "1", "o: 'a..b' has an empty part"},
        {"a.", "1", "o: 'a.' has an empty part"},
        {".a", "1", "o: '.a' has an empty part"},
        {"list.x", "1", "o: cannot set list.x: list is not a map"},
        {"map.one.y", "1", "o: cannot set map.one.y: map.one is not a map"},
        {"map.\xFF", "1", "is not UTF-8 text"},
        {"map.one", "[1", "o: not YAML"},
        {"map.one", "# c", "o: the value is only a comment"},
        {"map.one", "{a: 1, a: 2}", "o: key 'a' is given twice"},
        {"a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a", "1", "o: nested deeper than 32"},
        {"map.x", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "o: nested deeper than 32"},
    };
    nsym_tree *tree = parsed("list: [1]\nmap: {one: 1}\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(nsym_tree_set(tree, cases[i].path, cases[i].yaml, "o"), NSYM_EINVAL);
        if (!strstr(nsym_message(), cases[i].message)) fail_msg("'%s', not '%s'", nsym_message(), cases[i].message);
    }
    assert_text(tree->root, "{list: [1], map: {one: 1}}");
    nsym_tree_free(tree);
    tree = parsed("[1]");
    assert_int_equal(nsym_tree_set(tree, "a", "1", "o"), NSYM_EINVAL);
    assert_message("o: cannot set a: the card is not a map");
    nsym_tree_free(tree);
}

static void a_preset_overrides_dotted_paths(void **state) {
    (void)state;
    nsym_tree *tree =
        parsed("data: {events: 10, copies: 1}\npresets:\n  quick:\n    data.events: 5\n    data.list: [a, {b: c}]\n"
               "    new.map: {x: 1}\n  broken:\n    data..x: 1\n  wrong: 7\n  none:\n");
    assert_int_equal(nsym_tree_apply(tree, nsym_node_at(tree->root, "presets.quick")), NSYM_OK);
    assert_text(nsym_node_at(tree->root, "data"), "{events: 5, copies: 1, list: [a, {b: c}]}");
    assert_text(nsym_node_at(tree->root, "new"), "{map: {x: 1}}");
    assert_int_equal(nsym_node_at(tree->root, "data.events")->line, 4);
    assert_text(nsym_node_at(tree->root, "presets.quick"), "{data.events: 5, data.list: [a, {b: c}], new.map: {x: 1}}");
    assert_int_equal(nsym_tree_apply(tree, nsym_node_at(tree->root, "presets.broken")), NSYM_EINVAL);
    assert_message("card.yaml:8: 'data..x' has an empty part; must be like train.epochs");
    assert_int_equal(nsym_tree_apply(tree, nsym_node_at(tree->root, "presets.wrong")), NSYM_EINVAL);
    assert_message("card.yaml:9: wrong must be a map such as {train.epochs: 10}");
    assert_int_equal(nsym_tree_apply(tree, nsym_node_at(tree->root, "presets.none")), NSYM_OK);
    assert_int_equal(nsym_tree_apply(tree, NULL), NSYM_OK);
    nsym_tree_free(tree);
}

static void overrides_from_another_file_name_that_file(void **state) {
    (void)state;
    nsym_tree *tree = parsed("a: 1"), *other = NULL;
    assert_int_equal(nsym_tree_parse(&other, "\na: no", 6, "other.yaml"), NSYM_OK);
    assert_int_equal(nsym_tree_apply(tree, other->root), NSYM_OK);
    nsym_tree_free(other);
    bool flag = false;
    assert_int_equal(nsym_read_bool((nsym_reader){tree, tree->root, ""}, "a", &flag), NSYM_EINVAL);
    assert_message("other.yaml:2: a is 'no', must be true or false");
    nsym_tree_free(tree);
}

static void a_tree_applied_to_itself_ends(void **state) {
    (void)state;
    nsym_tree *tree = parsed("a.b: 1\nc: {d: 2}\n");
    assert_int_equal(nsym_tree_apply(tree, tree->root), NSYM_OK);
    assert_text(tree->root, "{a.b: 1, c: {d: 2}}"); /* the key with a dot is the path itself */
    nsym_tree_free(tree);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_know_their_lines_and_paths),
        cmocka_unit_test(no_content_is_an_empty_map),
        cmocka_unit_test(hostile_cards_are_refused_with_their_line),
        cmocka_unit_test(sizes_beyond_the_limits_are_refused),
        cmocka_unit_test(files_that_cannot_be_read_are_named),
        cmocka_unit_test(quotes_stay_only_where_they_change_the_meaning),
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(random_trees_read_back),
        cmocka_unit_test(a_full_disk_is_told),
        cmocka_unit_test(a_set_path_keeps_its_place_and_names_its_origin),
        cmocka_unit_test(a_bad_path_or_value_is_refused),
        cmocka_unit_test(a_preset_overrides_dotted_paths),
        cmocka_unit_test(overrides_from_another_file_name_that_file),
        cmocka_unit_test(a_tree_applied_to_itself_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
