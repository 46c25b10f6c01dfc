/* LMDB stores: what liblmdb wrote is read, and what is cut short or damaged is refused. */
#include "data/make_lmdb.h"

#include "data/lmdb_store.h"

#include <stdbool.h>

/* Values of all lengths: none, within a page, over several. Their bytes tell the key. */
static size_t any_length(size_t key, unsigned char *room) {
    static const size_t lengths[] = {0, 1, 7, 144, 1000, 2022, 2030, 2040, 4080, 4096, 8176, 12288};
    size_t n = lengths[key % 12];
    for (size_t i = 0; i < n; i++) room[i] = (unsigned char)(key * 31 + i * 7 + i / 256);
    return n;
}

static size_t doubles(size_t key, unsigned char *room) {
    const double values[] = {(double)key, -0.5, 1e300};
    memcpy(room, values, sizeof values);
    return sizeof values;
}

static size_t object_doubles(size_t key, unsigned char *room) {
    memset(room, (int)(key + 1), 4096);
    return 4096;
}

static void open_good(nsym_lmdb *store, const char *path) {
    if (nsym_lmdb_open(store, path) != NSYM_OK) fail_msg("%s", nsym_message());
}

static void assert_values(const nsym_lmdb *store, size_t first, size_t last, value_maker make) {
    unsigned char *wanted = malloc(1 << 20);
    for (size_t i = first; i < last; i++) {
        char key[24];
        const unsigned char *value;
        size_t size, n = make(i, wanted);
        snprintf(key, sizeof key, "%zu", i);
        if (nsym_lmdb_get(store, key, &value, &size) != NSYM_OK) fail_msg("%s", nsym_message());
        assert_int_equal(size, n);
        if (n > 0) assert_memory_equal(value, wanted, n);
    }
    free(wanted);
}

static void assert_no_key(const nsym_lmdb *store, const char *key) {
    const unsigned char *value;
    size_t size;
    assert_int_equal(nsym_lmdb_get(store, key, &value, &size), NSYM_ENOTFOUND);
    assert_null(value);
    assert_non_null(strstr(nsym_message(), "there is no such key"));
    assert_non_null(strstr(nsym_message(), key));
}

static void every_value_of_a_deep_tree_is_found(void **state) {
    (void)state;
    nsym_lmdb store;
    make_store(in_folder("deep"), 5000, any_length);
    open_good(&store, in_folder("deep"));
    assert_true(store.depth >= 3);
    assert_int_equal(store.entries, 5000);
    assert_values(&store, 0, 5000, any_length);
    nsym_lmdb_release(&store);
    assert_values(&store, 4000, 5000, any_length);
    static const char *const none[] = {"", "5000", "00", "01", "10x", "-1", "~", "49999", "4999 "};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) assert_no_key(&store, none[i]);
    nsym_lmdb_close(&store);
}

/* Small stores of every size, so that trees of one page and those just split occur. */
static void stores_of_any_size_are_read(void **state) {
    (void)state;
    for (size_t n = 1; n < 200; n += 9) {
        nsym_lmdb store;
        make_store(in_folder("small"), n, doubles);
        open_good(&store, in_folder("small"));
        assert_int_equal(store.entries, n);
        assert_values(&store, 0, n, doubles);
        nsym_lmdb_close(&store);
    }
}

static void deleted_and_rewritten_values_are_as_the_last_transaction_left_them(void **state) {
    (void)state;
    unsigned char *room = malloc(1 << 20);
    const char *path = in_folder("many"), *copy = in_folder("copy");
    unlink(path);
    MDB_env *env = open_to_write(path, 0);
    put_values(env, 0, 1000, any_length, room);
    MDB_txn *txn;
    assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
    for (size_t i = 200; i < 900; i++) {
        char text[24];
        MDB_val key = {(size_t)snprintf(text, sizeof text, "%zu", i), text};
        assert_int_equal(mdb_del(txn, 1, &key, NULL), 0);
    }
    assert_int_equal(mdb_txn_commit(txn), 0);
    for (size_t i = 100; i < 110; i++) put_values(env, i, i + 1, doubles, room); /* a transaction each */
    unlink(copy);
    assert_int_equal(mdb_env_copy2(env, copy, MDB_CP_COMPACT), 0);
    mdb_env_close(env);
    free(room);
    const char *const files[] = {path, copy};
    for (size_t f = 0; f < 2; f++) {
        nsym_lmdb store;
        open_good(&store, files[f]);
        assert_int_equal(store.entries, 300);
        assert_values(&store, 0, 100, any_length);
        assert_values(&store, 100, 110, doubles);
        assert_values(&store, 110, 200, any_length);
        assert_values(&store, 900, 1000, any_length);
        assert_no_key(&store, "200");
        assert_no_key(&store, "899");
        nsym_lmdb_close(&store);
    }
}

