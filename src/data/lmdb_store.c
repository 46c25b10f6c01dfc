#include "data/lmdb_store.h"

#include "base/fail.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* Numbers and offsets of mdb.c. */
enum {
    HEADER = 16, /* of a page: number (8), pad (2), flags (2), lower (2) and upper (2) or count of pages (4) */
    BRANCH = 0x01,
    LEAF = 0x02,
    OVERFLOW_PAGE = 0x04,
    META = 0x08,
    KINDS = 0x2f, /* these and a leaf without nodes (0x20) */
    NODE = 8,     /* size or child (4, with flags 6), flags (2), size of the key (2) */
    BIG = 0x01,   /* a node's value is the number of the first of its pages */
    META_SIZE = 136,
    AT_VERSION = 4,
    AT_PAGE_SIZE = 24,
    AT_TABLE = 72, /* pad (4), flags (2), depth (2), pages of three kinds (8 each), entries (8), root (8) */
    AT_LAST_PAGE = 120,
    AT_TRANSACTION = 128,
    DEPTH_MAX = 32,
    RELEASE_PAGES = 256 /* ours: the system brings the neighbours of a page too */
};
static const uint32_t MAGIC = 0xBEEFC0DE;

static uint64_t number(const unsigned char *at, size_t bytes) {
    uint64_t value = 0;
    for (size_t i = bytes; i-- > 0;) value = value << 8 | at[i];
    return value;
}

static size_t number16(const unsigned char *at) {
    return (size_t)(at[0] | at[1] << 8);
}

static nsym_status damaged(uint64_t page, const char *what) {
    return nsym_fail(NSYM_EFORMAT, "page %llu: %s: the store is damaged; copy or download it again",
                     (unsigned long long)page, what);
}

static nsym_status cut_short(const nsym_lmdb *store, uint64_t page) {
    return nsym_fail(NSYM_EFORMAT,
                     "page %llu lies beyond its end: it has %zu bytes and should have about %llu; it was cut short, "
                     "copy or download it again",
                     (unsigned long long)page, store->file.size,
                     (unsigned long long)((store->last_page + 1) * store->page_size));
}

/* The bytes of a page that has to be there: `size` bytes from its beginning on. */
static nsym_status page_bytes(const nsym_lmdb *store, uint64_t page, size_t size, const unsigned char **bytes) {
    *bytes = NULL;
    uint64_t pages = store->file.size / store->page_size;
    if (page > store->last_page) return damaged(page, "there is no such page");
    if (page >= pages || size > store->file.size - page * store->page_size) return cut_short(store, page);
    *bytes = store->file.bytes + page * store->page_size;
    return NSYM_OK;
}

/* A page of the tree. */
typedef struct tree_page {
    uint64_t number;
    const unsigned char *bytes;
    size_t nodes;
    bool leaf;
} tree_page;

static nsym_status read_page(const nsym_lmdb *store, uint64_t page, bool leaf, tree_page *out) {
    const unsigned char *bytes;
    NSYM_TRY(page_bytes(store, page, store->page_size, &bytes));
    size_t lower = number16(bytes + 12), upper = number16(bytes + 14);
    if (number(bytes, 8) != page) return damaged(page, "it has another number");
    if ((number16(bytes + 10) & KINDS) != (leaf ? LEAF : BRANCH)) return damaged(page, "it is of another kind");
    if (lower <= HEADER || lower % 2 != 0 || lower > upper || upper > store->page_size)
        return damaged(page, "its nodes lie outside of it");
    *out = (tree_page){page, bytes, (lower - HEADER) / 2, leaf};
    return NSYM_OK;
}

typedef struct node {
    const unsigned char *key;
    size_t key_size;
    uint64_t page; /* a branch's child, or where a big value begins; 0: the value is here */
    const unsigned char *value;
    size_t size;
} node;

static nsym_status read_node(const nsym_lmdb *store, const tree_page *page, size_t i, node *out) {
    size_t at = number16(page->bytes + HEADER + 2 * i);
    if (at < HEADER + 2 * page->nodes || at + NODE > store->page_size)
        return damaged(page->number, "a node lies outside of it");
    const unsigned char *bytes = page->bytes + at;
    size_t flags = number16(bytes + 4), key = number16(bytes + 6), used = at + NODE + key;
    *out = (node){.key = bytes + NODE, .key_size = key};
    if (used > store->page_size) return damaged(page->number, "a key lies outside of it");
    if (!page->leaf) {
        out->page = number(bytes, 6);
        return NSYM_OK;
    }
    out->size = (size_t)number(bytes, 4);
    if (flags & ~(size_t)BIG)
        return nsym_fail(NSYM_EFORMAT, "the value of key \"%.*s\" is a table or several values, which are not read",
                         (int)(key < 40 ? key : 40), (const char *)out->key);
    if (used + (flags & BIG ? 8 : out->size) > store->page_size)
        return damaged(page->number, "a value lies outside of it");
    out->value = bytes + NODE + key;
    if (!(flags & BIG)) return NSYM_OK;
    out->page = number(out->value, 8);
    if (out->page < 2) return damaged(page->number, "a value lies outside of the tree");
    size_t pages = (HEADER + out->size - 1) / store->page_size + 1;
    return page_bytes(store, out->page, pages * store->page_size, &out->value);
}

