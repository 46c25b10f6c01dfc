/* Field tables: how a section is read, what is refused, and what it is as text. */
#include "options/fields.h"
#include "options/fields_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef enum shade { RED, GREEN } shade;

typedef struct values {
    bool on, second;
    size_t size, sizes[3], sizes_count, turns_count;
    double number, turns[2];
    const char *text, *file;
    char mark[8], names[16];
    shade shade;
    unsigned way;
} values;

#define AT(place) .at = offsetof(values, place)

static const char *needs_on(const void *at) {
    return ((const values *)at)->on ? NULL : "on is false";
}

static const char *const shades[] = {"red", "green", NULL}, *const ways[] = {"even", "random", NULL},
                         *const kinds[] = {"plain", "rich", NULL};
static const nsym_field fields[] = {
    {"on", NSYM_FIELD_BOOL, AT(on), .help = "a switch"},
    {"second", NSYM_FIELD_EITHER, AT(second), .words = shades},
    {"size", NSYM_FIELD_SIZE, AT(size), .low = 1, .high = 9, .idle = needs_on},
    {"sizes", NSYM_FIELD_SIZES, AT(sizes), .beside = offsetof(values, sizes_count), .low = 1, .high = 9, .room = 3},
    {"number", NSYM_FIELD_NUMBER, AT(number), .low = -1, .high = 1, .scope = 2, .help = "half \"of\" it"},
    {"text", NSYM_FIELD_TEXT, AT(text), .group = 1},
    {"file", NSYM_FIELD_FILE, AT(file), .beside = offsetof(values, mark)},
    {"names", NSYM_FIELD_NAMES, AT(names), .room = 16},
    {"shade", NSYM_FIELD_WORD, AT(shade), .words = shades},
    {"turns", NSYM_FIELD_TURNS, AT(turns), .beside = offsetof(values, turns_count), .word = offsetof(values, way),
     .low = -360, .high = 360, .room = 2, .words = ways},
    {"more", .kind = NSYM_FIELD_ANY},
};

static void defaults(void *out, unsigned scope) {
    *(values *)out = (values){.size = scope == 2 ? 3 : 2, .number = 0.5, .text = "", .file = "", .mark = "none"};
}

static const nsym_section section = {"paint",  fields, sizeof fields / sizeof *fields, "kind", kinds, 3, sizeof(values),
                                     defaults, NULL};

static nsym_status read_text(values *out, nsym_tree **tree, const char *text, unsigned scope) {
    assert_int_equal(nsym_tree_parse(tree, text, strlen(text), "card.yaml"), NSYM_OK);
    defaults(out, scope);
    return nsym_section_read(out, &section, (nsym_reader){*tree, nsym_node_at((*tree)->root, "paint"), "paint"}, scope);
}

static void assert_says(const char *words) {
    if (!strstr(nsym_message(), words)) fail_msg("\"%s\" does not say \"%s\"", nsym_message(), words);
}

static const char card[] =
    "paint:\n  {on: true, second: green, size: 5, sizes: [3, 4], number: -0.25, text: a b, file: f,\n"
    "   names: [x, \"y, z\"], shade: green, turns: [0, 45], more: {a: 1}}\n";

static void every_kind_of_field_is_read(void **state) {
    (void)state;
    values v;
    nsym_tree *tree;
    if (read_text(&v, &tree, card, 2) != NSYM_OK) fail_msg("%s", nsym_message());
    assert_true(v.on && v.second && v.size == 5 && v.sizes_count == 2 && v.sizes[1] == 4 && v.number == -0.25);
    assert_true(v.shade == GREEN && v.way == 2 && v.turns_count == 2 && v.turns[1] == 45);
    assert_string_equal(v.text, "a b");
    assert_string_equal(v.file, "f");
    assert_string_equal(v.names, "x,y,z");
    nsym_tree_free(tree);
    assert_int_equal(read_text(&v, &tree, "paint: {turns: random}\n", 1), NSYM_OK);
    assert_true(v.way == 1 && v.turns_count == 0 && v.size == 2 && !v.on);
    nsym_tree_free(tree);
}

