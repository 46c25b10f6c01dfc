/* Lists of columns and observables in a card. */
#include "observables/names.h"
#include "options/fields.h"
#include <nearsym/efp.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static nsym_tree *parsed(const char *text) {
    nsym_tree *tree = NULL;
    if (nsym_tree_parse(&tree, text, strlen(text), "card.yaml")) fail_msg("%s", nsym_message());
    return tree;
}

static nsym_status read_at(nsym_reader r, char out[NSYM_COLUMNS_SIZE]) {
    static const nsym_field fields[] = {{"columns", NSYM_FIELD_NAMES, 0, .room = NSYM_COLUMNS_SIZE},
                                        {"kind", .kind = NSYM_FIELD_ANY}};
    static const nsym_section section = {.name = "models.NAME", .field = fields, .fields = 2};
    nsym_status status = nsym_section_read(out, &section, r, 0);
    return status == NSYM_OK ? nsym_names_spread_at(r, "columns", out) : status;
}

/* Reads models.net.columns of a card in which it has this value. */
static nsym_status read_names(const char *value, char out[NSYM_COLUMNS_SIZE]) {
    size_t size = strlen(value) + 64;
    char *card = malloc(size);
    assert_non_null(card);
    snprintf(card, size, "models:\n  net:\n    columns: %s\n", value);
    nsym_tree *tree = parsed(card);
    nsym_status status = read_at((nsym_reader){tree, nsym_node_at(tree->root, "models.net"), "models.net"}, out);
    nsym_tree_free(tree);
    free(card);
    return status;
}

static void names_are_a_list_or_a_text(void **state) {
    (void)state;
    static const char *const same[][2] = {
        {"iso_0.4", "iso_0.4"},
        {"[iso_0.4]", "iso_0.4"},
        {"[iso_0.4, sum_pt, mass]", "iso_0.4,sum_pt,mass"},
        {"iso_0.4,sum_pt,mass", "iso_0.4,sum_pt,mass"},
        {"\"iso_0.4, sum_pt, mass\"", "iso_0.4,sum_pt,mass"},
        {"[\"iso_0.4, sum_pt\", mass]", "iso_0.4,sum_pt,mass"},
        {"[mass, sum_pt, iso_0.4]", "mass,sum_pt,iso_0.4"},
        {"\n      - iso_0.4\n      - sum_pt", "iso_0.4,sum_pt"},
        {"[iso_0.1:0.3:3, mass]", "iso_0.1,iso_0.2,iso_0.3,mass"},
        {"mass,iso_pileup_0.2:0.4:2", "mass,iso_pileup_0.2,iso_pileup_0.4"},
        {"[efp_k1_b0.25_3-3-0, efp_k-1_b4_2-1-0_3-3-1]", "efp_k1_b0.25_3-3-0,efp_k-1_b4_2-1-0_3-3-1"},
        {"\"\"", ""},
        {"[]", ""},
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        char names[NSYM_COLUMNS_SIZE];
        memset(names, 'x', sizeof names);
        if (read_names(same[i][0], names) != NSYM_OK) fail_msg("%s", nsym_message());
        assert_string_equal(names, same[i][1]);
    }
}

static void a_key_that_is_not_there_keeps_what_was_said(void **state) {
    (void)state;
    char names[NSYM_COLUMNS_SIZE] = "x";
    nsym_tree *tree = parsed("models:\n  net:\n    kind: fcn\n");
    const nsym_node *node = nsym_node_at(tree->root, "models.net");
    assert_int_equal(read_at((nsym_reader){tree, node, "models.net"}, names), NSYM_OK);
    assert_string_equal(names, "x");
    assert_int_equal(read_at((nsym_reader){tree, NULL, "models.net"}, names), NSYM_OK);
    assert_string_equal(names, "x");
    nsym_tree_free(tree);
}

