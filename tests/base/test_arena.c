#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void every_piece_is_zeroed_aligned_and_its_own(void **state) {
    (void)state;
    enum { PIECES = 3000 };
    static unsigned char *piece[PIECES];
    static size_t size[PIECES];
    nsym_arena *arena = nsym_arena_new();
    assert_non_null(arena);
    for (size_t i = 0; i < PIECES; i++) { /* every 100th is larger than a block */
        size[i] = i % 100 == 7 ? 100000 : i % 257;
        piece[i] = nsym_arena_alloc(arena, size[i], 1);
        assert_non_null(piece[i]);
        assert_int_equal((uintptr_t)piece[i] % 64, 0);
        for (size_t k = 0; k < size[i]; k++) assert_int_equal(piece[i][k], 0);
        memset(piece[i], (int)(i % 251), size[i]);
    }
    for (size_t i = 0; i < PIECES; i++)
        for (size_t k = 0; k < size[i]; k++) assert_int_equal(piece[i][k], i % 251);
    nsym_arena_free(arena);
}

static void pieces_of_no_bytes_are_distinct(void **state) {
    (void)state;
    nsym_arena *arena = nsym_arena_new();
    void *a = nsym_arena_alloc(arena, 0, 8), *b = nsym_arena_alloc(arena, 8, 0);
    assert_non_null(a);
    assert_non_null(b);
    assert_ptr_not_equal(a, b);
    nsym_arena_free(arena);
}

static void a_product_that_overflows_gives_null(void **state) {
    (void)state;
    nsym_arena *arena = nsym_arena_new();
    assert_null(nsym_arena_alloc(arena, SIZE_MAX / 2, 3));
    assert_null(nsym_arena_alloc(arena, SIZE_MAX, 1));
    assert_null(nsym_arena_alloc(arena, PTRDIFF_MAX, 1));
    assert_non_null(nsym_arena_alloc(arena, 1, 1)); /* and does no harm */
    nsym_arena_free(arena);
}

static void texts_are_copied(void **state) {
    (void)state;
    nsym_arena *arena = nsym_arena_new();
    char text[] = "pT > 10 GeV";
    char *copy = nsym_arena_strdup(arena, text);
    char *printed = nsym_arena_printf(arena, "%s:%d", text, 14);
    text[0] = 'x';
    assert_string_equal(copy, "pT > 10 GeV");
    assert_string_equal(printed, "pT > 10 GeV:14");
    assert_string_equal(nsym_arena_strdup(arena, ""), "");
    assert_int_equal(strlen(nsym_arena_printf(arena, "%100000d", 1)), 100000);
    nsym_arena_free(arena);
}

static void freeing_nothing_is_fine(void **state) {
    (void)state;
    nsym_arena_free(NULL);
    nsym_arena_free(nsym_arena_new());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_piece_is_zeroed_aligned_and_its_own),
        cmocka_unit_test(pieces_of_no_bytes_are_distinct),
        cmocka_unit_test(a_product_that_overflows_gives_null),
        cmocka_unit_test(texts_are_copied),
        cmocka_unit_test(freeing_nothing_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
