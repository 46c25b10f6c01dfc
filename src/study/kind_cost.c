#include "study/kind_cost.h"

#include "base/clock.h"
#include "base/fail.h"
#include "base/folder.h"
#include "study/plan.h"
#include "study/test_part.h"
#include "train/inputs.h"
#include <nearsym/io.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Forward alone takes about a third of a training step. */
static const double FORWARD = 1.0 / 3;
/* Bytes that a run holds for each event that tests (scores, labels, influences, an order) and that trains; those of a
   column in a file, beside its values. */
enum { TEST_BYTES = 150, TRAIN_BYTES = 40, COLUMN_BYTES = 3000, MEASURED_EPOCHS = 3 };

static const char label[] = "part";

/* A file's size, or 0; it is removed. */
static double take_file(const char *folder, const char *name) {
    char path[NSYM_PATH_SIZE];
    struct stat about = {0};
    if (nsym_folder_path(path, folder, "%s", name) != NSYM_OK || stat(path, &about) != 0) return 0;
    unlink(path);
    return (double)about.st_size;
}

static double bytes_of(const nsym_events *events) {
    if (!events) return 0;
    double values = events->offsets ? (double)events->offsets[events->count] * (double)events->features : 0;
    for (size_t c = 0; c < events->columns; c++) values += (double)events->column[c].width * (double)events->count;
    return 8 * (values + 2 * (double)events->count);
}

nsym_status nsym_small_sample_load(nsym_small_sample *out, const nsym_point *point, bool keeps, size_t threads,
                                   const nsym_kind_context *context) {
    nsym_run_card card = point->card;
    *out = (nsym_small_sample){0};
    NSYM_TRY(nsym_shrink(&card, &out->ratio, context->target, context->file));
    double start = nsym_process_seconds();
    NSYM_TRY(nsym_sample_load(&out->sample, &card.data, threads, context->stop));
    out->seconds = nsym_process_seconds() - start;
    const nsym_sample *s = &out->sample;
    out->bytes = bytes_of(s->events) + bytes_of(s->shown);
    out->columns = s->events->columns;
    if (!keeps) return NSYM_OK;
    char path[NSYM_PATH_SIZE];
    NSYM_TRY(nsym_folder_path(path, context->folder, "sample.h5"));
    NSYM_TRY(nsym_events_write(s->shown ? s->shown : s->events, path));
    double fixed = COLUMN_BYTES * (double)s->events->columns;
    out->file_bytes = fixed + out->ratio * fmax(take_file(context->folder, "sample.h5") - fixed, 0);
    return NSYM_OK;
}

/* A row of an index: of a long one about 500 bytes stand in place, the rest in pages of 4096. */
static double row_bytes(double row) {
    return row < 1000 ? row : 500 + 4096 * ceil((row - 500) / 4092);
}

/* Adds up what a run would record. */
static nsym_status count_bytes(void *recorder, double seconds, const nsym_measure *measures, size_t n) {
    double *bytes = recorder;
    (void)seconds;
    for (size_t i = 0; i < n; i++) *bytes += row_bytes(45 + 8 * (double)measures[i].draw_count);
    return NSYM_OK;
}

/* Seconds on a CPU, and bytes that would be recorded, of a run of so many epochs. */
static nsym_status time_run(double *seconds, double *bytes, nsym_point *point, size_t epochs, bool keeps,
                            const nsym_small_sample *small, const nsym_kind_context *context) {
    point->card.train.epochs = epochs;
    double key = (double)strlen(point->key),
           recorded = key + row_bytes(key); /* which stands in a table and its index */
    const nsym_run run = {.point = point, .keep = keeps, .key = label, .label = label};
    const nsym_run_context where = {
        .folder = context->folder, .record = count_bytes, .recorder = &recorded, .stop = context->stop};
    double start = nsym_process_seconds();
    nsym_status status = nsym_run_execute(&run, &small->sample, &where);
    *seconds = nsym_process_seconds() - start;
    *bytes = recorded;
    return status;
}