static void refused(const char *value, const char *words) {
    char names[NSYM_COLUMNS_SIZE];
    assert_int_not_equal(read_names(value, names), NSYM_OK);
    if (!strstr(nsym_message(), "card.yaml:3: models.net.columns") || !strstr(nsym_message(), words))
        fail_msg("%s: \"%s\" does not say \"%s\" and where", value, nsym_message(), words);
}

static void names_that_are_none_are_refused_with_their_place(void **state) {
    (void)state;
    refused("[iso_0.4, \"\"]", "an entry is empty");
    refused("[\" \", mass]", "an entry is empty");
    refused("[iso_0.4, [mass]]", "an entry is empty");
    refused("[iso_0.4, {a: b}]", "an entry is empty");
    refused("iso_0.4,,mass", "the name of an observable is empty");
    refused("\",mass\"", "the name of an observable is empty");
    refused("\"mass,\"", "the name of an observable is empty");
    refused("{a: b}", "must be a name or a list of names");
    refused("[mass, mass]", "\"mass\" is named twice");
    refused("iso_0.1:0.3:1", "a range has 2 to");
    refused("iso_0.3,iso_0.1:0.3:3", "is named twice");
    refused("iso_4x", "iso_4x");
    refused("efp_k1_b1_3-3-9", "there is no graph (3,3,9)");
}

/* One name of so many letters. */
static const char *letters(size_t n) {
    static char text[2 * NSYM_COLUMNS_SIZE];
    memset(text, 'a', n);
    text[n] = '\0';
    return text;
}

static void names_have_room_for_so_many_letters(void **state) {
    (void)state;
    static char names[NSYM_COLUMNS_SIZE], list[3 * NSYM_COLUMNS_SIZE], words[64];
    char *end = list;
    snprintf(words, sizeof words, "longer than %d letters together", (int)NSYM_COLUMNS_SIZE - 1);
    strcpy(list, "iso_pileup_0.0011:0.33:1024");
    refused(list, words);
    assert_int_not_equal(nsym_names_spread(strcpy(names, list)), NSYM_OK);
    for (size_t i = 0; i < 8000; i++) end += sprintf(end, "%sx%zu", i ? "," : "", i % 10);
    refused(list, words);
    end = list + sprintf(list, "[");
    for (size_t i = 0; i < 4000; i++) end += sprintf(end, "%sx%zu", i ? "," : "", i);
    strcpy(end, "]");
    refused(list, words);
    refused(letters(NSYM_COLUMNS_SIZE + 10), words);
    /* All polynomials of up to seven edges. */
    nsym_efp_set *set;
    assert_int_equal(nsym_efp_set_new(&set, "d<=7,n<=7,connected"), NSYM_OK);
    size_t n = nsym_efp_set_count(set);
    end = list;
    for (size_t i = 0; i < n; i++) {
        const nsym_efp_graph *g = nsym_efp_set_graph(set, i);
        end += sprintf(end, "%sefp_k0.25_b0.25_%u-%u-%u", i ? "," : "", g->n, g->d, g->k);
    }
    nsym_efp_set_free(set);
    assert_true(n > 400);
    assert_int_equal(read_names(list, names), NSYM_OK);
    assert_string_equal(names, list);
}

static void ranges_are_spread_in_place(void **state) {
    (void)state;
    char names[NSYM_COLUMNS_SIZE] = "sum_pt, iso_0.025:0.45:18,mass";
    assert_int_equal(nsym_names_spread(names), NSYM_OK);
    assert_non_null(strstr(names, "sum_pt,iso_0.025,iso_0.05,iso_0.075,"));
    assert_non_null(strstr(names, ",iso_0.425,iso_0.45,mass"));
    char twice[NSYM_COLUMNS_SIZE];
    strcpy(twice, names);
    assert_int_equal(nsym_names_spread(twice), NSYM_OK);
    assert_string_equal(twice, names);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_a_list_or_a_text),
        cmocka_unit_test(a_key_that_is_not_there_keeps_what_was_said),
        cmocka_unit_test(names_that_are_none_are_refused_with_their_place),
        cmocka_unit_test(names_have_room_for_so_many_letters),
        cmocka_unit_test(ranges_are_spread_in_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