static void a_folder_with_data_mdb_is_a_store_and_one_without_is_none(void **state) {
    (void)state;
    nsym_lmdb store;
    make_store(in_folder("data.mdb"), 3, doubles);
    open_good(&store, folder);
    assert_values(&store, 0, 3, doubles);
    nsym_lmdb_close(&store);
    unlink(in_folder("data.mdb"));
    assert_int_equal(nsym_lmdb_open(&store, folder), NSYM_EIO);
    assert_non_null(strstr(nsym_message(), "data.mdb"));
    assert_int_equal(nsym_lmdb_open(&store, in_folder("none")), NSYM_ENOTFOUND);
    assert_non_null(strstr(nsym_message(), "none: there is no LMDB store"));
}

static void an_empty_store_has_no_key(void **state) {
    (void)state;
    nsym_lmdb store;
    make_store(in_folder("empty"), 0, doubles);
    MDB_env *env = open_to_write(in_folder("empty"), 0);
    unsigned char room[64];
    put_values(env, 0, 1, doubles, room);
    MDB_txn *txn;
    MDB_val key = {1, "0"};
    assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
    assert_int_equal(mdb_del(txn, 1, &key, NULL), 0);
    assert_int_equal(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
    open_good(&store, in_folder("empty"));
    assert_int_equal(store.entries, 0);
    assert_no_key(&store, "0");
    nsym_lmdb_close(&store);
}

static void values_of_another_length_are_no_such_numbers(void **state) {
    (void)state;
    nsym_lmdb store;
    const unsigned char *value;
    double number;
    make_store(in_folder("numbers"), 12, doubles);
    open_good(&store, in_folder("numbers"));
    assert_int_equal(nsym_lmdb_get_doubles(&store, 11, 3, &value), NSYM_OK);
    memcpy(&number, value, sizeof number);
    assert_true(number == 11);
    assert_int_equal(nsym_lmdb_get_doubles(&store, 11, 4, &value), NSYM_EFORMAT);
    assert_non_null(strstr(nsym_message(), "numbers: key \"11\": its value has 24 bytes, must have 32"));
    assert_int_equal(nsym_lmdb_get_doubles(&store, 12, 3, &value), NSYM_ENOTFOUND);
    nsym_lmdb_close(&store);
}

static void tables_of_other_kinds_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *name; /* NULL: the main table */
        unsigned flags;
        const char *says;
    } cases[] = {{NULL, MDB_DUPSORT, "which nearsym does not read"},
                 {NULL, MDB_INTEGERKEY, "which nearsym does not read"},
                 {NULL, MDB_REVERSEKEY, "which nearsym does not read"},
                 {"inner", 0, "the value of key \"inner\" is a table"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = in_folder("kinds");
        unlink(path);
        MDB_env *env = open_to_write(path, 4);
        MDB_txn *txn;
        MDB_dbi dbi;
        MDB_val key = {8, "abcdefgh"}, value = {3, "abc"};
        assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
        assert_int_equal(mdb_dbi_open(txn, cases[i].name, cases[i].flags | MDB_CREATE, &dbi), 0);
        assert_int_equal(mdb_put(txn, dbi, &key, &value, 0), 0);
        assert_int_equal(mdb_txn_commit(txn), 0);
        mdb_env_close(env);
        nsym_lmdb store;
        assert_int_equal(nsym_lmdb_open(&store, path), NSYM_EFORMAT);
        if (!strstr(nsym_message(), cases[i].says)) fail_msg("%s", nsym_message());
    }
}

/* New: a whole file. */
static unsigned char *whole_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    unsigned char *bytes = malloc(*size);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

/* Reads what can be read of `size` bytes in a block of that very size, so that a sanitizer sees a byte too much. Every
   value has to lie within. */
static bool reads(const unsigned char *bytes, size_t size, size_t keys) {
    unsigned char *block = malloc(size > 0 ? size : 1);
    unsigned long sum = 0;
    bool whole = true;
    nsym_lmdb store;
    memcpy(block, bytes, size);
    if (nsym_lmdb_open_memory(&store, block, size) == NSYM_OK) {
        for (size_t i = 0; i < keys; i++) {
            char key[24];
            const unsigned char *value;
            size_t n;
            snprintf(key, sizeof key, "%zu", i);
            if (nsym_lmdb_get(&store, key, &value, &n) != NSYM_OK) {
                whole = false;
                continue;
            }
            assert_true(n == 0 || (value >= block && value + n <= block + size));
            for (size_t k = 0; k < n; k++) sum += value[k];
        }
    } else {
        whole = false;
    }
    nsym_lmdb_close(&store);
    free(block);
    return whole && sum > 0;
}

static void a_store_cut_anywhere_is_refused(void **state) {
    (void)state;
    size_t size;
    nsym_lmdb store;
    make_store(in_folder("whole"), 40, object_doubles);
    unsigned char *bytes = whole_file(in_folder("whole"), &size);
    assert_true(reads(bytes, size, 40));
    for (size_t cut = 0; cut < size; cut += 509) {
        write_bytes(in_folder("cut"), bytes, cut);
        assert_int_equal(nsym_lmdb_open(&store, in_folder("cut")), NSYM_EFORMAT);
        const char *says =
            cut < 152 ? "is not an LMDB store: it has only" : "it was cut short, copy or download it again";
        if (!strstr(nsym_message(), says) || !strstr(nsym_message(), "/cut: ")) fail_msg("%s", nsym_message());
    }
    free(bytes);
}