/* Walks through the pages below `page`, `depth` levels of them, counting entries. A tree has each page once, so where
   there are more than the file has, some are in a circle. */
static nsym_status walk(const nsym_lmdb *store, uint64_t page, unsigned depth, uint64_t *pages, uint64_t *entries) {
    tree_page p;
    NSYM_TRY(read_page(store, page, depth == 1, &p));
    if (++*pages > store->file.size / store->page_size) return damaged(page, "the tree has it twice");
    if (*pages % RELEASE_PAGES == 0) nsym_lmdb_release(store);
    for (size_t i = 0; i < p.nodes; i++) {
        node n;
        NSYM_TRY(read_node(store, &p, i, &n));
        if (!p.leaf) NSYM_TRY(walk(store, n.page, depth - 1, pages, entries));
    }
    if (p.leaf) *entries += p.nodes;
    return NSYM_OK;
}

/* One of the two pages at the beginning; of these the later transaction holds. */
static nsym_status check_meta(const nsym_lmdb *store, const unsigned char *page) {
    const unsigned char *meta = page + HEADER;
    uint64_t magic = number(meta, 4), version = number(meta + AT_VERSION, 4);
    if (magic == 0xDEC0EFBE)
        return nsym_fail(NSYM_EFORMAT,
                         "was written by a machine with the other byte order, which nearsym does not read");
    if (magic != MAGIC || !(number16(page + 10) & META))
        return page == store->file.bytes ? nsym_fail(NSYM_EFORMAT, "is not an LMDB store: its first bytes are others")
                                         : damaged(1, "it does not begin as it should");
    if (version != 1)
        return nsym_fail(NSYM_EFORMAT, "is an LMDB store of version %llu, must be 1", (unsigned long long)version);
    return NSYM_OK;
}

static nsym_status read_metas(nsym_lmdb *store) {
    if (store->file.size < HEADER + META_SIZE)
        return nsym_fail(NSYM_EFORMAT, "is not an LMDB store: it has only %zu bytes", store->file.size);
    const unsigned char *first = store->file.bytes;
    NSYM_TRY(check_meta(store, first));
    size_t size = (size_t)number(first + HEADER + AT_PAGE_SIZE, 4);
    if (size < 256 || size > 65536 || (size & (size - 1)) != 0) return damaged(0, "pages are of no possible size");
    store->page_size = size;
    if (store->file.size < 2 * size) {
        store->last_page = 1;
        return cut_short(store, 1);
    }
    const unsigned char *second = first + size;
    NSYM_TRY(check_meta(store, second));
    const unsigned char *meta = first + HEADER, *other = second + HEADER;
    if (number(other + AT_TRANSACTION, 8) > number(meta + AT_TRANSACTION, 8)) meta = other;
    const unsigned char *table = meta + AT_TABLE;
    store->last_page = number(meta + AT_LAST_PAGE, 8);
    store->depth = (unsigned)number16(table + 6);
    store->entries = number(table + 32, 8);
    store->root = number(table + 40, 8);
    if (number16(table + 4) & 0x7f)
        return nsym_fail(NSYM_EFORMAT,
                         "its keys are numbers, in reverse order or have several values, which nearsym does not read");
    if (store->last_page >= UINT64_MAX / size || store->depth > DEPTH_MAX)
        return damaged(meta == other ? 1 : 0, "it describes no possible tree");
    return NSYM_OK;
}

static nsym_status check(nsym_lmdb *store) {
    NSYM_TRY(read_metas(store));
    uint64_t pages = 0, entries = 0;
    if (store->depth > 0) NSYM_TRY(walk(store, store->root, store->depth, &pages, &entries));
    if (entries != store->entries)
        return nsym_fail(NSYM_EFORMAT,
                         "has %llu entries, but says that it has %llu: the store is damaged; copy or download it again",
                         (unsigned long long)entries, (unsigned long long)store->entries);
    return NSYM_OK;
}

