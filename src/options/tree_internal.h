/* What the files of the tree share: its limits, its nodes, and how a scalar stands in YAML. */
#ifndef NSYM_OPTIONS_TREE_INTERNAL_H
#define NSYM_OPTIONS_TREE_INTERNAL_H

#include "base/arena.h"
#include "options/tree.h"

#include <stdint.h>

/* The writer's worst escape is four bytes for one, and libyaml reads no key beyond 1024 characters. */
enum { NSYM_TREE_DEPTH = 32, NSYM_TREE_KEYS = 1024, NSYM_TREE_KEY_BYTES = 200, NSYM_TREE_BYTES = 1 << 20 };

/* Parses one YAML document into nodes of `arena`; *out is NULL where there is none. `source` is borrowed. `line` false:
   the text is no file, and all its nodes get line 0. */
nsym_status nsym_node_parse(nsym_node **out, struct nsym_arena *arena, const char *text, size_t length,
                            const char *source, bool line) NSYM_MUST_CHECK;

/* Appends a child to a list or map. */
nsym_status nsym_node_append(struct nsym_arena *arena, nsym_node *node, nsym_node *child) NSYM_MUST_CHECK;

/* The child of a map whose key is the first `length` bytes of `key`; its place, or `count`. */
size_t nsym_node_find(const nsym_node *map, const char *key, size_t length);

bool nsym_node_is_null(const nsym_node *node);

/* Takes one code point off the front of UTF-8 text; false where the text is not UTF-8. */
bool nsym_text_next(const char **text, uint32_t *code);

/* Can the text stand without quotes, in block and in flow style, and read back as it is? */
bool nsym_text_is_plain(const char *text);

/* Might some YAML reader take the plain text for a number, a bool, a null or a date? */
bool nsym_text_is_typed(const char *text);

#endif
