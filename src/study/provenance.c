#include "study/provenance.h"

#include "base/fail.h"
#include "sources/files.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static nsym_status no_memory(void) {
    return nsym_fail(NSYM_ENOMEM, "no memory for where the results come from");
}

/* Adds a file once. `mark` NULL: it is read. */
static nsym_status add_file(nsym_provenance *out, nsym_arena *arena, const char *role, const char *path,
                            const char *mark) {
    nsym_provenance_file *file = &out->file[out->files];
    for (size_t i = 0; i < out->files; i++)
        if (strcmp(out->file[i].path, path) == 0) return NSYM_OK;
    if (!path[0]) return NSYM_OK;
    *file = (nsym_provenance_file){.role = role, .path = nsym_arena_strdup(arena, path)};
    if (!file->path) return no_memory();
    if (mark)
        memcpy(file->mark, mark, sizeof file->mark);
    else
        NSYM_TRY(nsym_file_mark(file->mark, path));
    out->files++;
    return NSYM_OK;
}

/* Files of a list while they are counted, or added. */
typedef struct {
    nsym_provenance *out;
    nsym_arena *arena; /* NULL: they are counted */
    size_t count;
} listing;

static nsym_status add_listed(void *context, const char *path) {
    listing *l = context;
    l->count++;
    return l->arena ? add_file(l->out, l->arena, "data", path, NULL) : NSYM_OK;
}

/* The files of every list of the grid's points, those of neighbours that are alike once. */
static nsym_status visit_lists(listing *l, const nsym_grid *grid) {
    for (size_t i = 0; i < grid->points; i++) {
        const nsym_data_card *data = &grid->point[i].card.data;
        if (i > 0 && strcmp(data->files, grid->point[i - 1].card.data.files) == 0) continue;
        NSYM_TRY(nsym_files_visit(data, add_listed, l));
    }
    return NSYM_OK;
}

static nsym_status add_files(nsym_provenance *out, nsym_arena *arena, const nsym_tree *card, const nsym_tree *reference,
                             const nsym_grid *grid) {
    listing l = {.out = out};
    NSYM_TRY(visit_lists(&l, grid));
    out->file = nsym_arena_alloc(arena, 3 * grid->points + l.count + 2, sizeof *out->file);
    if (!out->file) return no_memory();
    NSYM_TRY(add_file(out, arena, "card", card->name, NULL));
    if (reference) NSYM_TRY(add_file(out, arena, "reference", reference->name, NULL));
    for (size_t i = 0; i < grid->points; i++) {
        const nsym_data_card *data = &grid->point[i].card.data;
        NSYM_TRY(add_file(out, arena, "data", data->file, data->file_mark));
        NSYM_TRY(add_file(out, arena, "data", data->signal, data->signal_mark));
        NSYM_TRY(add_file(out, arena, "data", data->background, data->background_mark));
    }
    l.arena = arena;
    return visit_lists(&l, grid);
}

nsym_status nsym_provenance_gather(nsym_provenance *out, nsym_arena *arena, const nsym_study_options *options,
                                   const nsym_tree *card, const nsym_tree *reference, const nsym_grid *grid) {
    char folder[PATH_MAX];
    *out = (nsym_provenance){.settings = options->sets, .setting = options->set};
    if (!getcwd(folder, sizeof folder)) return nsym_fail(NSYM_EIO, "cannot name this folder: %s", strerror(errno));
    out->folder = nsym_arena_strdup(arena, folder);
    if (!out->folder) return no_memory();
    return add_files(out, arena, card, reference, grid);
}

/* A mark is "size:CRC-32". */
static json_t *json_of_file(const nsym_provenance_file *file) {
    const char *colon = strchr(file->mark, ':');
    long long bytes = strtoll(file->mark, NULL, 10);
    return json_pack("{s:s, s:s, s:I, s:s}", "role", file->role, "path", file->path, "bytes", (json_int_t)bytes,
                     "crc32", colon ? colon + 1 : "");
}

json_t *nsym_provenance_json(const nsym_provenance *provenance) {
    json_t *files = json_array(), *settings = json_array();
    for (size_t i = 0; i < provenance->files; i++) json_array_append_new(files, json_of_file(&provenance->file[i]));
    for (size_t i = 0; i < provenance->settings; i++)
        json_array_append_new(settings, json_string(provenance->setting[i]));
    return json_pack("{s:s, s:o, s:o, s:I, s:f}", "folder", provenance->folder, "files", files, "settings", settings,
                     "runs", (json_int_t)provenance->times.runs, "elapsed", provenance->times.elapsed);
}
