#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64, BLOCK_SIZE = 64 * 1024 };

/* A block is one calloc: this header, padding up to the alignment, then the pieces. */
typedef struct block {
    struct block *next;
} block;

struct nsym_arena {
    block *blocks;
    char *free; /* of the present block */
    size_t left;
};

nsym_arena *nsym_arena_new(void) {
    return calloc(1, sizeof(nsym_arena));
}

void nsym_arena_free(nsym_arena *arena) {
    if (!arena) return;
    while (arena->blocks) {
        block *next = arena->blocks->next;
        free(arena->blocks);
        arena->blocks = next;
    }
    free(arena);
}

/* The first aligned byte of a new block with room for `bytes`. */
static char *add_block(nsym_arena *arena, size_t bytes) {
    block *added = calloc(1, sizeof(block) + ALIGNMENT + bytes);
    if (!added) return NULL;
    added->next = arena->blocks;
    arena->blocks = added;
    uintptr_t after_header = (uintptr_t)(added + 1);
    return (char *)(added + 1) + (ALIGNMENT - after_header % ALIGNMENT) % ALIGNMENT;
}

void *nsym_arena_alloc(nsym_arena *arena, size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX - 4 * ALIGNMENT) return NULL;
    bytes = bytes ? (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT : ALIGNMENT;
    if (bytes > BLOCK_SIZE / 4) return add_block(arena, bytes); /* large: its own, the present block stays in use */
    if (bytes > arena->left) {
        char *start = add_block(arena, BLOCK_SIZE);
        if (!start) return NULL;
        arena->free = start;
        arena->left = BLOCK_SIZE;
    }
    char *piece = arena->free;
    arena->free += bytes;
    arena->left -= bytes;
    return piece;
}

char *nsym_arena_strdup(nsym_arena *arena, const char *text) {
    size_t length = strlen(text);
    char *copy = nsym_arena_alloc(arena, length + 1, 1);
    return copy ? memcpy(copy, text, length) : NULL;
}

char *nsym_arena_printf(nsym_arena *arena, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    char *text = length < 0 ? NULL : nsym_arena_alloc(arena, (size_t)length + 1, 1);
    if (text) vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(arguments);
    return text;
}
