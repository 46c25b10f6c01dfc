/* The JSON Schema of cards takes the cards that there are, and refuses what no card has. */
#include "study/card_text.h"
#include "study/studies.h"

#include <jansson.h>
#include <math.h>

static bool fits(const json_t *schema, const nsym_node *node);

static const char *type_of(const nsym_node *node, double *number) {
    if (node->kind == NSYM_MAP) return "object";
    if (node->kind == NSYM_LIST) return "array";
    if (!node->quoted && !node->text[0]) return "null";
    if (!node->quoted && (strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0)) return "boolean";
    return !node->quoted && nsym_text_number(node->text, number) ? "number" : "string";
}

static bool is_type(const json_t *wanted, const nsym_node *node) {
    double number = 0;
    const char *type = type_of(node, &number), *name = json_string_value(wanted);
    for (size_t i = 0; json_is_array(wanted) && i < json_array_size(wanted); i++)
        if (is_type(json_array_get(wanted, i), node)) return true;
    if (!name) return false;
    if (strcmp(name, "integer") == 0) return strcmp(type, "number") == 0 && number == floor(number);
    return strcmp(name, type) == 0;
}

/* Is a scalar that word, or that truth value? */
static bool is_same(const json_t *word, const nsym_node *node) {
    double number;
    const char *text = json_is_boolean(word) ? json_is_true(word) ? "true" : "false" : json_string_value(word);
    return json_is_boolean(word) == (strcmp(type_of(node, &number), "boolean") == 0) && strcmp(text, node->text) == 0;
}

static bool is_among(const json_t *words, const nsym_node *node) {
    for (size_t i = 0; i < json_array_size(words); i++)
        if (node->kind == NSYM_SCALAR && is_same(json_array_get(words, i), node)) return true;
    return false;
}

static bool fits_members(const json_t *schema, const nsym_node *node) {
    const json_t *properties = json_object_get(schema, "properties"),
                 *others = json_object_get(schema, "additionalProperties"), *items = json_object_get(schema, "items"),
                 *most = json_object_get(schema, "maxItems");
    if (node->kind == NSYM_LIST && most && node->count > (size_t)json_integer_value(most)) return false;
    for (size_t i = 0; node->kind != NSYM_SCALAR && i < node->count; i++) {
        const nsym_node *child = node->child[i];
        const json_t *known = node->kind == NSYM_LIST ? items : json_object_get(properties, child->key);
        if (!known && node->kind == NSYM_MAP) known = others;
        if (json_is_false(known) || (json_is_object(known) && !fits(known, child))) return false;
    }
    return true;
}

/* The parts of a schema that ours has. */
static bool fits(const json_t *schema, const nsym_node *node) {
    const json_t *type = json_object_get(schema, "type"), *words = json_object_get(schema, "enum"),
                 *low = json_object_get(schema, "minimum"), *high = json_object_get(schema, "maximum"),
                 *any = json_object_get(schema, "anyOf"), *all = json_object_get(schema, "allOf");
    double number = 0;
    bool is_number = strcmp(type_of(node, &number), "number") == 0, one = !any;
    if ((type && !is_type(type, node)) || (words && !is_among(words, node))) return false;
    if (is_number && low && number < json_number_value(low)) return false;
    if (is_number && high && number > json_number_value(high)) return false;
    for (size_t i = 0; i < json_array_size(all); i++)
        if (!fits(json_array_get(all, i), node)) return false;
    for (size_t i = 0; i < json_array_size(any); i++) one |= fits(json_array_get(any, i), node);
    return one && fits_members(schema, node);
}

static json_t *schema_of_cards(void) {
    char *text = NULL;
    json_error_t error;
    assert_int_equal(nsym_study_schema(&text), NSYM_OK);
    json_t *schema = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!schema) fail_msg("%s in line %d", error.text, error.line);
    free(text);
    return schema;
}

static void every_study_fits(void **state) {
    (void)state;
    json_t *schema = schema_of_cards();
    assert_string_equal(json_string_value(json_object_get(schema, "$schema")),
                        "https://json-schema.org/draft/2020-12/schema");
    for (size_t i = 0; i < STUDIES; i++) {
        char path[512];
        nsym_tree *card;
        snprintf(path, sizeof path, "%s/studies/%s/study.yaml", NSYM_SOURCE_DIR, studies[i]);
        assert_int_equal(nsym_tree_read(&card, path), NSYM_OK);
        if (!fits(schema, card->root)) fail_msg("%s does not fit", studies[i]);
        nsym_tree_free(card);
    }
    json_decref(schema);
}

static void names_kinds_ranges_and_words_count(void **state) {
    (void)state;
    static const struct {
        const char *card;
        bool fits;
    } cases[] = {{"train: {epochs: 3}", true},
                 {"train: {epoch: 3}", false},
                 {"train: {epochs: -1}", false},
                 {"train: {epochs: 2.5}", false},
                 {"train: {epochs: many}", false},
                 {"train: {every_epoch: shown}", true},
                 {"train: {every_epoch: false}", true},
                 {"train: {every_epoch: 'false'}", false},
                 {"train: {every_epoch: never}", false},
                 {"train: 3", false},
                 {"trian: {}", false},
                 {"data: {generate: muon}", false},
                 {"data: {generate: muons}", true},
                 {"data: {signal: z.lhe}", true},
                 {"muon_pairs: {purity: 0.9}", true},
                 {"muon_pairs: {purity: 1.5}", false},
                 {"showers: {noise: 3}", true},
                 {"source: muons", false},
                 {"detector: {smear: {resolution: 0.1}}", true},
                 {"detector: {smear: {resolution: 2}}", false},
                 {"split: {shuffle: 1}", false},
                 {"models: {a: {hidden: [8, 8], columns: sum_pt}}", true},
                 {"models: {a: {hidden: 8}}", false},
                 {"models: {a: {hidden: [0]}}", false},
                 {"models: {a: {columns: [sum_pt, {}]}}", false},
                 {"models: {a: {activation: tanh}}", false},
                 {"copies: {values: random}", true},
                 {"copies: {values: [0, 45.5]}", true},
                 {"copies: {values: all}", false},
                 {"experiments: {e: {grid: {model: [a]}, search: {tries: 3}}}", true},
                 {"experiments: {e: {gird: {}}}", false},
                 {"experiments: {e: {search: {tries: 0}}}", false},
                 {"searches: {s: {kind: forward, candidates: [a]}}", true},
                 {"searches: {s: {kind: back}}", false}};
    json_t *schema = schema_of_cards();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        nsym_tree *card;
        assert_int_equal(nsym_tree_parse(&card, cases[i].card, strlen(cases[i].card), "card.yaml"), NSYM_OK);
        if (fits(schema, card->root) != cases[i].fits) fail_msg("%s", cases[i].card);
        nsym_tree_free(card);
    }
    json_decref(schema);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_study_fits),
        cmocka_unit_test(names_kinds_ranges_and_words_count),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
