/* A YAML document as a tree that remembers its lines: cards, references, resolved cards. */
#ifndef NSYM_OPTIONS_TREE_H
#define NSYM_OPTIONS_TREE_H

#include "base/nearest.h"
#include <nearsym/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef enum nsym_node_kind { NSYM_SCALAR, NSYM_LIST, NSYM_MAP } nsym_node_kind;

/* All nodes of a tree are freed together by nsym_tree_free. A null (nothing, ~ or null) is an empty scalar not quoted.
 */
typedef struct nsym_node {
    nsym_node_kind kind;
    bool quoted;        /* a scalar that is text even where it looks like a number, or that plain YAML cannot hold */
    size_t line;        /* from 1, a map's value: its key's; 0: set on the command line */
    const char *source; /* the file's name, or "--set train.lr=0.1" */
    char *key;          /* within a map; NULL elsewhere */
    char *text;         /* of a scalar */
    size_t count;       /* children of a list or map */
    struct nsym_node **child;
} nsym_node;

/* What was laid over a card, the last of it: see nsym_lay_of. */
typedef enum nsym_laid { NSYM_LAID_NOTHING, NSYM_LAID_PRESET, NSYM_LAID_SETTING } nsym_laid;

typedef struct nsym_tree {
    char *name; /* the file's name, for messages */
    nsym_laid laid;
    nsym_node *root;
    struct nsym_arena *arena;
} nsym_tree;

/* New tree from a file, or from text (`name` serves in messages). No content at all is an empty map. Errors with name
   and line: syntax, text that is not UTF-8, duplicate keys, aliases, anchors, merge keys and tags (refused: a card says
   each thing where it stands), nesting beyond 32, more than 1024 keys in one map, a key beyond 200 bytes, more than one
   document, > 1 MiB. */
nsym_status nsym_tree_read(nsym_tree **out, const char *path) NSYM_MUST_CHECK;
nsym_status nsym_tree_parse(nsym_tree **out, const char *text, size_t length, const char *name) NSYM_MUST_CHECK;
void nsym_tree_free(nsym_tree *tree);

/* The node at a dotted path ("train.lr") below `node`, or NULL. A key that itself has dots ("data.copies" in a recipe)
   is part of a path like any other: the longest key that fits is taken. */
nsym_node *nsym_node_at(const nsym_node *node, const char *path);

/* Sets a dotted path to a value given as YAML text ("0.1", "[a, b]"; "" is the empty text), making maps on the way.
   What stood there is replaced whole; keys that stand in the tree keep their place. Errors: bad YAML, a path with an
   empty part, a path through a scalar or list. The message names `origin` ("--set train.lr=x"). */
nsym_status nsym_tree_set(nsym_tree *tree, const char *path, const char *yaml, const char *origin) NSYM_MUST_CHECK;

/* Sets every dotted key of the map `overrides` (a preset or recipe: {data.copies: 5, train.lr: 0.1}) in the tree,
   copied. The map may stand in the same tree; NULL sets nothing. After a failure the keys before the failing one are
   set. */
nsym_status nsym_tree_apply(nsym_tree *tree, const nsym_node *overrides) NSYM_MUST_CHECK;

/* New deep copy. */
nsym_status nsym_tree_copy(nsym_tree **out, const nsym_tree *tree) NSYM_MUST_CHECK;

/* Writes the tree as YAML that reads back to the same tree (comments are lost), or one node of it as canonical one-line
   text (new, free with free), itself YAML, for hashing and for the ledger: {train: {lr: 0.1, layers: [8, 8]}}, keys in
   the tree's order, quotes only where they change the meaning. */
nsym_status nsym_tree_write(const nsym_tree *tree, FILE *stream) NSYM_MUST_CHECK;
nsym_status nsym_tree_save(const nsym_tree *tree, const char *path) NSYM_MUST_CHECK; /* whole or not at all */
nsym_status nsym_node_text(char **out, const nsym_node *node) NSYM_MUST_CHECK;

/* Typed values below `node` (a map). The key is looked up with its line; a missing key leaves *out as it is (its
   default) and is no error. Errors: "study.yaml:14: train.lr is 'fast', must be a number"; a value outside [low, high]
   likewise (an open end is the next double: nextafter(0, 1) reads as "must be > 0"; -INFINITY and INFINITY are no
   ends). Numbers are decimal, 1e-5 or 100000; a size may be 1e5; a bool is true or false, no other word. `where` is the
   dotted path of `node`, for the message ("" at the root). */
typedef struct nsym_reader {
    const nsym_tree *tree;
    const nsym_node *node; /* may be NULL: every key is missing */
    const char *where;
} nsym_reader;
nsym_status nsym_read_number(nsym_reader r, const char *key, double low, double high, double *out) NSYM_MUST_CHECK;
nsym_status nsym_read_size(nsym_reader r, const char *key, size_t low, size_t high, size_t *out) NSYM_MUST_CHECK;
nsym_status nsym_read_bool(nsym_reader r, const char *key, bool *out) NSYM_MUST_CHECK;
/* Borrowed from the tree. */
nsym_status nsym_read_text(nsym_reader r, const char *key, const char **out) NSYM_MUST_CHECK;
/* A list of sizes, or of numbers, into the caller's `out` of `capacity` places, and its length. Errors name the entry:
 * train.layers[2].
 */
nsym_status nsym_read_sizes(nsym_reader r, const char *key, size_t low, size_t high, size_t capacity, size_t *out,
                            size_t *count) NSYM_MUST_CHECK;
nsym_status nsym_read_numbers(nsym_reader r, const char *key, double low, double high, size_t capacity, double *out,
                              size_t *count) NSYM_MUST_CHECK;
/* One of `choices` (NULL-terminated) as its index; a near miss is suggested. */
nsym_status nsym_read_choice(nsym_reader r, const char *key, const char *const *choices, size_t *out) NSYM_MUST_CHECK;

/* The whole text as a decimal number, in the C locale whatever the program's is; infinite beyond the doubles. */
bool nsym_text_number(const char *text, double *out);

/* Refuses a key of the map that is not among `known` (NULL-terminated): "study.yaml:9: unknown key 'lerning_rate' in
   train; did you mean 'learning_rate'?" A node that is no map is refused too; NULL is fine. */
nsym_status nsym_check_keys(nsym_reader r, const char *const *known) NSYM_MUST_CHECK;

/* Fails with NSYM_EINVAL and the place of a node before the message: "study.yaml:14: ", or "--set train.lr=x: ". A NULL
   node stands for the whole file. */
nsym_status nsym_fail_at(const nsym_tree *tree, const nsym_node *node, const char *format, ...) NSYM_PRINTF(3, 4);

#endif
