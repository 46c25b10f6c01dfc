#include "study/provenance.h"

#include "base/fail.h"

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

static nsym_status add_files(nsym_provenance *out, nsym_arena *arena, const nsym_tree *card, const nsym_tree *reference,
                             const nsym_grid *grid) {
    size_t listed = 0;
    for (size_t i = 0; i < grid->points; i++) listed += grid->point[i].card.data.listed_count;
    out->file = nsym_arena_alloc(arena, 3 * grid->points + listed + 2, sizeof *out->file);
    if (!out->file) return no_memory();
    NSYM_TRY(add_file(out, arena, "card", card->name, NULL));
    if (reference) NSYM_TRY(add_file(out, arena, "reference", reference->name, NULL));
    for (size_t i = 0; i < grid->points; i++) {
        const nsym_data_card *data = &grid->point[i].card.data;
        NSYM_TRY(add_file(out, arena, "data", data->file, data->file_mark));
        NSYM_TRY(add_file(out, arena, "data", data->signal, data->signal_mark));
        NSYM_TRY(add_file(out, arena, "data", data->background, data->background_mark));
        bool seen = i > 0 && data->listed == grid->point[i - 1].card.data.listed;
        for (size_t k = 0; !seen && k < data->listed_count; k++)
            NSYM_TRY(add_file(out, arena, "data", data->listed[k].path, data->listed[k].mark));
    }
    return NSYM_OK;
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