static void other_files_are_no_stores(void **state) {
    (void)state;
    nsym_lmdb store;
    unsigned char text[8192];
    for (size_t i = 0; i < sizeof text; i++) text[i] = (unsigned char)"1.5,2.5\n"[i % 8];
    write_bytes(in_folder("text"), text, sizeof text);
    assert_int_equal(nsym_lmdb_open(&store, in_folder("text")), NSYM_EFORMAT);
    assert_non_null(strstr(nsym_message(), "is not an LMDB store: its first bytes are others"));
    static const unsigned char other_order[] = {0xBE, 0xEF, 0xC0, 0xDE, 0, 0, 0, 1};
    memset(text, 0, sizeof text);
    memcpy(text + 16, other_order, sizeof other_order);
    assert_int_equal(nsym_lmdb_open_memory(&store, text, sizeof text), NSYM_EFORMAT);
    assert_non_null(strstr(nsym_message(), "with the other byte order"));
}

/* A byte changed to some other, wherever it is, gives a refusal or values that lie within the file; in the number of a
   page of the tree it is always refused. */
static void a_changed_byte_never_leads_astray(void **state) {
    (void)state;
    enum { KEYS = 40 };
    size_t size;
    make_store(in_folder("whole"), KEYS, any_length);
    unsigned char *bytes = whole_file(in_folder("whole"), &size);
    nsym_lmdb store;
    open_good(&store, in_folder("whole"));
    assert_true(store.depth == 2);
    size_t root = (size_t)store.root * store.page_size;
    nsym_lmdb_close(&store);
    for (size_t at = 0; at < size; at++) {
        static const unsigned char other[] = {0xff, 0x01, 0x80};
        /* heads of pages, pointers and keys; the rest, mostly values, here and there */
        if (at % 4096 > 200 && at % 4096 < 2000 && at % 97 != 0) continue;
        if (at % 4096 >= 2000 && at % 31 != 0) continue;
        for (size_t k = 0; k < 3; k++) {
            bytes[at] ^= other[k];
            bool whole = reads(bytes, size, KEYS);
            if (at >= root && at < root + 8) assert_false(whole);
            bytes[at] ^= other[k];
        }
    }
    assert_true(reads(bytes, size, KEYS));
    free(bytes);
}

/* Pages of noise behind a true beginning. */
static void noise_is_refused(void **state) {
    (void)state;
    size_t size;
    make_store(in_folder("whole"), 40, object_doubles);
    unsigned char *bytes = whole_file(in_folder("whole"), &size);
    unsigned long long x = 88172645463325252ull;
    for (size_t i = 8192; i < size; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        bytes[i] = (unsigned char)(x >> 32);
    }
    write_bytes(in_folder("noise"), bytes, size);
    nsym_lmdb store;
    assert_int_equal(nsym_lmdb_open(&store, in_folder("noise")), NSYM_EFORMAT);
    assert_non_null(strstr(nsym_message(), "the store is damaged; copy or download it again"));
    free(bytes);
}

static void a_page_in_a_circle_is_refused(void **state) {
    (void)state;
    size_t size;
    nsym_lmdb store;
    make_store(in_folder("deep"), 5000, any_length);
    open_good(&store, in_folder("deep"));
    size_t root = (size_t)store.root * store.page_size, page_size = store.page_size;
    nsym_lmdb_close(&store);
    unsigned char *bytes = whole_file(in_folder("deep"), &size);
    unsigned char *page = bytes + root;
    size_t nodes = (size_t)((page[12] | page[13] << 8) - 16) / 2;
    assert_true(nodes > 1 && root + page_size <= size);
    size_t first = (size_t)(page[16] | page[17] << 8);
    for (size_t i = 1; i < nodes; i++) { /* every child is the first */
        size_t at = (size_t)(page[16 + 2 * i] | page[17 + 2 * i] << 8);
        memcpy(page + at, page + first, 6);
    }
    assert_int_equal(nsym_lmdb_open_memory(&store, bytes, size), NSYM_EFORMAT);
    assert_non_null(strstr(nsym_message(), "damaged"));
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_of_a_deep_tree_is_found),
        cmocka_unit_test(stores_of_any_size_are_read),
        cmocka_unit_test(deleted_and_rewritten_values_are_as_the_last_transaction_left_them),
        cmocka_unit_test(a_folder_with_data_mdb_is_a_store_and_one_without_is_none),
        cmocka_unit_test(an_empty_store_has_no_key),
        cmocka_unit_test(values_of_another_length_are_no_such_numbers),
        cmocka_unit_test(tables_of_other_kinds_are_refused),
        cmocka_unit_test(a_store_cut_anywhere_is_refused),
        cmocka_unit_test(other_files_are_no_stores),
        cmocka_unit_test(a_changed_byte_never_leads_astray),
        cmocka_unit_test(noise_is_refused),
        cmocka_unit_test(a_page_in_a_circle_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
