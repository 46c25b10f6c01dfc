#include "base/fail.h"
#include "options/tree_internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

/* One document under way: libyaml's parser, its present event, and where the nodes go. */
typedef struct parse {
    yaml_parser_t yaml;
    yaml_event_t event;
    nsym_arena *arena;
    const char *text, *source;
    size_t length;
    bool line;
} parse;

NSYM_PRINTF(3, 4) static nsym_status fail(const parse *p, size_t line, const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (!p->line) return nsym_fail(NSYM_EFORMAT, "%s: %s", p->source, text);
    return nsym_fail(NSYM_EFORMAT, "%s:%zu: %s", p->source, line, text);
}

static nsym_status no_memory(const char *source) {
    return nsym_fail(NSYM_ENOMEM, "%s: no memory for the card", source);
}

static size_t line_at(const parse *p, size_t offset) {
    size_t line = 1;
    for (size_t i = 0; i < offset && i < p->length; i++) line += p->text[i] == '\n';
    return line;
}

/* libyaml's marks count characters; this is the line's text from the column on. */
static bool tab_at(const parse *p, yaml_mark_t mark) {
    const char *at = p->text, *end = p->text + p->length;
    for (size_t line = 0; line < mark.line && at < end; line++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        at = newline ? newline + 1 : end;
    }
    while (at < end && *at == ' ') at++;
    return at < end && *at == '\t';
}

static nsym_status fail_yaml(const parse *p) {
    const yaml_parser_t *yaml = &p->yaml;
    const char *problem = yaml->problem ? yaml->problem : "unreadable";
    if (yaml->error == YAML_MEMORY_ERROR) return no_memory(p->source);
    if (yaml->error == YAML_READER_ERROR)
        return fail(p, line_at(p, yaml->problem_offset), "not UTF-8 text: %s (byte %zu)", problem,
                    yaml->problem_offset);
    if (tab_at(p, yaml->problem_mark)) return fail(p, yaml->problem_mark.line + 1, "indented by a tab; use spaces");
    if (yaml->context && yaml->context_mark.line != yaml->problem_mark.line && p->line)
        return fail(p, yaml->problem_mark.line + 1, "not YAML: %s (%s that begins in line %zu)", problem, yaml->context,
                    yaml->context_mark.line + 1);
    return fail(p, yaml->problem_mark.line + 1, "not YAML: %s%s%s", problem, yaml->context ? " " : "",
                yaml->context ? yaml->context : "");
}

static nsym_status next(parse *p) {
    yaml_event_delete(&p->event);
    return yaml_parser_parse(&p->yaml, &p->event) ? NSYM_OK : fail_yaml(p);
}

static size_t line_of(const parse *p) {
    return p->event.start_mark.line + 1;
}

/* Aliases, anchors and tags have no place in a card. */
static nsym_status check_properties(const parse *p) {
    const yaml_char_t *anchor = NULL, *tag = NULL;
    switch (p->event.type) {
    case YAML_ALIAS_EVENT:
        return fail(p, line_of(p), "YAML alias '*%.40s' is not allowed; write the value itself",
                    (char *)p->event.data.alias.anchor);
    case YAML_SCALAR_EVENT:
        anchor = p->event.data.scalar.anchor, tag = p->event.data.scalar.tag;
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = p->event.data.sequence_start.anchor, tag = p->event.data.sequence_start.tag;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = p->event.data.mapping_start.anchor, tag = p->event.data.mapping_start.tag;
        break;
    default:
        break;
    }
    if (anchor)
        return fail(p, line_of(p), "YAML anchor '&%.40s' is not allowed; write the value itself", (const char *)anchor);
    if (tag)
        return fail(p, line_of(p), "YAML tag '%.40s' is not allowed; write the value without it", (const char *)tag);
    return NSYM_OK;
}

static nsym_node *new_node(parse *p, nsym_node_kind kind) {
    nsym_node *node = nsym_arena_alloc(p->arena, 1, sizeof *node);
    if (!node) return NULL;
    node->kind = kind;
    node->line = p->line ? line_of(p) : 0;
    node->source = p->source;
    return node;
}

static bool plain_null(const char *text) {
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
    for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++)
        if (!strcmp(text, nulls[i])) return true;
    return false;
}

static nsym_status read_scalar(parse *p, nsym_node **out) {
    const char *text = (const char *)p->event.data.scalar.value;
    bool plain = p->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (strlen(text) != p->event.data.scalar.length) return fail(p, line_of(p), "a text holds a NUL byte");
    nsym_node *node = new_node(p, NSYM_SCALAR);
    bool null = plain && plain_null(text);
    if (!node || !(node->text = nsym_arena_strdup(p->arena, null ? "" : text))) return no_memory(p->source);
    node->quoted = !null && (!nsym_text_is_plain(text) || (!plain && nsym_text_is_typed(text)));
    *out = node;
    return next(p);
}

