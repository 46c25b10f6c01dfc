/* Memory of one lifetime: many small pieces, freed together. Every piece is zeroed and aligned to 64 bytes. */
#ifndef NSYM_BASE_ARENA_H
#define NSYM_BASE_ARENA_H

#include <stddef.h>

typedef struct nsym_arena nsym_arena;

nsym_arena *nsym_arena_new(void); /* NULL: no memory */
void nsym_arena_free(nsym_arena *arena);

/* `count` zeroed things of `size` bytes, borrowed from the arena; NULL: no memory, or the product overflows. */
void *nsym_arena_alloc(nsym_arena *arena, size_t count, size_t size);
char *nsym_arena_strdup(nsym_arena *arena, const char *text);
char *nsym_arena_printf(nsym_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