nsym_status nsym_lmdb_open_memory(nsym_lmdb *store, const void *bytes, size_t size) {
    *store = (nsym_lmdb){.file = {bytes, size}};
    return check(store);
}

nsym_status nsym_lmdb_open(nsym_lmdb *store, const char *path) {
    *store = (nsym_lmdb){0};
    struct stat about;
    if (stat(path, &about) != 0)
        return nsym_fail(errno == ENOENT || errno == ENOTDIR ? NSYM_ENOTFOUND : NSYM_EIO,
                         "%s: there is no LMDB store: %s", path, strerror(errno));
    size_t room = strlen(path) + sizeof "/data.mdb";
    char *file = malloc(room);
    if (!file) return nsym_fail(NSYM_ENOMEM, "%s: no memory", path);
    snprintf(file, room, "%s%s", path, S_ISDIR(about.st_mode) ? "/data.mdb" : "");
    nsym_status status = nsym_map_open(&store->file, file);
    if (status != NSYM_OK) {
        free(file);
        return status;
    }
    store->path = file;
    status = check(store);
    if (status == NSYM_OK) return NSYM_OK;
    status = nsym_fail_in(status, "%s: ", file);
    nsym_lmdb_close(store);
    return status;
}

void nsym_lmdb_close(nsym_lmdb *store) {
    if (store->path) nsym_map_close(&store->file);
    free(store->path);
    *store = (nsym_lmdb){0};
}

void nsym_lmdb_release(const nsym_lmdb *store) {
    if (store->path) (void)madvise((void *)store->file.bytes, store->file.size, MADV_DONTNEED); /* a hint */
}

/* Below, at or above 0 as the key comes before, at or behind that of the node. */
static int compare(const char *key, size_t size, const node *n) {
    size_t common = size < n->key_size ? size : n->key_size;
    int order = common > 0 ? memcmp(key, n->key, common) : 0;
    return order != 0 ? order : (size > n->key_size) - (size < n->key_size);
}

/* The last node of the page whose key is not behind `key`; a branch's first node has no key and is before all. *found:
   it is the very key. */
static nsym_status find_node(const nsym_lmdb *store, const tree_page *page, const char *key, node *out, bool *found) {
    size_t low = 0, high = page->nodes, length = strlen(key);
    *found = false;
    if (!page->leaf) NSYM_TRY(read_node(store, page, low++, out));
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        node n;
        NSYM_TRY(read_node(store, page, middle, &n));
        int order = compare(key, length, &n);
        if (order >= 0) *out = n;
        if (order == 0) {
            *found = true;
            return NSYM_OK;
        }
        if (order > 0) low = middle + 1;
        if (order < 0) high = middle;
    }
    return NSYM_OK;
}

static nsym_status look_up(const nsym_lmdb *store, const char *key, const unsigned char **value, size_t *size) {
    node n = {.page = store->root};
    bool found = false;
    for (unsigned depth = store->depth; depth > 0; depth--) {
        tree_page page;
        NSYM_TRY(read_page(store, n.page, depth == 1, &page));
        NSYM_TRY(find_node(store, &page, key, &n, &found));
    }
    if (store->depth == 0 || !found) return nsym_fail(NSYM_ENOTFOUND, "there is no such key");
    *size = n.size;
    *value = n.value;
    if (n.page == 0) return NSYM_OK;
    size_t pages = (HEADER + n.size - 1) / store->page_size + 1;
    if (number(n.value, 8) != n.page || (number16(n.value + 10) & KINDS) != OVERFLOW_PAGE ||
        number(n.value + 12, 4) < pages)
        return damaged(n.page, "it is of another kind than it should be");
    *value = n.value + HEADER;
    return NSYM_OK;
}

static const char *name_of(const nsym_lmdb *store) {
    return store->path ? store->path : "store";
}

nsym_status nsym_lmdb_get(const nsym_lmdb *store, const char *key, const unsigned char **value, size_t *size) {
    *value = NULL;
    *size = 0;
    nsym_status status = look_up(store, key, value, size);
    return status == NSYM_OK ? status : nsym_fail_in(status, "%s: key \"%s\": ", name_of(store), key);
}

nsym_status nsym_lmdb_get_doubles(const nsym_lmdb *store, uint64_t index, size_t count, const unsigned char **value) {
    char key[24];
    size_t size;
    snprintf(key, sizeof key, "%llu", (unsigned long long)index);
    NSYM_TRY(nsym_lmdb_get(store, key, value, &size));
    if (size == count * sizeof(double)) return NSYM_OK;
    return nsym_fail(NSYM_EFORMAT, "%s: key \"%s\": its value has %zu bytes, must have %zu (%zu numbers of float64)",
                     name_of(store), key, size, count * sizeof(double), count);
}