static nsym_status read_key(parse *p, const nsym_node *map, char **key, size_t *line) {
    NSYM_TRY(check_properties(p));
    *line = line_of(p);
    if (p->event.type != YAML_SCALAR_EVENT) return fail(p, *line, "a key is a list or a map, must be a word");
    const char *text = (const char *)p->event.data.scalar.value;
    size_t length = p->event.data.scalar.length;
    if (strlen(text) != length) return fail(p, *line, "a key holds a NUL byte");
    if (length > NSYM_TREE_KEY_BYTES)
        return fail(p, *line, "key '%.20s...' has %zu bytes, must have at most %d", text, length, NSYM_TREE_KEY_BYTES);
    if (!strcmp(text, "<<") && p->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
        return fail(p, *line, "YAML merge key '<<' is not allowed; write the keys themselves");
    size_t twin = nsym_node_find(map, text, length);
    if (twin < map->count && p->line)
        return fail(p, *line, "key '%s' is given twice, first in line %zu; keep one", text, map->child[twin]->line);
    if (twin < map->count) return fail(p, *line, "key '%s' is given twice; keep one", text);
    *key = nsym_arena_strdup(p->arena, text);
    return *key ? next(p) : no_memory(p->source);
}

static nsym_status read_node(parse *p, size_t depth, nsym_node **out) {
    NSYM_TRY(check_properties(p));
    if (p->event.type == YAML_SCALAR_EVENT) return read_scalar(p, out);
    bool map = p->event.type == YAML_MAPPING_START_EVENT;
    if (depth >= NSYM_TREE_DEPTH) return fail(p, line_of(p), "nested deeper than %d", NSYM_TREE_DEPTH);
    nsym_node *node = new_node(p, map ? NSYM_MAP : NSYM_LIST);
    if (!node) return no_memory(p->source);
    NSYM_TRY(next(p));
    yaml_event_type_t end = map ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
    while (p->event.type != end) {
        char *key = NULL;
        size_t line = line_of(p);
        if (map && node->count == NSYM_TREE_KEYS) return fail(p, line, "more than %d keys in one map", NSYM_TREE_KEYS);
        if (map) NSYM_TRY(read_key(p, node, &key, &line));
        nsym_node *child = NULL;
        NSYM_TRY(read_node(p, depth + 1, &child));
        child->key = key;
        if (p->line) child->line = line;
        NSYM_TRY(nsym_node_append(p->arena, node, child));
    }
    *out = node;
    return next(p);
}

static nsym_status read_document(parse *p, nsym_node **out) {
    NSYM_TRY(next(p)); /* the stream's start */
    NSYM_TRY(next(p));
    if (p->event.type == YAML_STREAM_END_EVENT) return NSYM_OK;
    NSYM_TRY(next(p)); /* the document's start */
    NSYM_TRY(read_node(p, 0, out));
    NSYM_TRY(next(p)); /* the document's end */
    if (p->event.type != YAML_STREAM_END_EVENT)
        return fail(p, line_of(p), "a second YAML document begins; a file must have one");
    return NSYM_OK;
}

nsym_status nsym_node_parse(nsym_node **out, struct nsym_arena *arena, const char *text, size_t length,
                            const char *source, bool line) {
    *out = NULL;
    parse p = {.arena = arena, .text = text, .source = source, .length = length, .line = line};
    if (length > NSYM_TREE_BYTES)
        return nsym_fail(NSYM_EFORMAT, "%s: larger than 1 MiB; a card is a short text file", source);
    const char *nul = length ? memchr(text, 0, length) : NULL;
    if (nul) return fail(&p, line_at(&p, (size_t)(nul - text)), "a NUL byte; this is not a text file");
    if (length >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3)) p.text += 3, p.length -= 3; /* a byte order mark */
    if (!yaml_parser_initialize(&p.yaml)) return no_memory(source);
    yaml_parser_set_encoding(&p.yaml, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&p.yaml, (const unsigned char *)p.text, p.length);
    nsym_status status = read_document(&p, out);
    yaml_event_delete(&p.event);
    yaml_parser_delete(&p.yaml);
    return status;
}

nsym_status nsym_tree_parse(nsym_tree **out, const char *text, size_t length, const char *name) {
    *out = NULL;
    nsym_tree *tree = calloc(1, sizeof *tree);
    if (!tree || !(tree->arena = nsym_arena_new()) || !(tree->name = nsym_arena_strdup(tree->arena, name))) {
        nsym_tree_free(tree);
        return no_memory(name);
    }
    nsym_status status = nsym_node_parse(&tree->root, tree->arena, text, length, tree->name, true);
    if (!status && (!tree->root || nsym_node_is_null(tree->root))) {
        tree->root = nsym_arena_alloc(tree->arena, 1, sizeof *tree->root);
        if (tree->root) *tree->root = (nsym_node){.kind = NSYM_MAP, .line = 1, .source = tree->name};
        if (!tree->root) status = no_memory(name);
    }
    if (status) {
        nsym_tree_free(tree);
        return status;
    }
    *out = tree;
    return NSYM_OK;
}

nsym_status nsym_tree_read(nsym_tree **out, const char *path) {
    *out = NULL;
    FILE *file = fopen(path, "rb");
    if (!file) return nsym_fail(errno == ENOENT ? NSYM_ENOTFOUND : NSYM_EIO, "%s: %s", path, strerror(errno));
    char *text = malloc(NSYM_TREE_BYTES + 1);
    nsym_status status = text ? NSYM_OK : no_memory(path);
    size_t length = text ? fread(text, 1, NSYM_TREE_BYTES + 1, file) : 0;
    if (!status && ferror(file)) status = nsym_fail(NSYM_EIO, "%s: %s", path, strerror(errno));
    fclose(file);
    if (!status) status = nsym_tree_parse(out, text, length, path);
    free(text);
    return status;
}