/* How many events do what in the small part, and what a run of it holds. */
static nsym_status count_parts(nsym_kind_cost *out, const nsym_point *point, const nsym_small_sample *small) {
    nsym_test_part part;
    const nsym_run run = {.point = point};
    const nsym_events *events = small->sample.events;
    const nsym_model_spec *spec = &point->card.spec;
    nsym_status status = nsym_test_part_open(&part, &point->card, &small->sample);
    if (status == NSYM_OK) {
        out->events = (double)small->sample.count;
        out->tests = (double)part.parts.test_count;
        out->checks = (double)part.parts.check_count * (double)nsym_copies_of(&point->card.data);
        out->trains = nsym_plan_rows(&run, small->sample.count);
    }
    nsym_test_part_close(&part);
    if (status != NSYM_OK || point->card.column) return status;
    double particles = 0;
    for (size_t i = 0; events->offsets && i < events->count; i++)
        particles += (double)nsym_input_rows(spec, (size_t)(events->offsets[i + 1] - events->offsets[i]));
    out->memory_bytes = 4 * (particles * (double)spec->particle_input.width +
                             (double)events->count * (double)(spec->event_input.width + spec->gate_input.width));
    return NSYM_OK;
}

nsym_status nsym_kind_measure(nsym_kind_cost *out, const nsym_point *point, bool keeps, const nsym_small_sample *small,
                              const nsym_kind_context *context) {
    nsym_point part = *point;
    double first, again, longer, bytes, more, ratio;
    *out = (nsym_kind_cost){0};
    keeps &= !point->card.column;
    NSYM_TRY(nsym_shrink(&part.card, &ratio, context->target, context->file));
    part.card.train.patience = 0;
    NSYM_TRY(count_parts(out, &part, small));
    NSYM_TRY(time_run(&first, &bytes, &part, 1, keeps, small, context)); /* the first ever makes kernels */
    NSYM_TRY(time_run(&again, &bytes, &part, 1, keeps, small, context));
    if (again < first) first = again;
    out->once = first;
    out->ledger_bytes = bytes;
    if (point->card.column) return NSYM_OK;
    NSYM_TRY(time_run(&longer, &more, &part, MEASURED_EPOCHS, keeps, small, context));
    out->epoch = fmax((longer - first) / (MEASURED_EPOCHS - 1), 0);
    out->once = fmax(first - out->epoch, 0);
    out->ledger_bytes_a_epoch = (more - bytes) / (MEASURED_EPOCHS - 1);
    out->ledger_bytes -= out->ledger_bytes_a_epoch;
    out->scores_bytes = take_file(context->folder, "scores/part.h5");
    out->model_bytes = take_file(context->folder, "models/part.h5");
    return NSYM_OK;
}

nsym_run_cost nsym_kind_tell(const nsym_kind_cost *kind, const nsym_point *point, bool keeps,
                             const nsym_small_sample *small) {
    const nsym_run run = {.point = point};
    const nsym_train_card *train = &point->card.train;
    const nsym_split_card *split = &point->card.data.split;
    double all = kind->events * small->ratio, epochs = (double)train->epochs;
    double used = split->size && !split->reserve ? (double)split->size : all, scale = used / kind->events;
    double tests = train->every_epoch ? FORWARD * kind->tests : 0, checks = FORWARD * kind->checks;
    nsym_run_cost out = {.seconds = kind->once * scale,
                         .memory_bytes = kind->memory_bytes * small->ratio + TEST_BYTES * kind->tests * scale,
                         .disk_bytes = kind->ledger_bytes};
    if (point->card.column || train->epochs == 0) return out;
    double rows = nsym_plan_rows(&run, (size_t)all);
    out.seconds += epochs * kind->epoch * (rows / epochs + (checks + tests) * scale) / (kind->trains + checks + tests);
    out.memory_bytes += TRAIN_BYTES * rows / epochs;
    out.disk_bytes += epochs * kind->ledger_bytes_a_epoch;
    double fixed = COLUMN_BYTES * (double)small->columns;
    if (keeps) out.disk_bytes += fixed + fmax(kind->scores_bytes - fixed, 0) * scale + kind->model_bytes;
    return out;
}