static void what_does_not_fit_is_refused_with_its_line(void **state) {
    (void)state;
    static const struct {
        const char *text, *says;
        unsigned scope;
    } cases[] = {
        {"paint:\n  sise: 3\n", "card.yaml:2: unknown key 'sise' in paint; did you mean 'size'?", 1},
        {"paint: {size: 10}\n", "card.yaml:1: paint.size is 10, must be >= 1 and <= 9", 1},
        {"paint: {sizes: [1, 2, 3, 4]}\n", "paint.sizes has 4 entries, must have at most 3", 1},
        {"paint: {number: 0.1}\n", "unknown key 'number' in paint: the kind is plain, and it is for rich", 1},
        {"paint: {shade: gren}\n", "did you mean 'green'?", 1},
        {"paint: {turns: [0, 361]}\n", "paint.turns[1] is 361", 1},
        {"paint: {turns: all}\n", "paint.turns is 'all', must be one of even, random", 1},
        {"paint: {names: [\"\"]}\n", "paint.names: an entry is empty", 1},
        {"paint: {names: [abcdefgh, ijklmnop]}\n", "the names are longer than 15 letters together", 1},
        {"paint: 3\n", "paint is 3, must be a map", 1},
        {"paint: {}\n", "the kind '' does not use the section 'paint', which is for plain, rich", 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        values v;
        nsym_tree *tree;
        assert_int_not_equal(read_text(&v, &tree, cases[i].text, cases[i].scope), NSYM_OK);
        assert_says(cases[i].says);
        nsym_tree_free(tree);
    }
}

static void a_key_that_is_idle_says_why(void **state) {
    (void)state;
    char why[NSYM_WHY_SIZE];
    values v;
    defaults(&v, 1);
    assert_false(nsym_section_reads(why, &section, "size", &v, 1));
    assert_string_equal(why, "on is false");
    v.on = true;
    assert_true(nsym_section_reads(why, &section, "size", &v, 1));
    assert_string_equal(why, "");
    assert_false(nsym_section_reads(why, &section, "number", &v, 1));
    assert_string_equal(why, "the kind is plain, and it is for rich");
}

static char *key_of(const values *v, unsigned scope, unsigned group) {
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    nsym_section_print(out, &section, v, scope, group);
    fclose(out);
    return text;
}

static void a_key_has_what_is_read_and_a_files_mark(void **state) {
    (void)state;
    values v;
    nsym_tree *tree;
    assert_int_equal(read_text(&v, &tree, card, 2), NSYM_OK);
    char *key = key_of(&v, 2, 0), *other = key_of(&v, 2, 1);
    assert_string_equal(key, " paint.on=true paint.second=green paint.size=5 paint.sizes=3,4 paint.number=-0.25 "
                             "paint.file=none paint.names=x,y,z paint.shade=green paint.turns=0,45");
    assert_string_equal(other, " paint.text=a b");
    free(key), free(other);
    v.on = false;
    v.way = 1;
    key = key_of(&v, 1, 0);
    assert_string_equal(key, " paint.on=false paint.second=green paint.sizes=3,4 paint.file=none paint.names=x,y,z "
                             "paint.shade=green paint.turns=random");
    free(key);
    nsym_tree_free(tree);
}

static void a_table_has_a_row_a_key(void **state) {
    (void)state;
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    nsym_section_table(out, &section, true);
    fclose(out);
    static const char *const rows[] = {"| key | meaning | default | values |\n|---|---|---|---|\n",
                                       "| `paint.on` | a switch | false | true, false |\n",
                                       "| `paint.size` |  | 2; `rich`: 3 | 1 to 9 |\n",
                                       "| `paint.number` | `rich`: half \"of\" it | 0.5 | -1 to 1 |\n",
                                       "| `paint.shade` |  | `red` | `red`, `green` |\n",
                                       "| `paint.text` |  | `\"\"` | a text |\n"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!strstr(text, rows[i])) fail_msg("%s lacks %s", text, rows[i]);
    free(text);
}

static void values_go_to_json_and_back(void **state) {
    (void)state;
    values v, back;
    nsym_tree *tree;
    assert_int_equal(read_text(&v, &tree, card, 2), NSYM_OK);
    defaults(&back, 2);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        json_t *value = nsym_field_to_json(&fields[i], &v), *other = json_object();
        if (value) assert_true(nsym_field_from_json(&fields[i], &back, value));
        assert_false(nsym_field_from_json(&fields[i], &(values){.text = ""}, other));
        json_decref(value);
        json_decref(other);
    }
    assert_true(back.on && back.size == 5 && back.sizes_count == 2 && back.sizes[1] == 4 && back.number == -0.25);
    assert_true(back.shade == GREEN && strcmp(back.names, "x,y,z") == 0);
    nsym_tree_free(tree);
}

static void numbers_of_options_have_ranges(void **state) {
    (void)state;
    values v = {.number = 1};
    assert_int_equal(nsym_fields_check("paint", &v, &fields[4], 1), NSYM_OK);
    v.number = 1.5;
    assert_int_equal(nsym_fields_check("paint", &v, &fields[4], 1), NSYM_EINVAL);
    assert_string_equal(nsym_message(), "paint: number is 1.5, must be -1 to 1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_field_is_read),    cmocka_unit_test(what_does_not_fit_is_refused_with_its_line),
        cmocka_unit_test(a_key_that_is_idle_says_why),    cmocka_unit_test(a_key_has_what_is_read_and_a_files_mark),
        cmocka_unit_test(a_table_has_a_row_a_key),        cmocka_unit_test(values_go_to_json_and_back),
        cmocka_unit_test(numbers_of_options_have_ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
