/* LMDB stores made by liblmdb, for tests that read them. */
#ifndef TESTS_DATA_MAKE_LMDB_H
#define TESTS_DATA_MAKE_LMDB_H

#include "data/temporary.h"

#include <lmdb.h>

/* Opens a store, one file, to be written. */
static inline MDB_env *open_to_write(const char *path, unsigned databases) {
    MDB_env *env;
    assert_int_equal(mdb_env_create(&env), 0);
    assert_int_equal(mdb_env_set_mapsize(env, (size_t)256 << 20), 0);
    assert_int_equal(mdb_env_set_maxdbs(env, databases), 0);
    assert_int_equal(mdb_env_open(env, path, MDB_NOSUBDIR | MDB_NOLOCK | MDB_NOSYNC, 0600), 0);
    return env;
}

/* What a store holds at a key: bytes in `room`, whose number it gives. */
typedef size_t (*value_maker)(size_t key, unsigned char *room);

/* Puts the keys first ... last - 1 in one transaction. */
static inline void put_values(MDB_env *env, size_t first, size_t last, value_maker make, unsigned char *room) {
    MDB_txn *txn;
    MDB_dbi dbi;
    assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
    assert_int_equal(mdb_dbi_open(txn, NULL, 0, &dbi), 0);
    for (size_t i = first; i < last; i++) {
        char text[24];
        int n = snprintf(text, sizeof text, "%zu", i);
        MDB_val key = {(size_t)n, text}, value = {make(i, room), room};
        assert_int_equal(mdb_put(txn, dbi, &key, &value, 0), 0);
    }
    assert_int_equal(mdb_txn_commit(txn), 0);
}

static inline void make_store(const char *path, size_t count, value_maker make) {
    unsigned char *room = malloc(1 << 20);
    unlink(path);
    MDB_env *env = open_to_write(path, 0);
    put_values(env, 0, count, make, room);
    mdb_env_close(env);
    free(room);
}

#endif
