#include "base/atomic_file.h"
#include "base/fail.h"
#include "options/tree_internal.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool nsym_text_next(const char **text, uint32_t *code) {
    const unsigned char *s = (const unsigned char *)*text;
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    size_t more = s[0] < 0x80 ? 0 : s[0] >> 5 == 6 ? 1 : s[0] >> 4 == 14 ? 2 : s[0] >> 3 == 30 ? 3 : 4;
    if (more == 4) return false;
    uint32_t value = more ? s[0] & (0x3Fu >> more) : s[0];
    for (size_t i = 1; i <= more; i++) {
        if (s[i] >> 6 != 2) return false;
        value = value << 6 | (s[i] & 0x3F);
    }
    if (value < least[more] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return false;
    *text += more + 1;
    *code = value;
    return true;
}

/* Code points that libyaml refuses in a file, or takes for line breaks or a byte order mark. */
static bool must_escape(uint32_t code) {
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029 || code == 0xFEFF ||
           code == 0xFFFE || code == 0xFFFF;
}

bool nsym_text_is_plain(const char *text) {
    char first = text[0], second = first ? text[1] : 0;
    bool letter = isalnum((unsigned char)first) || (first && strchr("_/", first)) || (unsigned char)first >= 0x80;
    bool sign = (first == '-' || first == '+') && (isalnum((unsigned char)second) || second == '.');
    bool dot = first == '.' && strncmp(text, "...", 3) != 0;
    if (!first || !(letter || sign || dot)) return false;
    uint32_t code = 0;
    for (const char *at = text; *at;) {
        if (!nsym_text_next(&at, &code) || must_escape(code)) return false;
        if (code < 0x80 && !isalnum((int)code) && !strchr("_-+./*=()<>%^@;'|~ ", (int)code)) return false;
    }
    return code != ' ';
}

bool nsym_text_is_typed(const char *text) {
    static const char *const words[] = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"};
    if (isdigit((unsigned char)*text) || (*text && strchr("+-.", *text))) return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcasecmp(text, words[i])) return true;
    return false;
}

static void write_quoted(const char *text, FILE *stream) {
    fputc('"', stream);
    while (*text) {
        const char *start = text;
        uint32_t code = 0;
        if (!nsym_text_next(&text, &code)) text++;
        if (code == '"' || code == '\\')
            fprintf(stream, "\\%c", (char)code);
        else if (code == '\n')
            fputs("\\n", stream);
        else if (code == '\t')
            fputs("\\t", stream);
        else if (must_escape(code))
            fprintf(stream, code < 0x100 ? "\\x%02X" : "\\u%04X", (unsigned)code);
        else
            fwrite(start, 1, (size_t)(text - start), stream);
    }
    fputc('"', stream);
}

static void write_key(const nsym_node *node, FILE *stream) {
    if (nsym_text_is_plain(node->key))
        fputs(node->key, stream);
    else
        write_quoted(node->key, stream);
}

static void write_flow(const nsym_node *node, FILE *stream) {
    if (node->kind == NSYM_SCALAR) {
        if (node->quoted)
            write_quoted(node->text, stream);
        else
            fputs(*node->text ? node->text : "null", stream);
        return;
    }
    fputc(node->kind == NSYM_MAP ? '{' : '[', stream);
    for (size_t i = 0; i < node->count; i++) {
        if (i) fputs(", ", stream);
        if (node->kind == NSYM_MAP) {
            write_key(node->child[i], stream);
            fputs(": ", stream);
        }
        write_flow(node->child[i], stream);
    }
    fputc(node->kind == NSYM_MAP ? '}' : ']', stream);
}

/* Scalars, empty maps, and lists that hold no map stand on their line. */
static bool stands_on_a_line(const nsym_node *node) {
    if (node->kind == NSYM_MAP) return node->count == 0;
    for (size_t i = 0; i < node->count; i++)
        if (!stands_on_a_line(node->child[i]) || (node->child[i]->kind == NSYM_MAP)) return false;
    return true;
}

/* Writes a map or list, an entry a line. The first entry goes on from where the stream stands. */
static void write_block(const nsym_node *node, int indent, FILE *stream) {
    for (size_t i = 0; i < node->count; i++) {
        const nsym_node *child = node->child[i];
        bool map = node->kind == NSYM_MAP, line = stands_on_a_line(child);
        if (i) fprintf(stream, "%*s", indent, "");
        if (map) write_key(child, stream);
        fputs(map ? ":" : "-", stream);
        if (map && !line)
            fprintf(stream, "\n%*s", indent + 2, "");
        else
            fputc(' ', stream);
        if (line) {
            write_flow(child, stream);
            fputc('\n', stream);
        } else
            write_block(child, indent + 2, stream);
    }
}

nsym_status nsym_tree_write(const nsym_tree *tree, FILE *stream) {
    if (stands_on_a_line(tree->root)) {
        write_flow(tree->root, stream);
        fputc('\n', stream);
    } else
        write_block(tree->root, 0, stream);
    if (fflush(stream) || ferror(stream))
        return nsym_fail(NSYM_EIO, "%s: cannot be written: %s", tree->name, strerror(errno));
    return NSYM_OK;
}

nsym_status nsym_node_text(char **out, const nsym_node *node) {
    *out = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(out, &length);
    if (!stream) return nsym_fail(NSYM_ENOMEM, "no memory for a card's text");
    write_flow(node, stream);
    bool bad = ferror(stream) != 0;
    if (fclose(stream) || bad) {
        free(*out);
        *out = NULL;
        return nsym_fail(NSYM_ENOMEM, "no memory for a card's text");
    }
    return NSYM_OK;
}

nsym_status nsym_tree_save(const nsym_tree *tree, const char *path) {
    nsym_atomic_file *file;
    FILE *stream;
    NSYM_TRY(nsym_atomic_stream_open(&file, &stream, path));
    return nsym_atomic_stream_close(file, stream, nsym_tree_write(tree, stream));
}
